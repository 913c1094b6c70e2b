namespace Simulator.Chips;

/// <summary>
/// The way of the chips' frames to the host. It carries one at a time; a chip that transmits holds off those beyond
/// it, so that of several the one nearest the host goes first.
/// </summary>
internal sealed class ReplyLine(ChainPlan plan, Faults faults, Random random)
{
    private const int BitsPerByte = 10; // start, 8, stop
    private const int WaitingMax = 64; // A chip's own store of frames; what comes on top of it is lost. An assumption.

    private readonly List<Frame> waiting = [];
    private readonly Queue<Frame> leaving = new();
    private readonly int[] stored = new int[plan.Chips];
    private readonly byte[] damaged = new byte[2];
    private TimeSpan lineFree;
    private long results;
    private long damagedResults;

    /// <summary>Results put on the wire, before any damage.</summary>
    public long Results => Interlocked.Read(ref results);

    /// <summary>How many of them the wire damaged.</summary>
    public long DamagedResults => Interlocked.Read(ref damagedResults);

    /// <summary>When the next frame has left, or could; null where none waits.</summary>
    public TimeSpan? NextLeaves
    {
        get
        {
            if (leaving.TryPeek(out var next))
            {
                return next.Leaves;
            }

            TimeSpan? soonest = null;
            foreach (var frame in waiting)
            {
                var leaves = Max(frame.Ready, lineFree) + Duration(frame);
                soonest = soonest < leaves ? soonest : leaves;
            }

            return soonest;
        }
    }

    public bool Fits(int one, int other) => Math.Abs(one - other) <= plan.BaudTolerance * Math.Max(one, other);

    public void Clear()
    {
        waiting.Clear();
        leaving.Clear();
        Array.Clear(stored);
    }

    /// <summary>What a chip has not begun to send is lost.</summary>
    public void Drop(int chip)
    {
        waiting.RemoveAll(frame => frame.Chip == chip);
        stored[chip] = 0;
    }

    public void Enqueue(int chip, ReadOnlySpan<byte> bytes, bool isResult, TimeSpan ready, int baud)
    {
        if (stored[chip] < WaitingMax)
        {
            stored[chip]++;
            waiting.Add(new Frame(chip, bytes.ToArray(), isResult, baud, ready, default));
        }
    }

    /// <summary>The bytes that have left the chips by now, as the host's receiver sees them.</summary>
    /// <param name="reach">Frames of this chip and those beyond it do not arrive.</param>
    public void Transmit(TimeSpan at, int hostBaud, int reach, List<byte> received)
    {
        Begin(at, reach);
        while (leaving.TryPeek(out var next) && next.Leaves <= at)
        {
            leaving.Dequeue();
            if (next.Chip >= reach)
            {
                continue;
            }

            Arrive(next, hostBaud, received);
            if (Chance(faults.RepeatedFrameRate))
            {
                Arrive(next, hostBaud, received);
            }
        }
    }

    /// <summary>Decides what has begun to leave by then.</summary>
    private void Begin(TimeSpan at, int reach)
    {
        while (waiting.Count > 0)
        {
            var starts = Max(lineFree, waiting.Min(frame => frame.Ready));
            if (starts > at)
            {
                return;
            }

            var first = 0;
            for (var i = 1; i < waiting.Count; i++)
            {
                first = GoesBefore(waiting[i], waiting[first], starts) ? i : first;
            }

            var frame = waiting[first];
            waiting.RemoveAt(first);
            stored[frame.Chip]--;
            if (frame.Chip >= reach)
            {
                continue; // It goes as far as the break, and holds nobody off this side of it.
            }

            Interlocked.Add(ref results, frame.IsResult ? 1 : 0);
            lineFree = starts + Duration(frame);
            leaving.Enqueue(frame with { Leaves = lineFree + plan.RelayDelay * frame.Chip });
        }
    }

    private static bool GoesBefore(Frame one, Frame other, TimeSpan starts)
    {
        var (isReady, otherIsReady) = (one.Ready <= starts, other.Ready <= starts);
        return isReady && (!otherIsReady || one.Chip < other.Chip
            || (one.Chip == other.Chip && one.Ready < other.Ready));
    }

    private void Arrive(in Frame frame, int hostBaud, List<byte> received)
    {
        var fits = Fits(frame.Baud, hostBaud);
        var before = received.Count;
        var length = Chance(faults.TruncatedFrameRate) ? random.Next(1, frame.Bytes.Length) : frame.Bytes.Length;
        foreach (var sent in frame.Bytes.AsSpan(0, length))
        {
            var count = faults.FromChips.Damage(fits ? sent : (byte)random.Next(256), damaged, random);
            received.AddRange(damaged.AsSpan(0, count));
        }

        if (frame.IsResult && !received.Skip(before).SequenceEqual(frame.Bytes))
        {
            Interlocked.Increment(ref damagedResults);
        }
    }

    private bool Chance(double rate) => rate > 0 && random.NextDouble() < rate;

    private static TimeSpan Duration(in Frame frame) =>
        TimeSpan.FromSeconds(frame.Bytes.Length * (double)BitsPerByte / Math.Max(frame.Baud, 1));

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private readonly record struct Frame(
        int Chip, byte[] Bytes, bool IsResult, int Baud, TimeSpan Ready, TimeSpan Leaves);
}
