namespace Drivers.Hashing.Bitfury;

public sealed class CommandsTests
{
    private readonly byte[] bytes = new byte[Commands.PerChipMax];

    [Theory]
    [InlineData(54, "E16000FFFFFFFFFFFFFC00")]
    [InlineData(52, "E16000FFFFFFFFFFFFF000")]
    [InlineData(30, "E16000FFFFFFFC00000000")]
    public void TheOscillatorIsAThermometerOfBits(int bits, string wire)
    {
        var commands = new Commands(bytes);

        Settings.WriteOscillator(ref commands, bits);

        Assert.Equal(wire, Sent(commands));
    }

    [Theory]
    [InlineData(true, "E0708083569AC7")]
    [InlineData(false, "E0708000000000")]
    public void TheHashingClockIsASwitch(bool on, string wire)
    {
        var commands = new Commands(bytes);

        Settings.WriteClock(ref commands, on);

        Assert.Equal(wire, Sent(commands));
    }

    [Fact]
    public void TheSettingsComeInTheOrderOfTheField()
    {
        var commands = new Commands(bytes);

        Settings.WriteAll(ref commands, 54);

        const string off = "00000000";
        Assert.Equal(
            "E16000FFFFFFFFFFFFFC00"
            + $"E07020{off}E07040{off}E07060{off}E0708083569AC7E070C0{off}"
            + $"E070E0{off}E07100{off}E07120{off}E07140{off}E07160{off}"
            + "E3010002022010606820A0BC7C02F0002040C0"
            + $"EF1000{off}{off}{off}FFFFFFFF00000001{string.Concat(Enumerable.Repeat(off, 10))}01400000"
            + $"E71400{off}{off}{off}FFFFFFFF00000001{off}{off}{off}"
            + $"E7190000000001{string.Concat(Enumerable.Repeat(off, 6))}00800000",
            Sent(commands));
    }

    [Fact]
    public void APassBeginsAtTheFirstChipAndHandsOnToTheNext()
    {
        var commands = new Commands(bytes);
        for (var chip = 0; chip < 3; chip++)
        {
            commands.NextChip();
            commands.Write(0x1234, [(uint)chip]);
        }

        Assert.Equal("04E0123400000000" + "05E0123480000000" + "05E0123440000000", Sent(commands));
    }

    [Fact]
    public void TheLongestPassForOneChipFits()
    {
        var commands = new Commands(bytes);
        commands.NextChip();
        Settings.WriteAll(ref commands, 57);
        commands.Write(JobWords.Address, new uint[JobWords.Count]);

        Assert.InRange(commands.Length, 300, Commands.PerChipMax);
    }

    [Fact]
    public void AWriteIsOfWholeWords()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Commands(bytes).Write(0, new byte[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Commands(bytes).Write(0, new uint[33]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Commands(bytes).Write(0, Array.Empty<byte>()));
    }

    [Theory]
    [InlineData(30, 31)]
    [InlineData(53, 172)]
    [InlineData(56, 215)]
    public void MoreBitsAreFaster(int bits, double megahertz)
    {
        Assert.Equal(megahertz, Oscillator.Clock(bits).Value, 0.5);
        Assert.Equal(bits, Oscillator.BitsFor(Oscillator.Clock(bits)));
        Assert.Equal(bits, Oscillator.BitsFor(new Megahertz(Oscillator.Clock(bits).Value + 1)));
    }

    [Fact]
    public void NoBitsAreSlowEnoughForAStandstill() => Assert.Null(Oscillator.BitsFor(new Megahertz(10)));

    private string Sent(Commands commands) => Convert.ToHexString(bytes[..commands.Length]);
}
