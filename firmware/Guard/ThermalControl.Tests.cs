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
    public void CriticalLastsUntilEverySensorIsAtItsTarget()
    {
        var two = new ThermalControl([Chip, Regulator], DutyMin);

        Assert.Equal(Hashing.Full, two.Step([new Celsius(69.9), new Celsius(80)], At(0)).Hashing);
        AssertReduced(two.Step([new Celsius(70), new Celsius(90)], At(1)), "critical: chip 70.0 °C");
        AssertReduced(two.Step([new Celsius(59), new Celsius(86)], At(2)), "critical: regulator 86.0 °C");
        AssertReduced(two.Step([new Celsius(60.1), new Celsius(80)], At(3)), "critical: chip 60.1 °C");
        Assert.Equal(Hashing.Full, two.Step([new Celsius(60), new Celsius(85)], At(4)).Hashing);
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

    private static void AssertReduced(ThermalDecision decision, string reason)
    {
        Assert.Equal((DutyCycle.Full, Hashing.Reduced), (decision.Fans, decision.Hashing));
        Assert.Equal(reason, decision.Reason);
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
