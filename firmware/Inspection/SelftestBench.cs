using Drivers;
using Drivers.Buses;
using Firmware.Guard;
using Firmware.Link;
using Firmware.Mining;
using Microsoft.Extensions.Logging;

namespace Firmware.Inspection;

/// <summary>
/// guard and mine of one board in one process, without a pool: the same steps that run in service, so that whatever
/// ends a board's work there ends it here. Nothing happens but in <see cref="RunUntil"/>.
/// </summary>
internal sealed class SelftestBench : IDisposable
{
    private const int ChunkBytes = 4096;

    private static readonly TimeSpan NapMax = TimeSpan.FromMilliseconds(10);

    private readonly BoardGuard guard;
    private readonly Func<TimeSpan> clock;
    private readonly CancellationToken stop;
    private readonly ChainMiner miner;
    private readonly IChainPort port;
    private readonly byte[] received = new byte[ChunkBytes];
    private TimeSpan nextTick;
    private TimeSpan nextWant;

    /// <exception cref="IOException">The chips' port cannot be opened.</exception>
    /// <exception cref="StartException">It is not there.</exception>
    public SelftestBench(
        GuardParts parts,
        BoardChain chain,
        Megahertz megahertz,
        ILogger log,
        Func<TimeSpan> clock,
        CancellationToken stop)
    {
        this.clock = clock;
        this.stop = stop;
        var now = clock();
        guard = new(parts, new BoardHistory(parts.Key, default, new KeptNowhere(), clock, log), clock, log);
        miner = new(chain.Chain, megahertz, Totals, now);
        port = chain.Open();
        miner.Attach(port);
        nextTick = nextWant = now;
    }

    public ShareTotals Totals { get; } = new();

    public ChainReport Chain => miner.Report;

    public ChainCounters Counters => miner.Counters;

    public BoardGuardStatus Guard => guard.Status;

    /// <summary>What ended the board's work, by guard's word or by the chips', or null.</summary>
    public string? Trouble => guard.Fault ?? miner.Report.Fault;

    public bool HasPower => guard.Grant.Power == PowerGrant.Good;

    /// <summary>Called after every tick of guard: its readings are fresh.</summary>
    public Action Ticked { get; set; } = () => { };

    public void GiveJob(Job job) => miner.Give(job, stopOldWork: true, clock());

    /// <summary>False where it did not come true in time, or something went wrong before.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public bool RunUntil(Func<bool> isTrue, TimeSpan patience)
    {
        for (var end = clock() + patience; !isTrue();)
        {
            stop.ThrowIfCancellationRequested();
            if (Trouble is not null || clock() >= end)
            {
                return false;
            }

            Round();
        }

        return true;
    }

    /// <summary>The chips are stopped over their wire first; the power goes by whoever closes the board.</summary>
    public void Dispose()
    {
        try
        {
            miner.Stop(clock());
        }
        catch (IOException)
        {
            // The port is gone: power goes all the same.
        }

        guard.MakeSafe();
        miner.Detach(clock());
        port.Dispose();
    }

    private void Round()
    {
        var now = clock();
        if (now >= nextTick)
        {
            guard.Tick(now);
            nextTick = clock() + GuardLoop.Period;
            Ticked();
        }

        if (guard.Due <= clock())
        {
            guard.Advance(clock());
        }

        Exchange(clock());
        miner.Step(clock());
        Wait();
    }

    /// <summary>Wants and grants, as over the link: every 250 ms, and at once where one has changed.</summary>
    private void Exchange(TimeSpan now)
    {
        var grant = guard.Grant;
        if (now < nextWant && now < miner.LooksAt)
        {
            return;
        }

        miner.Look(new(grant, now + Grants.AgeMax, HasWork: true), now);
        var orders = miner.Report.Orders;
        var want = new BoardWant(
            grant.Board,
            orders.Reset,
            miner.Report.Status.Clock.Value,
            miner.Report.ResultsPerSecond,
            []);
        guard.Receive(this, orders.Lease ? want : null, now);
        nextWant = now + GuardLoop.GrantPeriod;
    }

    private unsafe void Wait()
    {
        var now = clock();
        var until = new[] { nextTick, nextWant, guard.Due, miner.Due(now), now + NapMax }.Min();
        var entry = new Linux.PollEntry { Descriptor = port.Descriptor, Wanted = Linux.PollIn };
        if (Linux.Poll(&entry, 1, until > now ? until - now : TimeSpan.Zero) > 0 && (entry.Ready & ~Linux.PollOut) != 0)
        {
            miner.Receive(received.AsSpan(0, port.Read(received)), clock());
        }
    }
}
