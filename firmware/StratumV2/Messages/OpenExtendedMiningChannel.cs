namespace Firmware.StratumV2.Messages;

/// <summary>Client → server: asks for a channel that builds its own coinbases. Spec 5.3.4.</summary>
public readonly ref struct OpenExtendedMiningChannel : IMessage<OpenExtendedMiningChannel>
{
    public static MessageType Type => MessageType.OpenExtendedMiningChannel;

    /// <summary>Unique on this connection; the answer carries it.</summary>
    public required uint RequestId { get; init; }

    /// <summary>Account, or account and worker, as the pool wants it.</summary>
    public required ReadOnlySpan<byte> UserIdentity { get; init; }

    /// <summary>In hashes per second.</summary>
    public required float NominalHashRate { get; init; }

    /// <summary>The easiest target the client tolerates; all ones for any.</summary>
    public required ReadOnlySpan<byte> MaxTarget { get; init; }

    /// <summary>In bytes.</summary>
    public required ushort MinExtranonceSize { get; init; }

    public static OpenExtendedMiningChannel Read(scoped ref PayloadReader payload) => new()
    {
        RequestId = payload.U32(),
        UserIdentity = payload.Str0255(),
        NominalHashRate = payload.F32(),
        MaxTarget = payload.U256(),
        MinExtranonceSize = payload.U16(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(RequestId);
        payload.Str0255(UserIdentity);
        payload.F32(NominalHashRate);
        payload.U256(MaxTarget);
        payload.U16(MinExtranonceSize);
    }
}
