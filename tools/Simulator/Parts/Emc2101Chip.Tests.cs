namespace Simulator.Parts;

public class Emc2101ChipTests
{
    private readonly Faults faults = new();
    private readonly Emc2101Chip chip;

    public Emc2101ChipTests() => chip = new(faults) { Inputs = new(25, 25, 0) };

    [Theory] // Reference §4.2
    [InlineData(25.0, 0x19, 0x00)]
    [InlineData(60.625, 0x3C, 0xA0)]
    [InlineData(75.125, 0x4B, 0x20)]
    [InlineData(-0.125, 0xFF, 0xE0)]
    public void TheDiodeReadsInEighthsOfADegree(double degrees, byte high, byte low)
    {
        chip.Inputs = new(degrees, 25, 0);

        Assert.Equal(high, Read(0x01));
        chip.Inputs = new(99, 25, 0); // The high byte latched the low one.
        Assert.Equal(low, Read(0x10));
    }

    [Fact]
    public void ABrokenDiodeReadsAsTheCodesOfTheDatasheet()
    {
        faults.SensorOpen = true;
        Assert.Equal([0x7F, 0x00], new[] { Read(0x01), Read(0x10) });
        Assert.Equal(0x04, Read(0x02));

        (faults.SensorOpen, faults.SensorShort) = (false, true);
        Assert.Equal([0x7F, 0xE0], new[] { Read(0x01), Read(0x10) });

        faults.SensorShort = false;
        Assert.Equal(0x00, Read(0x02));
    }

    [Fact]
    public void AStuckSensorKeepsWhatItShowedWhenItStuck()
    {
        faults.SensorStuck = true;
        Assert.Equal(25, Read(0x01));
        chip.Inputs = new(90, 25, 0);
        Assert.Equal(25, Read(0x01));

        faults.SensorStuck = false;
        Assert.Equal(90, Read(0x01));
    }

    [Theory] // Reference §4.2: rpm = 5,400,000 / count
    [InlineData(3000, 1800)]
    [InlineData(5400, 1000)]
    [InlineData(1000, 5400)]
    [InlineData(0, 0xFFFF)]
    public void TheTachCountsOnceItsPinIsAnInput(double rpm, int count)
    {
        chip.Inputs = new(25, 25, rpm);
        Assert.Equal(0xFFFF, Read(0x46) | Read(0x47) << 8);

        Write(0x03, 0x04);
        Assert.Equal(count, Read(0x46) | Read(0x47) << 8);
    }

    [Fact]
    public void InDirectModeTheSettingDrivesTheFan()
    {
        Assert.Equal(0, chip.Duty);
        Write(0x4A, 0x23);
        Write(0x4C, 32);

        Assert.Equal(32 / 63.0, chip.Duty);
        Write(0x4C, 63);
        Assert.Equal(1, chip.Duty);
    }

    [Fact]
    public void InTableModeTheTemperatureDrivesTheFanAndTheTableIsLocked()
    {
        byte[] table = [40, 25, 50, 38, 60, 63];
        for (var i = 0; i < table.Length; i++)
        {
            Write((byte)(0x50 + i), table[i]);
        }

        Write(0x4A, 0x03);
        Write(0x50, 0);
        Write(0x4C, 1);
        Assert.Equal(0, chip.Duty);

        foreach (var (degrees, setting) in new[] { (39.9, 0), (40.0, 25), (55.0, 38), (61.0, 63), (45.0, 25) })
        {
            chip.Inputs = new(degrees, 25, 0);
            Assert.Equal(setting / 63.0, chip.Duty);
            Assert.Equal(setting, Read(0x4C));
        }

        faults.SensorOpen = true; // An open diode reads 127 °C: the fan goes full.
        Assert.Equal(1, chip.Duty);
    }

    [Fact]
    public void TellsWhatItIs() => Assert.Equal([0x16, 0x5D], new[] { Read(0xFD), Read(0xFE) });

    [Fact]
    public void WhatIsNotThereIsNotAcknowledged()
    {
        Assert.False(chip.Transfer([0x80], new byte[1]));
        Assert.False(chip.Transfer([0x4C, 1, 2], []));

        faults.SensorSilent = true;
        Assert.False(chip.Transfer([0x00], new byte[1]));
    }

    private byte Read(byte register)
    {
        byte[] read = [0xAB];
        Assert.True(chip.Transfer([register], read));
        return read[0];
    }

    private void Write(byte register, byte value) => Assert.True(chip.Transfer([register, value], []));
}
