namespace Firmware.StratumV2.Messages.Extensions;

/// <summary>Client → server: the extensions that the client would use. Extension 0x0001.</summary>
public readonly ref struct RequestExtensions : IMessage<RequestExtensions>
{
    public static MessageType Type => (MessageType)0x00;

    public static ushort ExtensionType => 0x0001;

    public required ushort RequestId { get; init; }

    /// <summary>U16 each.</summary>
    public required ItemSequence RequestedExtensions { get; init; }

    public static RequestExtensions Read(scoped ref PayloadReader payload) => new()
    {
        RequestId = payload.U16(),
        RequestedExtensions = payload.Seq064K(itemSize: 2),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U16(RequestId);
        payload.Seq064K(RequestedExtensions);
    }
}
