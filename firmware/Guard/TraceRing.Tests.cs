using Drivers;

namespace Firmware.Guard;

public class TraceRingTests
{
    private readonly Plant plant = new();
    private readonly BoardIo io;
    private readonly TraceRing ring;
    private TimeSpan now = TimeSpan.FromDays(300);

    public TraceRingTests()
    {
        io = new(plant.Parts);
        ring = new(plant.Parts);
    }

    [Fact]
    public void EveryTickOfTheLastMinuteIsThereAndNothingOlder()
    {
        for (var i = 0; i < 1000; i++)
        {
            Take();
        }

        var fault = now - GuardLoop.Period;
        var rows = ring.Around(fault).Rows;

        Assert.Equal(121, rows.Length); // both ends of 60 s, two a second
        Assert.Equal((-60.0, 0.0), (rows[0].Seconds, rows[^1].Seconds));
        Assert.All(rows.Zip(rows.Skip(1)), pair => Assert.Equal(0.5, pair.Second.Seconds - pair.First.Seconds));
    }

    [Fact]
    public void WhatComesAfterTheFaultPushesNothingOfTheMinuteOut()
    {
        for (var i = 0; i < 1000; i++)
        {
            Take();
        }

        var fault = now - GuardLoop.Period;
        for (var after = 0; after < TraceRing.After / GuardLoop.Period; after++)
        {
            Take();
        }

        var rows = ring.Around(fault).Rows;
        Assert.Equal((-60.0, 5.0), (rows[0].Seconds, rows[^1].Seconds));
        Assert.Equal(131, rows.Length);
    }

    [Fact]
    public void ARowHoldsWhatThePartsSaidAndNullsForWhatTheyDidNot()
    {
        plant.Degrees = 61.25;
        _ = io.Drive(new DutyCycle(0.5));
        io.ReadSensors();
        io.ReadFans();
        io.ReadRail();
        Take();
        plant.BusDead = true;
        io.ReadSensors();
        io.ForgetRailAndFans();
        Take();

        var trace = ring.Around(now);

        Assert.Equal(
            [
                "chip °C", "regulator °C", "fan rpm", "fan %", "V", "A", "W", "input V", "status", "MHz run",
                "MHz granted",
            ],
            trace.Columns);
        Assert.Equal([61.25, 66.25, 3000, 50, 0, 12, 0, 5.02, 0, 500, 625], trace.Rows[0].Values);
        Assert.Equal([null, null, null, 50, null, null, null, null, null, 500, 625], trace.Rows[1].Values);
        Assert.Equal("running", trace.Rows[0].State);
    }

    [Fact]
    public void TakingARowAllocatesNothing()
    {
        Take();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 500; i++)
        {
            Take();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private void Take()
    {
        ring.Take(io, GuardState.Running, 500, 625, now);
        now += GuardLoop.Period;
    }
}
