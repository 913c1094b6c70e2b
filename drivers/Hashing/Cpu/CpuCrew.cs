using System.Diagnostics;

namespace Drivers.Hashing.Cpu;

/// <summary>Takes what a thread has to say, as one frame.</summary>
internal delegate void Tell(ReadOnlySpan<byte> answer);

/// <summary>
/// The threads of one time of hashing, from the first word that allows it to the last thread's end. They own the lock
/// that shows it, and give it back when the last of them leaves.
/// </summary>
internal sealed class CpuCrew
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>A thread that rests or waits looks up so often.</summary>
    private const int NapMilliseconds = 50;

    private readonly CpuConfig config;
    private readonly UInt256 target;
    private readonly HashingLock cores;
    private readonly Tell tell;
    private readonly Lock counting = new();
    private readonly object news = new();
    private readonly Thread[] threads;
    private readonly CpuJob job;
    private volatile bool stopping;
    private double duty;
    private long heardAt;
    private int present;

    /// <param name="job">What they hash: whoever gives it more work then calls <see cref="Wake"/>.</param>
    public CpuCrew(CpuConfig config, CpuJob job, UInt256 target, double duty, HashingLock cores, Tell tell)
    {
        this.config = config;
        this.job = job;
        this.target = target;
        this.cores = cores;
        this.tell = tell;
        Hear(duty);
        present = config.Threads;
        threads = [.. Enumerable.Range(0, config.Threads).Select(Begin)];
    }

    /// <summary>Not before the lock is open: in between a word would be heard by nobody.</summary>
    public bool HasEnded
    {
        get
        {
            lock (counting)
            {
                return present == 0;
            }
        }
    }

    /// <summary>They may go on, at this duty.</summary>
    public void Hear(double allowed)
    {
        Volatile.Write(ref duty, allowed);
        Volatile.Write(ref heardAt, Stopwatch.GetTimestamp());
    }

    /// <summary>There is new work.</summary>
    public void Wake()
    {
        lock (news)
        {
            Monitor.PulseAll(news);
        }
    }

    /// <summary>The threads end as soon as their piece is done: some milliseconds.</summary>
    public void Stop()
    {
        stopping = true;
        Wake();
    }

    public bool Join(TimeSpan patience)
    {
        var begun = Stopwatch.GetTimestamp();
        return Array.TrueForAll(threads, thread =>
            thread.Join(Max(patience - Stopwatch.GetElapsedTime(begun), TimeSpan.Zero)));
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private Thread Begin(int number)
    {
        var thread = new Thread(() => Run(number)) { Name = $"core {number}", IsBackground = true };
        thread.Start();
        return thread;
    }

    private void Run(int number)
    {
        try
        {
            Linux.GoLast(config.Nice);
            Hash(number);
        }
        finally
        {
            Leave();
        }
    }

    private void Hash(int number)
    {
        Span<uint> hits = stackalloc uint[256];
        Span<byte> header = stackalloc byte[BlockHeader.Size];
        Span<byte> answer = stackalloc byte[CpuFrames.AnswerSize];
        var pace = new DutyPace();
        var begun = Stopwatch.GetTimestamp();
        var toldAt = TimeSpan.Zero;
        var hashes = 0L;
        while (!stopping)
        {
            if (!job.TryTake(out var piece, out var work))
            {
                WaitForNews(work);
            }
            else
            {
                piece.Header.Write(header);
                var found = Search(header, piece.FirstNonce, job.PieceSize, hits);
                for (var i = 0; i < found; i++)
                {
                    CpuFrames.WriteNonce(answer, new(piece.Slot, hits[i], piece.VersionBits, number, Core: 0));
                    tell(answer);
                }

                hashes += job.PieceSize;
            }

            var now = Stopwatch.GetElapsedTime(begun);
            if (now - toldAt >= ProgressEvery)
            {
                CpuFrames.WriteProgress(answer, number, hashes);
                tell(answer);
                (toldAt, hashes) = (now, 0);
            }

            Rest(ref pace, begun);
            stopping |= Stopwatch.GetElapsedTime(Volatile.Read(ref heardAt)) > CpuPort.WordMax;
        }
    }

    /// <summary>Results that find no room in <paramref name="hits"/> are so many that nobody misses them.</summary>
    private int Search(ReadOnlySpan<byte> header, uint first, uint count, Span<uint> hits)
    {
        var midstate = Sha256d.Midstate(header[..Sha256d.MidstateBytes]);
        var tail = header[Sha256d.MidstateBytes..];
        _ = NonceScan.Run(NonceScan.Best, midstate, tail, first, count, target, hits, out var found);
        return found;
    }

    private void Rest(ref DutyPace pace, long begun)
    {
        while (!stopping)
        {
            var rest = pace.Rest(Linux.ThreadTime(), Stopwatch.GetElapsedTime(begun), Volatile.Read(ref duty));
            if (rest < TimeSpan.FromMilliseconds(1))
            {
                return;
            }

            Thread.Sleep(Math.Min((int)rest.TotalMilliseconds, NapMilliseconds));
        }
    }

    private void WaitForNews(long old)
    {
        lock (news)
        {
            if (job.Number == old && !stopping)
            {
                Monitor.Wait(news, NapMilliseconds);
            }
        }
    }

    /// <summary>The last one shuts the door, so that an open lock means that nobody is in.</summary>
    private void Leave()
    {
        lock (counting)
        {
            if (present == 1)
            {
                cores.Dispose();
            }

            present--;
        }
    }
}
