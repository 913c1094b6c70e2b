using System.Diagnostics.CodeAnalysis;
using Firmware.StratumV2;

namespace Firmware.Pool;

/// <summary>What one session is opened with.</summary>
/// <param name="Pool">As dialled: host and port go into SetupConnection, the keys into the handshake.</param>
/// <param name="User">The pool's account, or account and worker.</param>
/// <param name="Hardware">The board's model.</param>
/// <param name="Firmware">Name and version of this program.</param>
/// <param name="HashRates">
/// Nominal hashes per second of each chain. Every chain gets a channel of its own: two chains on one channel would
/// search the same headers.
/// </param>
public sealed record SessionTerms(
    PoolAddress Pool,
    string User,
    string Hardware,
    string Firmware,
    IReadOnlyList<double> HashRates)
{
    /// <summary>The values of SV2 reference §4.11.</summary>
    public static readonly TimeSpan UsualProbeAfter = TimeSpan.FromSeconds(120);

    public static readonly TimeSpan UsualSilenceMax = TimeSpan.FromSeconds(300);

    /// <summary>The pool's dialect.</summary>
    public PoolProfile Profile { get; init; } = PoolProfile.Default;

    public ChannelChoice Channel { get; init; }

    /// <summary>
    /// A name that goes with every share of an extended channel, where the pool takes names (extension 0x0002). Empty:
    /// the user alone names the worker. What is longer than 32 bytes of UTF-8 is cut.
    /// </summary>
    public string Worker { get; init; } = "";

    /// <summary>The output script that an extended job's coinbase must pay; empty: none is expected.</summary>
    public ReadOnlyMemory<byte> PayoutScript { get; init; }

    /// <summary>A pool that has been silent for so long is asked for a sign of life …</summary>
    public TimeSpan ProbeAfter { get; init; } = UsualProbeAfter;

    /// <summary>… and left where it stays silent.</summary>
    public TimeSpan SilenceMax { get; init; } = UsualSilenceMax;

    /// <summary>The operator's word: mine also where nothing proves the pool. See <see cref="Trust"/></summary>
    public bool Insecure { get; init; }

    /// <summary>Who said that we mine here: <see cref="MinePool.Source"/>.</summary>
    public string Source { get; init; } = "";

    /// <summary>More is withheld, whatever the target (SV2 reference §4.6): at least 1.</summary>
    public int SharesASecondMax { get; init; } = SubmitLimiter.SharesASecondMax;

    /// <summary>A Reconnect may lead into the local network, for the pool itself lives there.</summary>
    public bool AllowPrivateRedirect { get; init; }

    /// <summary>Where whoever sees something wrong with this pool says so; outlives the session.</summary>
    public PoolAlarms Alarms { get; init; } = new();

    /// <summary>What a session learns of this pool, for the next one; outlives the session.</summary>
    public PoolHabits Habits { get; init; } = new();

    /// <summary>Makes a pool's words fit for people: it may have said our user's name, or our token.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public string? Redact(string? text) =>
        text is null ? null : Redaction.Clean(text, User, Profile.DeviceId);
}
