using CsCheck;

namespace Drivers.Hashing.Bm13xx;

public class RegistersTests
{
    private static readonly PllDivider Pll200 = new(Feedback: 160, Reference: 2, Post1: 5, Post2: 2);

    /// <summary>Exactly 2400 counts as fast.</summary>
    private static readonly PllDivider AtVco2400 = new(Feedback: 192, Reference: 2, Post1: 4, Post2: 1);

    [Fact] // REFERENCE.md: captured words, and the words of drivers in the field.
    public void RegistersPackAsCaptured()
    {
        Assert.Equal(0x1370_0000u, new ChipId(0x1370, 0, 0).ToBits());
        Assert.Equal(0x40A0_0241u, Pll200.ToBits(PllCoding.MinusOne));
        Assert.Equal(0x50C2_0240u, new PllDivider(194, 2, 5, 1).ToBits(PllCoding.MinusOne));
        Assert.Equal(0x50C0_0230u, AtVco2400.ToBits(PllCoding.MinusOne));
        Assert.Equal(0xF000_C100u, new MiscControl(0xF, 0x000_C100).ToBits());
        Assert.Equal(0x1130_0200u, new FastUart(2, 0x1130_0000).ToBits());
        Assert.Equal(0x0130_1A00u, FastUart.AfterReset.ToBits());
        Assert.Equal(0x8000_8B00u, new CoreMailbox(0x0B, 0x00).ToBits());
        Assert.Equal(0x8000_82AAu, new CoreMailbox(0x02, 0xAA).ToBits());
        Assert.Equal(0x0001_1111u, new IoDrive(0, 0, 1, 1, 1, 1, 1).ToBits());
        Assert.Equal(0x0001_F111u, new IoDrive(0, 0, 1, 0xF, 1, 1, 1).ToBits());
        Assert.Equal(0x0211_1111u, new IoDrive(2, 1, 1, 1, 1, 1, 1).ToBits());
        Assert.Equal(0x9000_FFFFu, VersionRolling.All.ToBits());
        Assert.Equal(0x004F_0003u, new UartRelay(0x4F).ToBits());
        Assert.Equal(0x8000_FC10u, new ChipNonceOffset(0xFC10).ToBits());
        Assert.Equal(0x4020_9A80u, new Bm1387Control(26, GateBlock: true).ToBits());
    }

    [Fact]
    public void EveryRegisterSurvivesTheTripThroughItsBits()
    {
        AssertSurvives(new ChipId(0x1370, 1, 0xFC));
        AssertSurvives(new HashCountingNumber(0xC2FB7));
        AssertSurvives(new TicketMask(13));
        AssertSurvives(new MiscControl(0b0101, 0x000_C100));
        AssertSurvives(new FastUart(2, 0x1130_0001));
        AssertSurvives(new CoreMailbox(0x1F, 0xFF));
        AssertSurvives(new AnalogMux(2));
        AssertSurvives(new IoDrive(15, 4, 1, 14, 2, 13, 3));
        AssertSurvives(new VersionRolling(0xA55A));
        AssertSurvives(new SoftReset(0x0007_01F0));
        AssertSurvives(new AdcControl(0x4480));
        AssertSurvives(new UartRelay(0x4F));
        AssertSurvives(new ChipNonceOffset(0xFC10));
        AssertSurvives(new Bm1387Control(1, GateBlock: true));
    }

    [Fact]
    public void PllTellsItsCoreClockAndIgnoresTheLockBit()
    {
        Assert.Equal(new Megahertz(200), Pll200.Core);
        foreach (var coding in Enum.GetValues<PllCoding>())
        {
            var read = Pll200.ToBits(coding) | 0x8000_0000;
            Assert.Equal(Pll200, PllDivider.FromBits(read, coding));
            Assert.Equal(Pll200.ToBits(coding), PllDivider.WithoutLock(read));
            Assert.True(PllDivider.IsLocked(read) && !PllDivider.IsLocked(Pll200.ToBits(coding)));
        }
    }

    [Theory] // REFERENCE.md, "Ticket mask": the words of drivers in the field.
    [InlineData(1, 0x0000_0000)]
    [InlineData(2, 0x0000_0080)]
    [InlineData(16, 0x0000_00F0)]
    [InlineData(64, 0x0000_00FC)]
    [InlineData(128, 0x0000_00FE)]
    [InlineData(256, 0x0000_00FF)]
    [InlineData(512, 0x0000_80FF)]
    [InlineData(1024, 0x0000_C0FF)]
    [InlineData(2048, 0x0000_E0FF)]
    [InlineData(4096, 0x0000_F0FF)]
    [InlineData(8192, 0x0000_F8FF)]
    [InlineData(16384, 0x0000_FCFF)]
    [InlineData(65536, 0x0000_FFFF)]
    [InlineData(1 << 20, 0x00F0_FFFF)]
    [InlineData(1 << 24, 0x00FF_FFFF)]
    [InlineData(1000, 0x0000_80FF)] // Rounded down to 512: a share of 1000 must not be lost.
    public void TicketsAreMasksWithTheBitsOfEachByteTurnedAround(int difficulty, uint word) =>
        Assert.Equal(word, TicketMask.FromDifficulty(difficulty).ToBits());

    [Theory]
    [InlineData(0.5)]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(1e12)]
    public void NonsenseIsNoTicket(double difficulty) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TicketMask.FromDifficulty(difficulty));

    [Theory] // 25 MHz ÷ (8 × (divider + 1)), REFERENCE.md, "Baud rate"
    [InlineData(26, 115_741)]
    [InlineData(6, 446_429)]
    [InlineData(4, 625_000)]
    [InlineData(2, 1_041_667)]
    [InlineData(1, 1_562_500)]
    [InlineData(0, 3_125_000)]
    public void DividersMakeTheirBaudRateAndBack(byte divider, int baud)
    {
        Assert.Equal(baud, new FastUart(divider, 0).Baud);
        Assert.Equal(divider, FastUart.DividerFor(baud));
    }

    [Fact] // Captured: a Bitaxe Gamma asks for one million and sends the word for 1.04.
    public void AMillionBaudIsTheChipsNearestRate() => Assert.Equal(2, FastUart.DividerFor(1_000_000));

    [Fact] // Vector A of the reference: version bits 05A2 belong to 20B44000.
    public void ReportedVersionBitsStandWhereAHeaderHasThem()
    {
        Assert.Equal(0x00B4_4000u, VersionRolling.ToHeader(0x05A2));
        Assert.Equal(new VersionRolling(0xFFFF), VersionRolling.FromHeaderMask(0x1FFF_E000));
        Assert.Equal(new VersionRolling(0x000F), VersionRolling.FromHeaderMask(0x0001_E000));
    }

    [Fact]
    public void AnyWordReadFromAChipIsTakenApartWithoutAnError() => Gen.UInt.Sample(bits =>
    {
        _ = ChipId.FromBits(bits).ToBits();
        _ = PllDivider.FromBits(bits, PllCoding.MinusOne);
        _ = TicketMask.FromBits(bits).ToBits();
        _ = IoDrive.FromBits(bits).ToBits();
        return FastUart.FromBits(bits).ToBits() == bits && MiscControl.FromBits(bits).ToBits() == bits;
    });

    private static void AssertSurvives<T>(T register)
        where T : struct, IRegister<T> => Assert.Equal(register, T.FromBits(register.ToBits()));
}
