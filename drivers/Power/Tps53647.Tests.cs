using System.Device.Gpio;
using Drivers.Buses;
using Drivers.Sensors;

namespace Drivers.Power;

/// <summary>Codes and settings as firmware in the field writes them.</summary>
public class Tps53647Tests
{
    private const int EnablePin = 10;

    private readonly FakePmBusDevice part = new();
    private readonly FakePins pins = new();
    private readonly Tps53647 rail;

    public Tps53647Tests()
    {
        rail = New(Tps536Model.Tps53647, phases: 2);
        byte[] bytes = [0x02, 0xDA, 0xDC, 0xDD, 0xE4, 0xE8];
        byte[] words = [0x21, 0x24, 0x46, 0x4A, 0x4F, 0x51, 0x5B, 0x5D, 0x88, 0x8C, 0x8D, 0xD4];
        Array.ForEach(bytes, command => part[command] = [0xFF]);
        Array.ForEach(words, command => part[command] = [0xFF, 0xFF]);
        part[0x03] = [];
        part[0x19] = [0x00];
        part[0x79] = [0x40, 0x08];
        part[0xFC] = [0xF0, 0x01];
    }

    [Theory]
    [InlineData(1.000, 0x97)]
    [InlineData(1.005, 0x98)]
    [InlineData(1.150, 0xB5)]
    [InlineData(1.200, 0xBF)]
    [InlineData(1.250, 0xC9)]
    [InlineData(1.400, 0xE7)]
    public void EncodesVr12(double volts, byte code) => Assert.Equal(code, Tps53647.CodeOf(new Volts(volts)));

    [Theory]
    [InlineData(-5, 0x01)]
    [InlineData(0, 0x01)] // Never the code for off.
    [InlineData(99, 0xFF)]
    public void NoVoltageWrapsRound(double volts, byte code) => Assert.Equal(code, Tps53647.CodeOf(new Volts(volts)));

    [Fact]
    public void WritesTheWholeConfigurationWithTheOutputOff()
    {
        pins[EnablePin] = PinValue.High;

        Assert.True(rail.TryConfigure());
        Assert.Equal(PinValue.Low, pins[EnablePin]);
        Assert.Equal(
            [
                "0217", "DC20", "DA3C", "DD89", "E401", // Pin alone, 500 kHz, 60 A, VR12, 2 phases.
                "24E700", "219800", // At most 1.4 V, at first 1.005 V.
                "51F8EA", "4FE8EB", // Heat: warn 95 °C, fault 125 °C.
                "4A70E3", "4670E3", // Current: 55 A.
                "03",
            ],
            part.Writes);
    }

    [Fact]
    public void ATps53667HasInputLimitsAndAMaskOfItsPhases()
    {
        part[0xFC] = [0xF8, 0x01];

        Assert.True(New(Tps536Model.Tps53667, phases: 6).TryConfigure());
        Assert.Contains("E405", part.Writes);
        Assert.Contains("E800", part.Writes);
        Assert.Contains("5D20DB", part.Writes); // 25 A.
        Assert.Contains("5B80DB", part.Writes); // 28 A.
    }

    [Theory]
    [InlineData(Tps536Model.Tps53647, 0)]
    [InlineData(Tps536Model.Tps53647, 5)]
    [InlineData(Tps536Model.Tps53667, 7)]
    public void PhasesThatThePartDoesNotHaveAreOurOwnMistake(Tps536Model model, int phases) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => New(model, phases));

    [Theory]
    [InlineData(0xF8, 0x01)] // The other of the two.
    [InlineData(0xFF, 0xFF)]
    public void AnotherPartIsNotDriven(byte low, byte high)
    {
        part[0xFC] = [low, high];

        Assert.False(rail.IsPresent());
        Assert.False(rail.TryConfigure());
        Assert.False(rail.TryTurnOn(new Volts(1.2)));
        Assert.Empty(part.Writes);
        Assert.Empty(pins.Writes);
    }

    [Theory]
    [InlineData(1.2, "21BF00")]
    [InlineData(0.5, "219800")] // Clamped to 1.005 V.
    [InlineData(2.0, "21E700")] // Clamped to 1.4 V.
    public void SetsTheVoltageWithinItsLimitsBeforeItSwitchesOn(double volts, string write)
    {
        rail.TryConfigure();
        part.Writes.Clear();

        Assert.True(rail.TryTurnOn(new Volts(volts)));
        Assert.Equal([write], part.Writes);
        Assert.Equal(PinValue.High, pins[EnablePin]);
    }

    [Fact]
    public void ALimitBetweenTwoStepsIsNotPassed()
    {
        var narrow = New(Tps536Model.Tps53647, 2, voltsMin: 1.152, voltsMax: 1.199);
        narrow.TryConfigure();
        part.Writes.Clear();

        Assert.True(narrow.TryTurnOn(new Volts(1.199)) && narrow.TryTurnOn(new Volts(1.152)));
        Assert.Equal(["21BE00", "21B600"], part.Writes); // 1.195 V and 1.155 V.
    }

    [Fact]
    public void EverySettingThatDoesNotStickStopsTheConfiguration()
    {
        rail.TryConfigure();
        foreach (var setting in part.Writes.Where(write => write.Length > 2).Select(write => write[..2]).ToArray())
        {
            var command = Convert.FromHexString(setting)[0];
            part[command] = part[command].Length == 1 ? [0xC1] : [0x34, 0x12];
            part.Stuck = command;
            Assert.False(rail.TryConfigure(), $"0x{setting} was not read back");
            Assert.False(rail.TryTurnOn(new Volts(1.2)), "an output without limits was switched on");
        }
    }

    [Fact]
    public void NoLostTransferIsTakenForSuccess()
    {
        rail.TryConfigure();
        var transfers = part.Transfers;
        for (var lost = 1; lost < transfers; lost++) // A lost CAPABILITY, the first, costs nothing.
        {
            part.FailingTransfer = lost;
            part.Transfers = 0;
            Assert.False(rail.TryConfigure(), $"transfer {lost} was lost, and not missed");
        }
    }

    [Fact]
    public void SwitchesThePinOffOnADeadBusAndDoesNotCallItOff()
    {
        rail.TryConfigure();
        rail.TryTurnOn(new Volts(1.2));
        part.Unplugged = true;

        Assert.False(rail.TryTurnOff());
        Assert.Equal(PinValue.Low, pins[EnablePin]);
    }

    [Fact]
    public void AnOutputThatStaysOnIsNotCalledOff()
    {
        part[0x79] = [0x00, 0x00];
        Assert.False(rail.TryTurnOff());

        part[0x79] = [0x40, 0x08];
        pins[EnablePin] = PinValue.High;
        pins.Stuck = true;
        Assert.False(rail.TryTurnOff());
    }

    [Fact]
    public void ReadsTheOutputInItsOwnFormat()
    {
        part[0x79] = [0x00, 0x00];
        part[0x88] = [0xE0, 0xD2];
        part[0x8C] = [0x20, 0xE3];
        part[0x8D] = [0x48, 0xEB];
        part[0xD4] = [0x66, 0x02];

        Assert.Equal(
            new RailReading(
                new Volts(11.5), new Volts(1.19921875), new Amperes(50), new Celsius(105), Status: 0, Fault: null)
            {
                Registers = new(0),
            },
            rail.Read());
        Assert.Equal(new Celsius(105), rail.Die.Read());
    }

    [Fact]
    public void AFaultIsToldInPlainWords()
    {
        part[0x79] = [0x00, 0x28];
        part[0x7C] = [0x04];

        Assert.Equal("input over-current (status 0x2800)", rail.Read().Fault);
    }

    [Fact] // Boards in the field took a bus of all ones for a set of faults.
    public void AllOnesAreAnAbsentPartAndNoFault()
    {
        part[0x79] = [0xFF, 0xFF];

        Assert.Equal(default, rail.Read());
        Assert.False(rail.TryTurnOff());
        Assert.Equal(SensorFault.NoAnswer, rail.Die.Read());
    }

    private Tps53647 New(Tps536Model model, int phases, double voltsMin = 1.005, double voltsMax = 1.4) => new(
        part,
        model,
        new Tps536Stages(phases, FullScale: new Amperes(60), Fault: new Amperes(55)),
        new Volts(voltsMin),
        new Volts(voltsMax),
        pins.Open(EnablePin));
}
