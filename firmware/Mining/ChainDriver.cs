using Drivers;
using Drivers.Buses;
using Drivers.Hashing;
using Firmware.Link;
using Microsoft.Extensions.Logging;

namespace Firmware.Mining;

/// <summary>
/// The thread of one chain: it opens the port, sleeps in ppoll(2) until bytes come or something is due, and lets the
/// <see cref="ChainMiner"/> decide what that means.
/// </summary>
public sealed class ChainDriver : IDisposable
{
    /// <summary>PR_SET_TIMERSLACK of prctl(2): without it the kernel wakes us up to 50 µs late, as it likes.</summary>
    private const int SetTimerSlack = 29;

    private const int SlackNanoseconds = 1000;

    private static readonly TimeSpan OpenEvery = TimeSpan.FromSeconds(1);

    private readonly Func<IChainPort> open;
    private readonly Hub hub;
    private readonly ILogger log;
    private readonly ChainMiner miner;
    private readonly Wake wake = new();
    private readonly byte[] received = new byte[4096];
    private IChainPort? port;
    private volatile string? portTrouble;
    private string? lastReason;
    private string? lastNote;
    private TimeSpan openAt;
    private bool nudged;
    private volatile bool stopping;
    private Thread? thread;

    /// <param name="board">The board's key on the link.</param>
    /// <param name="clock">The board's highest clock; the grant says what of it to mine at.</param>
    /// <param name="open">Opens the data port wherever it is; IOException or StartException where it is not.</param>
    public ChainDriver(string board, IHashChain chain, Megahertz clock, Func<IChainPort> open, Hub hub, ILogger log)
    {
        Board = board;
        this.open = open;
        this.hub = hub;
        this.log = log;
        miner = new ChainMiner(chain, clock, hub.Totals, Uptime.Now);
    }

    public string Board { get; }

    public ChainCounters Counters => miner.Counters;

    public long JobsSent => miner.JobsSent;

    /// <summary>When the first job left for the chips, or null.</summary>
    public TimeSpan? FirstJobAt => miner.FirstJobAt;

    /// <summary>Made every 250 ms; an old one means that the thread hangs.</summary>
    public ChainReport Report => miner.Report;

    /// <summary>Why the board is where it is, in one sentence.</summary>
    public string Reason => portTrouble ?? miner.Report.Reason;

    /// <summary>Opens the port; returns why not, where that fails. The thread tries again later.</summary>
    public string? TryOpen()
    {
        try
        {
            port = open();
            portTrouble = null;
            miner.Attach(port);
        }
        catch (Exception refusal)
            when (refusal is IOException or UnauthorizedAccessException or StartException or UsageException)
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
        if (miner.Give(start, stopOldWork, now))
        {
            wake.Set();
        }
    }

    /// <summary>See <see cref="ChainFeed.SeeDrained"/>. Called on the pool's thread.</summary>
    public void SeeDrained() => miner.SeeDrained();

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
            miner.Step(now);
            if (Interlocked.Exchange(ref nudged, false) || now >= miner.LooksAt)
            {
                Look(now);
            }

            Wait(now);
        }
        catch (IOException gone)
        {
            LosePort(gone.Message, now);
        }
    }

    private void Run()
    {
        _ = Linux.ProcessControl(SetTimerSlack, SlackNanoseconds, 0, 0, 0);
        while (!stopping)
        {
            Tick();
        }

        StopChips();
    }

    private unsafe void Wait(TimeSpan now)
    {
        Span<Linux.PollEntry> entries =
        [
            new() { Descriptor = wake.Descriptor, Wanted = Linux.PollIn },
            new()
            {
                Descriptor = port?.Descriptor ?? -1,
                Wanted = miner.WantsRoom ? (short)(Linux.PollIn | Linux.PollOut) : Linux.PollIn,
            },
        ];
        fixed (Linux.PollEntry* start = entries)
        {
            if (Linux.Poll(start, (nuint)entries.Length, miner.Due(now) - now) <= 0)
            {
                return;
            }
        }

        if ((entries[1].Ready & ~Linux.PollOut) != 0)
        {
            var count = port!.Read(received);
            miner.Receive(received.AsSpan(0, count), Uptime.Now);
        }

        if (entries[0].Ready != 0)
        {
            wake.Clear();
        }
    }

    private void Look(TimeSpan now)
    {
        if (port is null && now >= openAt)
        {
            openAt = now + OpenEvery;
            TryOpen();
        }

        var before = miner.Report;
        miner.Look(new(hub.Grants.Of(Board, now), hub.Grants.ExpiresAt, hub.HasWork(this, now)), now);
        Tell(before, miner.Report);
    }

    private void Tell(ChainReport before, ChainReport report)
    {
        if (before.Orders.Lease != report.Orders.Lease || before.Orders.Reset != report.Orders.Reset)
        {
            hub.WantChanged.Set();
        }

        if (lastReason != Reason)
        {
            lastReason = Reason;
            log.BoardChanged(Board, lastReason);
        }

        if (report.Status.Note is { } note && !ReferenceEquals(note, lastNote))
        {
            lastNote = note;
            log.ChainNoted(Board, note);
        }

        if (report.Remedy is { } remedy && !ReferenceEquals(before.Remedy, remedy))
        {
            log.ChainNoted(Board, remedy);
        }

        if (before.Health.Word != report.Health.Word)
        {
            log.ChainNoted(Board, report.Health.Word ?? "every chip finds results again");
        }

        if (before.Health.Note is null && report.Health.Note is { } contradiction)
        {
            log.ChainNoted(Board, contradiction);
        }
    }

    private void LosePort(string trouble, TimeSpan now)
    {
        log.PortLost(Board, trouble);
        miner.Detach(now);
        port?.Dispose();
        port = null;
        portTrouble = trouble;
        openAt = now + OpenEvery;
    }

    private void StopChips()
    {
        var now = Uptime.Now;
        try
        {
            miner.Stop(now);
        }
        catch (IOException gone)
        {
            log.PortLost(Board, gone.Message);
        }

        miner.Detach(now);
        port?.Dispose();
        port = null;
    }
}
