namespace Simulator.Parts;

public class Tps546ChipTests
{
    private readonly Faults faults = new();
    private readonly RailStage stage = new();
    private readonly Tps546Chip chip;
    private TimeSpan now = TimeSpan.FromHours(1);

    public Tps546ChipTests() => chip = new(0x24, stage, faults) { Inputs = new(5.1, 0, 30) };

    [Theory] // Reference §4.7
    [InlineData(0xD2E6, 11.59375)]
    [InlineData(0x0064, 100)]
    [InlineData(0xF013, 4.75)]
    [InlineData(0xCA60, 4.75)]
    [InlineData(0xEB48, 105)]
    [InlineData(0xAA00, 0.25)]
    [InlineData(0x07FF, -1)]
    [InlineData(0xCD80, -5)]
    public void Linear11ReadsTheReferencesNumbers(ushort word, double value) =>
        Assert.Equal(value, PmBusNumber.FromLinear11(word));

    [Theory] // Reference §4.7
    [InlineData(11.59375, 0xD2E6)]
    [InlineData(6.5, 0xCB40)]
    [InlineData(145, 0xF244)]
    [InlineData(0.25, 0xAA00)]
    [InlineData(3, 0xC300)]
    public void Linear11TakesTheFinestExponentThatFits(double value, ushort word) =>
        Assert.Equal(word, PmBusNumber.ToLinear11(value));

    [Fact] // Reference §7: the check value of CRC-8, and a read and a write of a TPS546
    public void ThePacketErrorCodeIsThatOfSmBus()
    {
        Assert.Equal(0xF4, PmBusNumber.PacketErrorCode("123456789"u8));
        Assert.Equal(0x53, PmBusNumber.PacketErrorCode(0x48, 0x8B, 0x49, 0x66, 0x02));
        Assert.Equal(0x86, PmBusNumber.PacketErrorCode(0x48, 0x21, 0x66, 0x02));
    }

    [Fact]
    public void IdentifiesItselfWithAPacketErrorCodeForWhoReadsOn()
    {
        Assert.Equal("065449546D2441C3", Convert.ToHexString(Read(0xAD, 8)));
        Assert.Equal(0x80, Read(0x19, 1)[0] & 0x80);
    }

    [Fact]
    public void IsOffAtPowerOnAndTurnsOnOnlyWhenCommandedAndSupplied()
    {
        Run(0.1);
        Assert.False(stage.On);
        Assert.Equal(0x0840, Status());

        Write(0x21, 0x4D, 0x02);
        Write(0x01, 0x80); // OPERATION alone: the control pin, which is low, still counts.
        Run(0.1);
        Assert.False(stage.On);

        Write(0x02, 0x1B);
        Run(0.001);
        Assert.True(stage.On);
        Assert.Equal(0x0800, Status()); // On the ramp of 3 ms.

        Run(0.01);
        Assert.Equal(0x0000, Status());
        Assert.Equal(1.15, stage.Volts, precision: 3);
        Assert.Equal([0x4D, 0x02], Read(0x8B, 2));

        Write(0x01, 0x00);
        Run(0.1);
        Assert.False(stage.On);
        Assert.True(stage.Volts < 0.25);
        Assert.NotNull(stage.OffAt);
        Assert.Equal(0x0840, Status());
    }

    [Fact]
    public void TheSupplyThresholdsHaveStepsOfAQuarterVolt()
    {
        TurnOn();
        Write(0x35, 0x66, 0xCA); // 4.797 V, implemented as 4.75 V
        Write(0x36, 0x40, 0xCA); // 4.5 V

        chip.Inputs = new(4.6, 0, 30);
        Run(0.01);
        Assert.True(stage.On);

        chip.Inputs = new(4.5, 0, 30);
        Run(0.01);
        Assert.False(stage.On);

        chip.Inputs = new(4.76, 0, 30);
        Run(0.01);
        Assert.True(stage.On);
    }

    [Fact]
    public void AWriteWithAWrongPacketErrorCodeChangesNothing()
    {
        Assert.False(chip.Transfer([0x21, 0x66, 0x02, 0x87], []));
        Assert.Equal([0x9A, 0x01], Read(0x21, 2));
        Assert.Equal(0x20, Read(0x7E, 1)[0]);
        Assert.Equal(0x0842, Status());

        Assert.True(chip.Transfer([0x21, 0x66, 0x02, 0x86], []));
        Assert.Equal([0x66, 0x02], Read(0x21, 2));
    }

    [Fact]
    public void StatusBitsStayUntilTheyAreCleared()
    {
        Assert.False(chip.Transfer([0xC7], []));
        Assert.Equal(0x80, Read(0x7E, 1)[0]);

        Assert.True(chip.Transfer([0x03], []));
        Assert.Equal(0x00, Read(0x7E, 1)[0]);
    }

    [Theory] // Issues of the stock firmware: the silicon refuses 2.5 to 8 V here.
    [InlineData(4.5, false)]
    [InlineData(11, true)]
    [InlineData(0, true)]
    public void VinUnderWarningHasTheHoleOfTheSilicon(double volts, bool accepted)
    {
        var before = Read(0x58, 2);
        var word = PmBusNumber.ToLinear11(volts);
        Write(0x58, (byte)(word & 0xFF), (byte)(word >> 8));

        Assert.Equal(accepted ? [(byte)(word & 0xFF), (byte)(word >> 8)] : before, Read(0x58, 2));
        Assert.Equal(accepted ? 0x00 : 0x40, Read(0x7E, 1)[0]);
    }

    [Fact]
    public void AVoltageOutsideItsLimitsIsClampedAndTold()
    {
        Write(0x2B, 0x00, 0x02);
        Write(0x24, 0x00, 0x04);
        TurnOn();
        Write(0x21, 0x00, 0x08); // 4 V, where 2 V are allowed

        Run(0.1);

        Assert.Equal(2.0, stage.Volts, precision: 3);
        Assert.Equal(0x08, Read(0x7A, 1)[0]);
    }

    [Fact]
    public void TooMuchCurrentOrHeatSwitchesOffForGood()
    {
        Write(0x46, 0xC0, 0xDB); // 30 A
        TurnOn();
        chip.Inputs = new(5.1, 31, 30);
        Run(0.01);
        Assert.False(stage.On);
        Assert.Equal(0x80, Read(0x7B, 1)[0] & 0x80);

        chip.Inputs = new(5.1, 0, 30);
        Run(0.1);
        Assert.False(stage.On);

        Write(0x01, 0x00);
        Write(0x01, 0x80);
        Run(0.01);
        Assert.True(stage.On);

        chip.Inputs = new(5.1, 10, 151);
        Run(0.01);
        Assert.False(stage.On);
    }

    [Fact]
    public void AStuckRailAcknowledgesAndStaysOnAndATrippedOneStaysOff()
    {
        TurnOn();
        faults.RailStuckOn = true;
        Write(0x01, 0x00);
        Run(0.1);
        Assert.True(stage.On);

        (faults.RailStuckOn, faults.RailTripped) = (false, true);
        Write(0x01, 0x80);
        Run(0.1);
        Assert.False(stage.On);
        Assert.Equal(0x0840, Status());
    }

    [Fact]
    public void WritingTheMemoryThatWearsIsCounted()
    {
        Assert.Equal(0, chip.StoreCommands);
        Assert.True(chip.Transfer([0x15], []));
        Assert.Equal(1, chip.StoreCommands);
    }

    [Fact]
    public void EveryCutWriteIsRefusedOrSetsThePointerAlone()
    {
        var before = Read(0xB1, 6);
        byte[] whole = [0xB1, 5, 0x12, 0x34, 0x42, 0x21, 0x04];
        for (var length = 1; length < whole.Length; length++)
        {
            Assert.Equal(length == 1, chip.Transfer(whole.AsSpan(0, length), []));
            Assert.Equal(before, Read(0xB1, 6));
        }

        Assert.True(chip.Transfer(whole, []));
        Assert.Equal(whole[1..], Read(0xB1, 6));
    }

    private void TurnOn()
    {
        Write(0x02, 0x1B);
        Write(0x21, 0x4D, 0x02);
        Write(0x01, 0x80);
        Run(0.05);
        Assert.True(stage.On);
    }

    private void Run(double seconds)
    {
        for (var i = 0; i < 20; i++)
        {
            now += TimeSpan.FromSeconds(seconds / 20);
            chip.Advance(seconds / 20, now);
        }
    }

    private int Status() => Read(0x79, 2) is [var low, var high] ? low | high << 8 : -1;

    private byte[] Read(byte command, int count)
    {
        var read = new byte[count];
        read.AsSpan().Fill(0xAB);
        Assert.True(chip.Transfer([command], read));
        return read;
    }

    private void Write(byte command, params byte[] data) => Assert.True(chip.Transfer([command, .. data], []));
}
