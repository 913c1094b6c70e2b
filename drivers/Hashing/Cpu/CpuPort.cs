using System.Runtime.InteropServices;
using Drivers.Buses;

namespace Drivers.Hashing.Cpu;

/// <summary>
/// The threads behind a <see cref="CpuChain"/>, as a port: what is written to it tells them what to hash and how hard,
/// what they find can be read from it. There are threads only while the last word allowed them to hash and is no older
/// than <see cref="WordMax"/>; and while there are, the board's <see cref="HashingLock"/> is held.
/// </summary>
public sealed unsafe class CpuPort : IChainPort
{
    /// <summary>Without a word for so long the threads end, as after a grant that is not renewed.</summary>
    public static readonly TimeSpan WordMax = TimeSpan.FromSeconds(1.5);

    /// <summary>A piece of work takes milliseconds; the rest is for threads that the kernel keeps waiting.</summary>
    private static readonly TimeSpan JoinMax = TimeSpan.FromSeconds(5);

    private readonly CpuConfig config;
    private readonly string boardFile;
    private readonly int reader;
    private readonly int writer;
    private readonly UInt256 target;
    private CpuCrew? crew;
    private readonly CpuJob job = new(NonceScan.PieceBits);
    private long overruns;
    private bool closed;

    private CpuPort(CpuConfig config, string boardFile, int reportedZeroBits)
    {
        this.config = config;
        this.boardFile = boardFile;
        target = Targets.FromZeroBits(reportedZeroBits);
        var ends = stackalloc int[2];
        if (Linux.Pipe(ends, Linux.NonBlocking | Linux.CloseOnExec) != 0)
        {
            throw new IOException($"{Path}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        (reader, writer) = (ends[0], ends[1]);
    }

    public string Path => $"the cores for {boardFile}";

    public int Descriptor => reader;

    /// <summary>There is no wire, and so nothing that takes its time.</summary>
    public int Baud => int.MaxValue;

    public int Pending => 0;

    public PortErrors Errors => new(Interlocked.Read(ref overruns), FramingErrors: 0);

    /// <param name="reportedZeroBits">See <see cref="IHashChain.ReportedZeroBits"/>.</param>
    public static CpuPort Open(CpuConfig config, string boardFile, int reportedZeroBits) =>
        new(config, boardFile, reportedZeroBits);

    public int SetBaud(int baud) => Baud;

    public int Read(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return (int)Math.Max(Linux.Read(reader, bytes, (nuint)buffer.Length), 0);
        }
    }

    /// <summary>Whole frames, as the chain makes them.</summary>
    /// <exception cref="IOException">Another process hashes for this board, or its file is gone.</exception>
    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        for (var rest = bytes; !rest.IsEmpty;)
        {
            if (rest[0] == CpuFrames.Job)
            {
                var (slot, work) = CpuFrames.ReadJob(rest);
                job.Give(slot, work);
                crew?.Wake();
                rest = rest[CpuFrames.JobSize..];
            }
            else
            {
                Obey(CpuFrames.ReadDuty(rest[..CpuFrames.DutySize]));
                rest = rest[CpuFrames.DutySize..];
            }
        }

        return bytes.Length;
    }

    public bool Drain(TimeSpan patience) => true;

    public void DiscardInput()
    {
        Span<byte> dropped = stackalloc byte[1024];
        while (Read(dropped) > 0)
        {
        }
    }

    /// <summary>Ends the threads and waits for them: when it returns, nothing of ours hashes.</summary>
    public void Dispose()
    {
        if (closed)
        {
            return;
        }

        closed = true;
        crew?.Stop();
        if (crew?.Join(JoinMax) ?? true) // A thread that has not ended still owns its end of the pipe.
        {
            _ = Linux.Close(reader);
            _ = Linux.Close(writer);
        }
    }

    private void Obey(double duty)
    {
        if (crew is { HasEnded: true })
        {
            crew = null;
        }

        if (duty <= 0)
        {
            crew?.Stop();
            job.Clear();
        }
        else if (crew is not null)
        {
            crew.Hear(duty);
        }
        else
        {
            var taken = HashingLock.TryTake(boardFile) ?? throw new IOException(
                $"{Path}: another process hashes on them already; stop it, or give this one a board file of its own.");
            crew = new CpuCrew(config, job, target, duty, taken, Tell); // They go on where others left off.
        }
    }

    /// <summary>Called by the threads. Sixteen bytes go into a pipe as a whole, or not at all.</summary>
    private void Tell(ReadOnlySpan<byte> answer)
    {
        fixed (byte* bytes = answer)
        {
            if (Linux.Write(writer, bytes, (nuint)answer.Length) != answer.Length)
            {
                Interlocked.Add(ref overruns, answer.Length);
            }
        }
    }
}
