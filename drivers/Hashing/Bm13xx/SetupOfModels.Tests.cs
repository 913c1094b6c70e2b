namespace Drivers.Hashing.Bm13xx;

/// <summary>What each model hears between its first answer and hashing: REFERENCE.md, "Bring-up".</summary>
public class SetupOfModelsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact] // ESP-Miner, Bitaxe Ultra
    public void ABm1366IsSetUpLikeABitaxeUltra() => AssertRecipe(
        ChipModel.Bm1366,
        1_000_000,
        [
            "51 A4=9000FFFF", "51 A4=9000FFFF", "51 A4=9000FFFF", "51 A8=00070000", "51 18=FF0FC100", "53", "40 00",
            "51 3C=80008540", "51 3C=80008020", "51 14=000000FF", "51 54=00000003", "51 58=02111111",
            "41 A8=000701F0", "41 18=F000C100", "41 3C=80008540", "41 3C=80008020", "41 3C=800082AA",
            "51 28=11300200",
        ],
        ["51 A4=9000FFFF"]);

    [Fact] // ESP-Miner, Bitaxe Supra: the ticket is written twice.
    public void ABm1368IsSetUpLikeABitaxeSupra() => AssertRecipe(
        ChipModel.Bm1368,
        1_000_000,
        [
            "51 A4=9000FFFF", "51 A4=9000FFFF", "51 A4=9000FFFF", "51 A4=9000FFFF", "53", "51 A8=00070000",
            "51 18=FF0FC100", "51 3C=80008B00", "51 3C=80008018", "51 14=000000FF", "51 54=00000003", "51 58=02111111",
            "40 00", "41 A8=000701F0", "41 18=F000C100", "41 3C=80008B00", "41 3C=80008018", "41 3C=800082AA",
            "51 14=000000FF", "51 28=11300200",
        ],
        ["51 A4=9000FFFF"]);

    [Fact] // Captured: S19j Pro. The chips are set up one by one after the ramp.
    public void ABm1362IsSetUpLikeAnS19JPro() => AssertRecipe(
        ChipModel.Bm1362,
        3_125_000,
        [
            "51 A4=9000FFFF", "51 A4=9000FFFF", "51 A4=9000FFFF", "51 A8=00000000", "51 18=B000C100", "53", "40 00",
            "51 3C=80008540", "51 3C=80008008", "51 14=000000FF", "51 54=00000003", "51 58=00011111", "51 28=11300000",
        ],
        [
            "41 A8=00000002", "41 18=B000C100", "41 3C=80008540", "41 3C=80008008", "41 3C=800082AA",
            "51 A4=9000FFFF",
        ]);

    [Fact] // ESP-Miner's bm1373.c (weak).
    public void ABm1373IsSetUpLikeItsOnlyDriverDoes() => AssertRecipe(
        ChipModel.Bm1373,
        3_000_000,
        [
            "53", "40 00", "51 3C=80008D04", "51 14=000000FF", "51 58=00011111", "51 68=5AA55AA5", "51 C4=00000000",
            "51 28=80000000", "51 A8=F00701F0", "51 18=FF00C100", "51 19=00000000", "51 3C=80008B00", "51 3C=8000805A",
            "51 3C=800082AA", "51 54=00000002",
        ],
        ["51 A4=9000FFFF"]);

    [Fact] // ESP-Miner, Bitaxe Max; every divider twice, with its user divider twice before it.
    public void ABm1397IsSetUpLikeABitaxeMax() => AssertRecipe(
        ChipModel.Bm1397,
        3_125_000,
        [
            "53", "40 00", "51 80=00000000", "51 84=00000000", "51 20=00000001", "51 3C=80008074", "51 14=000000FF",
            "51 68=C0700111", "51 28=0600000F", "51 18=00007A31", "51 18=00006031",
        ],
        []);

    [Fact]
    public void EveryStepOfABm1397sClockIsFourWritesTenMillisecondsApart()
    {
        var chips = new FakeChips(ChipModel.Bm1397);
        var chain = Run(chips, 115_200, megahertz: 56.25);

        Assert.Equal(
            ["51 70=0F0F0F00", "51 70=0F0F0F00", "51 08=403F0272", "51 08=403F0272"],
            chips.Orders.Select(Readable).SkipWhile(order => order != "51 70=0F0F0F00").Take(4));
        Assert.Equal(56.25, chain.Status.Clock.Value);
    }

    [Fact] // bosminer: S9. Cores open after the clock, each with a job of nothing, while the gate keeps nonces back.
    public void ABm1387IsSetUpLikeAnS9()
    {
        var chips = new FakeChips(ChipModel.Bm1387, chips: 2);
        Run(chips, 1_562_500, megahertz: 50);
        var orders = chips.Orders.Select(Readable).ToArray();

        Assert.Equal(
            [
                "55", "55", "55", "41 00", "41 04", "58 1C=00208180", "58 0C=00200242", "58 18=000000FF",
                "58 1C=00208180",
            ],
            orders[..9]);
        Assert.Equal("58 1C=00200180", orders[^1]);

        var jobs = orders[9..^1];
        Assert.Equal(114, jobs.Length);
        Assert.All(jobs, job => Assert.StartsWith("21", job, StringComparison.Ordinal));
        Assert.All(chips.Heard.Where(frame => frame.StartsWith("21", StringComparison.Ordinal)), frame =>
        {
            Assert.Equal(150, frame.Length / 2);
            Assert.Equal("FFFFFFFFFFFFFFFFFFFFFFFF", frame[16..40]);
            Assert.Equal(new string('0', 256), frame[40..296]);
        });
    }

    [Fact] // The chips must not be told a rate that they keep: then the gate alone closes, with the captured word.
    public void ABm1387AtTheSlowRateOpensItsCoresToo()
    {
        var chips = new FakeChips(ChipModel.Bm1387);
        Run(chips, 115_200, megahertz: 50);
        var controls = chips.Orders.Select(Readable).Where(order => order.Contains(" 1C=", StringComparison.Ordinal));

        Assert.Equal(["58 1C=40209A80", "58 1C=40201A80"], controls);
    }

    private static void AssertRecipe(ChipModel model, int baud, string[] setup, string[] afterRamp)
    {
        var chips = new FakeChips(model);
        var chain = Run(chips, baud, megahertz: 50);
        var orders = chips.Orders.Select(Readable).ToArray();

        Assert.Equal((ChainState.Running, null), (chain.Status.State, chain.Status.Fault));
        Assert.Equal(setup, orders[..setup.Length]);
        var clock = orders[setup.Length..^afterRamp.Length];
        Assert.All(clock, order => Assert.True(order[3..5] is "08" or "10" or "70", order));
        Assert.Equal(model.Counts ? "10" : "08", clock[^1][3..5]);
        Assert.Equal(afterRamp, orders[^afterRamp.Length..]);
    }

    private static Bm13xxChain Run(FakeChips chips, int baud, double megahertz)
    {
        var config = new Bm13xxConfig(chips.Model, chips.Chips, baud, TicketMask.FromDifficulty(256));
        var chain = new Bm13xxChain(config) { WantedClock = new Megahertz(megahertz) };
        chain.Start(TimeSpan.Zero);
        chips.Run(
            chain,
            TimeSpan.Zero,
            20 * Second,
            () => chain.Status.State is ChainState.Running or ChainState.Failed);
        return chain;
    }

    /// <summary>"51 A8=00070000": the header, the register and its value.</summary>
    private static string Readable(string frame)
    {
        var body = frame.StartsWith("55AA", StringComparison.Ordinal) ? frame[4..] : frame;
        return body[..2] switch
        {
            "53" or "55" or "21" => body[..2],
            "40" => $"40 {body[4..6]}",
            "41" when body[2..4] == "05" => $"41 {body[4..6]}",
            _ => $"{body[..2]} {body[6..8]}={body[8..16]}",
        };
    }
}
