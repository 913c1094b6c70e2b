using CsCheck;

namespace Drivers.Power;

/// <summary>Numbers of PMBus part II as the regulators of these boards carry them, recomputed by hand.</summary>
public class PmBusNumbersTests
{
    private const int Tps546Exponent = -9;

    [Theory]
    [InlineData(0xD2E6, 11.59375)]
    [InlineData(0x0064, 100)]
    [InlineData(0xF013, 4.75)]
    [InlineData(0xCA60, 4.75)]
    [InlineData(0xCA66, 4.796875)]
    [InlineData(0xCA40, 4.5)]
    [InlineData(0xCB40, 6.5)]
    [InlineData(0xD2E0, 11.5)]
    [InlineData(0xD2C0, 11.0)]
    [InlineData(0xD3B3, 14.796875)]
    [InlineData(0xDB20, 25)]
    [InlineData(0xDBC0, 30)]
    [InlineData(0xE320, 50)]
    [InlineData(0xE370, 55)]
    [InlineData(0xEB48, 105)]
    [InlineData(0xF244, 145)]
    [InlineData(0xAA00, 0.25)]
    [InlineData(0xA200, 0.125)]
    [InlineData(0x028A, 650)]
    [InlineData(0xC300, 3)]
    [InlineData(0x07FF, -1)]
    [InlineData(0xCD80, -5)]
    [InlineData(0xCAC0, 5.5)] // MAX15301 VIN_OFF.
    public void DecodesLinear11(ushort word, double value) => Assert.Equal(value, PmBusNumbers.FromLinear11(word));

    [Theory]
    [InlineData(4.75, 0xCA60)]
    [InlineData(4.8, 0xCA66)]
    [InlineData(4.5, 0xCA40)]
    [InlineData(6.5, 0xCB40)]
    [InlineData(11.5, 0xD2E0)]
    [InlineData(11.0, 0xD2C0)]
    [InlineData(14.8, 0xD3B3)]
    [InlineData(25, 0xDB20)]
    [InlineData(30, 0xDBC0)]
    [InlineData(50, 0xE320)]
    [InlineData(55, 0xE370)]
    [InlineData(105, 0xEB48)]
    [InlineData(145, 0xF244)]
    [InlineData(0.25, 0xAA00)]
    [InlineData(0.125, 0xA200)]
    [InlineData(650, 0x028A)]
    [InlineData(3, 0xC300)]
    [InlineData(-5, 0xCD80)]
    [InlineData(0, 0x0000)]
    public void EncodesLinear11AsFinelyAsItGoes(double value, ushort word) =>
        Assert.Equal(word, PmBusNumbers.ToLinear11(value));

    [Fact]
    public void Linear11SurvivesTheTripWithinHalfAStep() => Gen.Double[-32_000, 32_000].Sample(value =>
    {
        var back = PmBusNumbers.FromLinear11(PmBusNumbers.ToLinear11(value));
        return Math.Abs(back - value) <= Math.Max(Math.Abs(value) / 1022, 1e-5);
    });

    [Fact]
    public void EveryLinear11WordIsANumber()
    {
        for (var word = 0; word <= 0xFFFF; word++)
        {
            var value = PmBusNumbers.FromLinear11((ushort)word);
            Assert.Equal(value, PmBusNumbers.FromLinear11(PmBusNumbers.ToLinear11(value)));
        }
    }

    [Theory]
    [InlineData(0x0100, 0.5)]
    [InlineData(0x0200, 1.0)]
    [InlineData(0x0266, 1.19921875)]
    [InlineData(0x0280, 1.25)]
    [InlineData(0x0733, 3.599609375)]
    public void DecodesULinear16(ushort word, double value) =>
        Assert.Equal(value, PmBusNumbers.FromULinear16(word, Tps546Exponent));

    [Theory]
    [InlineData(1.15, 0x024D)]
    [InlineData(1.166, 0x0255)]
    [InlineData(1.25, 0x0280)]
    [InlineData(1.16, 0x0252)]
    [InlineData(1.10, 0x0233)]
    [InlineData(0.90, 0x01CD)]
    [InlineData(0.75, 0x0180)]
    public void EncodesULinear16ToTheNearestStep(double value, ushort word) =>
        Assert.Equal(word, PmBusNumbers.ToULinear16(value, Tps546Exponent));

    [Fact] // MAX15301: exponent −12.
    public void AnotherExponentIsObeyed() => Assert.Equal(1.2001953125, PmBusNumbers.FromULinear16(0x1333 + 1, -12), 3);

    [Theory]
    [InlineData(0x97, -9)]
    [InlineData(0x17, -9)]
    [InlineData(0x14, -12)]
    [InlineData(0x05, 5)]
    public void TheExponentOfVoutModeIsSigned(byte mode, int exponent) =>
        Assert.Equal(exponent, PmBusNumbers.ExponentOf(mode));

    [Theory]
    [InlineData(1e9)]
    [InlineData(double.NaN)]
    public void WhatDoesNotFitIsRefused(double value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PmBusNumbers.ToLinear11(value));
        Assert.Throws<ArgumentOutOfRangeException>(() => PmBusNumbers.ToULinear16(value, Tps546Exponent));
    }
}
