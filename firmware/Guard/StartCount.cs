namespace Firmware.Guard;

/// <summary>
/// Counts starts that failed, one after the other: a bring-up that did not come true, a fault within a minute of good
/// power, or a machine that died in that time. Three of them, and the board has only its safe profile, until a person
/// has looked. Reads no clock and holds no hardware.
/// </summary>
/// <param name="failed">As the last guard left it.</param>
/// <param name="underway">The last guard, or the machine, ended in the middle of a start.</param>
public sealed class StartCount(int failed, bool underway)
{
    public const int FailedMax = 3;

    private const int CountMax = 1_000_000; // a damaged record may hold any number

    /// <summary>Power that has been good for so long was started well.</summary>
    public static readonly TimeSpan ProvenAfter = TimeSpan.FromSeconds(60);

    private TimeSpan? goodSince;

    /// <summary>In a row.</summary>
    public int Failed { get; private set; } = Math.Clamp(failed, 0, CountMax) + (underway ? 1 : 0);

    /// <summary>A start has begun, and nobody knows yet how it ends.</summary>
    public bool IsUnderway { get; private set; }

    public bool IsSafeProfileDue => Failed >= FailedMax;

    public void Begin()
    {
        IsUnderway = true;
        goodSince = null;
    }

    public void PowerIsGood(TimeSpan now) => goodSince = now;

    /// <summary>True where the start under way has just proven itself.</summary>
    public bool Step(TimeSpan now)
    {
        if (!IsUnderway || goodSince is not { } since || now - since < ProvenAfter)
        {
            return false;
        }

        // With the safe profile it is no proof that the board would run without it.
        Failed = IsSafeProfileDue ? Failed : 0;
        IsUnderway = false;
        return true;
    }

    /// <summary>The power went for no fault: that says nothing of the start. True where one was under way.</summary>
    public bool End()
    {
        var was = IsUnderway;
        IsUnderway = false;
        return was;
    }

    /// <summary>A fault: true where it ended a start under way.</summary>
    public bool Fail()
    {
        Failed += IsUnderway ? 1 : 0;
        return End();
    }

    /// <summary>A person has looked.</summary>
    public void Clear() => Failed = 0;
}
