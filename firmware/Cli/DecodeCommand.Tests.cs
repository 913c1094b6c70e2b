namespace Firmware.Cli;

public class DecodeCommandTests
{
    /// <summary>SetupConnection.Success: version 2, no flags.</summary>
    private const string Success = "000001060000020000000000";

    [Theory]
    [InlineData("000001060000020000000000")]
    [InlineData("00 00 01 06 00 00", "02 00\t00000000\n")]
    [InlineData("0000010600000200000000", "00")]
    public void HexIsReadHoweverItIsSplit(params string[] words) =>
        Assert.Equal(
            "SetupConnection.Success (0x01), 6 bytes\n  used_version: 2\n  flags: 0x00000000\n", Decode(words));

    [Fact]
    public void WithoutWordsTheInputIsRead()
    {
        using var output = new StringWriter();

        Assert.Equal(0, DecodeCommand.Run([], new StringReader(Success + "\n" + Success), output));

        Assert.Equal(2, output.ToString().Split("SetupConnection.Success").Length - 1);
    }

    [Theory]
    [InlineData("", "needs the hex of a frame")]
    [InlineData("00zz", "'z' is none")]
    [InlineData("0x00", "'x' is none")]
    [InlineData("000", "3 digits leave half a one")]
    [InlineData("00000106", "The frame at byte 0 is cut")]
    [InlineData(Success + "ff", "The frame at byte 12 is cut")]
    public void WhatIsNoFrameIsNamed(string hex, string named) =>
        Assert.Contains(named, Assert.Throws<UsageException>(() => Decode(hex)).Message, StringComparison.Ordinal);

    [Fact]
    public void AFrameCutAtAnyLengthIsRefusedInASentence()
    {
        for (var digits = 2; digits < Success.Length; digits += 2)
        {
            Assert.Throws<UsageException>(() => Decode(Success[..digits]));
        }
    }

    [Fact]
    public void APayloadTooShortForItsFieldsIsRefusedWithItsPlaceAndType()
    {
        for (byte length = 0; length < 6; length++)
        {
            var frame = $"000001{length:X2}0000" + new string('0', length * 2);

            var wrong = Assert.Throws<UsageException>(() => Decode(Success + frame));

            Assert.StartsWith(
                "The frame at byte 12, of type 0x01, is wrong: ", wrong.Message, StringComparison.Ordinal);
        }
    }

    private static string Decode(params string[] words)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, DecodeCommand.Run(words, new StringReader(""), output));
        return output.ToString();
    }
}
