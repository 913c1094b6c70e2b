using Drivers.Buses;
using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>
/// What goes to the chips. Two threads meet here under one lock: the pool's, which brings jobs, and the chain's, which
/// owns the port and sends everything else. Nothing waits: while bytes are still leaving, the newest job stands in
/// the table, and a flood of jobs never queues.
/// </summary>
public sealed class ChainFeed
{
    private const int BitsPerByte = 10;

    /// <summary>A port that takes nothing for so many job frames, and a bring-up's writes, is broken.</summary>
    private const int WaitingFramesMax = 12;

    private const int WaitingBytesMin = 4096;

    /// <summary>Work comes once a second or oftener; this is that with room.</summary>
    private static readonly TimeSpan NextWorkMax = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly IHashChain chain;
    private readonly WorkTable table;
    private readonly StarvedTime starved = new();
    private readonly byte[] frame;
    private readonly byte[] outgoing;
    private int outgoingCount;
    private IChainPort? port;
    private TimeSpan frameTime;
    private bool takesJobs;
    private bool workIsKept;
    private bool isDrained;
    private TimeSpan retryAt = TimeSpan.MaxValue;
    private string? trouble;
    private long jobsSent;
    private long firstJobTicks = -1;

    public ChainFeed(IHashChain chain)
    {
        this.chain = chain;
        table = new WorkTable(chain.Slots, WorkLasts, chain.RolledBits);
        frame = new byte[chain.JobFrameSize];
        outgoing = new byte[Math.Max(WaitingBytesMin, WaitingFramesMax * chain.JobFrameSize)];
    }

    /// <summary>Frames of work that went to the wire.</summary>
    public long JobsSent => Interlocked.Read(ref jobsSent);

    /// <summary>When the first of them went, or null.</summary>
    public TimeSpan? FirstJobAt => Interlocked.Read(ref firstJobTicks) is >= 0 and var ticks ? new(ticks) : null;

    /// <summary>
    /// There is a job in hand that goes on, by its ntime or by its roots. One that does not is hashed to its end and
    /// then leaves the chips silent, which is not their fault.
    /// </summary>
    public bool HasWork(TimeSpan now)
    {
        lock (gate)
        {
            return table.NextDue(now) <= now + NextWorkMax;
        }
    }

    /// <summary>How long the chips, able to hash, have had nothing left to hash, since start.</summary>
    public TimeSpan Starved(TimeSpan now)
    {
        lock (gate)
        {
            return starved.UpTo(now);
        }
    }

    /// <summary>The port broke under a write: one sentence, or null.</summary>
    public string? Trouble => Volatile.Read(ref trouble);

    /// <summary>The chips take jobs. The newest one goes out at once.</summary>
    public bool TakesJobs => Volatile.Read(ref takesJobs);

    /// <summary>A job was kept by the chain: its next step is due at once.</summary>
    public bool WorkIsKept => Volatile.Read(ref workIsKept);

    /// <summary>Bytes wait for room in the port: ask poll(2) for it.</summary>
    public bool WantsRoom => Volatile.Read(ref outgoingCount) > 0;

    /// <summary>When <see cref="Step"/> has something to do.</summary>
    public TimeSpan NextDue(TimeSpan now)
    {
        lock (gate)
        {
            return !takesJobs ? TimeSpan.MaxValue
                : retryAt != TimeSpan.MaxValue ? retryAt
                : table.NextDue(now);
        }
    }

    public void Attach(IChainPort chainPort)
    {
        lock (gate)
        {
            port = chainPort;
            isDrained = false;
            outgoingCount = 0;
            trouble = null;
            MeasureFrame();
        }
    }

    public void Detach(TimeSpan now)
    {
        lock (gate)
        {
            port = null;
            Take(jobs: false, now);
            outgoingCount = 0;
            trouble = null;
            retryAt = TimeSpan.MaxValue;
        }
    }

    /// <summary>From now on the chips take jobs, or no more.</summary>
    public void TakeJobs(bool jobs, TimeSpan now)
    {
        lock (gate)
        {
            Take(jobs, now);
        }
    }

    /// <summary>What the pool says. Called on the pool's thread.</summary>
    /// <returns>True where the chain's thread has to look: the job could not go out now.</returns>
    public bool Give(Job? start, bool stopOldWork, TimeSpan now)
    {
        lock (gate)
        {
            if (stopOldWork)
            {
                table.Retire();
            }

            if (start is not null)
            {
                table.Take(start);
            }

            SendWork(now);
            return workIsKept || retryAt != TimeSpan.MaxValue || outgoingCount > 0 || trouble is not null;
        }
    }

    /// <summary>
    /// Looks whether everything has left, so that the next job need not ask the kernel first: that would be a tenth of
    /// its way from the pool to the wire. For whoever has nothing better to do.
    /// </summary>
    public void SeeDrained()
    {
        lock (gate)
        {
            if (isDrained || outgoingCount > 0 || port is not { } wire)
            {
                return;
            }

            try
            {
                isDrained = wire.Pending == 0;
            }
            catch (IOException)
            {
                // The next write says so, to those who act on it.
            }
        }
    }

    /// <summary>No work is worth hashing any more.</summary>
    public void Retire()
    {
        lock (gate)
        {
            table.Retire();
        }
    }

    /// <summary>The chips may have lost their work: the next one is due at once, where there is more.</summary>
    public void Hurry()
    {
        lock (gate)
        {
            table.Hurry();
        }
    }

    /// <summary>The chain's next step takes what it kept.</summary>
    public void TakeKept()
    {
        lock (gate)
        {
            workIsKept = false;
        }
    }

    /// <summary>Sends what waits, and the next work of the job in hand where it is due.</summary>
    public void Step(TimeSpan now)
    {
        lock (gate)
        {
            SendOutgoing();
            SendWork(now);
        }
    }

    /// <summary>Sends commands of the chain, in front of any later job.</summary>
    /// <exception cref="IOException">The port is gone, or takes nothing.</exception>
    public void Send(ReadOnlySpan<byte> commands)
    {
        lock (gate)
        {
            Put(commands);
        }
    }

    /// <summary>Waits until what was sent has left, and changes the rate of the wire.</summary>
    /// <exception cref="IOException">The port is gone, or cannot be set to that rate.</exception>
    public void ChangeBaud(int baud, TimeSpan drainMax)
    {
        while (port?.Drain(drainMax) == true && SendRest()) // Outside of the lock: the pool's thread waits for no wire.
        {
        }

        lock (gate)
        {
            if (outgoingCount > 0)
            {
                throw new IOException($"{port?.Path}: the port takes no bytes. Is the bridge alive?");
            }

            port?.SetBaud(baud);
            MeasureFrame();
        }
    }

    /// <summary>What the slot holds and what it held before.</summary>
    public (Assignment Newest, Assignment Before) At(int slot)
    {
        lock (gate)
        {
            return table.At(slot);
        }
    }

    /// <summary>Gives the port, which has room, what waits here; true where it took some.</summary>
    private bool SendRest()
    {
        lock (gate)
        {
            var before = outgoingCount;
            SendOutgoing();
            return outgoingCount < before;
        }
    }

    private void Take(bool jobs, TimeSpan now)
    {
        takesJobs = jobs;
        if (!jobs)
        {
            starved.Pause(now);
        }
    }

    private void MeasureFrame() =>
        frameTime = TimeSpan.FromSeconds((double)frame.Length * BitsPerByte / Math.Max(port?.Baud ?? 1, 1));

    /// <summary>However fast the chips, work comes no faster than the wire carries it.</summary>
    private TimeSpan WorkLasts() =>
        chain.JobLifetime is var lasts && lasts > TimeSpan.Zero && lasts < frameTime ? frameTime : lasts;

    private void SendWork(TimeSpan now)
    {
        retryAt = TimeSpan.MaxValue;
        if (!takesJobs || port is not { } wire || table.NextDue(now) > now)
        {
            return;
        }

        try
        {
            var leaving = isDrained ? 0 : outgoingCount + wire.Pending;
            if (leaving > 0)
            {
                retryAt = now + TimeSpan.FromSeconds((double)leaving * BitsPerByte / wire.Baud);
            }
            else if (table.TryNext(now, out var slot, out var work))
            {
                var length = chain.Encode(slot, work, frame);
                workIsKept |= length == 0;
                Put(frame.AsSpan(0, length));
                starved.Feed(chain.JobLifetime, now);
                jobsSent++;
                firstJobTicks = firstJobTicks < 0 ? now.Ticks : firstJobTicks;
            }
        }
        catch (IOException gone)
        {
            trouble = gone.Message;
        }
    }

    private void SendOutgoing()
    {
        if (port is not { } wire || outgoingCount == 0)
        {
            return;
        }

        try
        {
            isDrained = false;
            var taken = wire.TryWrite(outgoing.AsSpan(0, outgoingCount));
            outgoing.AsSpan(taken, outgoingCount - taken).CopyTo(outgoing);
            outgoingCount -= taken;
        }
        catch (IOException gone)
        {
            trouble = gone.Message;
        }
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || port is not { } wire)
        {
            return;
        }

        isDrained = false;
        var taken = outgoingCount > 0 ? 0 : wire.TryWrite(bytes);
        var rest = bytes[taken..];
        if (rest.Length > outgoing.Length - outgoingCount)
        {
            throw new IOException($"{wire.Path}: the port takes no bytes. Is the bridge alive?");
        }

        rest.CopyTo(outgoing.AsSpan(outgoingCount));
        outgoingCount += rest.Length;
    }
}
