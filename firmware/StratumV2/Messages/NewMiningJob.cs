namespace Firmware.StratumV2.Messages;

/// <summary>Server → client: a job for a standard channel. Spec 5.3.15.</summary>
public readonly ref struct NewMiningJob : IMessage<NewMiningJob>
{
    public static MessageType Type => MessageType.NewMiningJob;

    public required uint ChannelId { get; init; }
    public required uint JobId { get; init; }

    /// <summary>Null makes it a future job, which waits for its <see cref="SetNewPrevHash"/>.</summary>
    public required uint? MinNTime { get; init; }

    public required uint Version { get; init; }

    /// <summary>Points into the frame it was read from.</summary>
    public required ReadOnlySpan<byte> MerkleRoot { get; init; }

    public static NewMiningJob Read(scoped ref PayloadReader payload) => new()
    {
        ChannelId = payload.U32(),
        JobId = payload.U32(),
        MinNTime = payload.OptionalU32(),
        Version = payload.U32(),
        MerkleRoot = payload.U256(),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(ChannelId);
        payload.U32(JobId);
        payload.OptionalU32(MinNTime);
        payload.U32(Version);
        payload.U256(MerkleRoot);
    }
}
