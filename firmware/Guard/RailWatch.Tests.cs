using Drivers;
using Drivers.Power;

namespace Firmware.Guard;

public class RailWatchTests
{
    private static readonly RailReading Good = new(new(5.02), new(1.15), new(15), new(60), 0, null);

    private readonly RailWatch watch = new(new Volts(1.15), new Watts(30));

    [Fact]
    public void AGoodRailIsLeftAlone()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(watch.Step(Good));
        }
    }

    [Theory]
    [InlineData(1.036)] // 10 % below 1.150 V is 1.035 V
    [InlineData(1.264)]
    public void TenPercentIsAllowed(double volts) => AssertTripsAfter(null, Good with { Output = new(volts) });

    [Theory]
    [InlineData(1.034)]
    [InlineData(1.266)]
    [InlineData(0)]
    [InlineData(-0.1)]
    public void MoreThanTenPercentIsAllowedTwice(double volts) =>
        AssertTripsAfter(3, Good with { Output = new(volts) });

    [Fact]
    public void ARegulatorThatIsOffThoughItShouldBeOnIsBelievedAtOnce()
    {
        var trip = watch.Step(Good with { Status = 0x0840, Output = new(0) });

        Assert.Equal("the regulator has switched itself off (status 0x0840, no cause told)", trip?.Words);
        Assert.Equal(FaultKind.Regulator, trip?.Kind);
    }

    [Fact]
    public void ARegulatorThatIsOffForWantOfInputIsASag()
    {
        var low = Good with { Status = 0x2848, Output = new(0), Registers = new(0x2848) { Input = 0x08 } };

        Assert.Equal(FaultKind.Sag, watch.Step(low)?.Kind);
    }

    [Fact]
    public void EveryTroubleIsOfItsKind()
    {
        Assert.Equal(FaultKind.Voltage, KindAfter(Good with { Output = new(0.5) }));
        Assert.Equal(FaultKind.Overload, KindAfter(Good with { Current = new(30) }));
        Assert.Equal(FaultKind.Regulator, KindAfter(Good with { Fault = "output over-current" }));
        Assert.Equal(FaultKind.Regulator, KindAfter(default));
        Assert.Equal(
            FaultKind.Sag,
            KindAfter(Good with { Fault = "input voltage sagged", Registers = new(0x2801) { Input = 0x20 } }));
    }

    [Fact]
    public void AStatusThatIsOffBesideAHealthyOutputIsBelievedTheThirdTime() =>
        AssertTripsAfter(3, Good with { Status = 0x0840 });

    [Fact]
    public void ADamagedStatusNowAndThenIsNone()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(watch.Step(Good with { Status = 0x0840, Fault = "off" }));
            Assert.Null(watch.Step(Good));
            Assert.Null(watch.Step(Good));
        }
    }

    [Fact]
    public void AReportThatComesAndGoesIsBelievedWhenThreeOfFiveSamplesHaveIt()
    {
        var reports = Good with { Status = 0x4010, Fault = "output over-current" };

        Assert.Null(watch.Step(reports));
        Assert.Null(watch.Step(Good));
        Assert.Null(watch.Step(reports));
        Assert.Null(watch.Step(Good));
        Assert.Equal(FaultKind.Regulator, watch.Step(reports)?.Kind);
    }

    [Fact]
    public void AnOpenBusIsNoStatus() => AssertTripsAfter(10, Good with { Status = 0xFFFF });

    [Fact]
    public void SilenceIsBelievedAfterFiveSeconds() => AssertTripsAfter(10, default);

    [Fact]
    public void WhereNothingMeasuresItItsSwitchIsWatched()
    {
        var blind = new RailWatch(new Volts(1.15), new Watts(30), measures: false);
        var on = default(RailReading) with { IsOn = true };
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(blind.Step(on));
        }

        Assert.Equal(
            "the regulator has switched itself off (without a status, no cause told)",
            blind.Step(on with { IsOn = false })?.Words);
    }

    [Fact]
    public void AMetersWattsCountWhereThereIsOne() => AssertTripsAfter(3, Good with { Power = new(31) });

    [Fact]
    public void ASilentMeasurementIsSilence() => AssertTripsAfter(10, Good with { Output = null });

    [Fact]
    public void AReportedFaultIsBelievedTheThirdTime() =>
        AssertTripsAfter(3, Good with { Status = 0x4010, Fault = "output over-current" });

    [Fact]
    public void MorePowerThanAllowedIsBelievedTheThirdTime() => AssertTripsAfter(3, Good with { Current = new(30) });

    [Fact]
    public void AnUnreadCurrentIsNoOverload() => AssertTripsAfter(null, Good with { Current = null });

    [Fact]
    public void OneGoodSampleStartsTheCountAnew()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(watch.Step(Good with { Output = new(0.5) }));
            Assert.Null(watch.Step(Good with { Output = new(80.88) })); // the bus noise of boards in the field
            Assert.Null(watch.Step(Good));
        }
    }

    private static FaultKind? KindAfter(RailReading reading)
    {
        var watch = new RailWatch(new Volts(1.15), new Watts(30));
        FaultCause? trip = null;
        for (var i = 0; i < 10; i++)
        {
            trip = watch.Step(reading);
        }

        return trip?.Kind;
    }

    private void AssertTripsAfter(int? samples, RailReading reading)
    {
        Assert.Null(watch.Step(Good));
        for (var i = 1; i < (samples ?? 100); i++)
        {
            Assert.Null(watch.Step(reading));
        }

        if (samples is not null)
        {
            Assert.NotNull(watch.Step(reading));
        }
    }
}
