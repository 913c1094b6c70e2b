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

    /// <summary>A reading that is the same to its last bit for so long after the load changed is none.</summary>
    public static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(10);

    /// <summary>What a silent sensor is assumed to heat by, in °C a second.</summary>
    private const double AssumedPerSecond = 0.5;

    // Beyond it no sensor of ours measures, and no running board gets colder.
    private const double ColdestPlausible = -40;
    private const double HottestPlausible = 150;

    private const double Noise = 2;

    /// <summary>Of the greater load: a change by so much must be felt.</summary>
    private const double LoadChange = 0.5;

    private Celsius last;
    private TimeSpan lastAt;
    private TimeSpan? apartSince;
    private Celsius? held;
    private double heldAtLoad;
    private TimeSpan? loadChangedAt;

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

    /// <param name="hottestOfSource">What the hottest sensor of the same heat source says now.</param>
    /// <param name="load">What the board draws, in any unit: see <see cref="StuckAfter"/>.</param>
    public void Take(SensorReading reading, double? hottestOfSource, double load, TimeSpan now)
    {
        Doubt = IsPossible(reading) ? WhatSpeaksAgainst(reading.Value!.Value, hottestOfSource, load, now) : null;
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

    private string? WhatSpeaksAgainst(Celsius value, double? hottestOfSource, double load, TimeSpan now)
    {
        apartSince = hottestOfSource - value.Degrees > SpreadMax ? apartSince ?? now : null;
        return IsStuck(value, load, now) ? $"it has said {value} for too long though the load has changed"
            : now - apartSince >= SpreadLasts ? $"it says {value}, far below its neighbour's {hottestOfSource:0.0} °C"
            : Assumed is not null && value.Degrees < last.Degrees - Noise - SlewMax * Silence(now).TotalSeconds
                ? $"it has fallen to {value} faster than metal can"
            : null;
    }

    private bool IsStuck(Celsius value, double load, TimeSpan now)
    {
        if (value != held)
        {
            held = value;
            heldAtLoad = load;
            loadChangedAt = null;
            return false;
        }

        var hasChanged = Math.Abs(load - heldAtLoad) > LoadChange * Math.Max(load, heldAtLoad);
        loadChangedAt = hasChanged ? loadChangedAt ?? now : null;
        return now - loadChangedAt >= StuckAfter;
    }
}
