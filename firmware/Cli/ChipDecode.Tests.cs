namespace Firmware.Cli;

public class ChipDecodeTests
{
    private const string Job =
        "55AA2156680100000000043A0217D76854685519A7CB044F88726355919E61A98BCF71A0C28795EA54DB8C36414B06DDF5F0"
        + "0000000000000000965201001D3996BCA3F4670DFCD4F201C162B96DFD55646B00000020721C";

    private const string Share = "AA554C0352750CD205A29C";

    [Fact]
    public void EachFrameHasItsPlaceItsFieldsAndItsCrc() =>
        Assert.Equal(
            """
            host → chips, byte 0: read CHIP_ID (0x00) of all chips, CRC good
            chips → host, byte 7: CHIP_ID (0x00) of chip 0x00 is 0x13700000, CRC good
              model         0x1370 (BM1370)
              revision      0x00
              chip address  0x00
            byte 18: bytes of no frame, 1 skipped
              bytes  FF
            host → chips, byte 19: read CHIP_ID (0x00) of all chips, CRC BAD
              bytes  55AA520500000B
            host → chips, byte 26: a command, CUT: 4 of 11 bytes
              bytes  55AA5109
            2 frames with a good CRC, 2 damaged, 1 bytes skipped.

            """,
            Decode("bm1370", "55AA520500000A", "AA551370000000000000", "10", "FF", "55AA520500000B", "55AA5109"));

    [Fact]
    public void AMarkedCaptureIsReplayed()
    {
        var shown = Decode("BM1370", $"> {Job}\n< {Share}");

        Assert.Contains("host → chips, byte 0 of its side: job 0x68 with a", shown, StringComparison.Ordinal);
        Assert.Contains("chips → host, byte 0 of its side: nonce 0x7552034C", shown, StringComparison.Ordinal);
        Assert.Contains("  difficulty    29588.01 (46 zero bits)\n", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void AHexDumpIsReadAndASideMayBeSaid()
    {
        const string dump = "00000000: 7203 ea83 0003 98                        r......\n";

        Assert.Contains("nonce 0x83EA0372, CRC good", Decode("bm1387", dump), StringComparison.Ordinal);
        Assert.Contains(
            "nonce 0x83EA0372, CRC good", Run(new() { Chip = "bm1387", Side = "chips", Words = [dump] }),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bm1371", null, "00", "--chip 'bm1371' is unknown: give one of bm1362, bm1366,")]
    [InlineData("bm1370", "client", "00", "--side 'client' is none of a serial line: give host or chips.")]
    [InlineData("bm1370", "host", "> 00", "leave --side out")]
    [InlineData("bm1370", "host", Share, "No frame of a BM1370 is in these 11 bytes: check --chip, --side, and")]
    [InlineData("bm1387", null, "55AA52", "No frame of a BM1387 is in these 3 bytes")]
    [InlineData("bm1370", null, "", "needs hex")]
    [InlineData("bm1370", null, "zz", "'z' is none")]
    public void WhatCannotBeReadIsSaidInASentence(string chip, string? side, string hex, string sentence) =>
        Assert.Contains(
            sentence,
            Assert.Throws<UsageException>(() => Run(new() { Chip = chip, Side = side, Words = [hex] })).Message,
            StringComparison.Ordinal);

    [Fact]
    public void AWrongModelIsSaidBeforeTheInputIsWaitedFor() =>
        Assert.Throws<UsageException>(() =>
            DecodeCommand.Run(new DecodeOptions { Chip = "s9" }, null!, TextWriter.Null));

    [Fact]
    public void ASerialLineHasNoSecret() =>
        Assert.Throws<UsageException>(() =>
            Run(new() { Chip = "bm1370", EphemeralSecret = "11", Words = [Share] }));

    private static string Decode(string chip, params string[] words) => Run(new() { Chip = chip, Words = words });

    private static string Run(DecodeOptions options)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, DecodeCommand.Run(options, new StringReader(""), output));
        return output.ToString();
    }
}
