using Firmware.StratumV2;

namespace Firmware.Cli;

/// <summary>The body of the verb decode: hex of plain frames in, the tables of the specification out.</summary>
internal static class DecodeCommand
{
    /// <exception cref="UsageException">Not hex, or not a frame: the sentence says where.</exception>
    public static int Run(string[] words, TextReader input, TextWriter output)
    {
        var text = string.Concat(words.Length > 0 ? string.Concat(words) : input.ReadToEnd());
        ReadOnlySpan<byte> rest = Bytes(text);
        if (rest.IsEmpty)
        {
            throw new UsageException("decode needs the hex of a frame, as an argument or on standard input.");
        }

        var read = 0;
        while (!rest.IsEmpty)
        {
            if (rest.Length < FrameHeader.Size || rest.Length - FrameHeader.Size < FrameHeader.Read(rest).PayloadLength)
            {
                throw new UsageException($"The frame at byte {read} is cut: it says more bytes than follow.");
            }

            var header = FrameHeader.Read(rest);
            var frame = new Frame(header, rest.Slice(FrameHeader.Size, header.PayloadLength));
            rest = rest[(FrameHeader.Size + header.PayloadLength)..];
            output.WriteLine(FrameText.Describe(frame));
            read += FrameHeader.Size + frame.Payload.Length;
        }

        return 0;
    }

    private static byte[] Bytes(string text)
    {
        var digits = string.Concat(text.Where(character => !char.IsWhiteSpace(character)));
        try
        {
            return Convert.FromHexString(digits);
        }
        catch (FormatException)
        {
            throw new UsageException("decode reads hex digits, two a byte; there is something else in the input.");
        }
    }
}
