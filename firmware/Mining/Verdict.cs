namespace Firmware.Mining;

/// <summary>What became of a chip's claim once its header was hashed again.</summary>
public enum Verdict : byte
{
    /// <summary>
    /// The hash misses even the chips' own filter: the silicon computed wrong, or noise forged a frame.
    /// </summary>
    HardwareError,

    /// <summary>True, but judged before: reported twice, or a part of the search space was hashed twice.</summary>
    Duplicate,

    /// <summary>A share, but its block has been built on since. Not sent; the pool would refuse it.</summary>
    Stale,

    /// <summary>Good work, too easy for the pool. It still counts as hash rate.</summary>
    BelowTarget,

    /// <summary>The pool pays for this one.</summary>
    Share,

    /// <summary>A share that is a block. Sent even when stale: the pool may still win the race.</summary>
    Block,
}
