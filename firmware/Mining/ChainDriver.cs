using Drivers;
using Drivers.Buses;
using Drivers.Hashing;
using Firmware.Link;
using Microsoft.Extensions.Logging;

namespace Firmware.Mining;

/// <summary>
/// The thread of one chain: it owns the port, drives the chips, judges what they claim and submits what is a share.
/// A thin shell: what it does is decided by the chain, the lifecycle, the work table and the judge.
/// </summary>
public sealed class ChainDriver : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan OpenEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainMax = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan HealthWindow = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(60);

    private readonly IHashChain chain;
    private readonly Func<IChainPort> open;
    private readonly Hub hub;
    private readonly ILogger log;
    private readonly BoardLifecycle lifecycle;
    private readonly ChainFeed feed;
    private readonly Judge judge;
    private readonly HashrateMeter meter;
    private readonly SilenceWatch silence = new();
    private readonly Wake wake = new();
    private readonly byte[] received = new byte[4096];
    private readonly double hashesPerResult;
    private IChainPort? port;
    private string? portTrouble;
    private string? lastNote;
    private TimeSpan openAt;
    private TimeSpan lookAt;
    private TimeSpan chainAt;
    private bool hashing;
    private bool nudged;
    private volatile ChainReport report;
    private volatile bool stopping;
    private Thread? thread;

    /// <param name="board">The board's key on the link.</param>
    /// <param name="clock">The clock to mine at; the grant may lower it.</param>
    /// <param name="open">Opens the data port wherever it is; IOException or StartException where it is not.</param>
    public ChainDriver(string board, IHashChain chain, Megahertz clock, Func<IChainPort> open, Hub hub, ILogger log)
    {
        Board = board;
        this.chain = chain;
        this.open = open;
        this.hub = hub;
        this.log = log;
        lifecycle = new BoardLifecycle(clock);
        feed = new ChainFeed(chain);
        judge = new Judge(Targets.FromZeroBits(chain.ReportedZeroBits));
        hashesPerResult = Math.ScaleB(1, chain.ReportedZeroBits);
        meter = new HashrateMeter(hashesPerResult);
        report = NewReport(default, Uptime.Now);
    }

    public string Board { get; }

    public ChainCounters Counters { get; } = new();

    public long JobsSent => feed.JobsSent;

    /// <summary>When the first job left for the chips, or null.</summary>
    public TimeSpan? FirstJobAt => feed.FirstJobAt;

    /// <summary>Made every 250 ms; an old one means that the thread hangs.</summary>
    public ChainReport Report => report;

    /// <summary>Opens the port; returns why not, where that fails. The thread tries again later.</summary>
    public string? TryOpen()
    {
        try
        {
            port = open();
            portTrouble = null;
            feed.Attach(port);
        }
        catch (Exception refusal) when (refusal is IOException or StartException)
        {
            portTrouble = refusal.Message;
        }

        return portTrouble;
    }

    public void Start()
    {
        thread = new Thread(Run) { Name = $"chain {Board}", IsBackground = true };
        thread.Start();
    }

    /// <summary>What the pool says. Called on the pool's thread; never waits for the port.</summary>
    public void Give(Job? start, bool stopOldWork, TimeSpan now)
    {
        if (feed.Give(start, stopOldWork, now))
        {
            wake.Set();
        }
    }

    /// <summary>What the lifecycle judges by has changed: look now.</summary>
    public void Nudge()
    {
        Volatile.Write(ref nudged, true);
        wake.Set();
    }

    /// <summary>Begins the end: the chips are stopped over the wire, and the thread ends.</summary>
    public void BeginStop()
    {
        stopping = true;
        wake.Set();
    }

    /// <summary>False where the thread did not end in time.</summary>
    public bool Join(TimeSpan patience) => thread?.Join(patience) ?? true;

    public void Dispose()
    {
        port?.Dispose();
        wake.Dispose();
    }

    /// <summary>
    /// One round: what is due, then sleep until something comes or is due, then judge what came. The thread does
    /// nothing but this.
    /// </summary>
    internal void Tick()
    {
        var now = Uptime.Now;
        try
        {
            StepChain(now);
            feed.Step(now);
            Look(now);
            Wait(now);
        }
        catch (IOException gone)
        {
            LosePort(gone.Message, now);
        }
    }

    private void Run()
    {
        while (!stopping)
        {
            Tick();
        }

        StopChips();
    }

    private unsafe void Wait(TimeSpan now)
    {
        var deadline = Earliest(lookAt, port is null ? TimeSpan.MaxValue : Earliest(chainAt, feed.NextDue(now)));
        var wanted = feed.WantsRoom ? (short)(Linux.PollIn | Linux.PollOut) : Linux.PollIn;
        Span<Linux.PollEntry> entries =
        [
            new() { Descriptor = wake.Descriptor, Wanted = Linux.PollIn },
            new() { Descriptor = port?.Descriptor ?? -1, Wanted = wanted },
        ];
        fixed (Linux.PollEntry* start = entries)
        {
            if (Linux.Poll(start, (nuint)entries.Length, PollTime.Milliseconds(deadline - now)) <= 0)
            {
                return;
            }
        }

        if ((entries[1].Ready & ~Linux.PollOut) != 0)
        {
            Receive(port!.Read(received));
        }

        if (entries[0].Ready != 0)
        {
            wake.Clear();
        }
    }

    private void Receive(int count)
    {
        var now = Uptime.Now;
        ReadOnlySpan<byte> rest = received.AsSpan(0, count);
        while (chain.Receive(ref rest, now, out var found))
        {
            Weigh(found, now);
        }

        if (!feed.TakesJobs)
        {
            chainAt = now; // An answer may have moved what is due in the bring-up.
        }
    }

    private void Weigh(in FoundNonce found, TimeSpan now)
    {
        var (newest, before) = feed.At(found.Slot);
        var judgement = judge.Weigh(found, newest, before);
        if (judgement.IsToBeSent && judgement.Sink?.TrySubmit(judgement.Share, now) != true)
        {
            hub.Totals.CountUnconfirmed(1);
        }

        Counters.Count(judgement.Verdict);
        silence.Saw(judgement.Verdict, now);
        if (judgement.Verdict is not (Verdict.HardwareError or Verdict.Duplicate))
        {
            meter.Count(now);
        }
    }

    private void StepChain(TimeSpan now)
    {
        if (port is not { } uart || now < chainAt)
        {
            return;
        }

        var step = chain.Step(now);
        if (step.DiscardInput)
        {
            uart.DiscardInput();
        }

        feed.Send(step.Send);
        if (step.Baud is { } baud)
        {
            uart.Drain(DrainMax);
            uart.SetBaud(baud);
        }

        chainAt = step.Deadline;
        feed.TakesJobs = chain.Status.State == ChainState.Running;
    }

    private void Look(TimeSpan now)
    {
        if (now < lookAt && !Interlocked.Exchange(ref nudged, false))
        {
            return;
        }

        if (port is null && now >= openAt)
        {
            openAt = now + OpenEvery;
            TryOpen();
        }

        if (feed.Trouble is { } trouble)
        {
            throw new IOException(trouble);
        }

        var status = chain.Status;
        WatchSilence(now);
        var expected = status.HashRate / hashesPerResult;
        var grant = hub.Grants.Of(Board, now);
        var orders = lifecycle.Step(
            new(
                PortOpen: port is not null,
                grant,
                status.State,
                status.Clock,
                status.Fault,
                hub.HasWork(this, now),
                Trouble: hashing ? silence.Trouble(expected, now) : null),
            now);
        Obey(orders, now);
        Publish(orders, now);
        lookAt = Earliest(now + LookEvery, grant is null ? TimeSpan.MaxValue : hub.Grants.ExpiresAt);
    }

    private void Obey(in BoardOrders orders, TimeSpan now)
    {
        switch (orders.Action)
        {
            case BoardAction.Flush:
                port?.DiscardInput();
                break;
            case BoardAction.Start:
                chain.Start(now);
                chainAt = now;
                break;
            case BoardAction.Stop:
                StopChain(now);
                break;
        }

        if (orders.Clock.Value > 0 && orders.Clock != chain.WantedClock)
        {
            chain.WantedClock = orders.Clock;
            chainAt = now;
        }
    }

    private void StopChain(TimeSpan now)
    {
        feed.TakesJobs = false;
        chain.Stop(now);
        chainAt = now;
        if (!hub.HasWork(this, now))
        {
            feed.Retire();
        }
    }

    /// <summary>Silence counts from the moment that there is something to report.</summary>
    private void WatchSilence(TimeSpan now)
    {
        var hashes = feed.TakesJobs && feed.HasWork(now);
        if (hashes && !hashing)
        {
            silence.Start(now);
            meter.Start(now);
        }

        hashing = hashes;
    }

    private void Publish(in BoardOrders orders, TimeSpan now)
    {
        var before = report.Orders;
        var reason = report.Reason;
        report = NewReport(orders, now);
        if (before.Lease != orders.Lease || before.Reset != orders.Reset)
        {
            hub.WantChanged.Set();
        }

        if (reason != report.Reason)
        {
            log.BoardChanged(Board, report.Reason);
        }

        if (report.Status.Note is { } note && !ReferenceEquals(note, lastNote))
        {
            lastNote = note;
            log.ChainNoted(Board, note);
        }
    }

    private ChainReport NewReport(in BoardOrders orders, TimeSpan now) => new(
        now,
        lifecycle.Phase,
        port is null && portTrouble is not null ? portTrouble : lifecycle.Reason,
        lifecycle.Fault ?? chain.Status.Fault,
        chain.Status,
        hashing ? meter.HashRate(RateWindow, now) : 0,
        hashing ? meter.ResultsPerSecond(HealthWindow, now) : 0,
        orders);

    private void LosePort(string trouble, TimeSpan now)
    {
        log.PortLost(Board, trouble);
        portTrouble = trouble;
        feed.Detach();
        port?.Dispose();
        port = null;
        hashing = false;
        openAt = now + OpenEvery;
        lookAt = now;
    }

    /// <summary>The first step of a stop ends the hashing; power goes as soon as the lease does.</summary>
    private void StopChips()
    {
        try
        {
            var now = Uptime.Now;
            feed.TakesJobs = false;
            if (port is { } uart && lifecycle.Phase is BoardPhase.Up or BoardPhase.Cooling or BoardPhase.Halted)
            {
                chain.Stop(now);
                feed.Send(chain.Step(now).Send);
                feed.Step(now);
                uart.Drain(DrainMax);
            }
        }
        catch (IOException gone)
        {
            log.PortLost(Board, gone.Message);
        }

        feed.Detach();
        port?.Dispose();
        port = null;
    }

    private static TimeSpan Earliest(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
