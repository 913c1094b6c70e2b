using Drivers;

namespace Firmware.Guard;

/// <summary>How far below its set-points a board has to stay, and why. The default is not at all.</summary>
/// <param name="Steps">Automatic restarts that still count: each takes 25 MHz and 25 mV.</param>
/// <param name="SafeProfile">Too many starts failed: the lowest point that the board file knows.</param>
public readonly record struct LoweredTo(int Steps, bool SafeProfile)
{
    private const double MegahertzStep = 25;
    private const double VoltsStep = 0.025;

    /// <summary>Where a file knows no lower point, this much of the board's clock is the lowest.</summary>
    private const double LowestShare = 0.5;

    public bool IsLowered => Steps > 0 || SafeProfile;

    /// <summary>The same parts with lower set-points, which are never below the board's minimum.</summary>
    public GuardParts Of(GuardParts parts)
    {
        if (!IsLowered)
        {
            return parts;
        }

        var clock = new Megahertz(Clock(parts));
        return parts with
        {
            Rail = parts.Rail is { } rail ? rail with { SetPoint = Volts(parts, rail) } : null,
            Points = SafeProfile ? [] : parts.Points,
            Megahertz = clock,
            MegahertzMax = clock,
        };
    }

    /// <summary>In one sentence, with what the board would have otherwise; null where nothing is lowered.</summary>
    public string? Words(GuardParts parts)
    {
        if (!IsLowered)
        {
            return null;
        }

        var lowered = Of(parts);
        var why = SafeProfile
            ? $"{StartCount.FailedMax} starts in a row have failed: the safe profile"
            : $"{Steps} automatic restart(s) in the last 24 hours";
        var volts = lowered.Rail?.SetPoint is { } set && set != parts.Rail?.SetPoint
            ? $" and {set} instead of {parts.Rail?.SetPoint}"
            : "";
        return $"{lowered.Megahertz} instead of {parts.Megahertz}{volts}: {why}";
    }

    private double Clock(GuardParts parts)
    {
        var lowest = parts.Points.Count > 0
            ? parts.Points[0].Megahertz.Value
            : parts.Megahertz.Value * LowestShare;
        return SafeProfile ? lowest : Math.Max(lowest, parts.Megahertz.Value - Steps * MegahertzStep);
    }

    /// <summary>What the file says that a clock needs is not lowered further: chips would starve, and err.</summary>
    private Volts Volts(GuardParts parts, GuardedRail rail)
    {
        if (parts.Points.Count > 0)
        {
            return SafeProfile ? parts.Points[0].Volts : rail.SetPoint;
        }

        var lowest = Math.Min(rail.VoltsMin?.Value ?? double.MaxValue, rail.SetPoint.Value);
        return SafeProfile ? rail.SetPoint : new Volts(Math.Max(lowest, rail.SetPoint.Value - Steps * VoltsStep));
    }
}
