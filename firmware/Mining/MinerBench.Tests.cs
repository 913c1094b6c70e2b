using System.Buffers.Binary;
using Drivers;
using Drivers.Buses;
using Drivers.Hashing;
using Firmware.Link;

namespace Firmware.Mining;

/// <summary>
/// A chain's miner on a clock that moves only when told, between a guard that grants what is wanted and chips that find
/// results at random at the rate of their clock: no thread, no device.
/// </summary>
internal sealed class MinerBench
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);
    private static readonly BlockHeader Header = new() { Version = 0x2000_0000, NTime = 1_700_000_000 };

    private readonly Random random;
    private readonly MemoryPort port = new();
    private readonly Sink sink = new();
    private readonly byte[] claim = new byte[EasyChain.ClaimSize];
    private readonly UInt256 target = Targets.FromZeroBits(4);
    private readonly List<BlockHeader> headers = [];
    private (int Slot, BlockHeader Header)? work;
    private uint nonce;

    public MinerBench(int chips, double resultsPerSecond, int chipsPerDomain = 1, int seed = 1)
    {
        random = new Random(seed);
        Chain = new EasyChain
        {
            Chips = chips,
            ChipsPerDomain = chipsPerDomain,
            ResultsPerSecond = resultsPerSecond,
        };
        Miner = new ChainMiner(Chain, new Megahertz(500), Totals, Now);
        Miner.Attach(port);
        GiveJob();
    }

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    public EasyChain Chain { get; }

    public ChainMiner Miner { get; }

    public ShareTotals Totals { get; } = new();

    public int Shares => sink.Shares;

    /// <summary>Chips that find nothing.</summary>
    public HashSet<int> Dead { get; } = [];

    /// <summary>Chips that repeat one wrong result every 50 ms and find nothing.</summary>
    public HashSet<int> Wedged { get; } = [];

    /// <summary>Everything that was done about silent chips, in the order that it was done.</summary>
    public List<string> Remedies { get; } = [];

    /// <summary>For how long the board has had power.</summary>
    public TimeSpan Powered { get; private set; }

    public void GiveJob(uint versionMask = 0x1FFF_E000) => Miner.Give(
        new Job(7, Header, versionMask, Targets.FromZeroBits(8), UInt256.Zero, Now, sink), stopOldWork: true, Now);

    public void Run(TimeSpan time)
    {
        for (var end = Now + time; Now < end; Now += Beat)
        {
            Miner.Step(Now);
            if (Now >= Miner.LooksAt)
            {
                Look();
            }

            Hear();
            if (Chain.Status.State == ChainState.Running && work is not null)
            {
                Find();
            }
        }
    }

    public void RunUntil(Func<bool> isSo, TimeSpan patience)
    {
        for (var end = Now + patience; !isSo();)
        {
            Assert.True(Now < end, $"Not within {patience}; {Miner.Report.Reason}; {Miner.Report.Health.Word}");
            Run(Beat);
        }
    }

    private void Look()
    {
        var orders = Miner.Report.Orders;
        var power = orders.Lease ? PowerGrant.Good : PowerGrant.Off;
        Powered += orders.Lease ? TimeSpan.FromMilliseconds(250) : TimeSpan.Zero;
        Miner.Look(new(new("board", power, orders.Reset, 500, "fine"), Now + Grants.AgeMax, HasWork: true), Now);
        if (Miner.Report.Remedy is { } remedy && (Remedies.Count == 0 || !ReferenceEquals(Remedies[^1], remedy)))
        {
            Remedies.Add(remedy);
        }
    }

    private void Hear()
    {
        var sent = port.TakeSent();
        for (var at = 0; at < sent.Length;)
        {
            if (sent[at] < 0xF0)
            {
                work = null; // Started or stopped.
                at++;
                continue;
            }

            work = (sent[at] & 0xF, BlockHeader.Read(sent.AsSpan(at + 1)));
            headers.Insert(0, work.Value.Header);
            at += EasyChain.FrameSize;
        }
    }

    /// <summary>What the chips find in one beat: it is anybody's, and nobody's where that chip is dead.</summary>
    private void Find()
    {
        var perBeat = Chain.ResultsPerSecond * Beat.TotalSeconds;
        for (var at = -Math.Log(1 - random.NextDouble()); at < perBeat; at -= Math.Log(1 - random.NextDouble()))
        {
            var chip = random.Next(Chain.Chips);
            if (!Dead.Contains(chip) && !Wedged.Contains(chip))
            {
                Claim(NonceOf(chip, isTrue: true));
            }
        }

        foreach (var chip in Wedged)
        {
            Claim(NonceOf(chip, isTrue: false));
        }
    }

    private void Claim(uint found)
    {
        claim[0] = (byte)work!.Value.Slot;
        BinaryPrimitives.WriteUInt32LittleEndian(claim.AsSpan(1), found);
        BinaryPrimitives.WriteUInt32LittleEndian(claim.AsSpan(5), work.Value.Header.Version);
        Miner.Receive(claim, Now);
    }

    private uint NonceOf(int chip, bool isTrue)
    {
        var chips = (uint)Chain.Chips;
        nonce = (nonce / chips * chips) + (uint)chip;
        do
        {
            nonce += chips;
        }
        while (isTrue ? !IsResult(work!.Value.Header) : headers.Take(2 * Chain.Slots).Any(IsResult));
        return nonce;
    }

    private bool IsResult(BlockHeader header) => Sha256d.Hash(header with { Nonce = nonce }) <= target;

    private sealed class Sink : IShareSink
    {
        public int Shares { get; private set; }

        public bool TrySubmit(in Share share, TimeSpan now)
        {
            Shares++;
            return true;
        }
    }

    private sealed class MemoryPort : IChainPort
    {
        private readonly List<byte> sent = [];

        public string Path => "memory";

        public int Descriptor => -1;

        public int Baud => 3_125_000;

        public int Pending => 0;

        public PortErrors Errors => new(Overruns: 3, FramingErrors: 4);

        public byte[] TakeSent()
        {
            var taken = sent.ToArray();
            sent.Clear();
            return taken;
        }

        public int SetBaud(int baud) => baud;

        public int Read(Span<byte> buffer) => 0;

        public int TryWrite(ReadOnlySpan<byte> bytes)
        {
            sent.AddRange(bytes);
            return bytes.Length;
        }

        public bool Drain(TimeSpan patience) => true;

        public void DiscardInput()
        {
            // Nothing waits in it.
        }

        public void Dispose()
        {
            // Nothing is open.
        }
    }
}
