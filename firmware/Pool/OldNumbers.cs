using Firmware.StratumV2;

namespace Firmware.Pool;

/// <summary>
/// Before 2024 Reconnect had the number that SetGroupChannel has now, and that had the next (SV2 reference §2.7, D6).
/// </summary>
internal static class OldNumbers
{
    private const byte OldSetGroupChannel = 0x26;

    /// <summary>The group's id and the count of its channels.</summary>
    private const int GroupFields = 6;

    private const int CountOffset = 4;
    private const int ChannelIdSize = 4;

    /// <summary>The host's length and the port.</summary>
    private const int ReconnectFields = 3;

    /// <summary>An old SetGroupChannel as it would be now; anything else as it is.</summary>
    public static Frame Renew(Frame frame) =>
        frame is { ExtensionType: 0, Type: OldSetGroupChannel } && IsGroup(frame.Payload)
            ? new Frame(0, frame.ChannelBit, (byte)MessageType.SetGroupChannel, frame.Payload)
            : frame;

    /// <summary>Whether the payload of a SetGroupChannel names a host and no channels.</summary>
    public static bool IsReconnect(ReadOnlySpan<byte> payload) =>
        !payload.IsEmpty
        && !IsGroup(payload)
        && payload.Length == ReconnectFields + payload[0]
        && !payload.Slice(1, payload[0]).ContainsAnyExceptInRange((byte)'!', (byte)'~');

    private static bool IsGroup(ReadOnlySpan<byte> payload) =>
        payload.Length >= GroupFields
        && payload.Length >= GroupFields + ((payload[CountOffset] | payload[CountOffset + 1] << 8) * ChannelIdSize);
}
