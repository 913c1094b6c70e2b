namespace Firmware.StratumV2.Messages;

/// <summary>Client → server, first on every connection: what the client speaks and is. Spec 3.6.1.</summary>
public readonly ref struct SetupConnection : IMessage<SetupConnection>
{
    public const byte MiningProtocol = 0;

    /// <summary>The only protocol version there is.</summary>
    public const ushort Version = 2;

    /// <summary>The client takes standard jobs only, and no messages for groups.</summary>
    public const uint RequiresStandardJobs = 1 << 0;

    /// <summary>The client will send <see cref="SetCustomMiningJob"/>.</summary>
    public const uint RequiresWorkSelection = 1 << 1;

    /// <summary>The client rolls version bits; the server must not forbid it.</summary>
    public const uint RequiresVersionRolling = 1 << 2;

    public static MessageType Type => MessageType.SetupConnection;

    /// <summary><see cref="MiningProtocol"/>.</summary>
    public required byte Protocol { get; init; }

    public required ushort MinVersion { get; init; }
    public required ushort MaxVersion { get; init; }

    /// <summary>Of the mining protocol: the constants of this type. Spec 5.3.1.</summary>
    public required uint Flags { get; init; }

    /// <summary>The host the client dialled.</summary>
    public required ReadOnlySpan<byte> EndpointHost { get; init; }

    public required ushort EndpointPort { get; init; }

    /// <summary>Never empty.</summary>
    public required ReadOnlySpan<byte> Vendor { get; init; }

    public required ReadOnlySpan<byte> HardwareVersion { get; init; }
    public required ReadOnlySpan<byte> Firmware { get; init; }

    /// <summary>Empty unless its owner wants to be told apart.</summary>
    public required ReadOnlySpan<byte> DeviceId { get; init; }

    public static SetupConnection Read(scoped ref PayloadReader payload) => new()
    {
        Protocol = payload.U8(),
        MinVersion = payload.U16(),
        MaxVersion = payload.U16(),
        Flags = payload.U32(),
        EndpointHost = payload.Str0255(),
        EndpointPort = payload.U16(),
        Vendor = payload.Str0255(),
        HardwareVersion = payload.Str0255(),
        Firmware = payload.Str0255(),
        DeviceId = payload.Str0255(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U8(Protocol);
        payload.U16(MinVersion);
        payload.U16(MaxVersion);
        payload.U32(Flags);
        payload.Str0255(EndpointHost);
        payload.U16(EndpointPort);
        payload.Str0255(Vendor);
        payload.Str0255(HardwareVersion);
        payload.Str0255(Firmware);
        payload.Str0255(DeviceId);
    }
}
