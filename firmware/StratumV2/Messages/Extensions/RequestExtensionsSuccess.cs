namespace Firmware.StratumV2.Messages.Extensions;

/// <summary>Server → client: those of the extensions that may be used. Extension 0x0001.</summary>
public readonly ref struct RequestExtensionsSuccess : IMessage<RequestExtensionsSuccess>
{
    public static MessageType Type => (MessageType)0x01;

    public static ushort ExtensionType => RequestExtensions.ExtensionType;

    public required ushort RequestId { get; init; }

    /// <summary>U16 each.</summary>
    public required ItemSequence SupportedExtensions { get; init; }

    public static RequestExtensionsSuccess Read(scoped ref PayloadReader payload) => new()
    {
        RequestId = payload.U16(),
        SupportedExtensions = payload.Seq064K(itemSize: 2),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U16(RequestId);
        payload.Seq064K(SupportedExtensions);
    }
}
