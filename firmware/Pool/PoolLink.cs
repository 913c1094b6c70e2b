using System.Net;
using System.Net.Sockets;
using Drivers;
using Firmware.Link;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>
/// One connection to a pool from the dial to its end: the dial, the socket, the session, and the newest job of each
/// chain, for the moment when the chips are given to it. Its owner is the pool's thread, which waits for it in poll(2);
/// other threads may look at the session.
/// </summary>
internal sealed class PoolLink : IDisposable
{
    /// <summary>Results that were on their way when another pool took over still belong here.</summary>
    public static readonly TimeSpan StayFor = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan FlushMax = TimeSpan.FromMilliseconds(200);

    /// <summary>A board whose channel was refused must not keep the other boards from the new pool.</summary>
    private static readonly TimeSpan OtherJobsMax = TimeSpan.FromSeconds(1);

    private readonly Wake wake;
    private readonly ShareTotals totals;
    private readonly Dial dial;
    private readonly TimeSpan dialEnds;
    private readonly uint? retryFlags;
    private readonly Job?[] jobs;
    private PoolAddress? seenRedirect;
    private Socket? socket;
    private SocketWire? wire;
    private volatile PoolSession? session;
    private TimeSpan? workSince;
    private TimeSpan? leaveAt;
    private TimeSpan? leaveBy;
    private TimeSpan? flushBy;

    /// <summary>Dials at once.</summary>
    /// <param name="terms">With the address that is dialled.</param>
    /// <param name="pool">Whose it is, by its place in the order of preference.</param>
    /// <param name="allows">Which of the host's addresses may be dialled; null means all.</param>
    /// <param name="retryFlags"><see cref="PoolSession.RetryFlags"/> of the session before.</param>
    public PoolLink(
        SessionTerms terms,
        int pool,
        Wake wake,
        ShareTotals totals,
        Func<IPAddress, bool>? allows,
        uint? retryFlags,
        TimeSpan now)
    {
        this.retryFlags = retryFlags;
        Terms = terms;
        Pool = pool;
        this.wake = wake;
        this.totals = totals;
        jobs = new Job?[terms.HashRates.Count];
        dial = new Dial(terms.Pool, wake, refuses: address => Refusal(address, terms, allows));
        dialEnds = now + Dial.Max;
        Deadline = dialEnds;
        dial.Start();
    }

    public SessionTerms Terms { get; }

    public int Pool { get; }

    /// <summary>Null while dialling, and after the end. Any thread.</summary>
    public PoolSession? Session => session;

    /// <summary>The newest job of each chain that is still worth hashing.</summary>
    public ReadOnlySpan<Job?> Jobs => jobs;

    /// <summary>Why it is over, in one sentence; null while it goes on. Empty where we left.</summary>
    public string? Ended { get; private set; }

    /// <summary>How, once it is over.</summary>
    public Ending Ending { get; private set; }

    /// <summary>When <see cref="Serve"/> is to be called though nothing is ready.</summary>
    public TimeSpan Deadline { get; private set; }

    /// <summary>For poll(2); -1 where there is no socket yet.</summary>
    public int Descriptor { get; private set; } = -1;

    /// <summary>For poll(2).</summary>
    public short Wanted =>
        session is { HasUnsent: true } ? (short)(Linux.PollIn | Linux.PollOut) : Linux.PollIn;

    public bool IsLeaving => leaveBy is not null;

    /// <summary>The last <see cref="Serve"/> brought something for a chain.</summary>
    public bool Gave { get; private set; }

    /// <summary>The last <see cref="Serve"/> brought a job for a tip to come.</summary>
    public bool TipIsNear { get; private set; }

    /// <summary>Every chain has a job, or the others have waited for long enough.</summary>
    public bool HasWork(TimeSpan now) =>
        workSince is { } since && (now >= since + OtherJobsMax || Array.TrueForAll(jobs, job => job is not null));

    /// <summary>What is ready, and what time has brought.</summary>
    /// <param name="ready">What poll(2) says of <see cref="Descriptor"/>.</param>
    /// <returns>What it means for each chain; valid until the next call.</returns>
    public ReadOnlySpan<ChannelStep> Serve(short ready, Func<ClockView> clock, TimeSpan now)
    {
        if (Ended is not null)
        {
            return default;
        }

        if (session is not { } running)
        {
            Connect(now);
            return default;
        }

        if ((ready & Linux.PollOut) != 0)
        {
            running.Flush(now);
        }

        var step = (ready & ~Linux.PollOut) != 0 ? Receive(running, clock, now) : running.Tick(now);
        Keep(step.Chains, now);
        TipIsNear = step.TipIsNear;
        Deadline = step.Deadline;
        if (step.Ended is { } reason)
        {
            End(reason, workSince is null ? Ending.Refused : Ending.Lost);
        }
        else if (leaveBy is not null)
        {
            GoOnLeaving(running, now);
        }

        return step.Chains;
    }

    /// <summary>
    /// Leaves politely: late results are sent, the pool has its time for a word on the last shares, and hears that we
    /// go. A dial is abandoned.
    /// </summary>
    public void Leave(TimeSpan stay, TimeSpan patience, TimeSpan now)
    {
        if (session is null)
        {
            End("", Ending.Unreachable);
        }
        else
        {
            leaveAt ??= now + stay;
            leaveBy ??= now + patience;
            Deadline = now;
        }
    }

    /// <summary>Where the pool wants us instead, each time that it says so once; null elsewhere.</summary>
    public PoolAddress? TakeRedirect()
    {
        var to = session?.RedirectTo;
        if (ReferenceEquals(to, seenRedirect))
        {
            return null;
        }

        seenRedirect = to;
        return to;
    }

    /// <summary>What a host's name stands for is judged here: before, nobody knows.</summary>
    private static string? Refusal(IPAddress address, SessionTerms terms, Func<IPAddress, bool>? allows) =>
        allows?.Invoke(address) == false
            ? $"{terms.Pool} turned out to be at {address}, where its pool may not send us."
            : Trust.Check(terms.Pool, address, terms.Insecure);

    /// <summary>Ends at once. What waits stays unconfirmed.</summary>
    public void Dispose()
    {
        End("", Ending.Lost);
        dial.Abandon();
    }

    private void Connect(TimeSpan now)
    {
        if (dial.TryTake() is { } connected)
        {
            socket = connected;
            Descriptor = (int)connected.SafeHandle.DangerousGetHandle();
            wire = new SocketWire(Descriptor, wake);
            session = new PoolSession(Terms, wire, totals, now, retryFlags)
            {
                Redirects = new RedirectPolicy(Terms.Pool)
                {
                    Remote = dial.Remote,
                    Own = dial.Own,
                    AllowPrivate = Terms.AllowPrivateRedirect,
                },
            };
            Deadline = now; // The first tick tells the next.
        }
        else if (dial.Trouble is { } trouble)
        {
            End(trouble, Ending.Unreachable);
        }
        else if (now >= dialEnds)
        {
            End("cannot connect: it does not answer. Check host, port and network.", Ending.Unreachable);
        }
    }

    private SessionStep Receive(PoolSession running, Func<ClockView> clock, TimeSpan now)
    {
        var count = wire!.Receive(running.Free);
        return count switch
        {
            > 0 => running.Received(count, running.Stage == SessionStage.Handshake ? clock() : default, now),
            0 => running.Tick(now),
            _ => running.Lost("The pool closed the connection, or the network did.", now),
        };
    }

    private void Keep(ReadOnlySpan<ChannelStep> chains, TimeSpan now)
    {
        Gave = false;
        for (var i = 0; i < chains.Length; i++)
        {
            Gave |= chains[i].Start is not null || chains[i].StopOldWork;
            if (chains[i].Start is { } job)
            {
                jobs[i] = job;
                workSince ??= now;
            }
            else if (chains[i].StopOldWork)
            {
                jobs[i] = null;
            }
        }
    }

    private void GoOnLeaving(PoolSession running, TimeSpan now)
    {
        var until = flushBy ?? (running.Pending > 0 ? leaveBy!.Value : Sooner(leaveAt!.Value, leaveBy!.Value));
        if (now < until && (flushBy is null || running.HasUnsent))
        {
            Deadline = Sooner(Deadline, until);
        }
        else if (flushBy is null)
        {
            running.SayGoodbye(now);
            flushBy = now + FlushMax;
            Deadline = now;
        }
        else
        {
            End("", Ending.Lost);
        }
    }

    private void End(string reason, Ending how)
    {
        if (Ended is not null)
        {
            return;
        }

        Ended = reason;
        Ending = how;
        Descriptor = -1;
        dial.Abandon();
        session?.Dispose();
        socket?.Dispose();
    }

    private static TimeSpan Sooner(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
