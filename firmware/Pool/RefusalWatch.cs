namespace Firmware.Pool;

/// <summary>Why a pool refused a share, as far as we act on it (SV2 reference §2.6).</summary>
public enum ShareRefusal : byte
{
    /// <summary>A word of people, or one we do nothing about: it is shown.</summary>
    Other,
    Stale,
    TooLow,
    UnknownJob,
    UnknownChannel,
    Invalid,
}

/// <summary>What to do about a refusal.</summary>
public enum RefusalRemedy : byte
{
    None,

    /// <summary>The channel is out of step with the pool: open it anew.</summary>
    Reopen,

    /// <summary>A new channel did not help: leave the pool.</summary>
    Leave,
}

/// <summary>
/// Counts what a pool refuses of one chain, over the channels that the chain has had one after the other. A pure step.
/// </summary>
public sealed class RefusalWatch
{
    /// <summary>So many in a row, staleness aside, and something is wrong that only a new start can mend.</summary>
    public const int InARowMax = 20;

    /// <summary>The same for invalid shares, which say that pool and channel disagree about the work itself.</summary>
    public const int InvalidInARowMax = 10;

    private int inARow;
    private int invalidInARow;
    private bool reopened;

    /// <summary>Refusals since the last accepted share, staleness aside.</summary>
    public int InARow => inARow;

    public static ShareRefusal Read(ReadOnlySpan<byte> code) =>
        code.SequenceEqual("stale-share"u8) ? ShareRefusal.Stale
        : code.SequenceEqual("difficulty-too-low"u8) ? ShareRefusal.TooLow
        : code.SequenceEqual("invalid-job-id"u8) ? ShareRefusal.UnknownJob
        : code.SequenceEqual("invalid-channel-id"u8) ? ShareRefusal.UnknownChannel
        : code.SequenceEqual("invalid-share"u8) ? ShareRefusal.Invalid
        : ShareRefusal.Other;

    /// <summary>A share was accepted: all is well.</summary>
    public void Accept()
    {
        inARow = 0;
        invalidInARow = 0;
        reopened = false;
    }

    public RefusalRemedy Refuse(ShareRefusal why)
    {
        if (why == ShareRefusal.Stale)
        {
            return RefusalRemedy.None;
        }

        inARow++;
        invalidInARow = why == ShareRefusal.Invalid ? invalidInARow + 1 : 0;
        if (why != ShareRefusal.UnknownChannel && inARow < InARowMax && invalidInARow < InvalidInARowMax)
        {
            return RefusalRemedy.None;
        }

        inARow = 0;
        invalidInARow = 0;
        var tried = reopened;
        reopened = true;
        return tried ? RefusalRemedy.Leave : RefusalRemedy.Reopen;
    }
}
