using Drivers.Hashing;

namespace Simulator.Chips;

/// <summary>What the driver makes of chains in which something is broken, from the first answer on or later.</summary>
public class BrokenChainDrivenTests
{
    private const int Chips = 24;
    private const int PerDomain = 3;

    private readonly DrivenChain driven = new("bm1362", Chips, PerDomain, 3_125_000, megahertz: 100, zeroBits: 8);

    [Fact]
    public void ABrokenLinkIsNamed()
    {
        driven.Faults.BrokenAfter = 17;
        driven.Start();

        Assert.StartsWith(
            "17 of 24 chips answered: nothing answers after chip 16, so the link from chip 16 to chip 17 is broken.",
            driven.Chain.Status.Fault,
            StringComparison.Ordinal);
    }

    [Fact]
    public void MuteChipsAreNamedByTheirAddresses()
    {
        driven.Faults.MuteChips = ChipSet.Of(4, 9);
        driven.Start();

        Assert.StartsWith(
            "22 of 24 chips answered: chip 4 (address 0x20), 9 (address 0x48) takes its address and does not answer.",
            driven.Chain.Status.Fault,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AForeignChipIsNamedByItsPlace()
    {
        driven.Faults.ForeignChips = ChipSet.Of(5);
        driven.Start();

        Assert.StartsWith("Chip 5 of 24 answered as 1398", driven.Chain.Status.Fault, StringComparison.Ordinal);
    }

    [Theory] // Whole chips of the other family: their registers, their answers' length, their clock.
    [InlineData("bm1366", "bm1397", 0x1397)]
    [InlineData("bm1397", "bm1366", 0x1366)]
    [InlineData("bm1362", "bm1370", 0x1370)]
    [InlineData("bm1373", "bm1397", 0x1397)]
    public void ChipsOfAnotherFamilyOnTheSameWireAreNamedByTheirPlaces(string chip, string other, int id)
    {
        var mixed = new DrivenChain(chip, chips: 6, baud: 115_200, strangers: (other, ChipSet.Of(2, 5)));
        mixed.Start();

        var model = mixed.Config.Model;
        Assert.Equal(
            $"Chip 2, 5 of 6 answered as {id:X4} and the others as {model.Name} ({model.Id:X4}): two models are mixed, "
            + "or the wire is noisy. Replace what does not belong there.",
            mixed.Chain.Status.Fault);
    }

    [Fact]
    public void WhereItIsAllowedTheRestMines()
    {
        var rest = new DrivenChain(
            "bm1362", Chips, PerDomain, 3_125_000, megahertz: 100, zeroBits: 8, allowMissing: true);
        rest.Faults.MuteChips = ChipSet.Of(4);
        rest.Start();
        rest.Mine(5);

        Assert.Equal((ChainState.Running, null), (rest.Chain.Status.State, rest.Chain.Status.Fault));
        Assert.StartsWith("23 of 24 chips answered: chip 4 ", rest.Chain.Status.Note, StringComparison.Ordinal);
        Assert.Equal((Chips, 0), (rest.Chain.Status.Chips, rest.Wrong));
        Assert.Equal([4], Enumerable.Range(0, Chips).Where(chip => rest.Found[chip] == 0));
    }

    [Fact]
    public void AClockThatNeverLocksIsNamedAndTheOthersMineOn()
    {
        driven.Faults.StuckPlls = ChipSet.Of(7);
        driven.Start();
        driven.Mine(5);

        driven.AssertRuns();
        Assert.StartsWith(
            "chip 7 (address 0x38): its clock does not lock", driven.Chain.Chip(7).Fault, StringComparison.Ordinal);
        Assert.Equal([7], Enumerable.Range(0, Chips).Where(chip => driven.Found[chip] == 0));
        Assert.InRange(driven.Bench.HashRate / driven.Expected, 0.98, 1.02);
    }

    [Fact]
    public void ADomainThatBrownedOutRejoinsAndTheOthersMineMeanwhile()
    {
        driven.Start();
        driven.Mine(3);
        driven.Faults.BrownOut(5, TimeSpan.FromMilliseconds(200));
        driven.Mine(2);
        Assert.InRange(driven.Bench.HashRate / driven.Expected, 0.86, 0.89); // 21 of 24.

        driven.Chain.Rejoin(15, PerDomain, driven.Bench.Now);
        Array.Clear(driven.Found);
        driven.Mine(4);
        Assert.InRange(driven.Bench.HashRate / driven.Expected, 0.98, 1.02);
        driven.AssertRuns();
        var others = driven.Found.Where((_, chip) => chip is < 15 or >= 18).ToArray();
        Assert.True(others.Min() > 0, "A chip that was well stopped hashing.");

        Array.Clear(driven.Found);
        driven.Bench.Watcher = new SearchSpace();
        driven.Mine(5);
        Assert.True(driven.Found.Min() > 0, $"No results of {Array.IndexOf(driven.Found, 0)}.");
        Assert.Equal(0, driven.Wrong);
        Assert.Null(driven.Bench.Searched().FirstRepeat);
        Assert.All(
            Enumerable.Range(0, Chips),
            chip => Assert.True(driven.Chain.Chip(chip) is { Answers: true, Fault: null }));
    }

    [Fact] // While addresses are dealt anew nearly all chips have none, and would begin where the first one does.
    public void WorkThatComesInTheMiddleOfARejoinIsNotHashedTwice()
    {
        driven.Start();
        driven.Mine(2);
        driven.Faults.BrownOut(5, TimeSpan.FromMilliseconds(200));
        driven.Mine(1);
        driven.Bench.Watcher = new SearchSpace();
        var jobs = driven.Bench.JobsReceived;

        driven.Chain.Rejoin(15, PerDomain, driven.Bench.Now);
        driven.Mine(3, each: 0.004);

        Assert.InRange(driven.Bench.JobsReceived - jobs, 600, 760);
        Assert.Null(driven.Bench.Searched().FirstRepeat);
        Assert.Equal(0, driven.Wrong);
        Assert.InRange(driven.Bench.HashRate / driven.Expected, 0.98, 1.02);
    }

    [Theory] // A byte in a thousand is damaged on its way to the chips, or from them.
    [InlineData(0.001, 0)]
    [InlineData(0, 0.001)]
    public void ALineWithNoiseIsBroughtUpAllTheSame(double toChips, double fromChips)
    {
        driven.Faults.ToChips.FlipRate = toChips;
        driven.Faults.FromChips.FlipRate = fromChips;
        driven.Start();
        driven.Mine(5);

        Assert.Equal((ChainState.Running, null), (driven.Chain.Status.State, driven.Chain.Status.Fault));
        Assert.True(driven.Found.Count(found => found > 0) > Chips / 2);
    }

    [Fact]
    public void ChipsThatTalkAtAnotherRateThanToldLeaveTheChainAtTheSlowOne()
    {
        driven.Faults.BaudWriteIgnored = true;
        driven.Start();

        Assert.Equal(ChainState.Running, driven.Chain.Status.State);
        Assert.StartsWith("Runs at 115200 baud", driven.Chain.Status.Note, StringComparison.Ordinal);
    }
}
