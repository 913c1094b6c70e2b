using Drivers.Buses;
using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>
/// What goes to the chips. Two threads meet here under one lock: the pool's, which brings jobs, and the chain's, which
/// owns the port and sends everything else. Nothing waits: while bytes are still leaving, the newest job stands in
/// the table, and a flood of jobs never queues.
/// </summary>
public sealed class ChainFeed(IHashChain chain)
{
    private const int BitsPerByte = 10;

    /// <summary>Some ten job frames: a port that takes nothing for so long is broken.</summary>
    private const int OutgoingMax = 1024;

    /// <summary>Work comes once a second or oftener; this is that with room.</summary>
    private static readonly TimeSpan NextWorkMax = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly WorkTable table = new(chain.Slots, () => chain.JobLifetime);
    private readonly byte[] frame = new byte[chain.JobFrameSize];
    private readonly byte[] outgoing = new byte[OutgoingMax];
    private int outgoingCount;
    private IChainPort? port;
    private bool takesJobs;
    private TimeSpan retryAt = TimeSpan.MaxValue;
    private string? trouble;
    private long jobsSent;
    private long firstJobTicks = -1;

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

    /// <summary>The port broke under a write: one sentence, or null.</summary>
    public string? Trouble => Volatile.Read(ref trouble);

    /// <summary>The chips take jobs. The newest one goes out at once.</summary>
    public bool TakesJobs
    {
        get => takesJobs;
        set
        {
            lock (gate)
            {
                takesJobs = value;
            }
        }
    }

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

    /// <summary>Bytes wait for room in the port: ask poll(2) for it.</summary>
    public bool WantsRoom => Volatile.Read(ref outgoingCount) > 0;

    public void Attach(IChainPort chainPort)
    {
        lock (gate)
        {
            port = chainPort;
            outgoingCount = 0;
            trouble = null;
        }
    }

    public void Detach()
    {
        lock (gate)
        {
            port = null;
            takesJobs = false;
            outgoingCount = 0;
            trouble = null;
            retryAt = TimeSpan.MaxValue;
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
            return retryAt != TimeSpan.MaxValue || outgoingCount > 0 || trouble is not null;
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

    /// <summary>What the slot holds and what it held before.</summary>
    public (Assignment Newest, Assignment Before) At(int slot)
    {
        lock (gate)
        {
            return table.At(slot);
        }
    }

    private void SendWork(TimeSpan now)
    {
        retryAt = TimeSpan.MaxValue;
        if (!takesJobs || port is not { } uart || table.NextDue(now) > now)
        {
            return;
        }

        try
        {
            var leaving = outgoingCount + uart.Pending;
            if (leaving > 0)
            {
                retryAt = now + TimeSpan.FromSeconds((double)leaving * BitsPerByte / uart.Baud);
            }
            else if (table.TryNext(now, out var slot, out var work))
            {
                Put(frame.AsSpan(0, chain.Encode(slot, work, frame)));
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
        if (port is not { } uart || outgoingCount == 0)
        {
            return;
        }

        try
        {
            var taken = uart.TryWrite(outgoing.AsSpan(0, outgoingCount));
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
        if (port is not { } uart)
        {
            return;
        }

        var taken = outgoingCount > 0 ? 0 : uart.TryWrite(bytes);
        var rest = bytes[taken..];
        if (rest.Length > OutgoingMax - outgoingCount)
        {
            throw new IOException($"{uart.Path}: the port takes no bytes. Is the bridge alive?");
        }

        rest.CopyTo(outgoing.AsSpan(outgoingCount));
        outgoingCount += rest.Length;
    }
}
