using CsCheck;

namespace Firmware.StratumV2;

public class WireTextTests
{
    [Theory]
    [InlineData("stale-share", "stale-share")]
    [InlineData("Tropfen für Münze ₿ 矿", "Tropfen für Münze ₿ 矿")]
    [InlineData("", "")]
    [InlineData("\u001b[2Jgone", "\ufffd[2Jgone")] // A terminal's clear screen.
    [InlineData("a\r\nb\0c\u007fd\u0085e", "a\ufffd\ufffdb\ufffdc\ufffdd\ufffde")]
    [InlineData("moc\u202eevil", "moc\ufffdevil")] // Turns the direction of writing.
    [InlineData("zero\u200bwidth\u2028line\ue000", "zero\ufffdwidth\ufffdline\ufffd")]
    [InlineData("{0} <b>%s", "{0} <b>%s")]
    public void OnlyWhatPrintsIsLeft(string wire, string text) =>
        Assert.Equal(text, WireText.Sanitise(System.Text.Encoding.UTF8.GetBytes(wire)));

    [Fact]
    public void BytesThatAreNoUtf8BecomeReplacementCharacters()
    {
        Assert.Equal("a\ufffdb", WireText.Sanitise([0x61, 0xFF, 0x62]));
        Assert.Equal("\ufffd", WireText.Sanitise([0xE2, 0x82])); // Cut in the middle of a character.
        Assert.Equal("\ufffd\ufffd", WireText.Sanitise([0xC0, 0x80])); // An overlong NUL.
    }

    [Fact]
    public void AnyBytesBecomeTextWithoutControlCharacters() => Gen.Byte.Array[0, 255].Sample(
        bytes => !WireText.Sanitise(bytes).Any(char.IsControl));
}
