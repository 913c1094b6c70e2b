namespace Firmware.StratumV2;

/// <summary>Layouts of the types: spec 3.1.</summary>
public class PayloadWriterTests
{
    private static readonly string Sevens = new('7', 64);

    private delegate void Field(ref PayloadWriter payload);

    [Fact]
    public void EveryTypeHasTheBytesOfTheSpec()
    {
        Assert.Equal("01", Written((ref payload) => payload.Bool(true)));
        Assert.Equal("00", Written((ref payload) => payload.Bool(false)));
        Assert.Equal("12", Written((ref payload) => payload.U8(0x12)));
        Assert.Equal("3412", Written((ref payload) => payload.U16(0x1234)));
        Assert.Equal("563412", Written((ref payload) => payload.U24(0x123456)));
        Assert.Equal("78563412", Written((ref payload) => payload.U32(0x12345678)));
        Assert.Equal("FEFFFFFFFFFFFFFF", Written((ref payload) => payload.U64(ulong.MaxValue - 1)));
        Assert.Equal("0000C03F", Written((ref payload) => payload.F32(1.5f)));
        Assert.Equal("00", Written((ref payload) => payload.OptionalU32(null)));
        Assert.Equal("0105000000", Written((ref payload) => payload.OptionalU32(5)));
        Assert.Equal("03616263", Written((ref payload) => payload.Str0255("abc"u8)));
        Assert.Equal("0212FE", Written((ref payload) => payload.B032([0x12, 0xFE])));
        Assert.Equal("0212FE", Written((ref payload) => payload.B0255([0x12, 0xFE])));
        Assert.Equal("020012FE", Written((ref payload) => payload.B064K([0x12, 0xFE])));
        Assert.Equal("02000012FE", Written((ref payload) => payload.B016M([0x12, 0xFE])));
        Assert.Equal("0201000200", Written((ref payload) => payload.Seq0255(new([1, 0, 2, 0], itemSize: 2))));
        Assert.Equal("010001000200", Written((ref payload) => payload.Seq064K(new([1, 0, 2, 0], itemSize: 4))));
        Assert.Equal(Sevens, Written((ref payload) => payload.U256(Convert.FromHexString(Sevens))));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(-1f)]
    [InlineData(-float.Epsilon)]
    public void AFloatThatBreaksServersIsNeverSent(float value) => AssertRefused((ref payload) => payload.F32(value));

    [Fact]
    public void ANegativeZeroLosesItsSign() => Assert.Equal("00000000", Written((ref payload) => payload.F32(-0f)));

    [Fact]
    public void WhatDoesNotFitItsTypeIsRefusedAndNotCut()
    {
        AssertRefused((ref payload) => payload.U24(0x100_0000));
        AssertRefused((ref payload) => payload.U24(-1));
        AssertRefused((ref payload) => payload.Str0255(new byte[256]));
        AssertRefused((ref payload) => payload.B032(new byte[33]));
        AssertRefused((ref payload) => payload.B0255(new byte[256]));
        AssertRefused((ref payload) => payload.B064K(new byte[65_536]));
        AssertRefused((ref payload) => payload.B016M(new byte[16_777_216]));
        AssertRefused((ref payload) => payload.Seq0255(new(new byte[256 * 32], itemSize: 32)));
        AssertRefused((ref payload) => payload.Seq064K(new(new byte[65_536 * 2], itemSize: 2)));
        AssertRefused((ref payload) => payload.U256(new byte[31]));
        AssertRefused((ref payload) => payload.U256(new byte[33]));
    }

    [Fact]
    public void TheLongestOfEachTypeFits()
    {
        Assert.Equal(1 + 255, LengthOf((ref payload) => payload.Str0255(new byte[255])));
        Assert.Equal(1 + 32, LengthOf((ref payload) => payload.B032(new byte[32])));
        Assert.Equal(2 + 65_535, LengthOf((ref payload) => payload.B064K(new byte[65_535])));
        Assert.Equal(3 + 16_777_215, LengthOf((ref payload) => payload.B016M(new byte[16_777_215])));
        Assert.Equal(8161, LengthOf((ref payload) => payload.Seq0255(new(new byte[255 * 32], itemSize: 32))));
        Assert.Equal(262_142, LengthOf((ref payload) => payload.Seq064K(new(new byte[65_535 * 4], itemSize: 4))));
    }

    [Fact]
    public void ABufferTooSmallIsOurMistakeAndNoProtocolError() =>
        Assert.ThrowsAny<ArgumentException>(() => new PayloadWriter(new byte[3]).U32(1));

    [Fact]
    public void ItemsThatAreCutAreOurMistake()
    {
        Assert.Throws<ArgumentException>(() => { _ = new ItemSequence(new byte[33], itemSize: 32); });
        Assert.ThrowsAny<ArgumentException>(() => { _ = new ItemSequence([], itemSize: 0); });
    }

    private static void AssertRefused(Field write) => Assert.ThrowsAny<ArgumentException>(() => LengthOf(write));

    private static int LengthOf(Field write)
    {
        var payload = new PayloadWriter(new byte[0x100_0002]);
        write(ref payload);
        return payload.Length;
    }

    private static string Written(Field write)
    {
        Span<byte> dirty = stackalloc byte[64];
        dirty.Fill(0xFF);
        var payload = new PayloadWriter(dirty);
        write(ref payload);
        return Convert.ToHexString(dirty[..payload.Length]);
    }
}
