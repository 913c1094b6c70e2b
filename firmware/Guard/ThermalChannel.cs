using Drivers;
using Drivers.Sensors;

namespace Firmware.Guard;

/// <summary>
/// One sensor: what it said last, whether metal can have done that, and what it may be at by now. A reading that cannot
/// be true counts as silence, but for one that jumps up: hot is the safe side, and is believed.
/// </summary>
internal sealed class ThermalChannel(ThermalLimits limits)
{
    /// <summary>Faster than this no metal of ours changes, in °C a second.</summary>
    public const double SlewMax = 10;

    /// <summary>How far two sensors of one heat source may be apart, in °C.</summary>
    public const double SpreadMax = 15;

    /// <summary>For so long they may be further apart.</summary>
    public static readonly TimeSpan SpreadLasts = TimeSpan.FromSeconds(10);

    /// <summary>What a silent sensor is assumed to heat by, in °C a second.</summary>
    private const double AssumedPerSecond = 0.5;

    // Beyond it no sensor of ours measures, and no running board gets colder.
    private const double ColdestPlausible = -40;
    private const double HottestPlausible = 150;

    private const double Noise = 2;

    private readonly StillReading still = new();
    private Celsius last;
    private TimeSpan lastAt;
    private TimeSpan? apartSince;

    public ThermalLimits Limits { get; set; } = limits;

    /// <summary>Null as long as it has never answered.</summary>
    public Celsius? Assumed { get; private set; }

    public bool IsFresh { get; private set; }

    public int HotSamples { get; private set; }

    /// <summary>Why the last reading is not believed, or null.</summary>
    public string? Doubt { get; private set; }

    public double AboveTarget => Above(Limits.Target);

    public double Above(Celsius limit) => (Assumed?.Degrees ?? 0) - limit.Degrees;

    public TimeSpan Silence(TimeSpan now) => now - lastAt;

    /// <summary>What the fans should be driven with to see whether it is stuck, or null.</summary>
    public AirProbe? Probe(TimeSpan now) => IsFresh ? still.Probe(now) : null;

    /// <param name="hottestOfSource">What the hottest sensor of the same heat source says now.</param>
    /// <param name="load">What the board draws, in any unit: its changes must be felt.</param>
    /// <param name="air">What the fans are driven with, 0 to 1, and so must its changes.</param>
    /// <param name="isLight">See <see cref="CoolingDemand.IsLight"/>.</param>
    public void Take(
        SensorReading reading, double? hottestOfSource, double load, double air, TimeSpan now, bool isLight = false)
    {
        if (IsPossible(reading))
        {
            still.Step(reading.Value!.Value, load, air, now, isLight);
        }

        Doubt = IsPossible(reading) ? WhatSpeaksAgainst(reading.Value!.Value, hottestOfSource, now) : null;
        IsFresh = IsPossible(reading) && Doubt is null;
        if (IsFresh)
        {
            last = reading.Value!.Value;
            lastAt = now;
            Assumed = last;
        }
        else if (Assumed is not null)
        {
            Assumed = new Celsius(last.Degrees + Silence(now).TotalSeconds * AssumedPerSecond);
        }

        HotSamples = Assumed >= Limits.Off ? HotSamples + 1 : 0;
    }

    public static bool IsPossible(SensorReading reading) =>
        reading.Value is { Degrees: > ColdestPlausible and < HottestPlausible };

    public override string ToString() =>
        $"{Limits.Name} {(IsFresh ? "" : "assumed at ")}{Assumed}{(Doubt is null ? "" : $" ({Doubt})")}";

    private string? WhatSpeaksAgainst(Celsius value, double? hottestOfSource, TimeSpan now)
    {
        apartSince = hottestOfSource - value.Degrees > SpreadMax ? apartSince ?? now : null;
        return still.IsStuck ? $"it says {value} whatever heat and air do"
            : now - apartSince >= SpreadLasts ? $"it says {value}, far below its neighbour's {hottestOfSource:0.0} °C"
            : Assumed is not null && value.Degrees < last.Degrees - Noise - SlewMax * Silence(now).TotalSeconds
                ? $"it has fallen to {value} faster than metal can"
            : null;
    }
}
