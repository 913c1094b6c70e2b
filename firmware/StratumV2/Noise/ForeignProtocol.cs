namespace Firmware.StratumV2.Noise;

/// <summary>Recognises what a server speaks that should speak Noise and does not.</summary>
internal static class ForeignProtocol
{
    /// <summary>No answer in plain Stratum V2 to our first bytes is longer than this.</summary>
    private const int PlainAnswerMax = 0xFFFF;

    /// <summary>One sentence with the remedy, or null where the bytes are none of what we know.</summary>
    public static string? Recognise(ReadOnlySpan<byte> received)
    {
        var text = received.TrimStart(" \t\r\n"u8);
        if (text.StartsWith("HTTP/"u8) || text.StartsWith("<"u8))
        {
            return "The server answers as a web server: check the port, it is not that of a Stratum V2 pool.";
        }

        if (text.StartsWith("{\""u8) || text.StartsWith("{ \""u8) || text.StartsWith("[{"u8))
        {
            return "The server answers in JSON as Stratum V1 pools do: check the port, Stratum V2 has another.";
        }

        return received switch
        {
            [0x15, 0x03, <= 0x04, 0x00, ..] =>
                "The server answers with a TLS alert: check the port, Stratum V2 does not run over TLS.",
            [0, 0 or 0x80, <= (byte)MessageType.Reconnect, ..] when IsPlainFrame(received) =>
                "The server answers in plain Stratum V2, without encryption: check the port, or let the pool switch "
                + "encryption on; an address stratum2+tcp+insecure:// does without it, at your own risk.",
            _ => null,
        };
    }

    private static bool IsPlainFrame(ReadOnlySpan<byte> received) =>
        received.Length < FrameHeader.Size || FrameHeader.Read(received).PayloadLength <= PlainAnswerMax;
}
