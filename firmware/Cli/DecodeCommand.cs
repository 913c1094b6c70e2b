using System.Buffers;

using Firmware.StratumV2;

namespace Firmware.Cli;

/// <summary>The body of the verb decode: hex of plain frames in, the tables of the specification out.</summary>
internal static class DecodeCommand
{
    /// <exception cref="UsageException">Not hex, or not a frame: the sentence says where.</exception>
    public static int Run(string[] words, TextReader input, TextWriter output)
    {
        var text = words.Length > 0 ? string.Concat(words) : input.ReadToEnd();
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
            output.WriteLine(Describe(frame, read));
            read += FrameHeader.Size + frame.Payload.Length;
        }

        return 0;
    }

    private static string Describe(Frame frame, int position)
    {
        try
        {
            return FrameText.Describe(frame);
        }
        catch (ProtocolException wrong)
        {
            throw new UsageException(
                $"The frame at byte {position}, of type 0x{frame.Type:X2}, is wrong: {wrong.Message}");
        }
    }

    private static byte[] Bytes(string text)
    {
        var digits = string.Concat(text.Where(character => !char.IsWhiteSpace(character)));
        var odd = digits.AsSpan().IndexOfAnyExcept(SearchValues.Create("0123456789abcdefABCDEF"));
        if (odd >= 0)
        {
            throw new UsageException($"decode reads hex digits, two a byte; '{digits[odd]}' is none.");
        }

        return digits.Length % 2 == 0
            ? Convert.FromHexString(digits)
            : throw new UsageException($"decode reads two hex digits a byte; {digits.Length} digits leave half a one.");
    }
}
