using System.Globalization;
using Drivers.Displays;

namespace Firmware.Guard;

/// <summary>
/// What a board itself shows to somebody who stands before it: four lines on its display, and a light. It comes after
/// all that matters in a tick, sends one piece of at most 32 bytes, and nothing at all where the tick is late.
/// </summary>
internal sealed class BoardFace(Ssd1306? display, StatusLight? light)
{
    private const int ShortestDisplay = 4;

    /// <param name="io">With the readings of this tick.</param>
    /// <param name="late">The tick is behind its time.</param>
    public void Show(BoardIo io, GuardState state, string reason, TimeSpan now, bool late)
    {
        if (late)
        {
            return;
        }

        if (display is not null && io.Do(() => Say(io, state, reason)))
        {
            _ = io.Do(() => display.Tick(late: false));
        }

        if (light is not null)
        {
            _ = io.Do(() => light.TryShow(SignalOf(state), now));
        }
    }

    private static Signal SignalOf(GuardState state) => state switch
    {
        GuardState.Starting => Signal.Starting,
        GuardState.Running or GuardState.Reduced => Signal.Mining,
        GuardState.SafeOff => Signal.Fault,
        _ => Signal.Idle,
    };

    private bool Say(BoardIo io, GuardState state, string reason)
    {
        Span<string> lines =
        [
            io.Parts.Model,
            $"{state.Word()} {Hottest(io)}",
            $"{Power(io)} {Fan(io)}",
            reason,
        ];
        for (var i = 0; i < ShortestDisplay; i++)
        {
            display!.Show(i, lines[i].Trim());
        }

        return true;
    }

    private static string Hottest(BoardIo io)
    {
        var known = io.Sensors.Where(sensor => sensor.Value is not null).ToArray();
        return known.Length == 0 ? "" : Text($"{known.Max(sensor => sensor.Value!.Value.Degrees):0.0} C");
    }

    private static string Power(BoardIo io) => io.Rail.Power is { } watts ? Text($"{watts.Value:0.0} W") : "";

    private static string Fan(BoardIo io) =>
        io.Parts.Fans.Count > 0 && io.Told(0) is { } duty ? Text($"fan {duty.Fraction * 100:0}%") : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
