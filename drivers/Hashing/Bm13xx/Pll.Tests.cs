using CsCheck;

namespace Drivers.Hashing.Bm13xx;

public class PllTests
{
    [Theory] // The reference's table for BM1370, values of the driver in the field.
    [InlineData(50, 0x40A8_0265)]
    [InlineData(56.25, 0x40BD_0265)]
    [InlineData(62.5, 0x40AF_0264)]
    [InlineData(100, 0x40A0_0243)]
    [InlineData(200, 0x40A0_0241)]
    [InlineData(300, 0x40A8_0260)]
    [InlineData(327, 0x40B7_0260)]
    [InlineData(400, 0x40A0_0240)]
    [InlineData(485, 0x50C2_0240)]
    [InlineData(500, 0x40A0_0230)]
    [InlineData(525, 0x40A8_0230)]
    [InlineData(600, 0x50C0_0230)]
    [InlineData(625, 0x50C8_0230)]
    public void DividersAreThoseOfTheTable(double megahertz, uint word) =>
        Assert.Equal(word, Pll.Solve(ChipModel.Bm1370, new Megahertz(megahertz)).ToBits());

    [Fact]
    public void EveryClockOfARampIsHitWithinHalfAPercentAndTheVcoStaysInItsRange() =>
        Gen.Double[50, 700].Sample(megahertz =>
        {
            var pll = Pll.Solve(ChipModel.Bm1370, new Megahertz(megahertz));
            return Math.Abs(pll.Core.Value / megahertz - 1) < 0.005
                && pll.Vco.Value is >= 2000 and <= 3200
                && pll.Post1 > pll.Post2;
        });

    [Fact]
    public void WhatNoDividerMakesBecomesTheNearest() =>
        Assert.InRange(Pll.Solve(ChipModel.Bm1370, new Megahertz(1)).Core.Value, 47, 48);
}
