using System.Numerics;

namespace Drivers.Hashing.Cpu;

/// <summary>
/// This machine's cores as a chain of chips, one a thread. The clock is the duty: <see cref="CpuConfig.FullDuty"/>.
/// What the threads are worth is not known from it, so their own counts say it, and until then a measurement before
/// the start. The duty goes out four times a second as a sign of life: without one the threads stop by themselves.
/// </summary>
/// <param name="hashesPerSecond">
/// Of one thread that never rests, while all do: see <see cref="CpuRate"/>.
/// </param>
public sealed class CpuChain(CpuConfig config, double hashesPerSecond) : IHashChain
{
    /// <summary>How often the port hears from us.</summary>
    public static readonly TimeSpan WordEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>A hash rate is taken over at least so long.</summary>
    private static readonly TimeSpan CountOver = TimeSpan.FromSeconds(2);

    /// <summary>A thread without a hash in so many of them in a row is named.</summary>
    private const int WindowsMute = 10;
    private const double NonceSpace = 1L << 32;
    private const double ResultsPerSecond = 16;
    private const int ZeroBitsMin = 8;
    private const int ZeroBitsMax = 32;

    private readonly byte[] word = new byte[CpuFrames.DutySize];
    private readonly byte[] answer = new byte[CpuFrames.AnswerSize];
    private readonly Thread[] threads = new Thread[config.Threads];
    private int answerCount;
    private ChainState state;
    private Megahertz clock;
    private Megahertz wanted;
    private TimeSpan wordAt = TimeSpan.MaxValue;
    private bool discard;
    private TimeSpan countedFrom;
    private double? counted;
    private long frames;
    private long skipped;
    private volatile int maskBits;
    private long lifetimeRate;

    public int Slots => 32;

    public int RolledBits => 16;

    public int ChipsPerDomain => 1;

    public int Cores => 1;

    public int JobFrameSize => CpuFrames.JobSize;

    /// <summary>As many as leave some results a second.</summary>
    public int ReportedZeroBits { get; } = ZeroBitsFor(config.Threads * hashesPerSecond);

    public ChainStatus Status => new(
        state,
        config.Threads,
        clock,
        state == ChainState.Running ? Rate : 0,
        frames,
        CrcErrors: 0,
        skipped,
        Fault: null);

    public Megahertz WantedClock
    {
        get => wanted;
        set
        {
            wanted = value.Value > CpuConfig.FullDuty.Value ? CpuConfig.FullDuty : value;
            wordAt = wanted != clock && state == ChainState.Running ? TimeSpan.Zero : wordAt;
        }
    }

    public TimeSpan JobLifetime
    {
        get
        {
            var rate = Volatile.Read(ref lifetimeRate);
            var seconds = rate == 0 ? 0 : NonceSpace * Math.ScaleB(1, maskBits) / rate;
            return TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.SecondsPerDay));
        }
    }

    private double Expected => hashesPerSecond * config.Threads * clock.Value / CpuConfig.FullDuty.Value;

    private double Rate => counted ?? Expected;

    public ChipStatus Chip(int chip)
    {
        var isMute = threads[chip].Windows >= WindowsMute;
        return new(
            clock,
            state == ChainState.Running ? Rate / config.Threads : 0,
            threads[chip].Rate,
            Answers: !isMute,
            isMute ? $"thread {chip} has hashed nothing for long: the machine leaves it no time" : null);
    }

    /// <summary>Threads share their duty.</summary>
    public void TuneChip(int chip, Megahertz? own)
    {
    }

    public void Start(TimeSpan now)
    {
        state = ChainState.Running;
        discard = true;
        counted = null;
        answerCount = 0;
        countedFrom = now;
        Array.Clear(threads);
        wordAt = now;
    }

    public void Stop(TimeSpan now)
    {
        state = ChainState.Off;
        wordAt = now;
    }

    /// <summary>Threads forget nothing.</summary>
    public void Rejoin(int firstChip, int count, TimeSpan now)
    {
    }

    public ChainStep Step(TimeSpan now)
    {
        Count(now);
        if (now < wordAt)
        {
            return new() { Deadline = wordAt };
        }

        var running = state == ChainState.Running;
        var dropped = discard;
        discard = false;
        clock = running ? wanted : default;
        wordAt = running ? now + WordEvery : TimeSpan.MaxValue;
        Volatile.Write(ref lifetimeRate, running ? (long)Math.Max(Math.Max(Rate, Expected), 1) : 0);
        CpuFrames.WriteDuty(word, clock);
        return new() { Send = word, DiscardInput = dropped, Deadline = wordAt };
    }

    public bool Receive(ref ReadOnlySpan<byte> received, TimeSpan now, out FoundNonce found)
    {
        found = default;
        while (!received.IsEmpty)
        {
            var taken = Math.Min(received.Length, answer.Length - answerCount);
            received[..taken].CopyTo(answer.AsSpan(answerCount));
            received = received[taken..];
            answerCount += taken;
            if (answerCount == answer.Length && Take(out found))
            {
                return true;
            }
        }

        return false;
    }

    public int Encode(int slot, in Work work, Span<byte> frame)
    {
        maskBits = BitOperations.PopCount(work.VersionMask);
        return CpuFrames.WriteJob(frame, slot, work);
    }

    private static int ZeroBitsFor(double hashesPerSecond) => (int)Math.Clamp(
        Math.Round(Math.Log2(Math.Max(hashesPerSecond, 1) / ResultsPerSecond)), ZeroBitsMin, ZeroBitsMax);

    /// <summary>One whole answer: a claim, or what a thread has done since it last said so.</summary>
    private bool Take(out FoundNonce found)
    {
        found = default;
        answerCount = 0;
        switch (answer[0])
        {
            case CpuFrames.Nonce when CpuFrames.ReadNonce(answer) is var claim && claim.Chip < config.Threads:
                frames++;
                found = claim;
                return state == ChainState.Running;
            case CpuFrames.Progress when CpuFrames.ReadProgress(answer) is var done && done.Thread < config.Threads:
                frames++;
                threads[done.Thread].Hashes += done.Hashes;
                return false;
            default:
                skipped += answer.Length;
                return false;
        }
    }

    private void Count(TimeSpan now)
    {
        var seconds = (now - countedFrom).TotalSeconds;
        if (state != ChainState.Running || seconds < CountOver.TotalSeconds)
        {
            return;
        }

        countedFrom = now;
        var sum = 0.0;
        foreach (ref var thread in threads.AsSpan())
        {
            thread.Rate = thread.Hashes / seconds;
            thread.Windows = thread.Hashes > 0 ? 0 : thread.Windows + 1;
            thread.Hashes = 0;
            sum += thread.Rate.Value;
        }

        counted = sum;
    }

    /// <summary>What one thread has told.</summary>
    private struct Thread
    {
        public long Hashes;
        public double? Rate;
        public int Windows;
    }
}
