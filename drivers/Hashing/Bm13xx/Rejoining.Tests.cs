namespace Drivers.Hashing.Bm13xx;

public class RejoiningTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("bm1362", 24, 3, 1_041_667)]
    [InlineData("bm1362", 24, 3, 115_200)]
    [InlineData("bm1366", 24, 3, 1_041_667)]
    [InlineData("bm1368", 24, 3, 1_041_667)]
    [InlineData("bm1370", 40, 4, 3_125_000)]
    [InlineData("bm1373", 4, 1, 3_000_000)]
    [InlineData("bm1397", 24, 3, 3_125_000)]
    [InlineData("bm1387", 24, 3, 1_562_500)]
    public void ADomainThatBrownedOutIsAsItWasAndTheOthersWereNotTouched(
        string name, int count, int perDomain, int baud)
    {
        var chips = new FakeChips(ChipModel.Find(name)!, count);
        var (chain, now) = Run(chips, perDomain, baud);
        var before = Enumerable.Range(0, count).Select(chip => chips[chip].Registers.ToArray()).ToArray();
        var first = count / 2 / perDomain * perDomain;
        chips.Reset(first, perDomain);
        chips.Heard.Clear();

        chain.Rejoin(first, perDomain, now);
        now = chips.Run(chain, now, now + TimeSpan.FromMilliseconds(400));
        Assert.Equal(ChainState.Running, chain.Status.State);
        Assert.True(chain.Chip(first).HashRate < chain.Chip(0).HashRate, "It is expected to hash before it can.");
        now = chips.Run(chain, now, now + 8 * Second);

        for (var chip = 0; chip < count; chip++)
        {
            Assert.Equal(before[chip].OrderBy(pair => pair.Key), chips[chip].Registers.OrderBy(pair => pair.Key));
            Assert.Equal((byte)(chip * chips.Model.AddressStep(count)), chips[chip].Address);
            Assert.Equal(WithoutCount(chain.Chip(0)), WithoutCount(chain.Chip(chip)));
        }

        Assert.Equal(ChainState.Running, chain.Status.State);
        Assert.Equal(count * chain.Chip(0).HashRate, chain.Status.HashRate, tolerance: 1);
    }

    [Fact]
    public void ThoseWhoStayedHearOnlyTheirAddressAnew()
    {
        var chips = new FakeChips(ChipModel.Bm1362, 24);
        var (chain, now) = Run(chips, 3, 1_041_667);
        chips.Reset(6, 3);
        chips.Heard.Clear();

        chain.Rejoin(6, 3, now);
        chips.Run(chain, now, now + 6 * Second);

        Assert.DoesNotContain(chips.Orders, frame => frame[4..6] == "51");
        string[] lost = ["00", "30", "38", "40"]; // Address 0 while nobody else hears.
        var single = chips.Orders.Where(frame => frame[4..6] == "41");
        Assert.All(single, frame => Assert.Contains(frame[8..10], lost.AsEnumerable()));
        Assert.Equal("55AA4109002811300200", chips.Orders.First()[..20]);
        Assert.Single(chips.Orders, frame => frame[8..10] == "00" && frame[4..6] == "41");
    }

    [Fact] // The walk is the one of a start: 6.25 MHz in 100 ms, for the lost alone.
    public void TheClockOfTheLostIsWalkedUpWhileTheOthersKeepTheirs()
    {
        var chips = new FakeChips(ChipModel.Bm1370, 3);
        var (chain, now) = Run(chips, 1, 1_000_000, megahertz: 150);
        chips.Reset(1, 1);

        chain.Rejoin(1, 1, now);
        var seen = new List<double>();
        now = chips.Run(chain, now, now + 5 * Second, () =>
        {
            Assert.Equal(150, chain.Chip(0).Clock.Value, tolerance: 0.1);
            if (seen.Count == 0 || seen[^1] != chain.Chip(1).Clock.Value)
            {
                seen.Add(chain.Chip(1).Clock.Value);
            }

            return false;
        });

        Assert.InRange(seen.Count, 16, 18);
        Assert.Equal(150, seen[^1], tolerance: 0.1);
        Assert.Equal(seen.Skip(1).Order(), seen.Skip(1));
    }

    [Fact]
    public void AChipThatDoesNotComeBackIsNamedAndCostsTheOthersNothing()
    {
        var chips = new FakeChips(ChipModel.Bm1370, 3);
        var (chain, now) = Run(chips, 1, 1_000_000);
        chips[2].IsAlive = false;

        chain.Rejoin(2, 1, now);
        now = chips.Run(chain, now, now + 3 * Second);

        Assert.False(chain.Chip(2).Answers);
        Assert.StartsWith("chip 2 (address 0x80) did not come back: ", chain.Chip(2).Fault, Ordinal);
        Assert.Equal((0, ChainState.Running), (chain.Chip(2).HashRate, chain.Status.State));
        Assert.Equal(2 * chain.Chip(0).HashRate, chain.Status.HashRate);

        chips[2].IsAlive = true;
        chips.Reset(2, 1);
        chain.Rejoin(2, 1, now);
        chips.Run(chain, now, now + 3 * Second);
        Assert.Equal((true, null), (chain.Chip(2).Answers, chain.Chip(2).Fault));
        Assert.Equal(3 * chain.Chip(0).HashRate, chain.Status.HashRate);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void AChainOfWhichNobodyComesBackHasFailed(int count)
    {
        var chips = new FakeChips(ChipModel.Bm1370, count);
        var (chain, now) = Run(chips, 1, 1_000_000);
        for (var chip = 0; chip < count; chip++)
        {
            chips[chip].IsAlive = false;
        }

        chain.Rejoin(0, count, now);
        now = chips.Run(chain, now, now + 5 * Second);

        Assert.Equal((ChainState.Failed, 0), (chain.Status.State, chain.Status.HashRate));
        Assert.Contains("chip 0 (address 0x00) did not come back: ", chain.Status.Fault, Ordinal);

        chips.Reset();
        for (var chip = 0; chip < count; chip++)
        {
            chips[chip].IsAlive = true;
        }

        chain.Start(now);
        chips.Run(chain, now, now + 10 * Second);
        Assert.Equal((ChainState.Running, null), (chain.Status.State, chain.Status.Fault));
    }

    [Theory]
    [InlineData(3)] // Of a chip that stayed: those behind it would move up, and the lost one among them.
    [InlineData(12)] // Of the lost one itself: it would take its neighbour's.
    [InlineData(23)] // Of the last.
    public void AnAddressThatGetsLostMovesNobody(int frame)
    {
        var chips = new FakeChips(ChipModel.Bm1362, 24);
        var (chain, now) = Run(chips, 3, 1_041_667);
        chips.Reset(12, 3);
        var address = $"55AA4005{frame * 8:X2}";
        var losses = 0;
        chips.Loses = heard => heard.StartsWith(address, Ordinal) && losses++ == 0;

        chain.Rejoin(12, 3, now);
        chips.Run(chain, now, now + 8 * Second);

        Assert.Equal(2, losses);
        Assert.All(Enumerable.Range(0, 24), chip =>
        {
            Assert.Equal(8 * chip, chips[chip].Address);
            Assert.Equal((true, null), (chain.Chip(chip).Answers, chain.Chip(chip).Fault));
        });
    }

    [Fact]
    public void WorkThatComesWhileTheWireIsSlowOrChipsHaveNoAddressIsSentOnceAllHaveTheirs()
    {
        var chips = new FakeChips(ChipModel.Bm1370, 3);
        var (chain, now) = Run(chips, 1, 1_000_000);
        var frame = new byte[chain.JobFrameSize];
        var work = new Work(new BlockHeader { NTime = 7 }, VersionRolling.HeaderMask);
        chips.Reset(1, 1);
        chain.Rejoin(1, 1, now);
        now = chips.Run(chain, now, now + Second, () => chips.Heard[^1].StartsWith("55AA41090028", Ordinal));

        Assert.Equal(0, chain.Encode(4, work with { Header = new BlockHeader { NTime = 6 } }, frame));
        chips.Heard.Clear();
        now = chips.Run(chain, now, now + Second, () => chips.Heard.Exists(heard => heard[..8] == "55AA5305"));
        Assert.Equal(0, chain.Encode(5, work, frame)); // At the fast rate, and nobody has an address.
        chips.Run(chain, now, now + TimeSpan.FromMilliseconds(100));

        var sent = Assert.Single(chips.Heard, heard => heard.StartsWith("55AA21", Ordinal));
        Assert.True(
            chips.Heard.IndexOf(sent) > chips.Heard.FindLastIndex(heard => heard[..8] == "55AA4005"), "Too early.");
        Assert.Equal(88, chain.Encode(5, work, frame));
        Assert.Equal(Convert.ToHexString(frame, 0, 88), sent);
    }

    [Fact]
    public void NothingRejoinsAChainThatDoesNotRun()
    {
        var chain = new Bm13xxChain(new(ChipModel.Bm1370, 2, 1_000_000, new TicketMask(8)));

        chain.Rejoin(0, 2, TimeSpan.Zero);

        Assert.True(chain.Step(Second).Send.IsEmpty);
        Assert.Equal(ChainState.Off, chain.Status.State);
    }

    private static ChipStatus WithoutCount(ChipStatus status) => status with { CountedHashRate = null };

    private static (Bm13xxChain Chain, TimeSpan Now) Run(
        FakeChips chips, int perDomain, int baud, double megahertz = 75)
    {
        var config = new Bm13xxConfig(chips.Model, chips.Chips, baud, new TicketMask(8)) { ChipsPerDomain = perDomain };
        var chain = new Bm13xxChain(config) { WantedClock = new Megahertz(megahertz) };
        chain.Start(TimeSpan.Zero);
        var now = chips.Run(chain, TimeSpan.Zero, 100 * Second, () => chain.Status.State == ChainState.Running);
        Assert.Equal(ChainState.Running, chain.Status.State);
        return (chain, chips.Run(chain, now, now + Second));
    }
}
