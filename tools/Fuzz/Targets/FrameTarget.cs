using Firmware.StratumV2;

namespace Fuzz.Targets;

/// <summary>A side, a piece's length, and bytes off a connection without encryption.</summary>
internal sealed class FrameTarget : ITarget
{
    public string Name => "frames";

    public string About => "FrameOpener on plain bytes; however they are cut, the same frames come out, within bounds.";

    public int LengthMax => 16_384;

    public long AllocatedMax => 4 * (MessageBounds.ClientMax + 65_536);

    public IReadOnlyList<byte[]> Words { get; } =
        [[0, 0x80], [0, 0], [1, 0], .. EncodedMessages.All.Select(frame => frame[..FrameHeader.Size])];

    public IEnumerable<byte[]> Seeds()
    {
        byte[][] one = [.. EncodedMessages.All.Select(frame => (byte[])[0, 6, .. frame])];
        byte[] many = [1, 0, .. EncodedMessages.All.Where(frame => frame.Length < 400).SelectMany(frame => frame)];
        return [.. one.Where(frame => frame.Length <= LengthMax), many[..Math.Min(many.Length, LengthMax)]];
    }

    public void Try(ReadOnlySpan<byte> input)
    {
        if (input.Length < 2)
        {
            return;
        }

        var receiver = (Receiver)(input[0] & 1);
        var whole = OpenedFrames.Of(input[2..], int.MaxValue, cipher: null, receiver);
        var pieces = OpenedFrames.Of(input[2..], 1 + input[1], cipher: null, receiver);
        BrokenPromise.Unless(whole == pieces, "bytes are the same frames however they are cut.");
    }
}
