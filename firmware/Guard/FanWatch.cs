using Drivers;
using Drivers.Fans;

namespace Firmware.Guard;

/// <summary>What a fan's tach means for it and for the board.</summary>
public enum FanVerdict : byte
{
    /// <summary>It turns, or it is told so little that it need not.</summary>
    Turning,

    /// <summary>It does not seem to turn: it shall get full drive, which may free it.</summary>
    NeedsFull,

    /// <summary>It did not turn at full drive either: nothing cools the board.</summary>
    Stalled,

    /// <summary>It takes no commands: whatever it does, nobody can make it do more.</summary>
    Deaf,
}

/// <summary>
/// Judges whether one fan turns. A tach that cannot be read proves nothing, and so counts like one that stands; a
/// single such sample means nothing either.
/// </summary>
public sealed class FanWatch
{
    /// <summary>How long it may seem to stand before it gets full drive: three samples of a second.</summary>
    public static readonly TimeSpan SuspicionMax = TimeSpan.FromSeconds(3);

    /// <summary>How long it may then stand at full drive.</summary>
    public static readonly TimeSpan RescueMax = TimeSpan.FromSeconds(5);

    private const double JudgedFrom = 0.30;
    private const int UnheardMax = 3;

    private TimeSpan? standsSince;
    private TimeSpan? fullSince;
    private int unheard;

    /// <param name="commanded">What it was told before this reading.</param>
    /// <param name="obeyed">The part took the command, and reads it back.</param>
    public FanVerdict Step(DutyCycle commanded, bool obeyed, FanReading reading, TimeSpan now)
    {
        unheard = obeyed ? 0 : unheard + 1;
        if (unheard >= UnheardMax)
        {
            return FanVerdict.Deaf;
        }

        if (reading.Value is { Value: > 0 }
            || HasNoTach(reading)
            || (commanded.Fraction < JudgedFrom && fullSince is null))
        {
            Forget();
            return FanVerdict.Turning;
        }

        standsSince ??= now;
        if (now - standsSince >= SuspicionMax)
        {
            fullSince ??= now;
        }

        return fullSince is not { } rescue ? FanVerdict.Turning
            : now - rescue >= RescueMax ? FanVerdict.Stalled
            : FanVerdict.NeedsFull;
    }

    /// <summary>A new start: what was before says nothing any more.</summary>
    public void Reset()
    {
        Forget();
        unheard = 0;
    }

    private static bool HasNoTach(FanReading reading) => reading is { Value: null, Fault: FanFault.NoTach };

    private void Forget()
    {
        standsSince = null;
        fullSince = null;
    }
}
