using Drivers;
using Firmware.Link;
using Firmware.Mining;
using Microsoft.Extensions.Logging;

namespace Firmware.Pool;

/// <summary>
/// The process mine: starts the threads, tells everybody who asks how it goes, proves to the supervisor that all of it
/// lives, and ends it in order.
/// </summary>
internal sealed class MineLoop(
    MiningBoard[] boards,
    PoolThread pool,
    GuardLink guard,
    Hub hub,
    LinkServer server,
    ILogger log)
{
    private static readonly TimeSpan StatusEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>A thread that has not shown itself for so long hangs, and is not vouched for.</summary>
    private static readonly TimeSpan BeatAgeMax = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan ThreadEndMax = TimeSpan.FromSeconds(1);

    private readonly (HealthReport? Of, BoardHealth? Told)[] healths =
        new (HealthReport?, BoardHealth?)[boards.Length];

    private string? ending;

    /// <summary>Shown as it is.</summary>
    public string? Walls { get; init; }

    public void Run(CancellationToken stop)
    {
        using var watchdog = Watchdog.FromEnvironment();
        using var wake = new Wake();
        using var waking = stop.Register(wake.Set);
        Array.ForEach(boards, board => board.Chain.Start());
        pool.Start();
        guard.Start();
        watchdog.Ready($"mining on {boards.Length} board(s)");
        var sendAt = Uptime.Now;
        while (!stop.IsCancellationRequested)
        {
            var now = Uptime.Now;
            server.Wait(sendAt > now ? sendAt - now : TimeSpan.Zero, wake.Descriptor);
            Listen();
            if (Uptime.Now < sendAt)
            {
                continue;
            }

            sendAt = Uptime.Now + StatusEvery;
            server.SendToAll(Status());
            if (IsAlive(Uptime.Now))
            {
                watchdog.Alive();
            }
        }

        watchdog.Stopping();
        End();
    }

    /// <summary>
    /// Chips first, so that no share comes after the last; then the pool's word; then the lease goes.
    /// </summary>
    private void End()
    {
        ending = "stopping";
        log.Ending();
        Array.ForEach(boards, board => board.Chain.BeginStop());
        var stopped = Array.TrueForAll(boards, board => board.Chain.Join(ThreadEndMax));
        pool.BeginStop();
        stopped &= pool.Join(PoolThread.GoodbyeMax + ThreadEndMax);
        stopped &= guard.Stop(ThreadEndMax);
        ending = stopped ? "stopped" : "stopped, though a thread did not end in time";
        server.SendToAll(Status());
        server.Wait(TimeSpan.Zero);
        var last = hub.Totals;
        log.Ended(last.Accepted, last.Rejected, last.Stale, last.Unconfirmed);
    }

    /// <summary>Nobody has anything to say here; whoever talks nonsense is closed by the server.</summary>
    private void Listen()
    {
        while (server.TryNext(out _))
        {
        }
    }

    private bool IsAlive(TimeSpan now) =>
        now - pool.BeatAt < BeatAgeMax
        && Array.TrueForAll(boards, board => now - board.Chain.Report.At < BeatAgeMax);

    private LinkLine Status()
    {
        var now = Uptime.Now;
        var chains = Array.ConvertAll([.. Enumerable.Range(0, boards.Length)], StatusOf);
        var totals = hub.Totals;
        return new LinkLine(Mine: new MineStatus(
            now.TotalSeconds,
            hub.FirstJobAt is { } first ? (now - first).TotalSeconds : null,
            State(now),
            Reason(now),
            totals.Accepted,
            totals.Rejected,
            totals.Stale + chains.Sum(chain => chain.Stale),
            totals.Unconfirmed,
            pool.Pending,
            chains.Sum(chain => chain.HardwareErrors),
            chains.Sum(chain => chain.Duplicates),
            chains.Sum(chain => chain.HashRate),
            pool.Status(),
            chains)
        {
            Walls = Walls,
        });
    }

    private string State(TimeSpan now) =>
        ending is not null ? "stopping"
        : !hub.HasWork(now) ? "idle"
        : hub.FirstJobAt is null ? "starting"
        : pool.Current is null ? "without pool"
        : "mining";

    private string Reason(TimeSpan now) =>
        ending
        ?? (!hub.HasWork(now) ? $"no pool for {Hub.WithoutPoolMax.TotalSeconds:0} s: the boards rest until there is one"
            : Array.Find(boards, board => board.Chain.Report.Phase != BoardPhase.Up)?.Chain.Reason
            ?? (pool.Current is { } current ? $"mining on {current}" : "waiting for a pool"));

    private BoardMineStatus StatusOf(int index)
    {
        var chain = boards[index].Chain;
        var report = chain.Report;
        var counters = chain.Counters;
        return new BoardMineStatus(
            chain.Board,
            StateOf(report),
            report.Fault,
            report.Status.Chips,
            report.Status.Clock.Value,
            report.HashRate,
            report.Status.HashRate,
            counters.Results,
            counters.Shares,
            counters[Verdict.HardwareError],
            counters[Verdict.Duplicate],
            counters[Verdict.Stale],
            chain.JobsSent,
            report.Status.CrcErrors,
            report.Status.SkippedBytes)
        {
            Health = HealthOf(index, report),
            DutyPercent = boards[index].HasDuty ? report.Status.Clock.Value : null,
        };
    }

    /// <summary>Made once a second, as the report is: the columns of 126 chips are not for nothing.</summary>
    private BoardHealth? HealthOf(int index, ChainReport report)
    {
        if (!ReferenceEquals(healths[index].Of, report.Health))
        {
            healths[index] = (report.Health, HealthColumns.Of(report, Uptime.Now));
        }

        return healths[index].Told;
    }

    private static string StateOf(ChainReport report) =>
        report.Phase == BoardPhase.Up ? report.Status.State.Words() : report.Phase.Words();
}
