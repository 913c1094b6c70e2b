namespace Firmware.StratumV2;

/// <summary>A message: the spec's table as a type.</summary>
/// <typeparam name="TSelf">The message; a ref struct where it points into what it was read from.</typeparam>
public interface IMessage<TSelf>
    where TSelf : IMessage<TSelf>, allows ref struct
{
    /// <summary>The wire number. Its name says something only in the core protocol.</summary>
    static abstract MessageType Type { get; }

    /// <summary>Whose message it is: 0 is the core protocol.</summary>
    static virtual ushort ExtensionType => 0;

    /// <summary>Reads the fields in the spec's order and leaves what follows them unread.</summary>
    /// <exception cref="ProtocolException">The payload ends early or holds what the spec forbids.</exception>
    static abstract TSelf Read(scoped ref PayloadReader payload);

    /// <summary>Writes the fields in the spec's order.</summary>
    /// <exception cref="ArgumentException">A field does not fit its type or the buffer: our mistake.</exception>
    void Write(ref PayloadWriter payload);
}
