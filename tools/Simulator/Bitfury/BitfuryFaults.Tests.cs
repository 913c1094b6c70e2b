using Drivers.Hashing;
using Firmware.Mining;

namespace Simulator.Bitfury;

/// <summary>What goes wrong on a chain is named with its place, and the rest goes on.</summary>
public sealed class BitfuryFaultsTests
{
    [Theory]
    [InlineData(16, 15, "15 of 16 chips answer over SPI, and nothing comes from chip 15 on.")]
    [InlineData(2, 1, "1 of 2 chips answer over SPI, and nothing comes from chip 1 on.")]
    [InlineData(3, 5, "More than 3 chips answer over SPI.")]
    public void AnotherCountThanTheBoardsIsAFault(int expected, int there, string fault)
    {
        using var bench = new BitfuryBench(expected, there);
        bench.RunUntil(() => bench.Chain.Status.State == ChainState.Failed);

        Assert.StartsWith(fault, bench.Chain.Status.Fault, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, bench.Chain.JobLifetime);
    }

    [Theory]
    [InlineData(false, "MISO stays low")]
    [InlineData(true, "MISO stays high")]
    public void AStuckMisoIsNamedAtTheStart(bool high, string fault)
    {
        using var bench = new BitfuryBench(4);
        bench.Wire.Faults.FromChipsStuck = high;
        bench.RunUntil(() => bench.Chain.Status.State == ChainState.Failed);

        Assert.Contains(fault, bench.Chain.Status.Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "MISO stays low")]
    [InlineData(true, "MISO stays high")]
    public void AStuckMisoEndsTheMiningWithinSeconds(bool high, string fault)
    {
        using var bench = new BitfuryBench(4);
        bench.Run(20);
        bench.Wire.Faults.FromChipsStuck = high;
        var since = bench.Now;
        bench.RunUntil(() => bench.Chain.Status.State == ChainState.Failed);

        Assert.Contains(fault, bench.Chain.Status.Fault, StringComparison.Ordinal);
        Assert.InRange((bench.Now - since).TotalSeconds, 0.5, 3);
        Assert.DoesNotContain(Verdict.HardwareError, bench.Verdicts);

        bench.Wire.Faults.FromChipsStuck = null;
        bench.Chain.Start(bench.Now);
        bench.Run(5);
        Assert.Equal(ChainState.Running, bench.Chain.Status.State);
    }

    [Fact]
    public void AChipPulledMidwayIsNamedTheChipsBeforeItGoOnAndItComesBack()
    {
        using var bench = new BitfuryBench(16);
        bench.Run(20);
        bench.Wire.Faults.BrokenBefore = 9;
        bench.Run(10);

        Assert.StartsWith("Chips 9 to 15 do not answer", bench.Chain.Status.Note, StringComparison.Ordinal);
        Assert.Equal(9, Enumerable.Range(0, 16).Count(chip => bench.Chain.Chip(chip).Answers));
        Assert.Contains("Chip 9 does not answer", bench.Chain.Chip(9).Fault, StringComparison.Ordinal);
        Assert.Equal(0, bench.Chain.Chip(12).HashRate);
        var before = bench.FoundBy.ToDictionary();
        bench.Run(60);
        Assert.All(Enumerable.Range(0, 9), chip => Assert.True(bench.FoundBy[chip] > before[chip] + 10));

        bench.Wire.Faults.BrokenBefore = null;
        before = bench.FoundBy.ToDictionary();
        bench.Run(60);
        Assert.Null(bench.Chain.Status.Note);
        Assert.All(Enumerable.Range(0, 16), chip => Assert.True(bench.FoundBy[chip] > before[chip] + 10));
        Assert.DoesNotContain(Verdict.HardwareError, bench.Verdicts);
    }

    [Fact]
    public void AChipThatStandsStillIsNamedAndSetUpAgain()
    {
        using var bench = new BitfuryBench(4);
        bench.Run(20);
        bench.Wire.Faults.StandsStill = 2;
        bench.Run(20);

        Assert.Contains(
            "Chip 2 answers, and its counter stands still", bench.Chain.Status.Note!, StringComparison.Ordinal);
        Assert.InRange(bench.Chain.SettingsRepeated, 2, 6);
        bench.Wire.Faults.StandsStill = null;
        bench.Run(10);
        Assert.Null(bench.Chain.Status.Note);
        Assert.DoesNotContain(Verdict.HardwareError, bench.Verdicts);
    }

    [Fact]
    public void AChipThatFindsOnlyNonsenseIsSlowedDownAndThenSwitchedOff()
    {
        using var bench = new BitfuryBench(2, zeroBits: 12);
        bench.Wire.Faults.FindsNonsense = 1;
        bench.Run(300);
        Assert.True(bench.Wire.Chips[1].Megahertz < 0.93 * bench.Wire.Chips[0].Megahertz, bench.Tale);
        bench.Run(300);

        Assert.Contains("Chip 1 found nothing but errors", bench.Chain.Status.Note!, StringComparison.Ordinal);
        Assert.False(bench.Wire.Chips[1].Hashes);
        Assert.InRange(bench.Verdicts[Verdict.HardwareError], 190, 215);
        Assert.True(bench.Wire.Chips[0].Hashes);

        bench.Wire.Faults.FindsNonsense = null;
        bench.Chain.Rejoin(1, 1, bench.Now);
        bench.Run(30);
        Assert.Null(bench.Chain.Status.Note);
        Assert.True(bench.FoundBy[1] > 5, bench.Tale);
    }

    [Fact]
    public void WithoutTogglingNobodyAnswers()
    {
        using var bench = new BitfuryBench(4, toggles: 3);
        bench.RunUntil(() => bench.Chain.Status.State == ChainState.Failed);

        Assert.NotNull(bench.Chain.Status.Fault);
    }

    [Fact]
    public void AClockTooFastForTheLastChipIsSeen()
    {
        using var bench = new BitfuryBench(16, hertz: 2_100_000); // The last of sixteen hears up to 1.7 MHz.
        bench.Run(30);

        Assert.True(bench.Chain.Status.CrcErrors > 100, bench.Tale);
        Assert.True(bench.FoundBy[0] > 5, bench.Tale);
    }
}
