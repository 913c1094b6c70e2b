using Drivers.Hashing;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>What we say of a session's channels: open one, change its rate, close it.</summary>
internal sealed class ChannelRequests
{
    /// <summary>Bytes of extranonce to roll that last for any board (SV2 reference §10).</summary>
    public const ushort ExtranonceSize = 8;

    /// <summary>Bytes that still do, where the pool has no more: 2^32 roots.</summary>
    public const ushort ExtranonceSizeMin = 4;

    private readonly Uplink uplink;
    private readonly byte[] user;
    private readonly byte[] anyTarget = new byte[UInt256.Size];
    private uint last;

    public ChannelRequests(SessionTerms terms, Uplink uplink)
    {
        this.uplink = uplink;
        user = System.Text.Encoding.UTF8.GetBytes(terms.User);
        UInt256.Max.Write(anyTarget);
    }

    /// <summary>Which kind of channel is asked for: one for the whole session.</summary>
    public bool AreExtended { get; set; }

    /// <summary>What the next extended channel is asked to leave us, in bytes.</summary>
    public ushort WantedExtranonceSize { get; set; } = ExtranonceSize;

    public bool CanAskForLess => AreExtended && WantedExtranonceSize > ExtranonceSizeMin;

    /// <summary>The request was made on this connection, answered or not.</summary>
    public bool WasMade(uint request) => request > 0 && request <= last;

    /// <summary>Asks for a channel; returns the number that the answer will carry.</summary>
    public uint Open(double hashRate, TimeSpan now)
    {
        last++;
        if (AreExtended)
        {
            uplink.Send(
                new OpenExtendedMiningChannel
                {
                    RequestId = last,
                    UserIdentity = user,
                    NominalHashRate = (float)hashRate,
                    MaxTarget = anyTarget,
                    MinExtranonceSize = WantedExtranonceSize,
                },
                now);
        }
        else
        {
            uplink.Send(
                new OpenStandardMiningChannel
                {
                    RequestId = last,
                    UserIdentity = user,
                    NominalHashRate = (float)hashRate,
                    MaxTarget = anyTarget,
                },
                now);
        }

        return last;
    }

    public void Update(uint channelId, double hashRate, TimeSpan now) => uplink.Send(
        new UpdateChannel { ChannelId = channelId, NominalHashRate = (float)hashRate, MaximumTarget = anyTarget },
        now);

    /// <param name="reason">Printable.</param>
    public void Close(uint channelId, ReadOnlySpan<byte> reason, TimeSpan now) =>
        uplink.Send(new CloseChannel { ChannelId = channelId, ReasonCode = reason }, now);
}
