using Drivers;
using Drivers.Hashing;
using Drivers.Hashing.Bm13xx;
using Firmware.Link;
using Firmware.Mining;

namespace Simulator.Chips;

/// <summary>
/// A whole chain on the simulated clock: the product's miner and driver on one side of the wire, simulated chips on the
/// other, a guard that grants what is wanted, and a pool that sends a job every thirty seconds, a block with every
/// tenth, and refuses what it did not ask for.
/// </summary>
internal sealed class MinedChain
{
    private static readonly TimeSpan JobEvery = TimeSpan.FromSeconds(30);
    private const int JobsABlock = 10;

    private readonly byte[] received = new byte[4096];
    private readonly Bm13xxConfig config;
    private readonly Megahertz clock;
    private readonly CheckingPool pool;
    private bool released;
    private long jobsSent;
    private TimeSpan jobSentAt;
    private TimeSpan nextJob;
    private uint jobs;

    public MinedChain(
        Bm13xxConfig config, double megahertz, bool isExtended = true, uint mask = 0x1FFF_E000, int seed = 1)
    {
        this.config = config;
        clock = new Megahertz(megahertz);
        Bench = new ChipBench(
            config.Model.Name.ToLowerInvariant(), config.Chips, config.ChipsPerDomain, config.ZeroBits, seed);
        Bench.Power(false);
        Chain = new Bm13xxChain(config);
        Miner = new ChainMiner(Chain, clock, Totals, Bench.Now);
        Miner.Attach(Bench);
        pool = new CheckingPool(isExtended, mask, Targets.FromZeroBits(config.ZeroBits + config.Ticket.ZeroBits));
        nextJob = Bench.Now;
    }

    public ChipBench Bench { get; }

    public Bm13xxChain Chain { get; }

    public ChainMiner Miner { get; }

    public ShareTotals Totals { get; } = new();

    public long Accepted => pool.Accepted;

    /// <summary>What the newest job builds on.</summary>
    public UInt256 Tip => pool.Tip;

    /// <summary>Null, or why the pool refused the first share that it refused.</summary>
    public string? Refused => pool.Refused;

    /// <summary>The longest time between two frames of work that went to the wire; set it to begin anew.</summary>
    public TimeSpan LongestWithoutJob { get; set; }

    /// <summary>What was done about chips, and what was said of them, each when it changed.</summary>
    public List<string> Told { get; } = [];

    /// <summary>Results a second of healthy chips at the clock that was asked for.</summary>
    public double ResultsPerSecond => clock.Value * 1e6 * config.Model.HashUnits * config.Chips
        / Math.ScaleB(1, Bm13xxConfig.SiliconZeroBits + config.Ticket.ZeroBits);

    /// <summary>The processor's time that the product's steps took, without the chips' and the pool's.</summary>
    public TimeSpan Cost { get; private set; }

    public void RunUntilHashing()
    {
        for (var end = Bench.Now + TimeSpan.FromMinutes(2); Miner.Report.Status is not { State: ChainState.Running };)
        {
            Assert.True(Bench.Now < end, $"The chips do not come up: {Miner.Report.Reason}");
            Run(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>To the moment before the pool's next job.</summary>
    public void RunToNextJob() => Run(nextJob - Bench.Now);

    public void Run(TimeSpan time)
    {
        for (var end = Bench.Now + time; Bench.Now < end;)
        {
            if (Bench.Now >= nextJob)
            {
                nextJob += JobEvery;
                var isBlock = jobs++ % JobsABlock == 0;
                Miner.Give(pool.NextJob(isBlock, Bench.Now), stopOldWork: isBlock, Bench.Now);
            }

            var due = Min(Min(StepMiner(), nextJob), end);
            Bench.RunToArrival(due > Bench.Now ? due : Bench.Now + TimeSpan.FromMicroseconds(10));
            if (Bench.Read(received) is > 0 and var count)
            {
                var began = Linux.ThreadTime();
                Miner.Receive(received.AsSpan(0, count), Bench.Now);
                Cost += Linux.ThreadTime() - began;
            }
        }
    }

    private TimeSpan StepMiner()
    {
        var began = Linux.ThreadTime();
        Miner.Step(Bench.Now);
        if (Bench.Now >= Miner.LooksAt)
        {
            Look();
        }

        NoteJobs();
        var due = Miner.Due(Bench.Now);
        Cost += Linux.ThreadTime() - began;
        return due;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void Look()
    {
        var orders = Miner.Report.Orders;
        var power = orders.Lease ? PowerGrant.Good : PowerGrant.Off;
        Miner.Look(
            new(new("board", power, orders.Reset, clock.Value, "fine"), Bench.Now + Grants.AgeMax, HasWork: true),
            Bench.Now);
        orders = Miner.Report.Orders;
        var isReleased = orders is { Lease: true, Reset: false };
        if (isReleased != released)
        {
            released = isReleased;
            Bench.Power(released);
        }

        Tell(Miner.Report.Remedy);
        Tell(Miner.Report.Health.Word);
    }

    private void NoteJobs()
    {
        if (Miner.JobsSent == jobsSent)
        {
            return;
        }

        var waited = jobsSent == 0 ? default : Bench.Now - jobSentAt;
        LongestWithoutJob = waited > LongestWithoutJob ? waited : LongestWithoutJob;
        (jobsSent, jobSentAt) = (Miner.JobsSent, Bench.Now);
    }

    private void Tell(string? words)
    {
        if (words is not null && !Told.Contains(words))
        {
            Told.Add(words);
        }
    }
}

/// <summary>The pool's side of jobs and shares: hashes every share again, and knows which job it may be for.</summary>
/// <param name="target">What chips report is a share, and what misses their own filter is none.</param>
internal sealed class CheckingPool(bool isExtended, uint mask, UInt256 target) : IShareSink
{
    private const uint FirstTime = 1_700_000_000;

    private readonly HashSet<BlockHeader> seen = [];
    private readonly Dictionary<uint, Job> jobs = [];
    private readonly Roots roots = new();
    private uint tips;
    private uint jobId;

    public long Accepted { get; private set; }

    public UInt256 Tip { get; private set; }

    public string? Refused { get; private set; }

    public Job NextJob(bool isBlock, TimeSpan now)
    {
        if (isBlock)
        {
            tips++;
            Tip = new UInt256(tips, 1, 2, 3);
            jobs.Clear();
        }

        jobId++;
        var job = new Job(
            jobId,
            new BlockHeader
            {
                Version = 0x2000_0000,
                PreviousHash = Tip,
                MerkleRoot = new UInt256(jobId, 0, 0, 0),
                NTime = FirstTime + tips * 600,
                NBits = 0x1703_4219,
            },
            mask,
            target,
            UInt256.Zero,
            now,
            this)
        {
            Roots = isExtended ? roots : null,
        };
        jobs[jobId] = job;
        return job;
    }

    public bool TrySubmit(in Share share, TimeSpan now)
    {
        var header = share.Header;
        Refused ??= !jobs.TryGetValue(share.JobId, out var job) ? $"job {share.JobId} is stale or unknown"
            : header.Hash() > target ? $"a share misses the target: {header}"
            : !seen.Add(header) ? $"a share came twice: {header}"
            : header.PreviousHash != Tip ? "another previous hash"
            : (header.Version & ~mask) != (job.Header.Version & ~mask) ? $"version {header.Version:x8}"
            : header.NTime < job.Header.NTime || header.NTime - job.Header.NTime > (now - job.ActiveSince).TotalSeconds
                ? $"ntime {header.NTime} of a job from {job.Header.NTime}"
            : header.MerkleRoot == default ? "no merkle root"
            : null;
        Accepted++;
        return true;
    }

    /// <summary>Never the same twice.</summary>
    private sealed class Roots : IRootRoller
    {
        private ulong next;

        public bool TryNext(uint ntime, out Extranonce extranonce, out UInt256 merkleRoot)
        {
            extranonce = new Extranonce(BitConverter.GetBytes(next));
            merkleRoot = new UInt256(next++, 7, 7, 7);
            return true;
        }
    }
}
