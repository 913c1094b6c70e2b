using System.Device.Gpio;
using Drivers;
using Drivers.Power;
using Microsoft.Extensions.Time.Testing;

namespace Simulator.Parts;

/// <summary>The product's driver on a simulated supply that was written apart from it.</summary>
public class Apw12WiredTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider time = new();
    private readonly Apw12Unit unit = new(type: 0x75);
    private readonly Apw12 supply;

    public Apw12WiredTests() => supply = new Apw12(
        new Wired(unit, 0x10),
        register: 0x11,
        new Volts(12.0),
        new Volts(14.5),
        WiredPin.To(level => unit.Enabled = level, () => unit.Enabled),
        on: PinValue.High,
        time);

    [Fact]
    public void NeverGivesMoreThanTheBoardsLimitOnItsWayUp()
    {
        Assert.True(Within(5, supply.TryConfigure));
        Assert.True(Within(5, () => supply.TryTurnOn(new Volts(13.8))));
        Pass(1);

        Assert.InRange(unit.Volts, 13.7, 13.8); // The formula errs to the low side.
        Assert.True(unit.HighestVolts <= 13.8);
        Assert.Equal(0, unit.BadRequests);
    }

    [Fact]
    public void TellsWhatTheUnitMeasuresAndKeepsItFed()
    {
        TurnOn();
        for (var second = 0; second < 180; second++)
        {
            Pass(1);
            supply.Read();
        }

        Assert.True(unit.Volts > 13);
        Pass(1);
        var told = Enumerable.Range(0, 4).Select(_ => Look()).OfType<Volts>().ToArray();
        Assert.NotEmpty(told);
        Assert.All(told, volts => Assert.Equal(unit.Volts, volts.Value, 0.02));
    }

    [Fact]
    public void AHostThatNoLongerLooksLosesThePower()
    {
        TurnOn();
        for (var second = 0; second < 30; second++)
        {
            Pass(1);
            supply.Read();
        }

        Pass(70);
        Assert.True(unit.Volts < 0.1);
    }

    [Fact]
    public void SwitchesOffByThePinWithThePortDead()
    {
        TurnOn();
        unit.Silent = true;

        Assert.True(supply.TryTurnOff());
        Pass(2);
        Assert.True(unit.Volts < 0.1);
    }

    [Fact]
    public void AUnitOfAnotherClassIsNeverSwitchedOn()
    {
        var other = new Apw12Unit(type: 0x73);
        var refused = new Apw12(
            new Wired(other, 0x10),
            register: 0x11,
            new Volts(12.0),
            new Volts(14.5),
            WiredPin.To(level => other.Enabled = level, () => other.Enabled),
            on: PinValue.High,
            time);

        Assert.False(Within(10, () => Moved(other, refused.TryConfigure)));
        Assert.False(Within(5, () => Moved(other, () => refused.TryTurnOn(new Volts(13.7)))));
        Assert.Equal(0, other.HighestVolts);
    }

    private static bool Moved(Apw12Unit unit, Func<bool> action)
    {
        unit.Advance(Step);
        return action();
    }

    private void TurnOn() =>
        Assert.True(Within(5, supply.TryConfigure) && Within(5, () => supply.TryTurnOn(new Volts(13.8))));

    private Volts? Look()
    {
        Pass(0.5);
        return supply.Read().Output;
    }

    private bool Within(double seconds, Func<bool> action)
    {
        for (var passed = 0.0; passed < seconds; passed += Step.TotalSeconds)
        {
            if (action())
            {
                return true;
            }

            Pass(Step.TotalSeconds);
        }

        return false;
    }

    private void Pass(double seconds)
    {
        for (var passed = 0.0; passed < seconds - 0.001; passed += Step.TotalSeconds)
        {
            time.Advance(Step);
            unit.Advance(Step);
        }
    }
}
