using System.Runtime.InteropServices;
using Simulator.Chips;

namespace Simulator;

/// <summary>The bridge's second port: the chips' serial line, at the rate the host sets its terminal to.</summary>
internal sealed class DataPort : PortThread
{
    private static readonly TimeSpan WorkSlice = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan Stride = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestLag = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan HashingPace = TimeSpan.FromMilliseconds(2);

    private readonly ChipLine line;
    private readonly World world;
    private readonly byte[] buffer = new byte[4096];
    private readonly List<byte> received = [];
    private long bytesFromHost;
    private int settledBaud = Silicon.ResetBaud;

    public DataPort(string link, ChipLine line, World world, Faults faults)
        : base(link, faults, goesFirst: false)
    {
        this.line = line;
        this.world = world;
        Begin();
    }

    public long BytesFromHost => Interlocked.Read(ref bytesFromHost);

    protected override TimeSpan Step(Pty port, TimeSpan now)
    {
        Supply(now);
        var count = port.Read(buffer);
        var baud = port.Baud;
        if (count > 0)
        {
            // The terminal does not tell at which byte its rate changed, so a change just seen excuses the old rate.
            line.Receive(buffer.AsSpan(0, count), [settledBaud, baud], now);
        }

        settledBaud = baud;
        var done = Advance(now);
        line.Transmit(MonotonicClock.Now, baud, received);
        port.Write(CollectionsMarshal.AsSpan(received));
        received.Clear();
        world.Load(line.Megahertz, line.ClockedUnits, line.HashRate);
        Interlocked.Add(ref bytesFromHost, count);
        return done ? Pace() : TimeSpan.Zero;
    }

    protected override void StepUnplugged(TimeSpan now)
    {
        Supply(now);
        Advance(now);
        line.Transmit(now, settledBaud, received);
        received.Clear();
        world.Load(line.Megahertz, line.ClockedUnits, line.HashRate);
    }

    private void Supply(TimeSpan now)
    {
        var (powered, wasDown) = world.TakeSupply();
        line.Supply(powered, wasDown, now);
    }

    /// <summary>Lets the chips work until now, or as far as a slice of this thread's time takes them.</summary>
    /// <returns>False where there is more to do.</returns>
    private bool Advance(TimeSpan now)
    {
        line.Skip(now - LongestLag); // A host too slow for the silicon: what is missed is missed.
        var stopAt = MonotonicClock.Now + WorkSlice;
        while (line.Now < now && MonotonicClock.Now < stopAt)
        {
            var next = line.Now + Stride;
            line.Advance(next < now ? next : now);
        }

        return line.Now >= now;
    }

    private TimeSpan Pace()
    {
        var untilByte = line.NextByteLeaves is { } leaves ? leaves - MonotonicClock.Now : TimeSpan.MaxValue;
        var work = line.Busy ? HashingPace : TimeSpan.MaxValue;
        return untilByte < work ? untilByte : work;
    }
}
