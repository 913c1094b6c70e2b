using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Firmware.Cli;

/// <summary>The same bytes in the words of different programs, as they printed SRI's SetupConnection.</summary>
public class CaptureTests
{
    private const string Setup =
        "0000002f00000002000200050000000c706f6f6c2e6578616d706c65050d0a41636d65206677312e30045331396b056677312e3000";

    private const string Xxd = """
        00000000: 0000 002f 0000 0002 0002 0005 0000 000c  .../............
        00000010: 706f 6f6c 2e65 7861 6d70 6c65 050d 0a41  pool.example...A
        00000020: 636d 6520 6677 312e 3004 5331 396b 0566  cme fw1.0.S19k.f
        00000030: 7731 2e30 00                             w1.0.
        """;

    private const string HexdumpC = """
        00000000  00 00 00 2f 00 00 00 02  00 02 00 05 00 00 00 0c  |.../............|
        00000010  70 6f 6f 6c 2e 65 78 61  6d 70 6c 65 05 0d 0a 41  |pool.example...A|
        00000020  63 6d 65 20 66 77 31 2e  30 04 53 31 39 6b 05 66  |cme fw1.0.S19k.f|
        00000030  77 31 2e 30 00                                    |w1.0.|
        00000035
        """;

    private const string Od = """
        000000 00 00 00 2f 00 00 00 02 00 02 00 05 00 00 00 0c
        000010 70 6f 6f 6c 2e 65 78 61 6d 70 6c 65 05 0d 0a 41
        000020 63 6d 65 20 66 77 31 2e 30 04 53 31 39 6b 05 66
        000030 77 31 2e 30 00
        000035
        """;

    private const string FollowHexDump = """
        00000000  00 00 00 2f 00 00 00 02  00 02 00 05 00 00 00 0c   .../.... ........
        00000010  70 6f 6f 6c 2e 65 78 61  6d 70 6c 65 05 0d 0a 41   pool.exa mple...A
            00000000  00 00 01 06 00 00 02 00  00 00 00 00              ........ ....
        00000020  63 6d 65 20 66 77 31 2e  30 04 53 31 39 6b 05 66   cme fw1. 0.S19k.f
        00000030  77 31 2e 30 00                                     w1.0.
        """;

    private static readonly byte[] Client = [10, 0, 0, 2, 10, 0, 0, 1, 0xC3, 0x50, 0x0D, 0x05];
    private static readonly byte[] Server = [10, 0, 0, 1, 10, 0, 0, 2, 0x0D, 0x05, 0xC3, 0x50];

    [Theory]
    [InlineData(Setup)]
    [InlineData(Xxd)]
    [InlineData(HexdumpC)]
    [InlineData(Od)]
    public void EveryFormOfADumpIsTheSameBytes(string text)
    {
        var run = Assert.Single(Capture.Read(text));

        Assert.Equal(Sender.Unknown, run.Sender);
        Assert.Equal(Setup, Convert.ToHexStringLower(run.Bytes));
    }

    [Fact]
    public void AFollowedStreamTellsTheSidesByIndentation()
    {
        var runs = Capture.Read(FollowHexDump);

        Assert.Equal([Sender.Client, Sender.Server, Sender.Client], runs.Select(run => run.Sender));
        Assert.Equal(Setup, Convert.ToHexStringLower([.. runs[0].Bytes, .. runs[2].Bytes]));
        Assert.Equal("000001060000020000000000", Convert.ToHexStringLower(runs[1].Bytes));
    }

    [Theory]
    [InlineData("""
        ===================================================================
        Follow: tcp,raw
        Filter: tcp.stream eq 0
        Node 0: 10.0.0.2:50000
        Node 1: 10.0.0.1:3333
        0102
        03
        	0405
        06
        ===================================================================
        """)]
    [InlineData("> 0102 03\n< 0405\n>06")]
    public void TsharksRawStreamAndMarkedLinesTellTheSides(string text)
    {
        var runs = Capture.Read(text);

        Assert.Equal([Sender.Client, Sender.Server, Sender.Client], runs.Select(run => run.Sender));
        Assert.Equal(["010203", "0405", "06"], runs.Select(run => Convert.ToHexStringLower(run.Bytes)));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void TcpdumpsPacketsArePutTogetherBySequenceNumber(bool ethernet, bool letters)
    {
        var text = new StringBuilder("reading from file pool.pcap, link-type EN10MB (Ethernet)\n");
        Packet(text, Client, 100, [], ethernet, letters); // The handshake of TCP: no bytes.
        Packet(text, Client, 101, [1, 2, 3], ethernet, letters);
        Packet(text, Server, 900, [9, 8], ethernet, letters);
        Packet(text, Client, 102, [2, 3, 4, 5], ethernet, letters); // Sent again, and more.
        Packet(text, Client, 101, [1, 2], ethernet, letters);

        var runs = Capture.Read(text.ToString());

        Assert.Equal([Sender.Client, Sender.Server, Sender.Client], runs.Select(run => run.Sender));
        Assert.Equal(["010203", "0908", "0405"], runs.Select(run => Convert.ToHexStringLower(run.Bytes)));
    }

    [Fact]
    public void ACaptureThatBeginsWithAWordOfTheServerIsToldByItsPorts()
    {
        var text = new StringBuilder();
        Packet(text, Server, 900, [9, 8], false, false);
        Packet(text, Client, 101, [1, 2, 3], false, false);

        Assert.Equal(
            [Sender.Server, Sender.Client], Capture.Read(text.ToString()).Select(run => run.Sender));
    }

    [Fact]
    public void BytesThatThePacketsLackAreSaid()
    {
        var text = new StringBuilder();
        Packet(text, Client, uint.MaxValue, [1, 2], false, false); // The number wraps.
        Packet(text, Client, 5, [6], false, false);

        Assert.Equal(
            "Line 6: 4 bytes are missing before this packet, or packets are out of order.", Wrong(text.ToString()));
    }

    [Fact]
    public void APacketCutAnywhereInItsHeadersIsRefusedInASentence()
    {
        for (var length = 1; length < 43; length++)
        {
            var text = new StringBuilder();
            Packet(text, Client, 1, [1, 2, 3], false, false, cut: length);

            Assert.StartsWith("Line 2: the packet is cut", Wrong(text.ToString()), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AThirdPartyInTheCaptureIsRefused()
    {
        var text = new StringBuilder();
        Packet(text, Client, 1, [1], false, false);
        Packet(text, Server, 1, [1], false, false);
        Packet(text, [.. Client[..11], 1], 1, [1], false, false);

        Assert.Contains("a third side sends", Wrong(text.ToString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00000000: 0000\n00000010: 0000", "Line 2 says that it begins at 0x10, and 0x2 bytes come before it")]
    [InlineData("00000000  00 00\n*\n00000010", "Line 2: '*' stands for lines left out")]
    [InlineData("00000000  00 00\nhello", "Line 2 is no line of a hex dump")]
    [InlineData("0000000 0000 2f00 0000", "hexdump's default form")]
    [InlineData("> 010\n< 0", "3 digits leave half a one")]
    [InlineData("\t0x0000:  4500\n\t0x0010:  4500", "Line 2 is no line of a packet, or the line before it is missing")]
    public void WhatIsWrongIsSaidWithItsPlace(string text, string named) =>
        Assert.Contains(named, Wrong(text), StringComparison.Ordinal);

    [Theory]
    [InlineData(Xxd)]
    [InlineData(HexdumpC)]
    [InlineData(FollowHexDump)]
    public void ATextCutAnywhereIsBytesOrASentence(string text)
    {
        for (var length = 0; length < text.Length; length++)
        {
            try
            {
                Assert.InRange(Capture.Read(text[..length]).Sum(run => run.Bytes.Length), 0, 70);
            }
            catch (UsageException wrong)
            {
                Assert.NotEmpty(wrong.Message);
            }
        }
    }

    private static string Wrong(string text) => Assert.Throws<UsageException>(() => Capture.Read(text)).Message;

    /// <summary>As tcpdump -x prints it; with Ethernet as -xx, with letters as -X.</summary>
    private static void Packet(
        StringBuilder text, byte[] way, uint sequence, byte[] payload, bool ethernet, bool letters, int cut = 9999)
    {
        var packet = new byte[20 + 20 + payload.Length];
        packet.AsSpan().Fill(0xFF);
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[9] = 6;
        way.CopyTo(packet, 12);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(24), sequence);
        packet[32] = 0x50;
        payload.CopyTo(packet, 40);
        packet = [.. ethernet ? [.. new byte[12], 0x08, 0x00] : Array.Empty<byte>(), .. packet];
        packet = packet[..Math.Min(cut, packet.Length)];

        text.Append("19:00:00.123456 IP 10.0.0.2.50000 > 10.0.0.1.3333: Flags [P.], length 3\n");
        for (var at = 0; at < packet.Length; at += 16)
        {
            var line = packet[at..Math.Min(at + 16, packet.Length)];
            var groups = line.Chunk(2).Select(Convert.ToHexStringLower);
            text.Append(CultureInfo.InvariantCulture, $"\t0x{at:x4}:  {string.Join(' ', groups),-39}");
            text.Append(letters ? "  E..4 | > .." : "").Append('\n');
        }
    }
}
