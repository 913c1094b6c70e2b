using System.Device.Gpio;
using Drivers;
using Drivers.Power;

namespace Simulator.Parts;

/// <summary>The product's power drivers on simulated parts that were written apart from them.</summary>
public sealed class PowerWiredTests
{
    private const int Address = 0x71;

    private readonly Tps53647Chip tps53647 = new(Address, 0x01F0);
    private readonly Max15301Chip max15301 = new(Address);
    private readonly Ds4432uChip ds4432u = new(nominalVolts: 1.4584, voltsPerStep: 0.0037);
    private TimeSpan now;

    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(1.2, 1.2)]
    [InlineData(3, 1.3)]
    [InlineData(-1, 1.0)]
    public void ATps53647sOutputIsTheSetPointWithinTheLimits(double setPoint, double volts)
    {
        var rail = NewTps53647();
        Assert.True(rail.TryConfigure());
        Assert.True(rail.TryTurnOn(new Volts(setPoint)));
        Advance(0.01);

        Assert.Equal(volts, tps53647.Stage.Volts, 0.003);
        Assert.Equal(tps53647.Stage.Volts, rail.Read().Output!.Value.Value, 0.002);
        Assert.Null(rail.Read().Fault);
        Assert.False(rail.TryTurnOff()); // The pin is low, but the part has not said so yet.
        Advance(0.2);
        Assert.True(rail.TryTurnOff());
        Assert.True(tps53647.Stage.Volts < 0.01);
    }

    [Theory]
    [InlineData(60, 40, "output over-current")]
    [InlineData(20, 130, "regulator over-temperature")]
    public void ATripLatchesAndIsTold(double amperes, double degrees, string fault)
    {
        var rail = NewTps53647();
        rail.TryConfigure();
        rail.TryTurnOn(new Volts(1.2));
        Advance(0.01);
        tps53647.Inputs = new(12, amperes, degrees);
        Advance(0.01);
        tps53647.Inputs = new(12, 0, 25);
        Advance(0.2);

        Assert.False(tps53647.Stage.On);
        Assert.Contains(fault, rail.Read().Fault);
    }

    [Fact]
    public void ASilentTps53647IsStillSwitchedOffByItsPin()
    {
        var rail = NewTps53647();
        rail.TryConfigure();
        rail.TryTurnOn(new Volts(1.2));
        Advance(0.01);
        tps53647.Silent = true;

        Assert.False(rail.TryTurnOff());
        Advance(0.2);
        Assert.False(tps53647.Stage.On);
    }

    [Fact]
    public void TheOtherPartOfTheFamilyIsNotDriven() =>
        Assert.False(NewTps53647(new Tps53647Chip(Address, 0x01F8)).TryConfigure());

    [Fact]
    public void AMax15301IsOnWithinItsLimitsTripsAndGoesOff()
    {
        var rail = new Max15301(new Wired(max15301, Address), new Volts(1.0), new Volts(1.25), new Amperes(30));
        Assert.True(rail.TryConfigure());
        Assert.True(rail.TryTurnOn(new Volts(9)));
        Advance(0.01);
        Assert.Equal(1.25, max15301.Stage.Volts, 0.001);
        Assert.Equal(1.25, rail.Read().Output!.Value.Value, 0.001);

        max15301.Inputs = new(12, LoadAmperes: 31, 25);
        Advance(0.01);
        Assert.False(max15301.Stage.On);
        Assert.Contains("output over-current", rail.Read().Fault);
        Assert.True(rail.TryTurnOff());
    }

    [Theory]
    [InlineData(1.15)]
    [InlineData(1.2)]
    [InlineData(1.3)]
    public void ADs4432usRailIsWithinAStepOfItsSetPoint(double volts)
    {
        var rail = NewDs4432u();
        Assert.True(rail.TryConfigure());
        Assert.Equal(0, ds4432u.Volts);
        Assert.True(rail.TryTurnOn(new Volts(volts)));

        Assert.Equal(volts, ds4432u.Volts, 0.0045);
        Assert.True(rail.TryTurnOff());
        Assert.Equal(0, ds4432u.Volts);
    }

    [Fact] // What the resistors alone make is more than the board allows.
    public void ADs4432uIsNeverSwitchedOnAtItsNominalVoltage()
    {
        var rail = NewDs4432u();
        rail.TryConfigure();
        ds4432u.Reset();
        ds4432u.Silent = true;

        Assert.False(rail.TryTurnOn(new Volts(1.2)));
        Assert.Equal(0, ds4432u.Volts);
    }

    [Theory]
    [InlineData(InaModel.Ina260)]
    [InlineData(InaModel.Ina226)]
    [InlineData(InaModel.Ina228)]
    internal void MetersTellVoltsAmperesAndWatts(InaModel model)
    {
        var chip = new InaChip(model) { Volts = 5.05, Amperes = 3.2 };
        var meter = New(model, chip);
        meter.Read();
        chip.Convert();

        var reading = meter.Read();

        Assert.Equal(5.05, reading.Bus!.Value.Value, 0.001);
        Assert.Equal(3.2, reading.Current!.Value.Value, 0.002);
        Assert.Equal(16.16, reading.Power!.Value.Value, 0.02);
        chip.Amperes = -1;
        chip.Convert();
        Assert.Equal(-1, meter.Read().Current!.Value.Value, 0.002);
    }

    [Fact]
    public void AnIna260LatchesItsAlertAboveTheBoardsPower()
    {
        var chip = new InaChip(InaModel.Ina260) { Volts = 5, Amperes = 7.9 };
        New(InaModel.Ina260, chip).Read();
        chip.Convert();
        Assert.False(chip.AlertLow);

        chip.Amperes = 8.1;
        chip.Convert();
        chip.Amperes = 1;
        chip.Convert();
        Assert.True(chip.AlertLow);
    }

    private static IPowerMeter New(InaModel model, InaChip chip) => model switch
    {
        InaModel.Ina260 => new Ina260(new Wired(chip, 0x40), alertAbove: new Watts(40)),
        InaModel.Ina226 => new Ina226(new Wired(chip, 0x40), shuntOhms: 0.002),
        _ => new Ina228(new Wired(chip, 0x40), shuntOhms: 0.002),
    };

    private Tps53647 NewTps53647(Tps53647Chip? chip = null) => new(
        new Wired(chip ?? tps53647, Address),
        Tps536Model.Tps53647,
        new Tps536Stages(Phases: 2, FullScale: new Amperes(60), Fault: new Amperes(55)),
        new Volts(1.0),
        new Volts(1.3),
        WiredPin.To(level => tps53647.EnablePin = level, () => tps53647.EnablePin));

    private Ds4432u NewDs4432u() => new(
        new Wired(ds4432u, 0x48),
        FeedbackNetwork.Bitaxe,
        new Volts(1.1),
        new Volts(1.3),
        WiredPin.To(level => ds4432u.Enabled = !level, () => !ds4432u.Enabled),
        on: PinValue.Low);

    private void Advance(double seconds)
    {
        const double step = 0.001;
        for (var passed = 0.0; passed < seconds; passed += step)
        {
            now += TimeSpan.FromSeconds(step);
            tps53647.Advance(step, now);
            max15301.Advance(step, now);
        }
    }
}
