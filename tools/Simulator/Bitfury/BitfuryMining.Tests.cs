using Firmware.Mining;

namespace Simulator.Bitfury;

/// <summary>The driver on simulated chips for minutes of simulated time.</summary>
public sealed class BitfuryMiningTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void TenMinutesWithoutAnErrorFindNearlyAllThatTheChipsFound(int chips)
    {
        using var bench = new BitfuryBench(chips);
        bench.Run(600);

        Assert.Equal([Verdict.BelowTarget], bench.Verdicts.Keys);
        Assert.Equal(chips, bench.FoundBy.Count);
        var onChips = bench.Wire.Chips.ToArray().Sum(chip => chip.Results);
        Assert.InRange(onChips, 250 * chips, 450 * chips); // 756 cores in 1024: 0.74 a range of 1.5 s, 54 bits.
        Assert.InRange(bench.Verdicts[Verdict.BelowTarget], 0.98 * onChips, onChips);
        Assert.True(bench.Wire.Chips.ToArray().All(chip => chip.BegunAgain <= 3), bench.Tale);
        Assert.Null(bench.Chain.Status.Note);
        Assert.Equal(0, bench.Chain.Status.CrcErrors);
        Assert.InRange(bench.Wire.LongestTransfer, 80, 1024);
    }
}
