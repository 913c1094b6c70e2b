using Drivers;
using Drivers.Sensors;
using Firmware.Link;
using Microsoft.Extensions.Logging.Abstractions;

namespace Firmware.Guard;

/// <summary>
/// A board without rail, reset line and fans: its power is a grant, and its proof that nothing hashes.
/// </summary>
public sealed class PartlessBoardTests
{
    private readonly KeptInMemory keeper = new();
    private SensorReading temperature = new Celsius(50);
    private bool hashes;
    private bool obedient = true;
    private bool wanted = true;
    private bool letGo;
    private TimeSpan now;

    [Fact]
    public void ItIsGrantedPowerAndTheChipsAndHasNoRailToTellOf()
    {
        var guard = Guard(Parts());
        RunFor(guard, 3);
        letGo = true;
        RunFor(guard, 1);

        Assert.Equal((GuardState.Running, PowerGrant.Good, false, 50.0),
            (guard.State, guard.Grant.Power, guard.Grant.Reset, guard.Grant.MegahertzMax));
        Assert.True(hashes);
        Assert.Null(guard.Status.Rail);
        Assert.Empty(guard.Status.Fans);
    }

    [Fact]
    public void WithoutASensorNobodyStopsItForHeatAndTheStatusSaysSo()
    {
        var guard = Guard(Parts(sensors: false));
        RunToHashing(guard);

        Assert.StartsWith("no temperature is watched", guard.Status.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void HeatLowersTheDutyStepByStepAndThenEndsIt()
    {
        var guard = Guard(Parts());
        RunToHashing(guard);

        temperature = new Celsius(86);
        RunFor(guard, 2);
        Assert.Equal((GuardState.Reduced, 47.5), (guard.State, guard.Grant.MegahertzMax));

        temperature = new Celsius(88); // more than halfway to off
        RunFor(guard, 20);
        Assert.Equal((GuardState.Reduced, 5.0), (guard.State, guard.Grant.MegahertzMax));

        temperature = new Celsius(90);
        RunFor(guard, 1);
        Assert.Equal((GuardState.SafeOff, PowerGrant.Off), (guard.State, guard.Grant.Power));
        Assert.False(hashes);
        Assert.Single(keeper.Faults);
    }

    [Fact]
    public void ASensorThatIsNotThereIsNoLeaveToHash()
    {
        temperature = SensorFault.NoAnswer;
        var guard = Guard(Parts());
        RunFor(guard, 10);

        Assert.Equal(PowerGrant.Off, guard.Grant.Power);
        Assert.Contains("waiting for a first reading of the sensor 'package'", guard.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ASensorThatFallsSilentEndsTheWork()
    {
        var guard = Guard(Parts());
        RunToHashing(guard);

        temperature = SensorFault.NoAnswer;
        RunFor(guard, 6);

        Assert.Equal(GuardState.SafeOff, guard.State);
        Assert.False(hashes);
    }

    [Fact]
    public void WhatHashesOnWithoutAGrantIsAFault()
    {
        var guard = Guard(Parts());
        RunToHashing(guard);

        obedient = false;
        wanted = false;
        RunFor(guard, 2);
        Assert.Equal((GuardState.Idle, 0), (guard.State, keeper.Faults.Count));

        RunFor(guard, 4);
        Assert.Equal("something hashes though nothing was granted", guard.Fault);
    }

    [Fact]
    public void ItIsSafeOnlyWhereNothingHashes()
    {
        hashes = true;
        obedient = false;
        var proof = Assert.Single(SafeOff.Run([Parts()], () => now, pause => now += pause));
        Assert.False(proof.IsProven);
        Assert.Equal("cpu: NOT PROVEN SAFE: it still hashes", proof.ToString());

        hashes = false;
        proof = Assert.Single(SafeOff.Run([Parts()], () => now, pause => now += pause));
        Assert.True(proof.IsProven);
        Assert.Equal("cpu: safe: nothing hashes", proof.ToString());
    }

    private GuardParts Parts(bool sensors = true) => new()
    {
        Key = "cpu",
        Model = "Cores",
        DeadMan = "none",
        Sensors = sensors
            ? [new(new("package", "package", new(75), new(85), new(90)), new Thermometer(() => temperature))]
            : [],
        Fans = [],
        Rail = null,
        Reset = null,
        IsStill = () => !hashes,
        Megahertz = new(50),
        MegahertzMax = new(50),
    };

    private BoardGuard Guard(GuardParts parts) => new(
        parts, new("cpu", default, keeper, () => now, NullLogger.Instance), () => now, NullLogger.Instance);

    private void RunToHashing(BoardGuard guard)
    {
        RunFor(guard, 3);
        letGo = true;
        RunFor(guard, 1);
        Assert.True(hashes);
    }

    /// <summary>guard's loop in steps of 50 ms, and a mine that wants what the story says and obeys.</summary>
    private void RunFor(BoardGuard guard, double seconds)
    {
        for (var end = now + TimeSpan.FromSeconds(seconds); now < end; now += TimeSpan.FromMilliseconds(50))
        {
            if (now.TotalMilliseconds % 500 == 0)
            {
                guard.Tick(now);
            }

            if (now.TotalMilliseconds % 250 == 0)
            {
                guard.Receive(this, wanted ? new("cpu", !letGo, 0, 0, []) : null, now);
            }

            guard.Advance(now);
            var granted = guard.Grant is { Power: PowerGrant.Good, Reset: false };
            hashes = granted || (hashes && !obedient);
        }
    }

    private sealed class Thermometer(Func<SensorReading> read) : ITemperatureSensor
    {
        public SensorReading Read() => read();
    }
}
