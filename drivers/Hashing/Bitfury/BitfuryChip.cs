using System.Buffers.Binary;

namespace Drivers.Hashing.Bitfury;

/// <summary>One chip of a chain: what it is told with the next pass, and what its answers mean.</summary>
internal sealed class BitfuryChip
{
    /// <summary>So many results are judged before the clock is adjusted by them.</summary>
    private const int ResultsBeforeAdjusting = 100;

    private readonly int position;
    private readonly BitfuryConfig config;
    private readonly WorkMemory memory;
    private readonly UInt256 target;
    private readonly ResultRing ring = new();
    private readonly CounterMeter meter = new();
    private readonly RepeatFilter repeats = new();
    private readonly GenerationVote vote = new();
    private readonly uint[] job = new uint[JobWords.Count];
    private int answerAt;
    private int bitsMax = Oscillator.FastestBits;
    private int toldBits;
    private uint jobSelect;
    private int turns;
    private Megahertz? previous;
    private Megahertz best;
    private (long Good, long Errors) adjustedAt;

    public BitfuryChip(int position, BitfuryConfig config, WorkMemory memory, in UInt256 target)
    {
        this.position = position;
        this.config = config;
        this.memory = memory;
        this.target = target;
        Works = new ChipWorks(memory, config.WorkLasts);
    }

    public ChipWorks Works { get; }

    public ChipHealth Health { get; } = new();

    /// <summary>All settings go out with the next pass.</summary>
    public bool IsToBeSetUp { get; private set; }

    public Generation Generation => config.Generation ?? vote.Generation;

    /// <summary>The oscillator bits that the chip was last told; 0 while its clock is off.</summary>
    public int Bits => Health.IsOff ? 0 : toldBits;

    /// <summary>As the counter shows it, null where it has not been seen long enough.</summary>
    public Megahertz? MeasuredClock => Health.IsOut ? null : meter.Clock;

    /// <summary>What it should do: what it was once measured at with these bits, else what the bits mean.</summary>
    public Megahertz ExpectedClock =>
        Health.IsOff || Bits == 0 ? default : best.Value > 0 ? best : Oscillator.Clock(Bits);

    public void Reset()
    {
        Health.Pardon();
        Works.Reset();
        bitsMax = Oscillator.FastestBits;
        turns = 0;
        SetUp();
    }

    /// <summary>The settings again; the works stay known.</summary>
    public void SetUp()
    {
        IsToBeSetUp = true;
        turns = 0;
        ForgetClock();
        Health.ForgetAnswers();
    }

    /// <summary>Somebody gives it another chance.</summary>
    public void Rejoin()
    {
        Health.Pardon();
        SetUp();
    }

    /// <summary>What this pass tells it: settings where they are due, and a job, whose place is the answer's.</summary>
    public void Write(ref Commands commands, int wantedBits)
    {
        answerAt = -1;
        if (Health.IsOff)
        {
            Settings.WriteClock(ref commands, on: false);
            return;
        }

        var bits = Math.Min(wantedBits, bitsMax);
        if (IsToBeSetUp)
        {
            Settings.WriteAll(ref commands, bits);
            IsToBeSetUp = false;
            ring.Forget();
        }
        else if (bits != toldBits)
        {
            Settings.WriteOscillator(ref commands, bits);
            ForgetClock();
        }

        toldBits = bits;
        if (!memory.Knows(Works.Newest))
        {
            Works.Reset();
        }

        memory.WriteJob(Works.Newest, job);
        answerAt = commands.Write(JobWords.Address, job);
    }

    /// <summary>Takes in the answer to the last pass; what was found goes to <paramref name="found"/>.</summary>
    public void Hear(ReadOnlySpan<byte> pass, TimeSpan now, FoundQueue found)
    {
        if (answerAt >= 0)
        {
            Obey(Hear(new Answer(pass.Slice(answerAt, Answer.Size)), now, found));
        }
    }

    private Remedy Hear(in Answer answer, TimeSpan now, FoundQueue found)
    {
        if (answer.IsMute)
        {
            return Health.Saw(ChipTrouble.Mute, now);
        }

        if (!answer.IsSound)
        {
            return Health.Saw(ChipTrouble.Confused, now);
        }

        switch (ring.Read(answer))
        {
            case RingReading.Torn:
                return Remedy.None;
            case RingReading.NoCounter:
                return Health.SawNoCounter(now);
            case RingReading.AllChanged:
                return Health.Saw(ChipTrouble.Confused, now);
            case RingReading.Unchanged:
                return Health.Saw(ChipTrouble.StandsStill, now);
            case RingReading.First:
                vote.Hear(answer);
                jobSelect = answer.JobSelect;
                meter.Restart(ring.Count, now);
                Works.Answered(wentOn: false, config.RefillAfter, now);
                return Remedy.None;
            default:
                Health.SawAnswer();
                return HearSound(answer, now, found);
        }
    }

    private Remedy HearSound(in Answer answer, TimeSpan now, FoundQueue found)
    {
        var wentOn = answer.JobSelect != jobSelect;
        jobSelect = answer.JobSelect;
        Works.Answered(wentOn, config.RefillAfter, now);
        if (turns == 0)
        {
            vote.Hear(answer);
        }

        var remedy = Judge(now, found);
        turns += wentOn ? 1 : 0;
        var measured = Measure(now);
        return remedy != Remedy.None ? remedy : measured;
    }

    private Remedy Judge(TimeSpan now, FoundQueue found)
    {
        var remedy = Remedy.None;
        for (var place = 0; place < ResultRing.Size; place++)
        {
            if (!ring.IsNew(place, out var word))
            {
                continue;
            }

            if (TrySolve(word, now, found))
            {
                ring.Settle(place);
                Health.SawResult();
            }
            else if (turns == 0)
            {
                ring.Settle(place); // Of what it hashed before it took the first job from us.
            }
            else if (ring.Stood(place))
            {
                ring.Settle(place);
                Report(word, found);
                remedy = Health.SawError();
            }
        }

        Adjust();
        return remedy;
    }

    /// <summary>Tries what the word may mean on what the chip may have hashed.</summary>
    private bool TrySolve(ResultWord word, TimeSpan now, FoundQueue found)
    {
        Span<uint> nonces = stackalloc uint[ResultWord.CandidatesMax];
        foreach (var nonce in nonces[..word.TryNonces(Generation, nonces)])
        {
            var inHeader = BinaryPrimitives.ReverseEndianness(nonce);
            if (Works.TryFind(inHeader, target, now, out var work))
            {
                if (work != memory.TestJob && !repeats.IsRepeat(work, nonce))
                {
                    found.Add(new FoundNonce(work.Slot, inHeader, 0, position, ResultWord.Core(nonce)));
                }

                return true;
            }
        }

        return false;
    }

    /// <summary>A result that solves nothing, whatever it means: the miner is to count it as an error.</summary>
    private void Report(ResultWord word, FoundQueue found)
    {
        if (Works.Hashed.Serial > 0 && Works.Hashed != memory.TestJob)
        {
            Span<uint> nonces = stackalloc uint[ResultWord.CandidatesMax];
            word.TryNonces(Generation, nonces);
            var inHeader = BinaryPrimitives.ReverseEndianness(nonces[0]);
            found.Add(new FoundNonce(Works.Hashed.Slot, inHeader, 0, position, ResultWord.Core(nonces[0])));
        }
    }

    /// <summary>Two windows that agree make a best clock: a damaged count alone makes none.</summary>
    private Remedy Measure(TimeSpan now)
    {
        const double agreement = 0.05;
        if (!meter.Add(ring.Count, now) || meter.Clock is not { } clock)
        {
            return Remedy.None;
        }

        if (previous is { } before && Math.Abs(clock.Value - before.Value) <= agreement * before.Value)
        {
            best = new Megahertz(Math.Max(best.Value, Math.Min(clock.Value, before.Value)));
        }

        previous = clock;
        return Health.SawClock(lessThanHalf: clock.Value < best.Value / 2);
    }

    private void Adjust()
    {
        const double tooMany = 0.10;
        const double few = 0.01;
        var errors = Health.Errors - adjustedAt.Errors;
        var judged = errors + Health.Good - adjustedAt.Good;
        if (!config.AutoAdjust || judged < ResultsBeforeAdjusting)
        {
            return;
        }

        adjustedAt = (Health.Good, Health.Errors);
        var share = (double)errors / judged;
        if (share > tooMany)
        {
            bitsMax = Math.Max(toldBits - 1, Oscillator.CarefulBits);
        }
        else if (share < few)
        {
            bitsMax = Math.Min(bitsMax + 1, Oscillator.FastestBits);
        }
    }

    private void Obey(Remedy remedy)
    {
        switch (remedy)
        {
            case Remedy.SlowDown:
                bitsMax = Oscillator.CarefulBits;
                SetUp();
                break;
            case Remedy.SetUp:
                SetUp();
                break;
        }
    }

    private void ForgetClock()
    {
        meter.Forget();
        previous = null;
        best = default;
    }
}
