using System.Buffers.Binary;

namespace Simulator.Chips;

public class ChipTests
{
    private const string ReadId = "52050000";

    private readonly Bench bench = new();

    [Fact]
    public void WithoutPowerNothingAnswers()
    {
        bench.Power(false);
        bench.Send(ReadId);

        Assert.Empty(bench.Hear());
    }

    [Fact] // Captures, BM1370: short and long identity, and misc control as it is after reset.
    public void AnswersWithTheFramesThatSiliconAnswersWith()
    {
        bench.Send(ReadId);
        bench.Send("42050018");
        Assert.Equal("AA5513700000000006" + "AA550000C100001802", bench.HearHex());

        bench.Send("510900A49000FFFF");
        bench.Send(ReadId);
        Assert.Equal("AA551370000000000000" + "10", bench.HearHex());
    }

    [Fact]
    public void AnUnknownRegisterReadsZeroAndAWrittenOneReadsBack()
    {
        bench.Send("42050077");
        Assert.StartsWith("AA55000000000077", bench.HearHex(), StringComparison.Ordinal);

        bench.Write(0x54, 2);
        bench.Send("42050054");
        Assert.StartsWith("AA55000000020054", bench.HearHex(), StringComparison.Ordinal);
    }

    [Fact]
    public void ThePllTellsThatItLockedAndKeepsSilentAboutItOtherwise()
    {
        bench.Write(0x08, 0x40A80230);
        bench.Send("42050008");
        Assert.StartsWith("AA55C0A80230", bench.HearHex(), StringComparison.Ordinal);
        Assert.Equal(525, bench.Line.Megahertz);

        bench.Write(0x08, 0x40FF0130); // VCO 6375 MHz
        bench.Send("42050008");
        Assert.StartsWith("AA5540FF0130", bench.HearHex(), StringComparison.Ordinal);
        Assert.Equal(0, bench.Line.Megahertz);
    }

    [Theory] // Reference §4, BM1370 table and captured alternatives
    [InlineData(0x40A80265, 50)]
    [InlineData(0x40BD0265, 56.25)]
    [InlineData(0x40A20255, 56.25)]
    [InlineData(0x50D20265, 62.5)]
    [InlineData(0x40B70260, 326.7857)]
    [InlineData(0x50C20240, 485)]
    [InlineData(0x50C80230, 625)]
    public void TheClockFollowsTheDividers(uint word, double megahertz) =>
        Assert.Equal(megahertz, Silicon.Bm1370.Megahertz(word), precision: 3);

    [Fact]
    public void ChipsShareAddressZeroUntilEachTookItsOwn()
    {
        var three = new Bench(chips: 3);
        three.Send("42050000");
        Assert.Equal(3 * 9, three.Hear().Length);

        three.Send("40050400"); // Not inactive yet: nobody listens to addresses.
        three.Send("53050000");
        three.Send("40050000");
        three.Send("40055500");
        three.Send("4005AA00");
        three.Send("4005EE00"); // One more than there are chips falls off the end.
        three.Send(ReadId);

        var heard = three.Hear();
        Assert.Equal([0x00, 0x55, 0xAA], new[] { heard[5], heard[14], heard[23] });
        Assert.Equal([0x00, 0x55, 0xAA], new[] { heard[6], heard[15], heard[24] });

        three.Send("42055500");
        Assert.Equal("AA551370005555" + "00", three.HearHex()[..16]);

        three.Send("53050000");
        three.Send("42050000");
        Assert.Equal(3 * 9, three.Hear().Length);
    }

    [Fact]
    public void AChipKeepsItsAddressUntilTheChainIsInactiveAgain()
    {
        bench.Send("53050000");
        bench.Send("40050400");
        bench.Send("40050600");

        bench.Send(ReadId);

        Assert.Equal(0x04, bench.Hear()[5]);
    }

    [Fact]
    public void ResetForgetsEverything()
    {
        bench.BringUp();
        bench.Write(0x28, 0x11300200);
        bench.Power(false);
        bench.Power(true);

        bench.Send(ReadId);

        Assert.Equal("AA5513700000000006", bench.HearHex());
    }

    [Fact]
    public void ACommandWithABadChecksumChangesNothing()
    {
        bench.SendRaw([0x55, 0xAA, .. Convert.FromHexString("51090054000000020A")]);
        bench.Send("42050054");

        Assert.StartsWith("AA5500000000", bench.HearHex(), StringComparison.Ordinal);
    }

    [Fact]
    public void TheCoreMailboxReadsBackThroughItsReplyRegister()
    {
        bench.Write(0x3C, 0x800082AA);
        bench.Write(0x3C, 0x000502FF);
        Assert.Equal(0xAA, bench.Hear()[5]);

        bench.Write(0x3C, 0x000500FF);
        Assert.Equal(0x52, bench.Hear()[5]);
    }

    [Fact]
    public void TheNewBaudRateHoldsFromTheByteAfterTheCommand()
    {
        bench.Send("51090028" + "11300200");
        bench.Send(ReadId); // Still at the old rate: noise to the chip.
        Assert.Empty(bench.Hear());

        bench.HostBaud = 1_000_000; // 4 % off 1,041,667, as on every Gamma.
        bench.Send(ReadId);
        Assert.Equal("AA5513700000000006", bench.HearHex());
    }

    [Fact]
    public void AtTheWrongRateTheHostHearsGarbage()
    {
        bench.Send(ReadId);
        bench.HostBaud = 1_000_000;

        var heard = bench.Hear();

        Assert.Equal(9, heard.Length);
        Assert.NotEqual("AA5513700000000006", Convert.ToHexString(heard));
    }

    [Theory] // Reference §5
    [InlineData(0x01301A00, 115_741)]
    [InlineData(0x11300200, 1_041_667)]
    [InlineData(0x01300000, 3_125_000)]
    [InlineData(0x15600700, 0)] // PLL 1 was never set
    public void TheFastUartRegisterDividesTheCrystal(uint word, int baud) =>
        Assert.Equal(baud, Silicon.Bm1370.BaudOf(register => register == 0x28 ? word : 0x2050_0174, present: 1));

    [Fact]
    public void AnAnswerTakesTheTimeOfItsBitsOnTheWire()
    {
        bench.Send(ReadId);
        bench.Run(TimeSpan.FromMicroseconds(9 * 10 / 0.115741 - 20));
        Assert.NotNull(bench.Line.NextByteLeaves);

        bench.Run(TimeSpan.FromMicroseconds(40));
        Assert.Null(bench.Line.NextByteLeaves);
    }

    [Fact]
    public void HashCountersAdvanceWithTheClockAndStopWithTheGate()
    {
        var lazy = new Bench(zeroBits: 2);
        lazy.BringUp();
        lazy.SendJob();
        lazy.Run(10);
        lazy.Hear();
        lazy.Write(0x18, 0x0000C100);
        lazy.Hear();

        lazy.Send("4205008C");
        var count = BinaryPrimitives.ReadUInt32BigEndian(lazy.Hear().AsSpan(2));
        lazy.Send("4205008C");
        var later = BinaryPrimitives.ReadUInt32BigEndian(lazy.Hear().AsSpan(2));

        // 10.1 s · 525 MHz · 2040 / 2^32
        Assert.InRange(count, 2510u, 2525u);
        Assert.Equal(count, later);
    }

    [Fact]
    public void FaultsSilenceStallOrDisguiseTheChip()
    {
        bench.Faults.ChipId = 0x1368;
        bench.Send(ReadId);
        Assert.StartsWith("AA551368", bench.HearHex(), StringComparison.Ordinal);

        bench.Faults.ChipSilent = true;
        bench.Send(ReadId);
        Assert.Empty(bench.Hear());
        bench.Faults.ChipSilent = false;

        bench.Faults.ChipCount = 0;
        bench.Send(ReadId);
        Assert.Empty(bench.Hear());
        bench.Faults.ChipCount = null;

        bench.Faults.ChipWedged = true;
        bench.Run(0.9);
        var wedged = bench.Hear();
        Assert.InRange(wedged.Length / 9, 20, 22);
        Assert.Equal(wedged[..9], wedged[^9..]);
        bench.Faults.ChipWedged = false;

        bench.Faults.BaudWriteIgnored = true;
        bench.Send("5109002811300200");
        bench.Send(ReadId);
        Assert.Equal(9, bench.Hear().Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void DamageHitsTheShareOfBytesThatWasSet(bool fromChips)
    {
        const int asked = 2000;
        var damage = fromChips ? bench.Faults.FromChips : bench.Faults.ToChips;
        damage.FlipRate = 0.01;
        for (var i = 0; i < asked; i++)
        {
            bench.Send(ReadId);
            bench.Run(TimeSpan.FromMilliseconds(1));
        }

        // One flipped byte of 9 spoils an answer, one of 7 a question; some spoilt ones cost a neighbour.
        var good = Convert.ToHexString(bench.Hear()).Split("AA5513700000000006").Length - 1;
        var expected = asked * Math.Pow(0.99, fromChips ? 9 : 7);
        Assert.InRange(good, 0.93 * expected - 90, expected + 90);
    }
}
