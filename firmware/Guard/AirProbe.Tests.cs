using Drivers;

namespace Firmware.Guard;

/// <summary>A reading that has been still for long is asked by a change of the air whether it is of metal.</summary>
public class AirProbeTests
{
    private static readonly ThermalLimits Chip = new("chip", "chip", new(60), new(70), new(75));
    private static readonly DutyCycle DutyMin = new(0.25);

    private readonly ThermalControl control = new([Chip], DutyMin);

    [Theory]
    [InlineData(60)] // at its target: nothing would ever have changed the air
    [InlineData(45)] // the fans turn slowly already, and slower they may not
    [InlineData(68)] // they turn fully already
    public void AnOnlySensorThatIsStuckIsFoundOutByAChangeOfTheAir(double degrees)
    {
        var second = 0;
        ThermalDecision Next(double reading) => control.Step([new Celsius(reading)], At(second++), new(Load: 18));
        while (second < 600)
        {
            Assert.Equal(ThermalTrip.None, Next(degrees + second % 2 * 0.125).Trip);
        }

        var decision = Next(degrees);
        while (decision.Trip == ThermalTrip.None)
        {
            Assert.True(second < 600 + 255, decision.Reason);
            decision = Next(degrees);
        }

        Assert.Contains("whatever heat and air do", decision.Reason, StringComparison.Ordinal);
    }

    [Fact] // Seen by tools/storm: fans were full there whatever a reading did, and a stuck one was never asked.
    public void OnTheWayBackFromCriticalAStuckSensorIsFoundOutAsWell()
    {
        var second = 0;
        ThermalDecision Next(double reading) => control.Step([new Celsius(reading)], At(second++), new(Load: 18));
        while (second < 600)
        {
            Assert.Equal(Hashing.Reduced, Next((second < 60 ? 70.5 : 68) + second % 2 * 0.125).Hashing);
        }

        var decision = Next(68);
        while (decision.Trip == ThermalTrip.None)
        {
            Assert.True(second < 600 + 255, decision.Reason);
            Assert.Equal(Hashing.Reduced, decision.Hashing);
            decision = Next(68);
        }

        Assert.Contains("whatever heat and air do", decision.Reason, StringComparison.Ordinal);
    }

    [Fact] // No less air before it is asked.
    public void FromCriticalOnAndOnTheWayBackFansAreFull()
    {
        foreach (var (second, degrees) in new[] { (0, 40.0), (1, 70.5), (2, 70.25), (3, 69.0), (4, 67.5) })
        {
            var decision = control.Step([new Celsius(degrees)], At(second), new(Load: 18));
            Assert.Equal(second == 0 ? Hashing.Full : Hashing.Reduced, decision.Hashing);
            Assert.True(second == 0 || decision.Fans == DutyCycle.Full, $"{degrees} °C: {decision}");
        }
    }

    [Fact]
    public void WhereThereIsNoFanNobodyLooksForAChangeOfTheAir()
    {
        var bare = new ThermalControl([Chip], dutyMin: null);
        for (var second = 0; second < 3600; second++)
        {
            Assert.Equal(Hashing.Full, bare.Step([new Celsius(60)], At(second), new(Load: 18)).Hashing);
        }
    }

    [Theory]
    [InlineData(8, 0.15)] // an eighth of a degree moves within a second or two, at 5 points of air a second
    [InlineData(1, 0.5)] // a whole one takes seconds, and the control answers it
    public void ASteadyReadingOfMetalIsBelievedAndTheFansGoUpAndDownNoMoreThanItNeeds(double parts, double swing)
    {
        var unasked = Swing(new([Chip], dutyMin: null), parts);

        Assert.InRange(Swing(control, parts), 0, unasked + swing);
    }

    /// <summary>How far the fans go up and down in an hour and a half, after half an hour.</summary>
    private static double Swing(ThermalControl control, double parts)
    {
        var (degrees, duty, least, most) = (25.0, 1.0, 1.0, 0.0);
        for (var second = 0; second < 7200; second++)
        {
            degrees += (18 - (0.08 + 0.92 * duty) * (degrees - 25)) / 40;
            var decision = control.Step([new Celsius(Math.Floor(degrees * parts) / parts)], At(second), new(Load: 18));
            Assert.Equal(Hashing.Full, decision.Hashing);
            duty = decision.Fans.Fraction;
            (least, most) = second < 1800 ? (1, 0) : (Math.Min(least, duty), Math.Max(most, duty));
        }

        return most - least;
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
