using CsCheck;

namespace Drivers.Hashing.Bm13xx;

public class PllTests
{
    [Theory] // The reference's table for BM1370 and BM1373, values of the driver in the field.
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
    public void DividersAreThoseOfTheTable(double megahertz, uint word)
    {
        Assert.Equal(word, Word(ChipModel.Bm1370, megahertz));
        Assert.Equal(word, Word(ChipModel.Bm1373, megahertz));
    }

    [Theory] // Where BM1366 and BM1368 differ from it.
    [InlineData(100, 0x4090_0252)]
    [InlineData(450, 0x4090_0230)]
    [InlineData(490, 0x50C4_0240)]
    [InlineData(550, 0x40B0_0230)]
    [InlineData(575, 0x40B8_0230)]
    [InlineData(485, 0x50C2_0240)]
    public void TheWiderRangeGivesItsOwn(double megahertz, uint word)
    {
        Assert.Equal(word, Word(ChipModel.Bm1366, megahertz));
        Assert.Equal(word, Word(ChipModel.Bm1368, megahertz));
    }

    [Theory] // BM1397: post dividers as they are; 450 MHz is ESP-Miner's own test.
    [InlineData(50, 0x403C_0253)]
    [InlineData(100, 0x4040_0242)]
    [InlineData(200, 0x4040_0241)]
    [InlineData(400, 0x4040_0221)]
    [InlineData(425, 0x4044_0221)]
    [InlineData(450, 0x4048_0221)]
    [InlineData(485, 0x40C2_0251)]
    [InlineData(500, 0x4050_0221)]
    [InlineData(600, 0x4060_0221)]
    public void ABm1397WritesItsPostDividersAsTheyAre(double megahertz, uint word) =>
        Assert.Equal(word, Word(ChipModel.Bm1397, megahertz));

    [Theory] // BM1387 values of bosminer that the search gives as well; 650 MHz is captured.
    [InlineData(100, 0x0020_0241)]
    [InlineData(431.25, 0x0045_0221)]
    [InlineData(466.67, 0x0070_0231)]
    [InlineData(500, 0x0050_0221)]
    [InlineData(593.75, 0x005F_0221)]
    [InlineData(650, 0x0068_0221)]
    [InlineData(718.75, 0x0073_0221)]
    public void ABm1387IsToldWhatItsDriverTellsIt(double megahertz, uint word) =>
        Assert.Equal(word, Word(ChipModel.Bm1387, megahertz));

    [Theory] // Words of captures and drivers that another search chose: the same formula makes their clock.
    [InlineData(PllCoding.Bm1387, 0x0078_0241, 375)]
    [InlineData(PllCoding.Bm1387, 0x0050_0211, 1000)]
    [InlineData(PllCoding.Bm1387, 0x005E_0211, 1175)]
    [InlineData(PllCoding.MinusOne, 0x50D2_0265, 62.5)]
    [InlineData(PllCoding.MinusOne, 0x50E7_0265, 68.75)]
    [InlineData(PllCoding.MinusOne, 0x50D2_0264, 75)]
    [InlineData(PllCoding.MinusOne, 0x50E4_0264, 81.43)]
    [InlineData(PllCoding.MinusOne, 0x50C4_0263, 87.5)]
    [InlineData(PllCoding.MinusOne, 0x50D2_0263, 93.75)]
    [InlineData(PllCoding.MinusOne, 0x50E0_0263, 100)]
    [InlineData(PllCoding.MinusOne, 0x50D2_0240, 525)]
    [InlineData(PllCoding.MinusOne, 0x40A2_0255, 56.25)]
    [InlineData(PllCoding.Plain, 0x40F0_0235, 200)]
    public void EveryWordOfTheReferenceMakesItsClock(PllCoding coding, uint word, double megahertz)
    {
        var divider = PllDivider.FromBits(word, coding);

        Assert.Equal(megahertz, divider.Core.Value, tolerance: 0.005);
        Assert.Equal(word, divider.ToBits(coding));
    }

    [Fact] // Captured: S19j Pro at its goal.
    public void ABm1362AtItsGoalHasTheCapturedWord() =>
        Assert.Equal(0x40A8_0230u, Word(ChipModel.Bm1362, 525));

    [Theory]
    [InlineData("bm1370", 2000, 3200)]
    [InlineData("bm1373", 2000, 3200)]
    [InlineData("bm1368", 1800, 3200)]
    [InlineData("bm1366", 1800, 3200)]
    [InlineData("bm1362", 2000, 3200)]
    [InlineData("bm1397", 750, 3200)]
    [InlineData("bm1387", 400, 3200)]
    public void EveryClockOfARampIsHitWithinHalfAPercentAndTheVcoStaysInItsRange(
        string name, double vcoMin, double vcoMax)
    {
        var model = ChipModel.Find(name)!;
        Gen.Double[50, 700].Sample(megahertz =>
        {
            var pll = Pll.Solve(model, new Megahertz(megahertz));
            return Math.Abs(pll.Core.Value / megahertz - 1) < 0.005
                && pll.Vco.Value >= vcoMin && pll.Vco.Value <= (pll.Reference == 1 ? vcoMax : 3200)
                && pll.Feedback >= model.Pll.FeedbackMin && pll.Feedback <= model.Pll.FeedbackMax
                && pll.Post1 > pll.Post2;
        });
    }

    [Fact]
    public void WhatNoDividerMakesBecomesTheNearest() =>
        Assert.InRange(Pll.Solve(ChipModel.Bm1370, new Megahertz(1)).Core.Value, 47, 48);

    private static uint Word(ChipModel model, double megahertz) =>
        Pll.Solve(model, new Megahertz(megahertz)).ToBits(model.Pll.Coding);
}
