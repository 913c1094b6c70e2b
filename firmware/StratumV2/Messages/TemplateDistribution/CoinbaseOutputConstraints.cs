namespace Firmware.StratumV2.Messages.TemplateDistribution;

/// <summary>Client → server: the room that the client's own coinbase outputs take. Spec 7.1.</summary>
/// <param name="CoinbaseOutputMaxAdditionalSize">Bytes.</param>
public readonly record struct CoinbaseOutputConstraints(
    uint CoinbaseOutputMaxAdditionalSize,
    ushort CoinbaseOutputMaxAdditionalSigops)
    : IMessage<CoinbaseOutputConstraints>
{
    public static MessageType Type => MessageType.CoinbaseOutputConstraints;

    public static CoinbaseOutputConstraints Read(scoped ref PayloadReader payload) => new(
        CoinbaseOutputMaxAdditionalSize: payload.U32(),
        CoinbaseOutputMaxAdditionalSigops: payload.U16());

    public void Write(ref PayloadWriter payload)
    {
        payload.U32(CoinbaseOutputMaxAdditionalSize);
        payload.U16(CoinbaseOutputMaxAdditionalSigops);
    }
}
