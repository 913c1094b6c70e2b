namespace Drivers.Hashing.Bm13xx;

public class LongChainTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory] // BM1368 waits 500 ms after each chip, as its driver does.
    [InlineData("bm1387", 63, 3, 1_562_500, 4)]
    [InlineData("bm1397", 48, 1, 3_125_000, 4)]
    [InlineData("bm1362", 126, 3, 3_125_000, 4)]
    [InlineData("bm1362", 126, 3, 115_200, 4)]
    [InlineData("bm1366", 110, 5, 3_125_000, 4)]
    [InlineData("bm1368", 108, 9, 3_125_000, 58)]
    [InlineData("bm1370", 65, 5, 3_125_000, 4)]
    public void AWholeChainIsUpBeforeItsRampWithinSeconds(
        string name, int count, int perDomain, int baud, double seconds)
    {
        var model = ChipModel.Find(name)!;
        var chips = new FakeChips(model, count);
        var chain = NewChain(model, count, perDomain, baud);
        chain.Start(TimeSpan.Zero);

        var now = chips.Run(chain, TimeSpan.Zero, 100 * Second, () => chain.Status.State == ChainState.Ramping);

        Assert.Equal((ChainState.Ramping, count, null), (chain.Status.State, chain.Status.Chips, chain.Status.Fault));
        Assert.InRange(now.TotalSeconds, 0.3, seconds);

        // The rest but for the ramp, which is one step here.
        var ramped = chips.Run(chain, now, now + 10 * Second, () => chain.Status.State == ChainState.Running);
        Assert.Equal(ChainState.Running, chain.Status.State);
        Assert.InRange((ramped - now).TotalSeconds, 0, 2);
    }

    [Fact] // Captured: S21 Pro, 13 domains of 5.
    public void AnS21ProHasItsDomainEndsItsRelaysAndItsOffsets()
    {
        var chips = new FakeChips(ChipModel.Bm1370, 65);
        Run(chips, perDomain: 5, baud: 3_125_000);

        Assert.Equal(
            Enumerable.Range(1, 13).Select(domain => 5 * domain - 1),
            Enumerable.Range(0, 65).Where(chip => chips[chip].Registers[0x58] == 0x0001_F111));
        var relays = chips.Orders.Where(frame => frame[10..12] == "2C").ToArray();
        Assert.Equal(26, relays.Length);
        Assert.Equal("55AA4109782C00130003", relays[0][..20]); // The far domain first: chip 60 …
        Assert.Equal("55AA4109802C00130003", relays[1][..20]); // … and chip 64.
        Assert.Equal("55AA4109002C004F0003", relays[^2][..20]);
        Assert.Equal("55AA4109082C004F0003", relays[^1][..20]);
        Assert.All(Enumerable.Range(0, 65), chip => Assert.Equal(
            0x8000_0000 | (uint)(chip * 2) << 8, chips[chip].Registers[0x0C]));
        Assert.All(Enumerable.Range(0, 65), chip => Assert.Equal(0x5AA5_5AA5u, chips[chip].Registers[0x68]));

        // A job was sent before the offsets: stock does so, too.
        var offset = chips.Heard.FindIndex(frame => frame[10..12] == "0C");
        Assert.StartsWith("55AA2156", chips.Heard[offset - 1], StringComparison.Ordinal);
    }

    [Fact] // Captured: S19j Pro, 42 domains of 3, has neither relays nor ends; addresses 0 to 0xFA, step 2.
    public void AnS19JProHasNoRelays()
    {
        var chips = new FakeChips(ChipModel.Bm1362, 126);
        Run(chips, perDomain: 3, baud: 3_125_000);

        Assert.DoesNotContain(chips.Orders, frame => frame[10..12] == "2C");
        Assert.All(Enumerable.Range(0, 126), chip => Assert.Equal(0x0001_1111u, chips[chip].Registers[0x58]));
        Assert.Equal(0xFA, chips[125].Address);
        Assert.Equal(3_125_000, chips[125].Baud);
    }

    [Fact] // The factory's tool writes no relays on 9 domains or fewer.
    public void FewDomainsNeedNoRelays()
    {
        var chips = new FakeChips(ChipModel.Bm1370, 27);
        Run(chips, perDomain: 3, baud: 1_000_000);

        Assert.DoesNotContain(chips.Orders, frame => frame[10..12] == "2C");
        Assert.Equal(9, Enumerable.Range(0, 27).Count(chip => chips[chip].Registers[0x58] == 0x0001_F111));
    }

    [Fact] // 22 × 5: the word that a Bitaxe's firmware still carries.
    public void AnS19XpsFirstRelayIsTheLeftOverOfABitaxe()
    {
        var chips = new FakeChips(ChipModel.Bm1366, 110);
        Run(chips, perDomain: 5, baud: 3_125_000);

        Assert.Contains("55AA4109002C007C000303", chips.Orders);
    }

    [Fact]
    public void NoSendIsLongerThanTheWireTakesInAMoment()
    {
        var chips = new FakeChips(ChipModel.Bm1370, 65);
        Run(chips, perDomain: 5, baud: 115_200);

        Assert.InRange(chips.LongestSend, 1, 100);
    }

    [Fact]
    public void AChipThatIsTunedHasItsOwnClockAndCountAndTheOthersKeepTheirs()
    {
        var chips = new FakeChips(ChipModel.Bm1362, 126);
        var (chain, now) = Run(chips, perDomain: 3, baud: 3_125_000, megahertz: 100);
        var all = chain.Status.HashRate;
        Assert.Equal(126 * 100e6 * 514, all, tolerance: 1e-6 * all);
        chips.Heard.Clear();

        chain.TuneChip(17, new Megahertz(75));
        now = chips.Run(chain, now, now + 2 * Second);

        Assert.Equal(75, chain.Chip(17).Clock.Value);
        Assert.Equal(100, chain.Chip(18).Clock.Value);
        Assert.Equal((125 * 100e6 + 75e6) * 514, chain.Status.HashRate, tolerance: 1e-6 * all);
        Assert.All(chips.Orders, frame => Assert.StartsWith("55AA410922", frame, StringComparison.Ordinal));
        var pll = Pll.Solve(ChipModel.Bm1362, new Megahertz(75));
        Assert.Equal(pll.ToBits(PllCoding.MinusOne), chips[17].Registers[0x08]);
        Assert.Equal(NonceSpace.CountingNumber(ChipModel.Bm1362, 126, pll).Ticks, chips[17].Registers[0x10]);

        chain.TuneChip(17, null);
        now = chips.Run(chain, now, now + 2 * Second);
        Assert.Equal(100, chain.Chip(17).Clock.Value);

        // Together again, all are told at once.
        chips.Heard.Clear();
        chain.WantedClock = new Megahertz(93.75);
        chips.Run(chain, now, now + Second);
        Assert.Equal(2, chips.Orders.Count());
    }

    [Fact]
    public void AChipIsNeverTunedAboveWhatTheChainMay()
    {
        var chips = new FakeChips(ChipModel.Bm1370, 2);
        var (chain, now) = Run(chips, perDomain: 1, baud: 1_000_000);

        chain.TuneChip(1, new Megahertz(500));
        chips.Run(chain, now, now + 2 * Second);

        Assert.Equal(50, chain.Chip(1).Clock.Value);
    }

    private static Bm13xxChain NewChain(ChipModel model, int count, int perDomain, int baud, double megahertz = 50) =>
        new(new Bm13xxConfig(model, count, baud, new TicketMask(8)) { ChipsPerDomain = perDomain })
        {
            WantedClock = new Megahertz(megahertz),
        };

    private static (Bm13xxChain Chain, TimeSpan Now) Run(
        FakeChips chips, int perDomain, int baud, double megahertz = 50)
    {
        var chain = NewChain(chips.Model, chips.Chips, perDomain, baud, megahertz);
        chain.Start(TimeSpan.Zero);
        var now = chips.Run(chain, TimeSpan.Zero, 100 * Second, () => chain.Status.State == ChainState.Running);
        Assert.Equal(ChainState.Running, chain.Status.State);
        return (chain, chips.Run(chain, now, now + Second));
    }
}
