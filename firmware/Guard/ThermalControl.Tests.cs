using CsCheck;
using Drivers;
using Drivers.Sensors;

namespace Firmware.Guard;

public class ThermalControlTests
{
    private static readonly ThermalLimits Chip = new("chip", "chip", new(60), new(70), new(75));
    private static readonly ThermalLimits Second = Chip with { Name = "second" };
    private static readonly ThermalLimits Regulator = new("regulator", "regulator", new(85), new(95), new(105));
    private static readonly DutyCycle DutyMin = new(0.25);

    private readonly ThermalControl control = new([Chip], DutyMin);

    [Fact]
    public void AnUnreadSensorMeansFullFansAndNoPowerHoweverLong()
    {
        for (var second = 0; second < 600; second++)
        {
            var decision = control.Step([SensorFault.NotRead], At(second));

            Assert.Equal((DutyCycle.Full, Hashing.Off), (decision.Fans, decision.Hashing));
            Assert.Equal(ThermalTrip.None, decision.Trip);
            Assert.Equal("waiting for a first reading of the sensor 'chip'", decision.Reason);
        }
    }

    [Fact]
    public void OneSensorThatHasNeverAnsweredHoldsUpAll()
    {
        var two = new ThermalControl([Chip, Regulator], DutyMin);

        Assert.Equal(Hashing.Off, two.Step([new Celsius(30), SensorFault.NoAnswer], At(0)).Hashing);
        Assert.Equal(Hashing.Full, two.Step([new Celsius(30), new Celsius(30)], At(1)).Hashing);
    }

    [Theory]
    [InlineData(-273.15)]
    [InlineData(-40)]
    [InlineData(150)]
    [InlineData(1000)]
    public void WhatNoSensorCanMeasureCountsAsSilence(double degrees) =>
        Assert.Equal(Hashing.Off, control.Step([new Celsius(degrees)], At(0)).Hashing);

    [Theory]
    [InlineData(new[] { 74.9, 74.9, 74.9 }, ThermalTrip.None)]
    [InlineData(new[] { 60, 75, 74.9 }, ThermalTrip.None)] // one sample at the limit means nothing
    [InlineData(new[] { 75, 74.9, 75 }, ThermalTrip.None)]
    [InlineData(new[] { 60.0, 75, 75 }, ThermalTrip.Heat)]
    [InlineData(new[] { 60, 60, 89.9 }, ThermalTrip.None)]
    [InlineData(new[] { 60.0, 60, 90 }, ThermalTrip.Heat)] // no second look at 90 °C
    public void OffIsTwoSamplesAtTheLimitOrOneAtNinety(double[] degrees, ThermalTrip trip)
    {
        ThermalDecision decision = default;
        for (var i = 0; i < degrees.Length; i++)
        {
            decision = control.Step([new Celsius(degrees[i])], At(i * 0.5));
        }

        Assert.Equal(trip, decision.Trip);
        Assert.Equal(trip == ThermalTrip.None, decision.Hashing != Hashing.Off);
    }

    [Theory]
    [InlineData(104.9, 104.9, ThermalTrip.None)]
    [InlineData(95, 105, ThermalTrip.None)]
    [InlineData(105, 105, ThermalTrip.Heat)]
    [InlineData(95, 120, ThermalTrip.Heat)]
    public void ARegulatorMayBeHotterThanAChip(double first, double second, ThermalTrip trip)
    {
        var two = new ThermalControl([Chip, Regulator], DutyMin);
        two.Step([new Celsius(50), new Celsius(first)], At(0));

        Assert.Equal(trip, two.Step([new Celsius(50), new Celsius(second)], At(0.5)).Trip);
    }

    [Fact]
    public void ASilentOnlySensorGetsFullFansAtOnceAndFiveSeconds()
    {
        control.Step([new Celsius(40)], At(0));

        for (var now = 0.5; now < 5; now += 0.5)
        {
            var decision = control.Step([SensorFault.NoAnswer], At(now));
            Assert.Equal((DutyCycle.Full, Hashing.Full), (decision.Fans, decision.Hashing));
            Assert.Contains("chip assumed at", decision.Reason, StringComparison.Ordinal);
        }

        var end = control.Step([SensorFault.NoAnswer], At(5));
        Assert.Equal((Hashing.Off, ThermalTrip.Silence), (end.Hashing, end.Trip));
    }

    [Fact]
    public void AHotSilentSensorIsAssumedToHeatAndEndsSooner()
    {
        control.Step([new Celsius(74)], At(0)); // 0.5 °C/s: 75 °C after 2 s, which is seen twice at 2.5 s
        control.Step([SensorFault.NoAnswer], At(1.5));

        Assert.Equal(ThermalTrip.None, control.Step([SensorFault.NoAnswer], At(2)).Trip);
        Assert.Equal(ThermalTrip.Silence, control.Step([SensorFault.NoAnswer], At(2.5)).Trip);
    }

    [Theory]
    [InlineData(60, 30)] // 0.5 °C/s from 60 °C: 75 °C after 30 s
    [InlineData(66, 18)]
    [InlineData(30, 60)] // never longer than a minute, however cool it was
    public void OneOfTwoSilentSensorsLastsAsLongAsItsAssumption(double degrees, double seconds)
    {
        var two = new ThermalControl([Chip, Second], DutyMin);
        two.Step([new Celsius(degrees), new Celsius(50)], At(0));

        var ended = 0.0;
        for (var now = 0.5; ended == 0; now += 0.5)
        {
            var decision = two.Step([SensorFault.OpenDiode, new Celsius(50)], At(now));
            ended = decision.Trip == ThermalTrip.Silence ? now : 0;
        }

        Assert.InRange(ended, seconds, seconds + 0.5); // twice in a row, as with every sample
    }

    [Fact]
    public void BothOfTwoSilentSensorsLastFiveSeconds()
    {
        var two = new ThermalControl([Chip, Second], DutyMin);
        two.Step([new Celsius(40), new Celsius(40)], At(0));

        Assert.Equal(ThermalTrip.None, two.Step([SensorFault.NoAnswer, SensorFault.NoAnswer], At(4.9)).Trip);
        Assert.Equal(ThermalTrip.Silence, two.Step([SensorFault.NoAnswer, SensorFault.NoAnswer], At(5)).Trip);
    }

    [Fact]
    public void ASensorThatComesBackIsBelievedAgain()
    {
        control.Step([new Celsius(40)], At(0));
        control.Step([SensorFault.NoAnswer], At(4.5));

        Assert.Equal("cooling: chip 41.0 °C", control.Step([new Celsius(41)], At(5)).Reason);
        Assert.Equal(ThermalTrip.None, control.Step([SensorFault.NoAnswer], At(9.5)).Trip);
    }

    [Fact]
    public void CriticalLastsUntilEverySensorIsThreeDegreesBelowIt()
    {
        var two = new ThermalControl([Chip, Regulator], DutyMin);

        Assert.Equal(Hashing.Full, two.Step([new Celsius(69.9), new Celsius(80)], At(0)).Hashing);
        AssertReduced(two.Step([new Celsius(70), new Celsius(90)], At(1)), "critical: chip 70.0 °C");
        AssertReduced(two.Step([new Celsius(62), new Celsius(92.1)], At(2)), "critical: regulator 92.1 °C");
        AssertReduced(two.Step([new Celsius(67.1), new Celsius(85)], At(3)), "critical: chip 67.1 °C");
        Assert.Equal(Hashing.Full, two.Step([new Celsius(67), new Celsius(92)], At(4)).Hashing);
    }

    [Theory]
    [InlineData(60, 80, -10, "chip")]
    [InlineData(70, 80, 0, "chip")]
    [InlineData(68, 96, 1, "regulator")]
    public void TheSensorNearestToCriticalSaysHowMuchTooHotItIs(
        double chip, double regulator, double above, string which)
    {
        var two = new ThermalControl([Chip, Regulator], DutyMin);

        var heat = two.Step([new Celsius(chip), new Celsius(regulator)], At(0)).Heat;

        Assert.Equal(above, heat.Above, 6);
        Assert.StartsWith(which, heat.Hottest, StringComparison.Ordinal);
    }

    [Fact]
    public void SeverityIsTheWayThatIsGoneFromCriticalToOff() =>
        Assert.Equal(0.6, control.Step([new Celsius(73)], At(0)).Heat.Severity, 6);

    [Fact]
    public void AWantedTemperatureCostsClockOnlyOnceTheFansCanDoNoMore()
    {
        var cool = new ThermalControl([Chip with { Target = new(50), Wanted = new(53) }], DutyMin);
        cool.Step([new Celsius(40)], At(0));

        Assert.True(cool.Step([new Celsius(54)], At(30)).Heat.Above < 0);
        ThermalDecision decision = default;
        for (var second = 31; second < 300; second++)
        {
            decision = cool.Step([new Celsius(54)], At(second));
        }

        Assert.Equal((1.0, 1.0), (decision.Heat.Above, decision.Fans.Fraction));
        Assert.Equal(Hashing.Full, decision.Hashing);
    }

    [Theory]
    [InlineData(40, 0.4)] // cool: as it was told
    [InlineData(64, 0.4)] // warmer than its target, but not halfway to critical
    [InlineData(69, 1)]
    public void AFixedFanIsLetAloneUntilHeatOverridesIt(double degrees, double duty)
    {
        ThermalDecision decision = default;
        for (var second = 0; second < 600; second++)
        {
            decision = control.Step([new Celsius(degrees)], At(second), new(Fixed: new(0.4)));
        }

        Assert.Equal(duty, decision.Fans.Fraction, 6);
    }

    [Fact]
    public void WhoeverWantsMoreAirThanTheBoardGetsIt() => Assert.Equal(0.5, Settled(20, new(Floor: new(0.5))), 6);

    [Fact]
    public void NoFloorIsBelowAQuarterWhateverTheBoardFileSays()
    {
        var low = new ThermalControl([Chip], new(0.10));
        DutyCycle duty = default;
        for (var second = 0; second < 600; second++)
        {
            duty = low.Step([new Celsius(10)], At(second), new(Fixed: new(0.10), Floor: new(0.10))).Fans;
        }

        Assert.Equal(0.25, duty.Fraction, 6);
    }

    [Fact]
    public void HeatingAddsAirAheadOfTime()
    {
        var still = Settled(60, default);
        var rising = new ThermalControl([Chip], DutyMin);
        var duty = 0.0;
        for (var second = 0; second < 600; second++)
        {
            rising.Step([new Celsius(60)], At(second));
        }

        for (var half = 1; half <= 10; half++)
        {
            duty = rising.Step([new Celsius(60 + half * 0.25)], At(600 + half * 0.5)).Fans.Fraction;
        }

        Assert.True(duty > still + 0.05 * 2.5 + 0.05, $"{duty} after {still}");
    }

    [Fact]
    public void TheSmallestMarginRulesTheFansAndNotTheHighestTemperature()
    {
        var chipRules = new ThermalControl([Chip, Regulator], DutyMin);

        var decision = chipRules.Step([new Celsius(64), new Celsius(84)], At(0));

        Assert.Equal("cooling: chip 64.0 °C", decision.Reason);
    }

    [Fact]
    public void FansSlowDownByFivePercentASecondAndSpeedUpAtOnce()
    {
        control.Step([SensorFault.NotRead], At(0)); // full

        Assert.Equal(0.95, control.Step([new Celsius(20)], At(1)).Fans.Fraction, 6);
        Assert.Equal(0.90, control.Step([new Celsius(20)], At(2)).Fans.Fraction, 6);
        Assert.Equal(1.0, control.Step([new Celsius(74.9)], At(2.5)).Fans.Fraction, 6);
    }

    [Fact]
    public void FansNeverGoBelowTheirMinimum()
    {
        DutyCycle duty = default;
        for (var second = 0; second < 600; second++)
        {
            duty = control.Step([new Celsius(10)], At(second)).Fans;
        }

        Assert.Equal(DutyMin.Fraction, duty.Fraction, 6);
    }

    [Fact]
    public void AColdHourNeedNotBeUnlearned()
    {
        for (var second = 0; second < 3600; second++)
        {
            control.Step([new Celsius(10)], At(second));
        }

        // The integral stopped at nothing: 68 °C is 8 °C × 5 % at once, and more by the integral soon.
        Assert.True(control.Step([new Celsius(68)], At(3601)).Fans.Fraction >= 0.40);
    }

    [Fact]
    public void AHotHourNeedNotBeUnlearned()
    {
        for (var second = 0; second < 3600; second++)
        {
            control.Step([new Celsius(69)], At(second));
        }

        // The integral holds what the output could use beside 9 °C × 5 %, and no more.
        DutyCycle duty = default;
        for (var second = 0; second < 10; second++)
        {
            duty = control.Step([new Celsius(58)], At(3600 + second)).Fans;
        }

        Assert.InRange(duty.Fraction, 0.25, 0.55);
    }

    [Fact]
    public void ADecisionIsSoundWhateverTheSensorsSay() =>
        Gen.Select(Gen.Double[-60, 200], Gen.Int[0, 4], Gen.Double[0, 3]).Array[1, 100].Sample(samples =>
        {
            var any = new ThermalControl([Chip, Second, Regulator], DutyMin);
            var now = TimeSpan.Zero;
            foreach (var (degrees, silent, step) in samples)
            {
                now += TimeSpan.FromSeconds(step);
                SensorReading[] readings = [new Celsius(degrees), new Celsius(degrees), new Celsius(degrees)];
                if (silent < 3)
                {
                    readings[silent] = SensorFault.NoAnswer;
                }

                var decision = any.Step(readings, now);

                Assert.InRange(decision.Fans.Fraction, DutyMin.Fraction, 1);
                Assert.NotEqual("", decision.Reason);
                Assert.True(decision.Hashing == Hashing.Full || decision.Fans == DutyCycle.Full);
                Assert.True(decision.Trip == ThermalTrip.None || decision.Hashing == Hashing.Off);
                Assert.True(degrees is < 120 or >= 150 || decision.Hashing == Hashing.Off);
            }
        });

    private double Settled(double degrees, CoolingDemand demand)
    {
        DutyCycle duty = default;
        for (var second = 0; second < 600; second++)
        {
            duty = control.Step([new Celsius(degrees)], At(second), demand).Fans;
        }

        return duty.Fraction;
    }

    private static void AssertReduced(ThermalDecision decision, string reason)
    {
        Assert.Equal((DutyCycle.Full, Hashing.Reduced), (decision.Fans, decision.Hashing));
        Assert.Equal(reason, decision.Reason);
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
