using Drivers;
using Firmware.Link;

namespace Firmware.Guard;

/// <summary>What guard shows of a board to people: the readings of its last tick, nothing made up.</summary>
internal static class BoardReport
{
    /// <param name="limits">Of each sensor: what holds now, which may be lower than the board's own.</param>
    public static BoardGuardStatus Of(
        BoardIo io,
        GuardState state,
        string reason,
        string? fault,
        bool powered,
        IReadOnlyList<ThermalLimits> limits) => new(
        io.Parts.Key,
        io.Parts.Model,
        state.Word(),
        reason,
        fault,
        io.Parts.DeadMan,
        [.. io.Parts.Sensors.Select((_, i) => Sensor(io, i, limits[i]))],
        [.. io.Parts.Fans.Select((fan, i) => Fan(io, i, fan.Name))],
        Rail(io, powered));

    /// <summary>A board that is not there: nothing of it is known.</summary>
    public static BoardGuardStatus OfAbsent(GuardParts parts, GuardState state, string reason, string? fault) =>
        Of(new(parts), state, reason, fault, powered: false, [.. parts.Sensors.Select(sensor => sensor.Limits)]);

    private static SensorStatus Sensor(BoardIo io, int index, ThermalLimits limits)
    {
        var reading = io.Sensors[index];
        return new(
            limits.Name,
            reading.Value?.Degrees,
            reading.Value is null ? reading.Fault.Words() : null,
            limits.Target.Degrees,
            limits.Off.Degrees);
    }

    private static FanStatus Fan(BoardIo io, int index, string name)
    {
        var reading = io.Fans[index];
        var trouble = reading.Value is null ? reading.Fault.Words() : null;
        return new(
            name,
            (io.Told(index) ?? default).Fraction * 100,
            reading.Value?.Value,
            io.FansObeyed[index] || io.Told(index) is null ? trouble : "does not take the command");
    }

    private static RailStatus? Rail(BoardIo io, bool powered)
    {
        if (io.Parts.Rail is null)
        {
            return null;
        }

        var reading = io.Rail;
        return new(
            powered ? io.SetPoint.Value : 0,
            reading.Output?.Value,
            reading.Current?.Value,
            reading.Power?.Value,
            reading.Input?.Value,
            reading.Temperature?.Degrees,
            reading.Fault);
    }
}
