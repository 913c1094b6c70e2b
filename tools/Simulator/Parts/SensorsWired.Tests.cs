using Drivers;
using Drivers.Sensors;

namespace Simulator.Parts;

/// <summary>The product's sensor drivers on simulated parts that were written apart from them.</summary>
public class SensorsWiredTests
{
    private static readonly Celsius Limit = new(75);

    [Theory]
    [InlineData(-12.5)]
    [InlineData(25)]
    [InlineData(74.9375)]
    public void ATmp1075TellsTheMetalsTemperature(double degrees)
    {
        var chip = new Tmp75Chip(12, isTmp1075: true) { Degrees = degrees };

        Assert.Equal(new Celsius(degrees), new Tmp1075(new Wired(chip, 0x4A), Limit).Read());
    }

    [Fact]
    public void ATmp1075CutsWithItsPinAtTheBoardsLimit()
    {
        var chip = new Tmp75Chip(12, isTmp1075: true) { Degrees = 74.9 };
        new Tmp1075(new Wired(chip, 0x4A), Limit).Read();

        Assert.True(PinOf(chip, 75));
        Assert.True(PinOf(chip, 71));
        Assert.False(PinOf(chip, 69));
    }

    [Theory]
    [InlineData(9, 60.5)]
    [InlineData(11, 60.625)]
    [InlineData(12, 60.6875)]
    public void AnLm75TellsItAsFinelyAsItCan(int bits, double degrees)
    {
        var chip = new Tmp75Chip(bits, isTmp1075: false) { Degrees = 60.7 };

        Assert.Equal(new Celsius(degrees), new Lm75(new Wired(chip, 0x48), bits).Read());
    }

    [Fact]
    public void ATmp451IsNeverReadInTheWrongFormat()
    {
        var chip = new Tmp451Chip(0x55) { RemoteDegrees = 90, LocalDegrees = 40.5 };
        var part = new Tmp451(new Wired(chip, 0x49), Limit);
        Tick(chip, part);
        foreach (var interruption in new Action[] { () => { }, chip.Reset, () => chip.Silent = true, chip.Reset })
        {
            interruption();
            var (remote, local) = Tick(chip, part);
            Assert.True(remote.Value is null || remote == new Celsius(90), remote.ToString());
            Assert.True(local.Value is null || local == new Celsius(40.5), local.ToString());
            chip.Silent = false;
            Tick(chip, part);
            Assert.Equal(((SensorReading)new Celsius(90), (SensorReading)new Celsius(40.5)), Tick(chip, part));
        }
    }

    [Theory]
    [InlineData(DiodeWires.Open, SensorFault.OpenDiode)]
    [InlineData(DiodeWires.Shorted, SensorFault.ShortedDiode)]
    internal void ATmp451sBrokenDiodeIsAFault(DiodeWires wires, SensorFault fault)
    {
        var chip = new Tmp451Chip(0x55) { Wires = wires };
        var part = new Tmp451(new Wired(chip, 0x49), Limit);
        Tick(chip, part);

        Assert.Equal(fault, Tick(chip, part).Remote);
    }

    [Fact]
    public void ATmp451CutsWithItsPinAtTheBoardsLimit()
    {
        var chip = new Tmp451Chip(0x55);
        Tick(chip, new Tmp451(new Wired(chip, 0x49), Limit));
        chip.RemoteDegrees = 74.9;
        chip.Convert();
        Assert.False(chip.ThermLow);

        chip.RemoteDegrees = 75;
        chip.Convert();
        Assert.True(chip.ThermLow);
    }

    private static bool PinOf(Tmp75Chip chip, double degrees)
    {
        chip.Degrees = degrees;
        return chip.PinLow;
    }

    /// <summary>Both channels as guard reads them; the part converts before and after, never between.</summary>
    private static (SensorReading Remote, SensorReading Local) Tick(Tmp451Chip chip, Tmp451 part)
    {
        chip.Convert();
        return (part.Remote.Read(), part.Local.Read());
    }
}
