namespace Firmware.StratumV2;

/// <summary>Who reads a frame: what a length may be depends on the direction.</summary>
public enum Receiver : byte
{
    /// <summary>The miner.</summary>
    Client,

    /// <summary>The pool.</summary>
    Server,
}

/// <summary>
/// How long a payload may be, judged from the header before a byte of it is stored. The figures follow from the
/// messages' tables; room for TLVs and future fields comes on top.
/// </summary>
public static class MessageBounds
{
    /// <summary>Bytes that any message may carry after its last field: more than a thousand empty TLVs.</summary>
    public const int TrailingMax = 8192;

    /// <summary>No longer payload is accepted, whatever its type: a full SetGroupChannel and 4 KiB.</summary>
    public const int ClientMax = 262_146 + 4096;

    /// <summary>The same for a pool: a full SetCustomMiningJob and its trailing bytes.</summary>
    public const int ServerMax = 74_274 + TrailingMax;

    /// <exception cref="ProtocolException">The payload cannot be a message; the connection ends here.</exception>
    public static void Check(Receiver receiver, FrameHeader header)
    {
        var (min, max) = Of(receiver, header);
        if (header.PayloadLength < min || header.PayloadLength > max)
        {
            throw new ProtocolException(
                $"A payload of {header.PayloadLength} bytes for message 0x{header.Type:X2} of extension "
                + $"{header.ExtensionType}, which takes {min} to {max}.");
        }
    }

    /// <summary>The longest payload of a core message that is read, in bytes, trailing bytes included.</summary>
    public static int Max(Receiver receiver, byte type) => Of(receiver, new FrameHeader(0, false, type, 0)).Max;

    /// <summary>The shortest payload that holds every field of a core message, in bytes.</summary>
    public static int Min(Receiver receiver, byte type) => Of(receiver, new FrameHeader(0, false, type, 0)).Min;

    private static (int Min, int Max) Of(Receiver receiver, FrameHeader header)
    {
        var limit = receiver == Receiver.Client ? ClientMax : ServerMax;
        var type = (MessageType)header.Type;
        var fields = header.ExtensionType != 0 ? null : receiver == Receiver.Client ? ToClient(type) : ToServer(type);
        return fields is var (min, max) ? (min, Math.Min(max + TrailingMax, limit)) : (0, limit);
    }

    private static (int Min, int Max)? ToClient(MessageType type) => type switch
    {
        MessageType.SetupConnectionSuccess => (6, 6),
        MessageType.SetupConnectionError => (5, 260),
        MessageType.ChannelEndpointChanged => (4, 4),
        MessageType.Reconnect => (3, 258),
        MessageType.OpenStandardMiningChannelSuccess => (45, 77),
        MessageType.OpenMiningChannelError => (5, 260),
        MessageType.OpenExtendedMiningChannelSuccess => (43, 79), // 43: an older server, without the group's id
        MessageType.NewMiningJob => (45, 49),
        MessageType.UpdateChannelError or MessageType.CloseChannel => (5, 260),
        MessageType.SetExtranoncePrefix => (5, 37),
        _ => JobsAndSharesToClient(type),
    };

    private static (int Min, int Max)? JobsAndSharesToClient(MessageType type) => type switch
    {
        MessageType.SubmitSharesSuccess => (20, 20),
        MessageType.SubmitSharesError => (9, 264),
        MessageType.NewExtendedMiningJob => (19, 139_253),
        MessageType.SetNewPrevHash => (48, 48),
        MessageType.SetTarget => (36, 36),
        MessageType.SetCustomMiningJobSuccess => (12, 12),
        MessageType.SetCustomMiningJobError => (9, 264),
        MessageType.SetGroupChannel => (3, 262_146), // 3: the Reconnect of before 2024 had this number
        _ => null,
    };

    private static (int Min, int Max)? ToServer(MessageType type) => type switch
    {
        MessageType.SetupConnection => (16, 1291),
        MessageType.OpenStandardMiningChannel => (41, 296),
        MessageType.OpenExtendedMiningChannel => (43, 298),
        MessageType.UpdateChannel => (40, 40),
        MessageType.CloseChannel => (5, 260),
        MessageType.SubmitSharesStandard => (24, 24),
        MessageType.SubmitSharesExtended => (25, 57),
        MessageType.SetCustomMiningJob => (69, 74_274),
        _ => null,
    };
}
