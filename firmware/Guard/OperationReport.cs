using Drivers;
using Firmware.Link;

namespace Firmware.Guard;

/// <summary>Desired, limited and actual values of a board side by side, each limit with its reason.</summary>
internal static class OperationReport
{
    /// <param name="clock">What is granted, what the rail carries, and what mine reports; null without power.</param>
    public static OperationStatus Of(
        BoardIo io, BoardSettings settings, Throttle throttle, LiveRail rail, ClockView? clock, string energy) => new(
        [
            Clock(settings.Current, throttle, rail, clock),
            .. io.Parts.Rail is null ? [] : new[] { Voltage(io, settings.Current, rail, clock), Power(io, settings) },
            .. io.Parts.Fans.Count == 0 ? [] : new[] { Fan(io, settings.Current) },
        ],
        settings.Status,
        settings.Note,
        settings.Trouble(),
        energy);

    private static SetPointStatus Clock(SetPoints desired, Throttle throttle, LiveRail rail, ClockView? clock)
    {
        var limits = clock is null
            ? []
            : throttle.Limits.Select(limit => new LimitStatus(limit.Clock.Value, limit.Reason)).ToList();
        if (clock is not null && rail.Carries.Value < desired.Clock.Value)
        {
            limits.Add(new(rail.Carries.Value, $"the rail is at {rail.Told}"));
            limits.Sort((one, other) => one.Value.CompareTo(other.Value));
        }

        return new(
            "clock", "MHz", desired.Clock.Value, clock?.Granted.Value ?? 0, clock?.Reported.Value, [.. limits]);
    }

    private static SetPointStatus Voltage(BoardIo io, SetPoints desired, LiveRail rail, ClockView? clock)
    {
        var limited = clock is { } known ? rail.VoltsFor(known.Granted).Value : 0;
        LimitStatus[] limits = clock is not null && limited < desired.Volts?.Value
            ? [new(limited, "what the granted clock needs")]
            : [];
        return new("voltage", "V", desired.Volts?.Value, limited, io.Rail.Output?.Value, limits);
    }

    private static SetPointStatus Power(BoardIo io, BoardSettings settings)
    {
        var board = io.Parts.Rail!.WattsMax.Value;
        var desired = settings.Current.PowerLimit?.Value;
        List<LimitStatus> limits = [new(board, "the board's own")];
        if (desired is { } watts && io.Drawn is null)
        {
            limits.Insert(0, new(watts, "kept only while the watts are measured, and they are not"));
        }

        return new("power", "W", desired, Math.Min(desired ?? board, board), io.Drawn?.Value, [.. limits]);
    }

    private static SetPointStatus Fan(BoardIo io, SetPoints desired)
    {
        var told = Percent(io.Told(0) ?? default);
        double? wanted = desired.FixedFan is { } drive ? Percent(drive) : null;
        return new(
            "fan", "%", wanted, told, told, told > wanted ? [new(told, "heat, or a start, asks for more")] : []);
    }

    private static double Percent(DutyCycle duty) => Math.Round(duty.Fraction * 100, 1);
}

/// <summary>The clock of a board that has power.</summary>
/// <param name="Granted">What mine may drive the chips at.</param>
/// <param name="Reported">What it says that they run at.</param>
internal readonly record struct ClockView(Megahertz Granted, Megahertz Reported);
