using System.Net;
using Firmware.Link;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Noise;
using Microsoft.Extensions.Logging;

namespace Firmware.Pool;

/// <summary>
/// The thread of the pools' connections: waits for all of them in one poll(2), and gives the jobs of the one in use to
/// the chains before it reads again. A thin shell around <see cref="PoolLink"/> and <see cref="Failover"/>.
/// </summary>
public sealed class PoolThread : IDisposable
{
    /// <summary>At the end, for the pool's word on the last shares.</summary>
    public static readonly TimeSpan GoodbyeMax = TimeSpan.FromSeconds(2);

    /// <summary>Wakes up so often at least, to prove that it lives.</summary>
    private static readonly TimeSpan BeatEvery = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan RatesEvery = TimeSpan.FromSeconds(1);

    /// <summary>In use, on its way, and two being left: where there is a third, the first goes at once.</summary>
    private const int LinksMax = 4;

    private readonly SessionTerms[] terms;
    private readonly Failover failover;
    private readonly Hub hub;
    private readonly ILogger log;
    private readonly Func<ClockView> clock;
    private readonly Wake wake = new();
    private readonly LinkPoll poll;
    private readonly AttemptPace pace = new();
    private readonly PoolBoard board;
    private readonly List<PoolLink> leaving = new(LinksMax);
    private readonly double[] rates;
    private volatile PoolLink? mining;
    private volatile PoolLink? rising;
    private readonly uint?[] retryFlags;
    private Attempt? waiting;
    private RedirectPolicy? sender;
    private TimeSpan deadline;
    private TimeSpan ratesAt;
    private long beatTicks;
    private volatile int leavingPending;
    private volatile bool stopping;
    private Thread? thread;

    /// <param name="terms">One for each pool, in order of preference.</param>
    /// <param name="clock">For certificates alone; none means <see cref="KernelClock"/>.</param>
    public PoolThread(
        SessionTerms[] terms, Failover failover, Hub hub, ILogger log, Func<ClockView>? clock = null)
    {
        this.clock = clock ?? KernelClock.View;
        this.terms = terms;
        this.failover = failover;
        this.hub = hub;
        this.log = log;
        board = new PoolBoard(terms, failover, log);
        poll = new LinkPoll(wake, LinksMax);
        retryFlags = new uint?[terms.Length];
        rates = new double[terms.Max(each => each.HashRates.Count)];
        Array.Fill(rates, double.NaN);
    }

    /// <summary>When the thread last proved that it lives.</summary>
    public TimeSpan BeatAt => new(Interlocked.Read(ref beatTicks));

    /// <summary>Shares the pools have not spoken of yet.</summary>
    public int Pending => (mining?.Session?.Pending ?? 0) + leavingPending;

    /// <summary>The pool in use, host:port, or null.</summary>
    public string? Current =>
        mining is { Session.Stage: SessionStage.Mining } link ? link.Terms.Pool.ToString() : null;

    /// <summary>Every pool as people see it, in order of preference. Any thread.</summary>
    public PoolStatus[] Status() => board.Status(mining, rising);

    public void Start()
    {
        thread = new Thread(Run) { Name = "pool", IsBackground = true };
        thread.Start();
    }

    /// <summary>
    /// Begins the end: waits for the pool's word on the last shares, says goodbye, and the thread ends.
    /// </summary>
    public void BeginStop()
    {
        stopping = true;
        wake.Set();
    }

    /// <summary>False where the thread did not end in time.</summary>
    public bool Join(TimeSpan patience) => thread?.Join(patience) ?? true;

    public void Dispose()
    {
        mining?.Dispose();
        rising?.Dispose();
        leaving.ForEach(link => link.Dispose());
        wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            var now = Uptime.Now;
            Interlocked.Exchange(ref beatTicks, now.Ticks);
            deadline = now + BeatEvery;
            if (!stopping)
            {
                Decide(now);
            }
            else if (!GoOnStopping(now))
            {
                return;
            }

            Wait();
            now = Uptime.Now;
            Serve(now);
            board.Tell(hub.Totals.Blocks, now);
        }
    }

    /// <summary>What time alone may have brought: somebody takes over, is given up, or is to be dialled.</summary>
    private void Decide(TimeSpan now)
    {
        if (rising is { } link)
        {
            Watch(link, now);
        }

        var next = TimeSpan.MaxValue;
        if (rising is null && (waiting ?? failover.Next(now, out next)) is { } attempt)
        {
            Dial(attempt, now);
        }

        WakeBy(next);
    }

    private void Watch(PoolLink link, TimeSpan now)
    {
        if (link.HasWork(now))
        {
            failover.HasWork(now);
        }

        if (failover.IsToTakeOver(now, out var takesOver))
        {
            TakeOver(link, now);
        }
        else if (failover.IsToBeGivenUp(now, out var givesUp))
        {
            link.Leave(TimeSpan.Zero, TimeSpan.Zero, now);
            rising = null;
            Retire(link);
            board.Failed(link, $"It gave no job within {Failover.WithoutJobMax.TotalSeconds:0} s.");
            failover.AttemptEnded(Ending.Refused, now);
            mining?.Session?.DropRedirect();
        }
        else
        {
            WakeBy(takesOver);
            WakeBy(givesUp);
        }
    }

    private void Dial(Attempt attempt, TimeSpan now)
    {
        var own = terms[attempt.Pool];
        var place = attempt.To ?? own.Pool;
        waiting = attempt;
        if (!pace.TryBegin(place, now, out var notBefore))
        {
            WakeBy(notBefore);
            return;
        }

        waiting = null;
        board.Connecting(attempt, place);
        var judge = attempt.To is null ? null : sender;
        Func<IPAddress, bool>? allows = judge is null ? null : address => judge.IsAllowed(place, address);
        rising = new PoolLink(
            own with { Pool = place }, attempt.Pool, wake, hub.Totals, allows, retryFlags[attempt.Pool], now);
        WakeBy(rising.Deadline);
    }

    /// <summary>The chips are given to the new pool; the old one has a moment for what is on its way to it.</summary>
    private void TakeOver(PoolLink link, TimeSpan now)
    {
        var old = mining;
        hub.Begin(link.Session!, link.Jobs, now);
        mining = link;
        rising = null;
        failover.TookOver(now);
        board.Mining(link);
        if (old is not null)
        {
            board.Left(old);
            old.Leave(PoolLink.StayFor, GoodbyeMax, now);
            Retire(old);
        }
    }

    private void Retire(PoolLink link)
    {
        if (leaving.Count == LinksMax - 2)
        {
            leaving[0].Dispose();
            leaving.RemoveAt(0);
        }

        leaving.Add(link);
    }

    /// <summary>The pool in use first: its jobs must not wait for anybody.</summary>
    private void Serve(TimeSpan now)
    {
        var at = 0;
        if (mining is { } current)
        {
            ServeMining(current, poll.Ready(at++), now);
        }

        if (rising is { } link)
        {
            ServeRising(link, poll.Ready(at++), now);
        }

        var pending = 0;
        for (var i = leaving.Count - 1; i >= 0; i--)
        {
            leaving[i].Serve(poll.Ready(at + i), clock, now);
            pending += leaving[i].Session?.Pending ?? 0;
            if (leaving[i].Ended is not null)
            {
                leaving.RemoveAt(i);
            }
        }

        leavingPending = pending;
    }

    private void ServeMining(PoolLink link, short isReady, TimeSpan now)
    {
        var steps = link.Serve(isReady, clock, now);
        for (var i = 0; i < steps.Length; i++)
        {
            if (steps[i].Start is not null || steps[i].StopOldWork)
            {
                hub.Give(link.Session!, i, steps[i].Start, steps[i].StopOldWork, now);
            }
        }

        if (!link.Gave)
        {
            link.Session?.SeeClock(clock, now);
            hub.SeeDrained();
        }

        if (link.TipIsNear)
        {
            poll.Alert.Begin(now);
        }

        TellRates(link, now);
        board.Watch(link, now);
        if (link.TakeRedirect() is { } to)
        {
            Redirect(link, to, now);
        }

        if (link.Ended is { } reason)
        {
            mining = null;
            hub.End(link.Session!, now);
            board.Failed(link, reason);
            failover.Lost(now);
        }
    }

    /// <summary>What the chips really do, which may not be what the pool was told (SV2 reference §4.9).</summary>
    private void TellRates(PoolLink link, TimeSpan now)
    {
        if (now - ratesAt < RatesEvery || link.Session is not { } session)
        {
            return;
        }

        ratesAt = now;
        hub.ReadRates(rates);
        session.Rates(rates, now);
    }

    private void Redirect(PoolLink link, PoolAddress to, TimeSpan now)
    {
        if (failover.SentAway(to, now))
        {
            sender = link.Session!.Redirects;
            board.SentTo(link, to);
        }
        else
        {
            link.Session!.DropRedirect();
        }
    }

    private void ServeRising(PoolLink link, short isReady, TimeSpan now)
    {
        link.Serve(isReady, clock, now);
        link.Session?.SeeClock(clock, now);
        board.Watch(link, now);
        if (link.TakeRedirect() is { } to)
        {
            rising = null;
            sender = link.Session!.Redirects;
            board.SentTo(link, to);
            link.Dispose();
            failover.AttemptSentAway(to, now);
        }
        else if (link.Ended is { } reason)
        {
            rising = null;
            board.Failed(link, reason);
            failover.AttemptEnded(HowItEnded(link), now);
            mining?.Session?.DropRedirect();
        }
    }

    /// <summary>A pool that refuses what we can do without is asked once more, without that.</summary>
    private Ending HowItEnded(PoolLink link)
    {
        var retry = link.Session?.RetryFlags;
        ref var remembered = ref retryFlags[link.Pool];
        remembered = link.Ending == Ending.Refused ? retry : remembered;
        return retry is null ? link.Ending : Ending.Lost;
    }

    /// <summary>False once everybody has been left.</summary>
    private bool GoOnStopping(TimeSpan now)
    {
        if (rising is { } link)
        {
            rising = null;
            link.Leave(TimeSpan.Zero, TimeSpan.Zero, now);
            Retire(link);
        }

        if (mining is { } current)
        {
            mining = null;
            board.Left(current);
            hub.End(current.Session!, now);
            current.Leave(TimeSpan.Zero, GoodbyeMax, now);
            Retire(current);
        }

        leaving.RemoveAll(static gone => gone.Ended is not null);
        return leaving.Count > 0;
    }

    private void WakeBy(TimeSpan at) => deadline = at < deadline ? at : deadline;

    private void Wait()
    {
        poll.Clear();
        Expect(mining);
        Expect(rising);
        foreach (var link in leaving)
        {
            Expect(link);
        }

        poll.Wait(deadline);
    }

    private void Expect(PoolLink? link)
    {
        if (link is not null)
        {
            poll.Add(link);
            WakeBy(link.Deadline);
        }
    }
}
