using Drivers.Buses;
using Drivers.Hashing;

namespace Simulator.Chips;

/// <summary>
/// A chain of simulated chips and the host's end of its serial line, on a clock that moves only when told: an hour of
/// mining takes seconds. It is the port that a chain's driver stands on, and it can play the driver's loop itself.
/// </summary>
/// <remarks>
/// <code>
/// var bench = new ChipBench("bm1362", chips: 126, perDomain: 3, zeroBits: 3); // power on, reset released
/// chain.Start(bench.Now);                                   // any IHashChain
/// bench.Drive(chain, TimeSpan.FromSeconds(10));             // its steps, bytes, rates and deadlines, ten seconds long
/// bench.Give(chain, slot: 0, work);                         // a job frame, which takes its time on the wire
/// bench.Drive(chain, TimeSpan.FromMinutes(10), claims.Add); // every claim the chain makes of what the chips sent
/// </code>
/// Whoever has a loop of its own uses the bench as its <see cref="IChainPort"/> and calls <see cref="RunTo"/> between
/// its steps. Bytes to the chips leave at ten bits each at the host's rate, bytes from the chips at the chips' rate;
/// what is pending when the rate is set leaves at the new one, as on a real port: drain first. Break things through
/// <see cref="Faults"/>, cut the supply with <see cref="Power"/>. Set <see cref="Watcher"/> before the first job, and
/// <see cref="Searched"/> tells later whether anything was hashed twice; also by two chains that share a watcher.
/// </remarks>
public sealed class ChipBench : IChainPort
{
    private const double BitsPerByte = 10;
    private static readonly TimeSpan Shortest = TimeSpan.FromMicroseconds(10);

    private readonly Queue<byte> outgoing = new();
    private readonly List<byte> arrived = [];
    private TimeSpan wireFree;

    /// <param name="chip">The model, as board files name it.</param>
    /// <param name="perDomain">How many chips share a voltage domain.</param>
    /// <param name="zeroBits">k: one nonce in 2^(32 − k) is hashed, and k zero bits are demanded instead of 32.</param>
    /// <param name="seed">Decides everything that looks random.</param>
    /// <param name="baudTolerance">The largest relative difference of rates at which bytes arrive whole.</param>
    /// <param name="strangers">Chips of another model among them, and where.</param>
    public ChipBench(
        string chip = "bm1370",
        int chips = 1,
        int perDomain = 1,
        int zeroBits = 10,
        int seed = 1,
        double baudTolerance = 0.045,
        (string Chip, ChipSet Places)? strangers = null)
        : this(
            new ChainPlan(Modelled(chip), chips, perDomain, zeroBits, seed, baudTolerance)
            {
                Strangers = strangers is var (other, places) ? (Modelled(other), places) : null,
            },
            new Faults()) =>
        Power(true);

    /// <summary>Chips on a board that decides about their supply.</summary>
    internal ChipBench(ChainPlan plan, Faults faults)
    {
        Faults = faults;
        Line = new ChipLine(plan, faults);
        (PerDomain, ZeroBits) = (plan.PerDomain, plan.ZeroBits);
    }

    /// <summary>How many chips share a voltage domain.</summary>
    public int PerDomain { get; }

    /// <summary>How many zero bits the chips demand where silicon demands 32.</summary>
    public int ZeroBits { get; }

    public Faults Faults { get; }

    /// <summary>The simulated time. It starts at an hour, so that nothing mistakes zero for the past.</summary>
    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    /// <summary>The longest that a byte from the chips waits until the driver sees it.</summary>
    public TimeSpan Resolution { get; set; } = TimeSpan.FromMilliseconds(1);

    public string Path => "simulated chips";

    /// <summary>None: nothing to poll.</summary>
    public int Descriptor => -1;

    public int Baud { get; private set; } = 115_200;

    public int Pending => outgoing.Count;

    public PortErrors Errors => default;

    /// <summary>Bytes that have arrived and wait to be read.</summary>
    public int Available => arrived.Count;

    /// <summary>How many job frames reached the chips intact.</summary>
    public long JobsReceived => Line.JobsReceivedCount;

    /// <summary>The newest 4096 of them, oldest first.</summary>
    public IReadOnlyList<JobReceived> Jobs => Line.Jobs();

    /// <summary>Results the chips put on the wire, before any damage.</summary>
    public long ResultsOnWire => Line.Results;

    /// <summary>How many of them the wire damaged.</summary>
    public long ResultsDamaged => Line.DamagedResults;

    /// <summary>Hashes per second that healthy silicon would compute in the chips' present state.</summary>
    public double HashRate => Line.HashRate;

    /// <summary>Watches what the chips hash; null until somebody wants to know.</summary>
    public SearchSpace? Watcher
    {
        get => Line.Watcher;
        set => Line.Watcher = value;
    }

    internal ChipLine Line { get; }

    /// <summary>Core voltage on and reset released, or neither; switching it on is a reset.</summary>
    public void Power(bool on)
    {
        outgoing.Clear();
        Line.Supply(on, wasReset: true, Now);
    }

    /// <summary>What the chips are fed with now, and whether that was away since the last call.</summary>
    internal void Supply(bool powered, bool wasDown) => Line.Supply(powered, wasDown, Now);

    /// <summary>The watcher, told everything up to now.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public SearchSpace Searched()
    {
        Line.Tell();
        return Watcher ?? throw new InvalidOperationException("Nobody has watched: set a Watcher first.");
    }

    public int SetBaud(int baud) => Baud = baud;

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        if (outgoing.Count == 0 && wireFree < Now)
        {
            wireFree = Now;
        }

        foreach (var sent in bytes)
        {
            outgoing.Enqueue(sent);
        }

        return bytes.Length;
    }

    public int Read(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, arrived.Count);
        for (var i = 0; i < count; i++)
        {
            buffer[i] = arrived[i];
        }

        arrived.RemoveRange(0, count);
        return count;
    }

    public void DiscardInput() => arrived.Clear();

    /// <summary>Lets simulated time pass until every byte has left, or for so long at most.</summary>
    public bool Drain(TimeSpan patience)
    {
        var leaves = wireFree + TimeSpan.FromSeconds(outgoing.Count * BitsPerByte / Baud) + Shortest;
        var longest = Now + patience;
        if (outgoing.Count > 0)
        {
            RunTo(leaves < longest ? leaves : longest);
        }

        return outgoing.Count == 0;
    }

    /// <summary>Lets the chips and both directions of the wire work until then.</summary>
    public void RunTo(TimeSpan until)
    {
        while (Now < until)
        {
            Pass(until);
        }
    }

    /// <summary>The same, but no further than to the next bytes from the chips.</summary>
    public void RunToArrival(TimeSpan until)
    {
        while (Now < until && arrived.Count == 0)
        {
            Pass(until);
        }
    }

    /// <summary>Plays the driver's loop for so long: steps when due, bytes as they arrive.</summary>
    /// <param name="found">Takes each claim; it may call <see cref="Give"/>.</param>
    public void Drive(IHashChain chain, TimeSpan time, Action<FoundNonce>? found = null)
    {
        for (var end = Now + time; Now < end;)
        {
            var deadline = Obey(chain.Step(Now));
            deadline = deadline < end ? deadline : end;
            RunToArrival(deadline > Now ? deadline : Now + Shortest);
            Feed(chain, found);
        }
    }

    /// <summary>Sends a job as the work's feed does; false where the chain kept it for its next step.</summary>
    public bool Give(IHashChain chain, int slot, in Work work)
    {
        ArgumentNullException.ThrowIfNull(chain);
        var frame = new byte[chain.JobFrameSize];
        var length = chain.Encode(slot, work, frame);
        TryWrite(frame.AsSpan(0, length));
        return length > 0;
    }

    public void Dispose()
    {
        // Nothing is open.
    }

    private TimeSpan Obey(ChainStep step)
    {
        if (step.DiscardInput)
        {
            DiscardInput();
        }

        TryWrite(step.Send);
        if (step.Baud is { } baud)
        {
            Drain(TimeSpan.MaxValue - Now);
            SetBaud(baud);
        }

        return step.Deadline;
    }

    private void Feed(IHashChain chain, Action<FoundNonce>? found)
    {
        var bytes = arrived.ToArray();
        arrived.Clear();
        ReadOnlySpan<byte> rest = bytes;
        while (chain.Receive(ref rest, Now, out var claim))
        {
            found?.Invoke(claim);
        }
    }

    private static Silicon Modelled(string chip) =>
        Silicon.Find(chip) ?? throw new ArgumentException($"No model of '{chip}' is simulated.");

    /// <summary>Nothing is under way on the wire.</summary>
    private bool Idle => outgoing.Count == 0 && Line.NextByteLeaves is null;

    private static TimeSpan Sooner(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>One stretch of time: no longer than the resolution, or until something happens.</summary>
    private void Pass(TimeSpan until)
    {
        var next = Idle ? Sooner(until, Line.NextAt) : Sooner(until, Now + Resolution);
        next = next > Now ? next : Now + Shortest;
        while (outgoing.Count > 0)
        {
            var left = wireFree + TimeSpan.FromSeconds(BitsPerByte / Baud);
            if (left > next)
            {
                break;
            }

            wireFree = left;
            Line.Receive([outgoing.Dequeue()], [Baud, Baud], left);
        }

        Line.Advance(next);
        Line.Transmit(next, Baud, arrived);
        Now = next;
    }
}
