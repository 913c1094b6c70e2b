using Firmware.StratumV2;

namespace Firmware.Pool;

/// <summary>A pool to mine at, as the command line or mine.toml has it.</summary>
/// <param name="Source">Who says so, as the status shows it.</param>
public sealed record MinePool(PoolAddress Address, string Source)
{
    public const string FromCommandLine = "command line";
    public const string FromSettings = "settings";

    /// <summary>The pool's account; empty where nobody has said it yet.</summary>
    public string User { get; init; } = "";

    /// <summary>This machine's name at the pool, or empty.</summary>
    public string Worker { get; init; } = "";

    public PoolProfile Profile { get; init; } = PoolProfile.Default;

    public ChannelChoice Channel { get; init; }

    /// <summary>What the coinbase must pay; empty: nothing is expected.</summary>
    public ReadOnlyMemory<byte> PayoutScript { get; init; }

    public bool Insecure { get; init; }

    public TimeSpan ProbeAfter { get; init; } = SessionTerms.UsualProbeAfter;

    public TimeSpan SilenceMax { get; init; } = SessionTerms.UsualSilenceMax;

    /// <summary>See <see cref="SessionTerms.SharesASecondMax"/>.</summary>
    public int SharesASecondMax { get; init; } = SubmitLimiter.SharesASecondMax;

    /// <summary>What the pool is told: the account, or account.worker.</summary>
    public string Identity => Worker.Length == 0 ? User : $"{User}.{Worker}";
}
