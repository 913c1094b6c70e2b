using Drivers;
using Drivers.Hashing;
using Drivers.Hashing.Bitfury;
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
        Assert.InRange(onChips, 250 * chips, 450 * chips); // 0.74 in a range of 1.5 s, which is what 54 bits take.
        Assert.InRange(bench.Verdicts[Verdict.BelowTarget], 0.98 * onChips, onChips);
        Assert.True(bench.Wire.Chips.ToArray().All(chip => chip.BegunAgain <= 3), bench.Tale);
        Assert.Null(bench.Chain.Status.Note);
        Assert.Equal(0, bench.Chain.Status.CrcErrors);
        Assert.InRange(bench.Wire.LongestTransfer, 80, 1024);
    }

    [Theory]
    [InlineData(0, 1e-4)]
    [InlineData(1e-4, 0)]
    [InlineData(1e-4, 1e-4)]
    public void BitErrorsOnTheWireCostResultsAndMakeNone(double toChips, double fromChips)
    {
        using var bench = new BitfuryBench(16);
        bench.Run(5);
        bench.Wire.Faults.ToChipsBitErrors = toChips;
        bench.Wire.Faults.FromChipsBitErrors = fromChips;
        bench.Run(60);

        Assert.DoesNotContain(Verdict.Duplicate, bench.Verdicts);
        var onChips = bench.Wire.Chips.ToArray().Sum(chip => chip.Results);
        var errors = bench.Verdicts.GetValueOrDefault(Verdict.HardwareError);
        Assert.True(bench.Verdicts[Verdict.BelowTarget] >= 0.8 * onChips, bench.Tale);
        Assert.True(toChips > 0 ? errors <= 0.1 * onChips : errors == 0, bench.Tale);
        Assert.True(bench.Chain.Status.State == ChainState.Running, bench.Tale);

        bench.Wire.Faults.ToChipsBitErrors = 0;
        bench.Wire.Faults.FromChipsBitErrors = 0;
        bench.Run(30);
        Assert.All(bench.Wire.Chips.ToArray(), chip => Assert.True(chip.Hashes));
        Assert.Null(bench.Chain.Status.Note);
    }

    [Fact]
    public void ANewTipIsOnEveryChipAfterTheRangeInHand()
    {
        using var bench = new BitfuryBench(16);
        bench.Run(20);
        var begun = bench.Wire.Chips.ToArray().Select(chip => chip.Begun).ToArray();
        bench.NewTip();
        bench.Run(1.7);

        Assert.All(bench.Wire.Chips.ToArray().Zip(begun), pair => Assert.True(pair.First.Begun > pair.Second));
        Assert.All(
            bench.Wire.Chips.ToArray(), chip => Assert.Equal(bench.Tip, bench.TipOf(chip.Job!.Hash(0))));
    }

    [Fact]
    public void TheMeasuredClockIsTheChipsOwn()
    {
        using var bench = new BitfuryBench(3);
        bench.Run(10);

        for (var i = 0; i < 3; i++)
        {
            var rate = bench.Wire.Chips[i].Megahertz * 1e6 * 756 / 65 * Math.ScaleB(1, BitfuryBench.ZeroBits - 32);
            Assert.Equal(rate, bench.Chain.Chip(i).CountedHashRate!.Value, 0.01 * rate);
            Assert.Equal(rate, bench.Chain.Chip(i).HashRate, 0.01 * rate);
        }
    }

    [Fact]
    public void ALowerClockReachesTheChipsWithoutAPauseInTheirResults()
    {
        using var bench = new BitfuryBench(2);
        bench.Run(10);
        var fast = bench.Wire.Chips[0].Megahertz;
        bench.Chain.WantedClock = Oscillator.Clock(52);
        bench.Run(60);

        Assert.True(bench.Wire.Chips[0].Megahertz < 0.9 * fast);
        Assert.Equal([Verdict.BelowTarget], bench.Verdicts.Keys);
        Assert.Equal(Oscillator.Clock(52), bench.Chain.Status.Clock);
        Assert.Equal(0, bench.Chain.SettingsRepeated);
    }

    [Fact]
    public void StoppedChipsStandStillAndStartAgain()
    {
        using var bench = new BitfuryBench(2);
        bench.Run(10);
        bench.Chain.Stop(bench.Now);
        bench.Run(1);

        Assert.All(bench.Wire.Chips.ToArray(), chip => Assert.False(chip.Hashes));
        Assert.Equal((ChainState.Off, 0.0), (bench.Chain.Status.State, bench.Chain.Status.Clock.Value));
        Assert.Equal(TimeSpan.Zero, bench.Chain.JobLifetime);

        bench.Chain.Start(bench.Now);
        bench.Run(30);
        Assert.Equal(ChainState.Running, bench.Chain.Status.State);
        Assert.Equal([Verdict.BelowTarget], bench.Verdicts.Keys);
    }

    [Fact]
    public void ChipsWhoseOwnerIsGoneAreStoppedAndSeenToStandStill()
    {
        using var bench = new BitfuryBench(16);
        bench.Run(10);
        Assert.True(bench.Wire.Chips[15].Hashes);

        Assert.True(bench.TryMakeStandstill());
        Assert.All(bench.Wire.Chips.ToArray(), chip => Assert.False(chip.Hashes));
        Assert.True(bench.TryMakeStandstill());
    }

    [Fact]
    public void AChipThatDoesNotHearTheStopIsSeenToMove()
    {
        using var bench = new BitfuryBench(4);
        bench.Run(10);
        bench.Wire.Faults.IgnoresStop = 2;

        Assert.False(bench.TryMakeStandstill());
        bench.Wire.Faults.IgnoresStop = null;
        Assert.True(bench.TryMakeStandstill());
    }

    [Fact]
    public void ChipsWithoutNewWorkRepeatThemselvesAndNobodyHearsOfIt()
    {
        using var bench = new BitfuryBench(2);
        bench.Run(10);
        bench.HasWork = false;
        bench.Run(20);

        Assert.True(bench.Wire.Chips[0].BegunAgain > 0 || bench.Wire.Chips[0].Begun > 10, bench.Tale);
        Assert.Equal([Verdict.BelowTarget], bench.Verdicts.Keys);
    }
}
