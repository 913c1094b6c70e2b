using Drivers.Hashing;

namespace Firmware.Pool;

/// <summary>What to do about a target that no share can meet.</summary>
public enum TargetRemedy : byte
{
    None,

    /// <summary>Tell the pool again which targets we take: it may answer with another one.</summary>
    Ask,

    /// <summary>Open the channel anew.</summary>
    Reopen,

    /// <summary>Leave the pool.</summary>
    Leave,
}

/// <summary>
/// How long a target of zero is borne, and what is tried meanwhile (B21). A good target that does not last is part of
/// the trouble: else a new channel that is good for a moment would buy the pool all the time there is. A pure step.
/// </summary>
public sealed class TargetPatience
{
    public static readonly TimeSpan ReopenAfter = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan LeaveAfter = TimeSpan.FromMinutes(10);

    /// <summary>A good target that has lasted for so long ends the trouble.</summary>
    public static readonly TimeSpan GoodAfter = TimeSpan.FromMinutes(1);

    private TimeSpan? zeroSince;
    private TimeSpan? goodSince;
    private TargetRemedy tried;

    /// <summary>When <see cref="Step"/> has something new to say, if the target stays.</summary>
    public TimeSpan Deadline => zeroSince is not { } since || goodSince is not null ? TimeSpan.MaxValue
        : since + (tried < TargetRemedy.Reopen ? ReopenAfter : LeaveAfter);

    /// <summary>The channel's target now. Each remedy is told once for as long as the trouble lasts.</summary>
    public TargetRemedy Step(UInt256 target, TimeSpan now)
    {
        if (target != UInt256.Zero)
        {
            goodSince ??= now;
            return TargetRemedy.None;
        }

        if (goodSince is { } good && now - good >= GoodAfter)
        {
            zeroSince = null;
            tried = TargetRemedy.None;
        }

        goodSince = null;
        zeroSince ??= now;
        var due = now - zeroSince >= LeaveAfter ? TargetRemedy.Leave
            : now - zeroSince >= ReopenAfter ? TargetRemedy.Reopen
            : TargetRemedy.Ask;
        if (due <= tried)
        {
            return TargetRemedy.None;
        }

        tried = due;
        return due;
    }
}
