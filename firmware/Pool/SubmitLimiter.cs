namespace Firmware.Pool;

/// <summary>
/// Keeps a pool with a far too easy target from making us flood it (SV2 reference §4.6): never more than so many shares
/// in any second. A pure step without allocation; its owner locks.
/// </summary>
/// <param name="sharesASecondMax">Of one session, all its channels together.</param>
public sealed class SubmitLimiter(int sharesASecondMax)
{
    /// <summary>What a pool may be sent unless settings say otherwise.</summary>
    public const int SharesASecondMax = 20;

    /// <summary>Above it there is no limit worth the name.</summary>
    public const int HighestMax = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    // When each of the last shares went: the oldest one's place is the next one's.
    private readonly TimeSpan[] sent = Fresh(sharesASecondMax);
    private int next;

    /// <summary>False where this share would be one too many: it is to be withheld.</summary>
    public bool TryPass(TimeSpan now)
    {
        if (now - sent[next] < Window)
        {
            return false;
        }

        sent[next] = now;
        next = (next + 1) % sent.Length;
        return true;
    }

    private static TimeSpan[] Fresh(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, HighestMax);
        var times = new TimeSpan[count];
        Array.Fill(times, -Window);
        return times;
    }
}
