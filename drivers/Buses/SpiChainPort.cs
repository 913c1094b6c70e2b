using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Drivers.Buses;

/// <summary>
/// SPI as a port: what is written at once is one session, and what came back for it is there to be read when the
/// session is over. A thread of its own does the transfers, because the kernel lets the caller of one wait.
/// </summary>
public sealed unsafe partial class SpiChainPort : IChainPort
{
    /// <summary>Some passes over a long chain: where more than that waits, the bus hangs.</summary>
    private const int Room = 64 * 1024;

    private const int BitsPerByte = 8;
    private const int BitsOfSerialByte = 10;

    private readonly SpiLine line;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim sessions = new(0);
    private readonly Queue<(int Length, int Era)> queued = new();
    private readonly byte[] outgoing = new byte[Room];
    private readonly byte[] received = new byte[Room];
    private readonly Thread thread;
    private int waiting;
    private int leaving;
    private int receivedCount;
    private int era;
    private long overruns;
    private string? trouble;
    private bool closed;

    /// <param name="path">For people: the bus and chip select.</param>
    /// <param name="line">Belongs to the port from now on.</param>
    public SpiChainPort(string path, SpiLine line)
    {
        Path = path;
        this.line = line;
        Descriptor = EventFile(0, Linux.NonBlocking | Linux.CloseOnExec);
        thread = new Thread(Run) { Name = $"spi {path}", IsBackground = true };
        thread.Start();
    }

    public string Path { get; }

    /// <summary>An eventfd(2).</summary>
    public int Descriptor { get; private set; }

    public int Baud => (int)((long)line.Hertz * BitsOfSerialByte / BitsPerByte);

    public int Pending
    {
        get
        {
            lock (gate)
            {
                ThrowIfBroken();
                return waiting + leaving;
            }
        }
    }

    public PortErrors Errors => new(Interlocked.Read(ref overruns), FramingErrors: 0);

    /// <summary>The rate is the bus's, and stays.</summary>
    public int SetBaud(int baud) => Baud;

    public int Read(Span<byte> buffer)
    {
        lock (gate)
        {
            ThrowIfBroken();
            var count = Math.Min(buffer.Length, receivedCount);
            received.AsSpan(0, count).CopyTo(buffer);
            received.AsSpan(count, receivedCount - count).CopyTo(received);
            receivedCount -= count;
            if (receivedCount == 0)
            {
                ClearEvent();
            }

            return count;
        }
    }

    /// <summary>Takes a whole session or nothing.</summary>
    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            ThrowIfBroken();
            if (bytes.IsEmpty || bytes.Length > Room - waiting)
            {
                return 0;
            }

            bytes.CopyTo(outgoing.AsSpan(waiting));
            waiting += bytes.Length;
            queued.Enqueue((bytes.Length, era));
        }

        sessions.Release();
        return bytes.Length;
    }

    public bool Drain(TimeSpan patience)
    {
        var start = Stopwatch.GetTimestamp();
        while (Pending > 0)
        {
            if (Stopwatch.GetElapsedTime(start) >= patience)
            {
                return false;
            }

            _ = Linux.Poll(null, 0, 1);
        }

        return true;
    }

    /// <summary>What comes back for sessions that were handed over before is dropped as well.</summary>
    public void DiscardInput()
    {
        lock (gate)
        {
            ThrowIfBroken();
            era++;
            receivedCount = 0;
            ClearEvent();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (closed)
            {
                return;
            }

            closed = true;
        }

        sessions.Release();
        thread.Join();
        _ = Linux.Close(Descriptor);
        Descriptor = -1;
        line.Dispose();
        sessions.Dispose();
    }

    private void Run()
    {
        var send = new byte[Room];
        var answer = new byte[Room];
        while (true)
        {
            sessions.Wait();
            if (TakeSession(send, out var length, out var at))
            {
                Exchange(send.AsSpan(0, length), answer.AsSpan(0, length), at);
            }
            else
            {
                return;
            }
        }
    }

    /// <returns>False where the port is closed.</returns>
    private bool TakeSession(byte[] send, out int length, out int at)
    {
        lock (gate)
        {
            (length, at) = (0, era);
            if (closed)
            {
                return false;
            }

            (length, at) = queued.Dequeue();
            outgoing.AsSpan(0, length).CopyTo(send);
            outgoing.AsSpan(length, waiting - length).CopyTo(outgoing);
            waiting -= length;
            leaving = length;
            return true;
        }
    }

    private void Exchange(ReadOnlySpan<byte> send, Span<byte> answer, int at)
    {
        string? refusal = null;
        try
        {
            line.Exchange(send, answer);
        }
        catch (Exception gone) // The pins' library throws what it likes.
        {
            refusal = $"{Path} cannot be used: {gone.Message}";
        }

        lock (gate)
        {
            leaving = 0;
            trouble ??= refusal;
            if (refusal is null && at == era)
            {
                Keep(answer);
            }

            var one = 1UL;
            _ = Linux.Write(Descriptor, (byte*)&one, sizeof(ulong));
        }
    }

    private void Keep(ReadOnlySpan<byte> answer)
    {
        var kept = Math.Min(answer.Length, Room - receivedCount);
        answer[..kept].CopyTo(received.AsSpan(receivedCount));
        receivedCount += kept;
        _ = Interlocked.Add(ref overruns, answer.Length - kept);
    }

    private void ClearEvent()
    {
        ulong count;
        _ = Linux.Read(Descriptor, (byte*)&count, sizeof(ulong));
    }

    private void ThrowIfBroken()
    {
        if (trouble is not null)
        {
            throw new IOException(trouble);
        }
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFile(uint initial, int flags);
}
