using Drivers;
using Firmware.Link;
using Firmware.Mining;

namespace Storm;

/// <summary>
/// The process `mine` with its real steps (miner, lifecycle, liveness, feed, judge, grants) and, in place of its
/// threads, the moments in which they would do something. It can be killed, and stopped and let go on.
/// </summary>
internal sealed class MineProcess
{
    /// <summary>Plan §1: mine and guard tell each other all they want every 250 ms.</summary>
    private static readonly TimeSpan SendEvery = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan OpenEvery = TimeSpan.FromSeconds(1);

    private readonly Device device;
    private readonly Megahertz megahertz;
    private ChainMiner miner;
    private StormChain chain;
    private ShareTotals totals = new();
    private Grants grants = new();
    private object connection = new();
    private GrantMessage? unread;
    private TimeSpan startedAt;
    private TimeSpan sendAt;
    private TimeSpan openAt;
    private BoardOrders sent;
    private bool isOpen;
    private bool nudged;
    private long results;
    private long delivered;
    private long taken;

    public MineProcess(Device device)
    {
        this.device = device;
        megahertz = new(device.Config.Chains[0].Megahertz.Value);
        (miner, chain) = NewMiner();
    }

    public bool Lives { get; private set; }

    /// <summary>The kernel gives it no turn: SIGSTOP, or a loop that never ends.</summary>
    public bool Hangs { get; private set; }

    public bool Acts => Lives && !Hangs;

    /// <summary>Since when it has done nothing, or null while it does.</summary>
    public TimeSpan? GoneSince { get; private set; } = TimeSpan.Zero;

    /// <summary>Time since its start, plus whatever the clock has leapt.</summary>
    public TimeSpan Clock => TimeSpan.FromHours(1) + device.Clock.Now + device.Leapt;

    /// <summary>When a want that asks for power was last heard by guard.</summary>
    public TimeSpan WantHeardAt { get; private set; }

    /// <summary>When the last true result was judged.</summary>
    public TimeSpan LastResultAt { get; private set; }

    public long Results => miner.Counters.Results;

    public BoardPhase Phase => miner.Report.Phase;

    public string Reason => miner.Report.Reason;

    public TimeSpan Due => !Acts ? TimeSpan.MaxValue
        : nudged || (device.Board.Chips.HasAnswers && isOpen) ? device.Clock.Now
        : Earliest(Earliest(sendAt, miner.LooksAt), miner.Due(Clock)) - Ahead;

    private TimeSpan Ahead => Clock - device.Clock.Now;

    public void Start()
    {
        startedAt = device.Clock.Now;
        totals = new();
        (miner, chain) = NewMiner();
        grants = new();
        connection = new();
        unread = null;
        isOpen = false;
        openAt = sendAt = Clock;
        sent = default;
        delivered = device.Board.Chips.Delivered;
        taken = device.Pool.Taken;
        results = 0;
        Lives = true;
        Hangs = false;
        GoneSince = null;
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        if (Lives)
        {
            device.Watch.Count(MissingShares());
            Lives = Hangs = false;
            GoneSince ??= device.Clock.Now;
            device.Board.Chips.DropAnswers(); // The kernel's buffer of the port goes with it.
            device.Pool.Close();
            device.Guard.Close(connection);
        }
    }

    public void Hang(bool hangs)
    {
        if (Lives)
        {
            Hangs = hangs;
            GoneSince = hangs ? GoneSince ?? device.Clock.Now : null;
            if (!hangs && unread is { } waiting)
            {
                Receive(waiting);
            }
        }
    }

    /// <summary>guard says something. A process that hangs reads it later.</summary>
    public void Receive(GrantMessage message)
    {
        unread = message;
        if (Acts)
        {
            unread = null;
            nudged |= grants.Receive(message, Clock);
        }
    }

    /// <summary>guard came up: a new connection to it.</summary>
    public void Reconnect()
    {
        if (Lives)
        {
            connection = new();
            sendAt = TimeSpan.Zero;
        }
    }

    public void Give(Job job, bool isBlock) => _ = miner.Give(job, isBlock, Clock);

    public void Act()
    {
        if (!Acts)
        {
            return;
        }

        var now = Clock;
        try
        {
            Hear(now);
            miner.Step(now);
            if (nudged || now >= miner.LooksAt)
            {
                nudged = false;
                Look(now);
            }
        }
        catch (IOException)
        {
            miner.Detach(now);
            isOpen = false;
            openAt = now + OpenEvery;
        }

        Tell(now);
    }

    /// <summary>What no counter of this process and no pool knows of, of the claims that reached it.</summary>
    public string? MissingShares()
    {
        var counters = miner.Counters;
        var claims = device.Board.Chips.Delivered - delivered;
        var counted = counters.Results + counters[Verdict.HardwareError] + counters[Verdict.Duplicate];
        var gone = device.Pool.Taken - taken + totals.Unconfirmed + totals.Withheld;
        return claims != counted ? $"{claims} claims reached mine, and it has counted {counted}"
            : counters.Shares != gone ? $"mine found {counters.Shares} shares, and {gone} of them are accounted for"
            : null;
    }

    private (ChainMiner, StormChain) NewMiner()
    {
        chain = new StormChain(device.Board.Chips.Count, megahertz.Value);
        return (new(chain, megahertz, totals, Clock), chain);
    }

    private void Hear(TimeSpan now)
    {
        if (isOpen && device.Board.Chips.HasAnswers)
        {
            if (device.Board.Troubles.WireDead)
            {
                device.Board.Chips.DropAnswers();
                return;
            }

            miner.Receive(device.Board.Chips.TakeAnswers(), now);
        }

        if (miner.Counters.Results != results)
        {
            results = miner.Counters.Results;
            LastResultAt = device.Board.Troubles.Sabotage == Sabotage.NoLiveness ? LastResultAt : device.Clock.Now;
        }
    }

    private void Look(TimeSpan now)
    {
        if (!isOpen && now >= openAt)
        {
            openAt = now + OpenEvery;
            isOpen = !device.Board.Troubles.PortGone && !device.Board.Troubles.Unplugged;
            if (isOpen)
            {
                miner.Attach(new StormPort(device.Board));
            }
        }

        miner.Look(new(grants.Of(device.Config.Key, now), grants.ExpiresAt, HasWork()), now);
    }

    /// <summary>As the hub judges it.</summary>
    private bool HasWork() => device.Pool.WithoutWorkSince is not { } since
        || device.Clock.Now - (since > startedAt ? since : startedAt) < Hub.WithoutPoolMax;

    private void Tell(TimeSpan now)
    {
        var orders = miner.Report.Orders;
        if (now < sendAt && (orders.Lease, orders.Reset) == (sent.Lease, sent.Reset))
        {
            return;
        }

        sent = orders;
        sendAt = now + SendEvery;
        var want = orders.Lease
            ? new BoardWant(
                device.Config.Key, orders.Reset, miner.Report.Status.Clock.Value, miner.Report.ResultsPerSecond, [])
            : null;
        if (device.Guard.Receive(connection, want) && want is not null)
        {
            WantHeardAt = device.Clock.Now;
        }
    }

    private static TimeSpan Earliest(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
