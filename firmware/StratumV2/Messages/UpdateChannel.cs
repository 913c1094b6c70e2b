namespace Firmware.StratumV2.Messages;

/// <summary>Client → server: the channel hashes faster or slower than it did. Spec 5.3.7.</summary>
public readonly ref struct UpdateChannel : IMessage<UpdateChannel>
{
    public static MessageType Type => MessageType.UpdateChannel;

    public required uint ChannelId { get; init; }

    /// <summary>In hashes per second.</summary>
    public required float NominalHashRate { get; init; }

    /// <summary>The easiest target the client tolerates from now on.</summary>
    public required ReadOnlySpan<byte> MaximumTarget { get; init; }

    public static UpdateChannel Read(scoped ref PayloadReader payload) => new()
    {
        ChannelId = payload.U32(),
        NominalHashRate = payload.F32(),
        MaximumTarget = payload.U256(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(ChannelId);
        payload.F32(NominalHashRate);
        payload.U256(MaximumTarget);
    }
}
