namespace Firmware.StratumV2.Messages.Extensions;

/// <summary>Server → client: none of them may be used, or one is missing that must be. Extension 0x0001.</summary>
public readonly ref struct RequestExtensionsError : IMessage<RequestExtensionsError>
{
    public static MessageType Type => (MessageType)0x02;

    public static ushort ExtensionType => RequestExtensions.ExtensionType;

    public required ushort RequestId { get; init; }

    /// <summary>U16 each.</summary>
    public required ItemSequence UnsupportedExtensions { get; init; }

    /// <summary>U16 each: without these the server does not go on.</summary>
    public required ItemSequence RequiredExtensions { get; init; }

    public static RequestExtensionsError Read(scoped ref PayloadReader payload) => new()
    {
        RequestId = payload.U16(),
        UnsupportedExtensions = payload.Seq064K(itemSize: 2),
        RequiredExtensions = payload.Seq064K(itemSize: 2),
    };

    public void Write(ref PayloadWriter payload)
    {
        payload.U16(RequestId);
        payload.Seq064K(UnsupportedExtensions);
        payload.Seq064K(RequiredExtensions);
    }
}
