using System.Device.Gpio;
using Drivers.Buses;
using Microsoft.Extensions.Time.Testing;

namespace Drivers.Power;

public sealed class SwitchedRailTests
{
    private const int Enable = 1;
    private const int Good = 2;

    private readonly FakePins pins = new();
    private readonly SwitchedRail rail;

    public SwitchedRailTests()
    {
        (pins[Enable], pins[Good]) = (PinValue.High, PinValue.High); // The last host died and left it on.
        rail = new SwitchedRail(pins.Open(Enable), PinValue.High, pins.Open(Good));
    }

    [Fact]
    public void ItIsOffOnlyOnceTheRegulatorSaysSoItself()
    {
        Assert.False(rail.TryConfigure());
        Assert.Equal(PinValue.Low, pins[Enable]);

        pins[Good] = PinValue.Low;

        Assert.True(rail.TryTurnOff());
        Assert.False(rail.Read().IsOn);
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)] // Asked, and its output is not good.
    [InlineData(false, true, false)]
    public void OnIsWhatIsAskedForAndGood(bool asked, bool good, bool on)
    {
        (pins[Enable], pins[Good]) = (asked, good);

        Assert.Equal(on, rail.Read().IsOn);
    }

    [Fact]
    public void PinsThatDoNotAnswerAreNeitherOnNorOff()
    {
        pins.Broken = true;

        Assert.Null(rail.Read().IsOn);
        Assert.False(rail.IsPresent());
        Assert.False(rail.TryTurnOn(new Volts(1.2)));
        Assert.False(rail.TryTurnOff());
    }

    [Fact]
    public void NothingMeasuresIt()
    {
        Assert.False(rail.MeasuresOutput);
        Assert.Null(rail.Read().Output);
    }
}

public sealed class StagedRailTests
{
    private const int Io = 3;

    private readonly FakePins pins = new();
    private readonly FakeTimeProvider time = new();
    private readonly ObedientRail inner = new();
    private readonly StagedRail rail;

    public StagedRailTests() => rail = new StagedRail(inner, pins.Open(Io), TimeSpan.FromMilliseconds(100), time);

    [Fact]
    public void TheSmallSupplyComesFirstAndHasTimeToSettle()
    {
        Assert.False(rail.TryTurnOn(new Volts(1)));
        Assert.False(rail.TryConfigure());
        Assert.Equal(PinValue.High, pins[Io]);
        Assert.Empty(inner.Done);

        time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.True(rail.TryConfigure() && rail.TryTurnOn(new Volts(1)));
        Assert.Equal(["configure", "on"], inner.Done);
    }

    [Fact]
    public void TheRailGoesFirstWhateverTheSmallSupplyDoes()
    {
        pins.Broken = true;

        Assert.False(rail.TryTurnOff());
        Assert.Equal(["off"], inner.Done);
    }
}

public sealed class MeteredRailTests
{
    private readonly ObedientRail inner = new();
    private readonly FixedMeter meter = new();

    [Fact]
    public void TheMeterTellsInputAndPower()
    {
        meter.Reading = new(new Volts(5.02), new Amperes(3), new Watts(15.06));

        var reading = new MeteredRail(inner, meter).Read();

        Assert.Equal((5.02, 15.06), (reading.Input!.Value.Value, reading.Power!.Value.Value));
        Assert.Null(reading.Fault);
    }

    [Fact] // Rule: a lost sensor is a reason to stop, never a zero.
    public void ASilentMeterIsAFaultOfItsOwn()
    {
        var reading = new MeteredRail(inner, meter).Read();

        Assert.Contains("meter does not answer", reading.Fault);
        Assert.Null(reading.Power);
    }

    [Fact]
    public void AnotherPartInTheMetersPlaceKeepsTheBoardOff()
    {
        meter.Present = false;

        Assert.False(new MeteredRail(inner, meter).IsPresent());
    }

    private sealed class FixedMeter : IPowerMeter
    {
        public MeterReading Reading { get; set; }

        public bool Present { get; set; } = true;

        public bool IsPresent() => Present;

        public MeterReading Read() => Reading;
    }
}

/// <summary>Does as it is told, and remembers it.</summary>
internal sealed class ObedientRail : IPowerRail
{
    public List<string> Done { get; } = [];

    public bool IsPresent() => true;

    public bool TryConfigure() => Do("configure");

    public bool TryTurnOn(Volts setPoint) => Do("on");

    public bool TryTurnOff() => Do("off");

    public RailReading Read() => new(null, new Volts(1), null, null, 0, null);

    private bool Do(string what)
    {
        Done.Add(what);
        return true;
    }
}
