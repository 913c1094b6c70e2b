namespace Drivers.Hashing.Bm13xx;

public class BringUpTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeChips chips = new();

    private static Bm13xxConfig Gamma =>
        new(ChipModel.Bm1370, Chips: 1, Baud: 1_000_000, TicketMask.FromDifficulty(256));

    [Fact] // Captured: Bitaxe Gamma up to the baud rate; there the capture ramps first. Clocks are the driver's values.
    public void TheTranscriptIsTheCapturedOne()
    {
        Run(Gamma);

        Assert.Equal(
            [
                "55AA510900A49000FFFF1C", // version rolling on: answers grow to 11 bytes
                "55AA510900A49000FFFF1C",
                "55AA510900A49000FFFF1C",
                "55AA520500000A", // CHIP_ID of all
                "55AA510900A49000FFFF1C",
                "55AA510900A80007000003", // soft reset control
                "55AA51090018F000C10004", // nonce gates open
                "55AA5305000003", // chain inactive
                "55AA400500001C", // address 0
                "55AA420500000E", // taken?
                "55AA5109003C80008B0012", // clock select
                "55AA5109003C8000800C11", // clock delay
                "55AA51090014000000FF08", // ticket 256
                "55AA51090058000111110D", // pin drive
                "55AA410900A8000701F015", // the chip's cores out of reset
                "55AA41090018F000C1000C",
                "55AA4109003C80008B001A",
                "55AA4109003C8000800C19",
                "55AA4109003C800082AA05", // cores on
                "55AA510900B9000044800D",
                "55AA510900540000000218", // thermal diode to its pads
                "55AA510900B9000044800D",
                "55AA5109003C80008DEE1B",
                "55AA510900281130020003", // 1041667 baud
                "55AA520500000A", // heard there?
                "55AA5109000840BD026501", // 56.25 MHz
                "55AA510900100071C6101E",
                "55AA5109000840AF026408", // 62.5 MHz
                "55AA510900100066655A0B",
                "55AA510900A49000FFFF1C",
            ],
            chips.Heard.Take(30));
        Assert.Equal(1_041_667, chips.Baud);
    }

    [Fact]
    public void TheStatesFollowEachOther()
    {
        var chain = new Bm13xxChain(Gamma) { WantedClock = new Megahertz(62.5) };
        var states = new List<ChainState> { chain.Status.State };
        chain.Start(TimeSpan.Zero);
        chips.Run(chain, TimeSpan.Zero, 10 * Second, () =>
        {
            if (states[^1] != chain.Status.State)
            {
                states.Add(chain.Status.State);
            }

            return chain.Status.State == ChainState.Running;
        });

        Assert.Equal(
            [
                ChainState.Off, ChainState.Enumerating, ChainState.Initialising, ChainState.SwitchingBaud,
                ChainState.Ramping, ChainState.Running,
            ],
            states);
    }

    [Fact] // 20 ms of versions, 100 ms of listening, 18 writes of 10 ms, 60 ms and a verification for the rate.
    public void TheDelaysOfTheChipsTakeHalfASecondBeforeTheRamp()
    {
        var chain = new Bm13xxChain(Gamma) { WantedClock = new Megahertz(525) };
        chain.Start(TimeSpan.Zero);

        var now = chips.Run(chain, TimeSpan.Zero, 10 * Second, () => chain.Status.State == ChainState.Ramping);

        Assert.InRange(now.TotalMilliseconds, 400, 550);
    }

    [Fact]
    public void ShortChainsAreAddressedChipByChip()
    {
        chips.Chips = 3;
        var status = Run(Gamma with { Chips = 3 });

        Assert.Equal((ChainState.Running, 3), (status.State, status.Chips));
        Assert.Equal(["55AA40050000", "55AA40054000", "55AA40058000"], Heard("55AA40").Select(frame => frame[..12]));
        Assert.Equal(6, Heard("55AA410980").Count());
        Assert.Single(Heard("55AA4109800C80008000")); // Its slice of nonces begins at its address.
    }

    [Fact]
    public void AtTheSlowRateNoSwitchIsTried()
    {
        var status = Run(Gamma with { Baud = 115_200 });

        Assert.Equal((ChainState.Running, null), (status.State, status.Note));
        Assert.Empty(Heard("55AA51090028"));
    }

    [Fact]
    public void NoAnswerNamesBothRatesAndTheRemedy()
    {
        chips.Chips = 0;
        var status = Run(Gamma);

        Assert.Equal((ChainState.Failed, 0), (status.State, status.Chips));
        Assert.Equal(
            "No chip answered, neither at 115200 nor at 1041667 baud: "
            + "check core voltage, reset and the two data wires, then reset and start again.",
            status.Fault);
    }

    [Fact]
    public void NoAnswerAtTheOnlyRateNamesIt()
    {
        chips.Chips = 0;

        Assert.StartsWith(
            "No chip answered at 115200 baud: ", Run(Gamma with { Baud = 115_200 }).Fault, Ordinal);
    }

    [Fact]
    public void ChipsThatWereNotResetAreFoundOut()
    {
        chips.SetBaud(1_041_667);

        Assert.Equal(
            "No chip answered at 115200 baud, but 1 did at 1041667: "
            + "the reset did not reach them. Check its wire, then reset and start again.",
            Run(Gamma).Fault);
    }

    [Fact]
    public void MissingChipsAreCounted()
    {
        chips.Chips = 5;
        var status = Run(Gamma with { Chips = 6 });

        Assert.Equal((ChainState.Failed, 5), (status.State, status.Chips));
        Assert.Equal(
            "5 of 6 chips answered: nothing answers after chip 4, so the link from chip 4 to chip 5 is broken. "
            + "Check the supply and the joints there, or set chips = 5 in the board file.",
            status.Fault);
    }

    [Fact]
    public void TooManyChipsAreAnotherBoard()
    {
        chips.Chips = 2;

        Assert.Equal("2 chips answered, the board file says 1: use the board file of this board.", Run(Gamma).Fault);
    }

    [Fact]
    public void AnotherModelIsNamed()
    {
        chips[0].Id = 0x1366;

        Assert.Equal(
            "A chip answered as 1366, not as a BM1370 (1370): use the board file of this board.", Run(Gamma).Fault);
    }

    [Fact]
    public void TwoModelsMixedAreNamedByWhereTheStrangerStands()
    {
        chips.Chips = 6;
        chips[3].Id = 0x1366;

        Assert.Equal(
            "Chip 3 of 6 answered as 1366 and the others as BM1370 (1370): two models are mixed, or the wire is noisy. "
            + "Replace what does not belong there.",
            Run(Gamma with { Chips = 6 }).Fault);
    }

    [Fact] // Both ids of the S23 class are the same to its driver.
    public void ASisterModelIsNoStranger()
    {
        var sisters = new FakeChips(ChipModel.Bm1373, chips: 2);
        sisters[0].Id = 0x1372;
        var chain = new Bm13xxChain(new(ChipModel.Bm1373, 2, 3_000_000, new TicketMask(8)));
        chain.Start(TimeSpan.Zero);
        sisters.Run(chain, TimeSpan.Zero, 10 * Second, () => chain.Status.State > ChainState.Ramping);

        Assert.Equal((ChainState.Running, null), (chain.Status.State, chain.Status.Fault));
    }

    [Fact]
    public void AMuteChipIsNamedByItsAddressAndNotTakenForABrokenLink()
    {
        chips.Chips = 6;
        chips[2].IsMute = true;
        var status = Run(Gamma with { Chips = 6 });

        Assert.Equal((ChainState.Failed, 5), (status.State, status.Chips));
        Assert.Equal(
            "5 of 6 chips answered: chip 2 (address 0x40) takes its address and does not answer. "
            + "Check its answer line and its supply, or replace it.",
            status.Fault);
    }

    [Fact]
    public void ABreakAndAMuteChipAreBothNamed()
    {
        chips.Chips = 6;
        chips[1].IsMute = true;
        chips[4].IsAlive = false;
        chips[5].IsAlive = false;

        Assert.Equal(
            "3 of 6 chips answered: nothing answers after chip 3, so the link from chip 3 to chip 4 is broken. "
            + "Check the supply and the joints there, or set chips = 4 in the board file. "
            + "chip 1 (address 0x20) takes its address and does not answer. "
            + "Check its answer line and its supply, or replace it.",
            Run(Gamma with { Chips = 6 }).Fault);
    }

    [Fact]
    public void WhereTheBoardFileAllowsItTheRestMinesOn()
    {
        chips.Chips = 6;
        chips[2].IsMute = true;
        chips[5].IsAlive = false;
        var chain = Start(Gamma with { Chips = 6, AllowMissing = true });
        var status = chain.Status;

        Assert.Equal((ChainState.Running, 6, null), (status.State, status.Chips, status.Fault));
        Assert.StartsWith("4 of 6 chips answered: nothing answers after chip 4", status.Note, Ordinal);
        Assert.Equal(4 * 62.5e6 * 2040, status.HashRate, tolerance: 1);
        Assert.Equal([0, 1, 3, 4], Enumerable.Range(0, 6).Where(chip => chain.Chip(chip).Answers));
        Assert.Equal((0, 62.5e6 * 2040), (chain.Chip(2).HashRate, chain.Chip(3).HashRate));
        Assert.Contains("nothing answers after chip 4", chain.Chip(5).Fault, Ordinal);
        Assert.Null(chain.Chip(4).Fault);
    }

    [Fact]
    public void NobodyLeftIsAFaultEvenWhereMissingChipsAreAllowed()
    {
        chips.Chips = 0;

        Assert.Equal(ChainState.Failed, Run(Gamma with { Chips = 6, AllowMissing = true }).State);
    }

    [Theory]
    [InlineData("bm1362", 10, 10.5)]
    [InlineData("bm1368", 73, 74)] // It waits half a second after each chip, of which these have 63 s.
    public void ChipsThatTakeNoAddressAreNotKeptUnderPowerForMinutes(string model, double soonest, double latest)
    {
        var many = new FakeChips(ChipModel.Find(model)!, 126);
        for (var chip = 0; chip < 126; chip++)
        {
            many[chip].TakesNoAddress = true;
        }

        var chain = new Bm13xxChain(new(many.Model, 126, 115_200, new TicketMask(8)));
        chain.Start(TimeSpan.Zero);
        var now = many.Run(chain, TimeSpan.Zero, 200 * Second, () => chain.Status.State == ChainState.Failed);

        Assert.InRange(now.TotalSeconds, soonest, latest);
        Assert.Matches(
            "^The bring-up was not through after 1?[0-9]+ s: 1 of the [1-9][0-9]* chips asked by their addresses "
            + "answered. Check the chips' supply and the data wires, then reset and start again.$",
            chain.Status.Fault);
    }

    [Fact]
    public void ABreakNearTheHostIsNamedWithoutAskingAllWhoAreBehindIt()
    {
        var many = new FakeChips(ChipModel.Bm1362, 126);
        for (var chip = 3; chip < 126; chip++)
        {
            many[chip].IsAlive = false;
        }

        var chain = new Bm13xxChain(new(many.Model, 126, 115_200, new TicketMask(8)));
        chain.Start(TimeSpan.Zero);
        var now = many.Run(chain, TimeSpan.Zero, 200 * Second, () => chain.Status.State == ChainState.Failed);

        Assert.InRange(now.TotalSeconds, 1, 3);
        Assert.StartsWith("3 of 126 chips answered: nothing answers after chip 2", chain.Status.Fault, Ordinal);
    }

    [Fact] // All answered before they had addresses; afterwards one says nothing, or is somewhere else.
    public void AChipThatLosesItsAddressIsFoundOut()
    {
        chips.Chips = 3;
        var chain = new Bm13xxChain(Gamma with { Chips = 3 });
        chain.Start(TimeSpan.Zero);
        var now = chips.Run(
            chain, TimeSpan.Zero, Second, () => chips.Heard.Any(frame => frame.StartsWith("55AA53", Ordinal)));
        chips[1].IsMute = true;
        chips.Run(chain, now, 20 * Second, () => chain.Status.State == ChainState.Failed);

        Assert.StartsWith("2 of 3 chips answered: chip 1 (address 0x40)", chain.Status.Fault, Ordinal);
    }

    [Fact] // Every chip beyond has its neighbour's address then, and the last has none.
    public void AnAddressThatGotLostOnTheWayIsDealtAgainToAll()
    {
        chips.Chips = 6;
        var lost = 0;
        chips.Loses = frame => frame.StartsWith("55AA400540", Ordinal) && lost++ == 0;

        Assert.Equal((ChainState.Running, 6), (Run(Gamma with { Chips = 6 }).State, chips.Chips));
        Assert.Equal([0, 32, 64, 96, 128, 160], Enumerable.Range(0, 6).Select(chip => (int)chips[chip].Address));
        Assert.Equal(2, Heard("55AA400540").Count());
    }

    [Fact]
    public void AWireThatIsTooSlowForTheFastRateFallsBackAndSaysSo()
    {
        chips.WireBaudMax = 500_000;
        chips.IgnoresBaud = true;
        var status = Run(Gamma);

        Assert.Equal((ChainState.Running, null), (status.State, status.Fault));
        Assert.StartsWith(
            "Runs at 115200 baud: at 1041667 the chips did not answer.", status.Note, Ordinal);
    }

    [Fact]
    public void OneLostAnswerAtTheFastRateIsAskedAgain()
    {
        var chain = new Bm13xxChain(Gamma) { WantedClock = new Megahertz(62.5) };
        chain.Start(TimeSpan.Zero);
        var now = chips.Run(
            chain, TimeSpan.Zero, 10 * Second, () => chain.Status.State == ChainState.SwitchingBaud);
        chips.Deaf = 1;
        chips.Run(chain, now, 10 * Second, () => chain.Status.State == ChainState.Running);

        Assert.Equal((ChainState.Running, null), (chain.Status.State, chain.Status.Note));
    }

    [Fact]
    public void ChipsLostInTheSwitchAreAFaultAndTheNextStartStaysSlow()
    {
        chips.WireBaudMax = 500_000;
        var chain = new Bm13xxChain(Gamma) { WantedClock = new Megahertz(62.5) };
        chain.Start(TimeSpan.Zero);
        var now = chips.Run(chain, TimeSpan.Zero, 20 * Second, () => chain.Status.State == ChainState.Failed);
        Assert.Equal(
            "The chips were told to change to 1041667 baud and answer neither there nor at 115200: "
            + "reset and start again; the next start stays at 115200.",
            chain.Status.Fault);

        chips.Reset();
        chain.Start(now);
        chips.Run(chain, now, now + 20 * Second, () => chain.Status.State == ChainState.Running);

        Assert.Equal((ChainState.Running, null), (chain.Status.State, chain.Status.Fault));
        Assert.StartsWith("Runs at 115200 baud", chain.Status.Note, Ordinal);
    }

    [Fact]
    public void ALineThatNeverFallsSilentIsNoChain()
    {
        var chain = new Bm13xxChain(Gamma);
        chain.Start(TimeSpan.Zero);
        var id = Convert.FromHexString("AA55137000000000000010");
        var now = TimeSpan.Zero;
        while (chain.Status.State == ChainState.Enumerating && now < 20 * Second)
        {
            chain.Step(now);
            now += TimeSpan.FromMilliseconds(10);
            ReadOnlySpan<byte> received = id;
            chain.Receive(ref received, now, out _);
        }

        Assert.Equal(ChainState.Failed, chain.Status.State);
        Assert.InRange(now.TotalSeconds, 5, 6);
    }

    private IEnumerable<string> Heard(string start) =>
        chips.Heard.Where(frame => frame.StartsWith(start, Ordinal));

    private ChainStatus Run(Bm13xxConfig config) => Start(config).Status;

    private Bm13xxChain Start(Bm13xxConfig config)
    {
        var chain = new Bm13xxChain(config) { WantedClock = new Megahertz(62.5) };
        chain.Start(TimeSpan.Zero);
        chips.Run(
            chain,
            TimeSpan.Zero,
            20 * Second,
            () => chain.Status.State is ChainState.Running or ChainState.Failed);
        return chain;
    }
}
