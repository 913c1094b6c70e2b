using Firmware.StratumV2;

namespace Fuzz.Targets;

/// <summary>An extension's low byte, a type byte and a payload.</summary>
internal sealed class MessageTarget : ITarget
{
    private readonly byte[] first = new byte[EncodedMessages.FrameMax];
    private readonly byte[] second = new byte[EncodedMessages.FrameMax];

    public string Name => "messages";

    public string About => "Every message read, written, read again, and shown; all three agree on what is malformed.";

    public int LengthMax => 4096;

    public long AllocatedMax => 1024 * 1024;

    public IReadOnlyList<byte[]> Words { get; } =
        [.. EncodedMessages.Rewrite.Keys.Select(key => (byte[])[(byte)key.Extension, key.Type])];

    public IEnumerable<byte[]> Seeds() => EncodedMessages.All
        .Select(frame => (byte[])[frame[0], frame[2], .. frame.AsSpan(FrameHeader.Size)])
        .Where(seed => seed.Length <= LengthMax);

    public void Try(ReadOnlySpan<byte> input)
    {
        if (input.Length < 2)
        {
            return;
        }

        var frame = new Frame(input[0], channelBit: false, input[1], input[2..]);
        var shown = Show(frame);
        if (!EncodedMessages.Rewrite.TryGetValue((input[0], input[1]), out var rewrite))
        {
            BrokenPromise.Unless(shown, "a message that we do not know is shown, whatever it holds.");
            return;
        }

        BrokenPromise.Unless(
            Rewrite(rewrite, frame, first, out var length) == shown, "what is read can be shown, and what not, not.");
        if (length > 0)
        {
            var again = new Frame(FrameHeader.Read(first), first.AsSpan(FrameHeader.Size, length - FrameHeader.Size));
            Rewrite(rewrite, again, second, out var lengthAgain);
            BrokenPromise.Unless(
                first.AsSpan(0, length).SequenceEqual(second.AsSpan(0, lengthAgain)),
                "what we write we read, and write the same.");
        }
    }

    /// <returns>Whether it could be read.</returns>
    /// <param name="length">0 where it was not written.</param>
    private static bool Rewrite(EncodedMessages.Rewriting rewrite, Frame frame, byte[] into, out int length)
    {
        length = 0;
        try
        {
            length = rewrite(frame, into);
            return true;
        }
        catch (ProtocolException)
        {
            return false;
        }
        catch (ArgumentOutOfRangeException refused) when (refused.Message.StartsWith("F32", StringComparison.Ordinal))
        {
            return true; // Not a number, infinite or negative: read as it came, and never written by us.
        }
    }

    private static bool Show(Frame frame)
    {
        try
        {
            var text = FrameText.Describe(frame);
            BrokenPromise.Unless(
                !text.Any(letter => char.IsControl(letter) && letter != '\n'), "no control character is shown.");
            return true;
        }
        catch (ProtocolException)
        {
            return false;
        }
    }
}
