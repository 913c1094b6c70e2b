using Drivers.Hashing;
using Drivers.Hashing.Bm13xx;
using Drivers.Power;
using Firmware.Boards;
using Firmware.Guard;
using Firmware.Link;
using Firmware.Mining;
using Microsoft.Extensions.Logging.Abstractions;
using Simulator.Chips;

namespace Simulator;

/// <summary>
/// A whole miner in one process and in simulated time: a board file's parts and chips on one side of the wires, guard
/// and mine as their pure steps on the other, and a pool that checks every share.
/// </summary>
internal sealed class WiredMiner : IDisposable
{
    private static readonly TimeSpan JobEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WantEvery = TimeSpan.FromMilliseconds(250);

    private readonly object mine = new();
    private readonly byte[] received = new byte[4096];
    private readonly CheckingPool pool;
    private readonly BoardHistory history;
    private readonly GuardParts parts;
    private TimeSpan nextTick;
    private TimeSpan nextWant;
    private TimeSpan nextJob;
    private bool wasBlock;

    public WiredMiner(BoardConfig config, int seed = 1, SimulationOptions? options = null)
    {
        Wired = new WiredBoard(config, seed, options);
        parts = GuardParts.Of(Board.Open(config, Wired.Buses, Wired.Time), () => Wired.Faults.Unplugged);
        history = new BoardHistory(config.Key, default, new KeptNowhere(), () => Now, NullLogger.Instance);
        nextTick = nextWant = nextJob = Now;
        Guard = new BoardGuard(parts, history, () => Now, NullLogger.Instance);
        var chain = config.Chains[0];
        Chain = new Bm13xxChain(
            new Bm13xxConfig(
                ChipModel.Find(chain.Chip)!, chain.Chips, chain.Baud, new TicketMask(chain.TicketBits), chain.ZeroBits)
            {
                ChipsPerDomain = chain.ChipsPerDomain,
            });
        pool = new CheckingPool(isExtended: true, 0x1FFF_E000, Targets.FromZeroBits(Chain.ReportedZeroBits));
        Miner = new ChainMiner(Chain, chain.Megahertz, new ShareTotals(), Now);
        Miner.Attach(Wired.Chips);
    }

    public WiredBoard Wired { get; }

    public BoardGuard Guard { get; }

    public IPowerRail Rail => parts.Rail!.Part;

    /// <summary>What each part on a bus has to show itself as.</summary>
    public IReadOnlyList<PartIdentity> Identities => parts.Identities;

    public Bm13xxChain Chain { get; }

    public ChainMiner Miner { get; }

    public TimeSpan Now => Wired.Now;

    /// <summary>There is a pool, and so mine wants the board.</summary>
    public bool HasWork { get; set; } = true;

    /// <summary>mine sends its wants and hears its grants.</summary>
    public bool MineAlive { get; set; } = true;

    public long Accepted => pool.Accepted;

    /// <summary>Null, or why the pool refused the first share that it refused.</summary>
    public string? Refused => pool.Refused;

    public string State => $"{Guard.State}: {Guard.Reason}; mine: {Miner.Report.Phase}: {Miner.Report.Reason}; "
        + $"{Wired.RailVolts:0.00} V, {Wired.Watts:0.0} W, chips {Wired.ChipDegrees:0.0} °C, regulator "
        + $"{Wired.RegulatorDegrees:0.0} °C, fans {Wired.FanDuty:0.00} at {Wired.FanRpm:0} rpm, {Accepted} shares; "
        + string.Join("; ", history.First?.Readings ?? []);

    /// <summary>False where it did not come true in so many seconds.</summary>
    public bool RunUntil(Func<bool> happened, double seconds)
    {
        for (var end = Now + TimeSpan.FromSeconds(seconds); !happened();)
        {
            if (Now >= end)
            {
                return false;
            }

            Round(end);
        }

        return true;
    }

    public void Run(double seconds) => RunUntil(() => false, seconds);

    /// <summary>As guard ends: every part commanded, and proof awaited.</summary>
    public SafeOffProof EndSafe() => SafeOff.Run([parts], () => Now, pause => Wired.Step(Now + pause)).Single();

    public void Dispose()
    {
        parts.Dispose();
        Wired.Dispose();
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void Round(TimeSpan end)
    {
        StepGuard();
        if (MineAlive)
        {
            StepMine();
        }

        var due = Min(Min(nextTick, Guard.Due), end);
        due = MineAlive ? Min(due, Min(Min(nextWant, nextJob), Miner.Due(Now))) : due;
        due = due > Now ? due : Now + TimeSpan.FromMicroseconds(10);
        if (!MineAlive)
        {
            Wired.Step(due); // What the chips say, nobody reads.
            return;
        }

        Wired.StepToArrival(due);
        if (Wired.Chips.Read(received) is > 0 and var count)
        {
            Miner.Receive(received.AsSpan(0, count), Now);
        }
    }

    private void StepGuard()
    {
        if (Now >= nextTick)
        {
            nextTick += GuardLoop.Period;
            Guard.Tick(Now);
        }

        for (var turns = 0; Guard.Due <= Now; turns++)
        {
            Assert.True(turns < 50, "guard is due and does not do it.");
            Guard.Advance(Now);
        }
    }

    private void StepMine()
    {
        if (Now >= nextJob && HasWork)
        {
            nextJob += JobEvery;
            wasBlock = !wasBlock;
            Miner.Give(pool.NextJob(wasBlock, Now), stopOldWork: wasBlock, Now);
        }

        Miner.Step(Now);
        if (Now < nextWant && Now < Miner.LooksAt)
        {
            return;
        }

        nextWant = Now + WantEvery;
        Miner.Look(new MinerView(Guard.Grant, Now + Grants.AgeMax, HasWork), Now);
        var (report, key) = (Miner.Report, Guard.Key);
        Guard.Receive(
            mine,
            report.Orders.Lease
                ? new BoardWant(key, report.Orders.Reset, report.Status.Clock.Value, report.ResultsPerSecond, [])
                : null,
            Now);
    }
}
