namespace Firmware.StratumV2.Messages.JobDeclaration;

/// <summary>Client → server: a declared job became a block. Spec 6.4.9.</summary>
public readonly ref struct PushSolution : IMessage<PushSolution>
{
    public static MessageType Type => MessageType.PushSolution;

    /// <summary>All of it: the channel's prefix and what was rolled.</summary>
    public required ReadOnlySpan<byte> Extranonce { get; init; }

    public required ReadOnlySpan<byte> PrevHash { get; init; }
    public required uint Nonce { get; init; }
    public required uint NTime { get; init; }
    public required uint NBits { get; init; }

    /// <summary>The whole field, as it was hashed.</summary>
    public required uint Version { get; init; }

    public static PushSolution Read(scoped ref PayloadReader payload) => new()
    {
        Extranonce = payload.B032(),
        PrevHash = payload.U256(),
        Nonce = payload.U32(),
        NTime = payload.U32(),
        NBits = payload.U32(),
        Version = payload.U32(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.B032(Extranonce);
        payload.U256(PrevHash);
        payload.U32(Nonce);
        payload.U32(NTime);
        payload.U32(NBits);
        payload.U32(Version);
    }
}
