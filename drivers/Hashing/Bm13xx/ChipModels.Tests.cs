namespace Drivers.Hashing.Bm13xx;

public class ChipModelsTests
{
    [Theory]
    [InlineData(0, 1_000_000, 32, "chips = 0 is not possible")]
    [InlineData(129, 1_000_000, 32, "chips = 129 is not possible")]
    [InlineData(1, 9600, 32, "baud = 9600 is not possible")]
    [InlineData(1, 2_000_000, 32, "baud = 2000000 is not possible: the chips make 25 MHz")]
    [InlineData(1, 1_000_000, 33, "zero_bits = 33 is not possible")]
    public void AnImpossibleChainIsRefusedByItsKey(int count, int baud, int zeroBits, string sentence)
    {
        var refusal = Assert.Throws<ArgumentException>(
            () => new Bm13xxConfig(ChipModel.Bm1370, count, baud, new TicketMask(8), zeroBits));

        Assert.StartsWith(sentence, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ModelsAreFoundByTheNameInABoardFile()
    {
        Assert.Same(ChipModel.Bm1370, ChipModel.Find("bm1370"));
        Assert.Null(ChipModel.Find("bm1371"));
    }

    [Theory]
    [InlineData("bm1387", 0x1387, 114, 1, 114, 32, 2)]
    [InlineData("bm1397", 0x1397, 168, 4, 672, 32, 2)]
    [InlineData("bm1362", 0x1362, 65, 8, 514, 32, 16)]
    [InlineData("bm1366", 0x1366, 112, 8, 894, 32, 16)]
    [InlineData("bm1368", 0x1368, 80, 16, 1276, 16, 16)]
    [InlineData("bm1370", 0x1370, 128, 16, 2040, 16, 16)]
    [InlineData("bm1373", 0x1373, 128, 16, 6725, 16, 16)]
    [InlineData("BM1372", 0x1372, 128, 16, 6725, 16, 16)]
    public void EveryModelIsTheReferencesTable(
        string name, ushort id, int cores, int small, int units, int slots, int rolledBits)
    {
        var model = ChipModel.Find(name)!;

        Assert.True(model.Is(id));
        Assert.Equal((cores, small, units), (model.Cores, model.SmallCores, model.HashUnits));
        Assert.Equal((slots, rolledBits), (model.Slots, model.RolledBits));
        Assert.Equal(model == ChipModel.Bm1373, model.IsWeak);
    }

    [Fact]
    public void AModelTakesItsOwnIdAndNoOther()
    {
        foreach (var model in ChipModel.All)
        {
            Assert.Equal([model], ChipModel.All.Where(other => other.Is(model.Id)));
        }

        Assert.Null(ChipModel.Find("bm1371"));
        Assert.Null(ChipModel.Find(""));
    }

    [Theory] // The reference's §9.3 and its captured answers.
    [InlineData("bm1387", 0x6F, 27, 3)]
    [InlineData("bm1397", 0x63, 24, 3)]
    [InlineData("bm1362", 0x04, 0, 4)]
    [InlineData("bm1366", 0x93, 18, 3)]
    [InlineData("bm1368", 0x91, 9, 1)]
    [InlineData("bm1370", 0xD2, 13, 2)]
    public void AnAnswerNamesItsJobAndWhatStandsBelow(string name, byte header, int slot, int below)
    {
        var model = ChipModel.Find(name)!;

        Assert.Equal((slot, below), (model.Slot(header), model.Below(header)));
    }

    [Theory]
    [InlineData("bm1387", 31, 0x7C)]
    [InlineData("bm1397", 31, 0x7C)]
    [InlineData("bm1362", 31, 0xF8)]
    [InlineData("bm1366", 3, 0x18)]
    [InlineData("bm1368", 15, 0x78)]
    [InlineData("bm1370", 13, 0x68)]
    [InlineData("bm1373", 15, 0x78)]
    public void AJobCarriesItsSlot(string name, int slot, byte id)
    {
        var model = ChipModel.Find(name)!;

        Assert.Equal(id, model.JobIdByte(slot));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.JobIdByte(model.Slots));
    }

    [Theory] // The reference's §5: words that captures and drivers write.
    [InlineData("bm1362", 1_041_667, "28=11300200")]
    [InlineData("bm1362", 3_125_000, "28=11300000")]
    [InlineData("bm1362", 520_833, "28=11300500")]
    [InlineData("bm1362", 625_000, "28=11300400")]
    [InlineData("bm1366", 1_041_667, "28=11300200")]
    [InlineData("bm1366", 6_250_000, "60=C0700111 28=15600700")]
    [InlineData("bm1368", 1_041_667, "28=11300200")]
    [InlineData("bm1370", 1_041_667, "28=11300200")]
    [InlineData("bm1370", 3_125_000, "28=01300000")]
    [InlineData("bm1373", 3_000_000, "C4=00000000 28=80000000")]
    [InlineData("bm1397", 115_741, "18=00007A31")]
    [InlineData("bm1397", 1_562_500, "18=00006131")]
    [InlineData("bm1397", 3_125_000, "18=00006031")]
    [InlineData("bm1397", 6_250_000, "68=C0700111 68=C0700111 28=0600000F 18=00016731")]
    [InlineData("bm1387", 115_741, "1C=40209A80")]
    [InlineData("bm1387", 1_562_500, "1C=00208180")]
    public void EveryRateIsToldWithTheWordsOfTheReference(string name, int baud, string words)
    {
        var option = Assert.Single(ChipModel.Find(name)!.Bauds, option => option.Baud == baud);

        Assert.Equal(words, string.Join(' ', option.Writes.Select(write => $"{write.Register:X2}={write.Bits:X8}")));
    }

    [Fact] // A BM1397's word would shut the gates of the later ones, which then answer reads and find nothing.
    public void NoModelFromTheBm1362OnIsEverToldABm1397sBaudRate()
    {
        foreach (var model in ChipModel.All.Where(model => model.RollsVersions))
        {
            var writes = model.Setup.Concat(model.AfterRamp).SelectMany(step => step.Writes)
                .Concat(model.Bauds.SelectMany(option => option.Writes)).ToArray();
            Assert.DoesNotContain(writes, write => write == new RegisterWrite(0x18, 0x0000_7A31));

            var gates = writes.Where(write => write.Register == MiscControl.Address).ToArray();
            Assert.NotEmpty(gates);
            Assert.NotEqual(0, MiscControl.FromBits(gates[^1].Bits).OpenQuarters);
        }
    }

    [Theory] // The reference's §5, computed there: a BeagleBone's 48 MHz through 16 or 13.
    [InlineData(3_125_000, 3_000_000, -4.0)]
    [InlineData(1_562_500, 1_500_000, -4.0)]
    [InlineData(1_041_667, 1_000_000, -4.0)]
    [InlineData(781_250, 750_000, -4.0)]
    [InlineData(625_000, 615_385, -1.5)]
    [InlineData(520_833, 527_473, 1.3)]
    [InlineData(446_429, 461_538, 3.4)]
    [InlineData(115_741, 115_385, -0.3)]
    public void ABeagleBoneMissesMostRatesOfTheChips(double chip, double host, double percent)
    {
        Assert.Equal(host, HostUart.Am335x.Nearest(chip), tolerance: 0.5);
        Assert.Equal(percent, HostUart.Am335x.Error(chip) * 100, tolerance: 0.06);
    }

    [Theory] // A Raspberry Pi's PL011 at 48 MHz.
    [InlineData(3_125_000, 3_000_000, -4.0)]
    [InlineData(1_562_500, 1_560_976, -0.1)]
    [InlineData(1_041_667, 1_043_478, 0.17)]
    public void APiEndsAtThreeMillion(double chip, double host, double percent)
    {
        Assert.Equal(host, HostUart.Pl011.Nearest(chip), tolerance: 0.5);
        Assert.Equal(percent, HostUart.Pl011.Error(chip) * 100, tolerance: 0.01);
    }

    [Fact] // With UARTCLK at 64 MHz the Pi comes within −0.1 %.
    public void AFasterClockGivesAPiTheFastestRate() =>
        Assert.Equal(-0.1, (HostUart.Pl011 with { ClockHertz = 64_000_000 }).Error(3_125_000) * 100, tolerance: 0.05);

    [Fact]
    public void ARateThatTheHostCannotMakeIsRefusedWithThoseThatItCan()
    {
        var config = new Bm13xxConfig(ChipModel.Bm1362, 126, 625_000, new TicketMask(8)) { Host = HostUart.Am335x };
        Assert.Equal(625_000, config.Fast.Baud);

        var refusal = Assert.Throws<ArgumentException>(() => config with { Baud = 3_125_000 });
        Assert.Equal(
            "baud = 3125000 is not possible: the chips make 3125000, the am335x port 3000000, which is -4.0 % off. "
            + "Set one of 625000, 520833, 312500, 284091.",
            refusal.Message);
        Assert.Throws<ArgumentException>(
            () => new Bm13xxConfig(ChipModel.Bm1370, 1, 3_125_000, new TicketMask(8)) { Host = HostUart.Pl011 });
    }
}
