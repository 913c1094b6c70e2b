namespace Firmware.Pool;

/// <summary>
/// The Reconnect of before 2024, which had the number that SetGroupChannel has now (SV2 reference §2.7).
/// </summary>
internal static class OldReconnect
{
    /// <summary>The group's id and the count of its channels.</summary>
    private const int GroupFields = 6;

    private const int CountOffset = 4;
    private const int ChannelIdSize = 4;

    /// <summary>The host's length and the port.</summary>
    private const int ReconnectFields = 3;

    /// <summary>Whether the payload of a message 0x25 names a host and no channels.</summary>
    public static bool HasShape(ReadOnlySpan<byte> payload) =>
        !IsGroup(payload)
        && payload.Length == ReconnectFields + payload[0]
        && !payload.Slice(1, payload[0]).ContainsAnyExceptInRange((byte)'!', (byte)'~');

    private static bool IsGroup(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < GroupFields)
        {
            return payload.IsEmpty;
        }

        var channels = payload[CountOffset] | payload[CountOffset + 1] << 8;
        return payload.Length >= GroupFields + (channels * ChannelIdSize);
    }
}
