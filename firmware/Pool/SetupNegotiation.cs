using System.Numerics;
using System.Text;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>What the pool's answer to the setup comes to.</summary>
/// <param name="Extended">Open extended channels, not standard ones.</param>
/// <param name="VersionMask">Version bits that may be rolled; 0 where the pool forbids it.</param>
/// <param name="Problem">Why the session cannot go on, in one sentence; null where it can.</param>
internal readonly record struct SetupOutcome(bool Extended, uint VersionMask, string? Problem = null);

/// <summary>
/// What we ask of a pool, and what its answer means: the flags that it sets have meanings of their own, and are never
/// ours repeated (SV2 reference §4.1), unless its profile says so.
/// </summary>
internal sealed class SetupNegotiation
{
    /// <summary>One header has 2^32 nonces in each second of ntime.</summary>
    private const int NonceBits = 32;

    private readonly PoolProfile profile;
    private readonly bool isRetry;

    /// <param name="retryFlags">What <see cref="RetryFlags"/> gave after the last attempt, if it gave anything.</param>
    public SetupNegotiation(SessionTerms terms, uint? retryFlags)
    {
        profile = terms.Profile;
        isRetry = retryFlags is not null;
        Flags = retryFlags ?? (NeedsExtended(terms)
            ? SetupConnection.RequiresVersionRolling
            : SetupConnection.RequiresStandardJobs | SetupConnection.RequiresVersionRolling);
    }

    /// <summary>Of our SetupConnection.</summary>
    public uint Flags { get; }

    /// <summary>Says who we are and what we ask.</summary>
    public void Ask(SessionTerms terms, Uplink uplink, TimeSpan now) => uplink.Send(
        new SetupConnection
        {
            Protocol = SetupConnection.MiningProtocol,
            MinVersion = SetupConnection.Version,
            MaxVersion = SetupConnection.Version,
            Flags = Flags,
            EndpointHost = Encoding.UTF8.GetBytes(terms.Pool.Host),
            EndpointPort = terms.Pool.Port,
            Vendor = Encoding.UTF8.GetBytes(Product.Vendor),
            HardwareVersion = Encoding.UTF8.GetBytes(terms.Hardware),
            Firmware = Encoding.UTF8.GetBytes(terms.Firmware),
            DeviceId = Encoding.UTF8.GetBytes(profile.DeviceId),
        },
        now);

    public SetupOutcome Answer(SetupConnectionSuccess message)
    {
        var echoes = message.Flags == Flags;
        var flags = echoes && profile.EchoesSetupFlags ? 0 : message.Flags;
        var isFixed = (flags & SetupConnectionSuccess.RequiresFixedVersion) != 0;
        var extended = (Flags & SetupConnection.RequiresStandardJobs) == 0
            || (flags & SetupConnectionSuccess.RequiresExtendedChannels) != 0
            || isFixed; // 2^32 nonces are nothing to a chip: only an extranonce feeds it then.
        return message.UsedVersion != SetupConnection.Version
            ? Refuse($"The pool speaks version {message.UsedVersion}, and we speak {SetupConnection.Version}.")
            : isFixed && (Flags & SetupConnection.RequiresVersionRolling) != 0
                ? Refuse(echoes
                    ? "The pool forbids version rolling, or only repeats our own flags: use another pool, or the "
                    + "profile 'lenient' where it is known to repeat them."
                    : "The pool forbids version rolling, though we asked for it: use another pool.")
            : new(extended, isFixed ? 0 : profile.VersionMask);
    }

    /// <summary>
    /// The flags for one more attempt, on a new connection: without those that the pool does not support and we can do
    /// without. Null where there is nothing to leave out, or this was that attempt.
    /// </summary>
    public uint? RetryFlags(in SetupConnectionError message)
    {
        const uint Dispensable = SetupConnection.RequiresStandardJobs | SetupConnection.RequiresVersionRolling;
        var unsupported = message.Flags & Flags & Dispensable;
        return isRetry || unsupported == 0 ? null : Flags & ~unsupported;
    }

    private static SetupOutcome Refuse(string problem) => new(Extended: false, VersionMask: 0, problem);

    /// <summary>
    /// By the owner's wish, or because a board hashes more in a second than one merkle root has headers
    /// (SV2 reference §4.4).
    /// </summary>
    private static bool NeedsExtended(SessionTerms terms)
    {
        var headers = Math.Pow(2, NonceBits + BitOperations.PopCount(terms.Profile.VersionMask));
        return terms.Channel switch
        {
            ChannelChoice.Standard => false,
            ChannelChoice.Extended => true,
            _ => terms.HashRates.Any(rate => rate > headers),
        };
    }
}
