using System.Net.Sockets;
using Drivers;
using Firmware.Link;
using Firmware.Mining;
using Firmware.StratumV2.Noise;
using Microsoft.Extensions.Logging;

namespace Firmware.Pool;

/// <summary>
/// The thread of the pool session: waits in poll(2), hands bytes and time to the session, and gives its jobs to the
/// chains before it reads again. A thin shell around <see cref="PoolSession"/> and <see cref="Failover"/>.
/// </summary>
public sealed class PoolThread : IDisposable
{
    /// <summary>At the end, for the pool's word on the last shares.</summary>
    public static readonly TimeSpan GoodbyeMax = TimeSpan.FromSeconds(2);

    /// <summary>Wakes up so often at least, to prove that it lives.</summary>
    private static readonly TimeSpan BeatEvery = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan FlushMax = TimeSpan.FromMilliseconds(200);

    private readonly SessionTerms[] terms;
    private readonly Failover failover;
    private readonly Hub hub;
    private readonly ILogger log;
    private readonly Func<ClockView> clock;
    private readonly Wake wake = new();
    private readonly string?[] lastErrors;
    private readonly string?[] lastRejections;
    private Dial? dial;
    private TimeSpan dialEnds;
    private Socket? socket;
    private SocketWire? wire;
    private int descriptor = -1;
    private volatile PoolSession? session;
    private int current = -1;
    private TimeSpan deadline;
    private string? notice;
    private bool announced;
    private long beatTicks;
    private volatile bool stopping;
    private TimeSpan? stopBy;
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
        lastErrors = new string?[terms.Length];
        lastRejections = new string?[terms.Length];
    }

    /// <summary>When the thread last proved that it lives.</summary>
    public TimeSpan BeatAt => new(Interlocked.Read(ref beatTicks));

    /// <summary>Shares the pool has not spoken of yet.</summary>
    public int Pending => session?.Pending ?? 0;

    /// <summary>The pool in use, host:port, or null.</summary>
    public string? Current => session is { Stage: SessionStage.Mining } && Volatile.Read(ref current) is >= 0 and var i
        ? terms[i].Pool.ToString()
        : null;

    /// <summary>Every pool as people see it, in order of preference. Any thread.</summary>
    public PoolStatus[] Status()
    {
        var pools = new PoolStatus[terms.Length];
        for (var i = 0; i < pools.Length; i++)
        {
            var running = i == Volatile.Read(ref current) ? session : null;
            pools[i] = new PoolStatus(
                terms[i].Pool.ToString(),
                StateOf(i, running),
                lastErrors[i],
                running?.Difficulty,
                running?.LastRejection ?? lastRejections[i],
                running?.TimeUnverified ?? false,
                terms[i].Source,
                [.. terms[i].Alarms.Current]);
        }

        return pools;
    }

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
        dial?.Abandon();
        session?.Dispose();
        socket?.Dispose();
        wake.Dispose();
    }

    private string StateOf(int pool, PoolSession? running)
    {
        if (running is null)
        {
            return pool == Volatile.Read(ref current) ? "connecting" : lastErrors[pool] is null ? "waiting" : "failed";
        }

        return running.Stage switch
        {
            SessionStage.Handshake => "handshake",
            SessionStage.Setup or SessionStage.Extensions => "setup",
            SessionStage.Opening or SessionStage.AwaitingJob => "opening",
            SessionStage.Mining => "mining",
            _ => "failed",
        };
    }

    private void Run()
    {
        while (!stopping || session is not null)
        {
            var now = Uptime.Now;
            Interlocked.Exchange(ref beatTicks, now.Ticks);
            if (session is { } running)
            {
                Serve(running, now);
            }
            else if (dial is { } dialling)
            {
                Connect(dialling, now);
            }
            else
            {
                Choose(now);
            }
        }

        dial?.Abandon();
    }

    private void Choose(TimeSpan now)
    {
        if (failover.Next(now, out var next) is not { } pool)
        {
            Wait(next, now);
            return;
        }

        Volatile.Write(ref current, pool);
        log.Connecting(terms[pool].Pool.ToString());
        dial = new Dial(terms[pool].Pool, wake);
        dialEnds = now + Dial.Max;
        dial.Start();
    }

    private void Connect(Dial dialling, TimeSpan now)
    {
        if (dialling.TryTake() is { } connected)
        {
            dial = null;
            Begin(connected, now);
        }
        else if (dialling.Trouble is { } trouble)
        {
            dial = null;
            Fail(trouble, now);
        }
        else if (now >= dialEnds)
        {
            dialling.Abandon();
            dial = null;
            Fail("cannot connect: it does not answer. Check host, port and network.", now);
        }
        else
        {
            Wait(dialEnds, now);
        }
    }

    private void Begin(Socket connected, TimeSpan now)
    {
        socket = connected;
        descriptor = (int)connected.SafeHandle.DangerousGetHandle();
        announced = false;
        notice = null;
        wire = new SocketWire(descriptor, wake);
        var begun = new PoolSession(terms[current], wire, hub.Totals, now);
        hub.Begin(begun);
        session = begun;
        deadline = now; // The first tick tells the next.
    }

    /// <summary>The hot end.</summary>
    private void Serve(PoolSession running, TimeSpan now)
    {
        var until = deadline;
        if (stopping && HasLeft(running, now, ref until))
        {
            return;
        }

        var wanted = running.HasUnsent ? (short)(Linux.PollIn | Linux.PollOut) : Linux.PollIn;
        var ready = Wait(until, now, descriptor, wanted);
        now = Uptime.Now;
        if ((ready & Linux.PollOut) != 0)
        {
            running.Flush(now);
        }

        Apply(running, (ready & ~Linux.PollOut) != 0 ? Receive(running, now) : running.Tick(now), now);
    }

    private SessionStep Receive(PoolSession running, TimeSpan now)
    {
        var count = wire!.Receive(running.Free);
        return count switch
        {
            > 0 => running.Received(count, running.WantsClock(now) ? clock() : default, now),
            0 => running.Tick(now),
            _ => running.Lost("The pool closed the connection, or the network did.", now),
        };
    }

    private void Apply(PoolSession running, SessionStep step, TimeSpan now)
    {
        for (var i = 0; i < step.Chains.Length; i++)
        {
            var chain = step.Chains[i];
            if (chain.Start is not null || chain.StopOldWork)
            {
                hub.Give(running, i, chain.Start, chain.StopOldWork, now);
            }
        }

        deadline = step.Deadline;
        if (!announced && running.Stage == SessionStage.Mining)
        {
            announced = true;
            failover.HasWork(now);
            Volatile.Write(ref lastErrors[current], null);
            log.Mining(terms[current].Pool.ToString(), running.Difficulty ?? 0);
        }

        if (!ReferenceEquals(notice, running.Notice) && running.Notice is { } odd)
        {
            notice = odd;
            log.Noticed(terms[current].Pool.ToString(), odd);
        }

        if (step.Ended is { } reason)
        {
            End(running, now);
            Fail(reason, now, running.RedirectTo is not null);
        }
        else if (running.WantsReplacement)
        {
            End(running, now);
            Fail("The pool asked us to connect again.", now, askedBack: true);
        }
    }

    /// <summary>Leaves once the pool has spoken of every share, or patience ends.</summary>
    private bool HasLeft(PoolSession running, TimeSpan now, ref TimeSpan until)
    {
        stopBy ??= now + GoodbyeMax;
        if (running.Pending > 0 && now < stopBy)
        {
            until = stopBy.Value < until ? stopBy.Value : until;
            return false;
        }

        log.Left(terms[current].Pool.ToString(), running.Pending);
        running.SayGoodbye(now);
        for (var end = now + FlushMax; running.HasUnsent && Uptime.Now < end;)
        {
            Wait(end, Uptime.Now, descriptor, Linux.PollOut);
            running.Flush(Uptime.Now);
        }

        End(running, now);
        return true;
    }

    private void End(PoolSession running, TimeSpan now)
    {
        lastRejections[current] = running.LastRejection;
        session = null;
        running.Dispose();
        hub.End(running, now);
        socket?.Dispose();
        socket = null;
    }

    private void Fail(string reason, TimeSpan now, bool askedBack = false)
    {
        log.SessionEnded(terms[current].Pool.ToString(), reason);
        Volatile.Write(ref lastErrors[current], reason);
        Volatile.Write(ref current, -1);
        failover.Ended(now, askedBack);
    }

    private unsafe short Wait(TimeSpan until, TimeSpan now, int file = -1, short wanted = 0)
    {
        var timeout = until - now < BeatEvery ? until - now : BeatEvery;
        Span<Linux.PollEntry> entries =
        [
            new() { Descriptor = wake.Descriptor, Wanted = Linux.PollIn },
            new() { Descriptor = file, Wanted = wanted },
        ];
        fixed (Linux.PollEntry* start = entries)
        {
            if (Linux.Poll(start, (nuint)entries.Length, PollTime.Milliseconds(timeout)) <= 0)
            {
                return 0;
            }
        }

        if (entries[0].Ready != 0)
        {
            wake.Clear();
        }

        return entries[1].Ready;
    }
}
