namespace Firmware.Cli;

public class DecodeCommandTests
{
    /// <summary>SetupConnection.Success: version 2, no flags.</summary>
    private const string Success = "000001060000020000000000";

    [Theory]
    [InlineData("000001060000020000000000")]
    [InlineData("00 00 01 06 00 00", "02 00\t00000000\n")]
    [InlineData("0000010600000200000000", "00")]
    [InlineData("00:00:01:06:00:00:02:00:00:00:00:00")]
    [InlineData("00,00,01,06,00,00,02,00,00,00,00,00")]
    public void HexIsReadHoweverItIsSplit(params string[] words) =>
        Assert.Equal(
            """
            SetupConnection.Success (0x01), 6 bytes
              used_version  U16  2
              flags         U32  0x00000000

            """,
            Decode(words));

    [Fact]
    public void WithoutWordsTheInputIsRead()
    {
        using var output = new StringWriter();

        Assert.Equal(0, DecodeCommand.Run(new DecodeOptions(), new StringReader(Success + "\n" + Success), output));

        Assert.Equal(2, output.ToString().Split("SetupConnection.Success").Length - 1);
    }

    [Theory]
    [InlineData("", "needs hex, as arguments")]
    [InlineData("00zz", "'z' is none (line 1, column 3)")]
    [InlineData("00\n0x00", "'x' is none (line 2, column 2)")]
    [InlineData("00\u001b[31m", "'\ufffd' is none")]
    [InlineData("000", "3 digits leave half a one")]
    [InlineData("00000106", "The frame at byte 0 is cut")]
    [InlineData("9935ba2f66205db3", "a Noise session's bytes, give --ephemeral-secret")]
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

    [Fact]
    public void AFileIsReadAndOneThatIsNotThereIsNamed()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Success);
            using var output = new StringWriter();
            DecodeCommand.Run(new DecodeOptions { File = file }, new StringReader("zz"), output);
            Assert.StartsWith("SetupConnection.Success", output.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }

        var wrong = Assert.Throws<UsageException>(() =>
            DecodeCommand.Run(new DecodeOptions { File = file }, new StringReader(Success), TextWriter.Null));
        Assert.StartsWith($"--file '{file}' cannot be read: ", wrong.Message, StringComparison.Ordinal);
    }

    private static string Decode(params string[] words)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, DecodeCommand.Run(new DecodeOptions { Words = words }, new StringReader(""), output));
        return output.ToString();
    }
}
