namespace Firmware.Guard;

/// <summary>The last readings before a fault and the first after it, one row for each tick of guard.</summary>
/// <param name="Columns">What the values of a row are, with their units.</param>
public sealed record FaultTrace(string[] Columns, TraceRow[] Rows);

/// <param name="Seconds">Since the fault; negative before it.</param>
/// <param name="State">Of the board, as in the status.</param>
/// <param name="Values">One for each column; null where it could not be read.</param>
public sealed record TraceRow(double Seconds, string State, double?[] Values);

/// <summary>
/// The last minute of a board and a little more, in memory that is there from the beginning: taking a row allocates
/// nothing. One thread owns it.
/// </summary>
internal sealed class TraceRing
{
    /// <summary>What a fault's record reaches back, and what it holds of the time after.</summary>
    public static readonly TimeSpan Before = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan After = TimeSpan.FromSeconds(5);

    private const int Digits = 3;

    /// <summary>Ticks of both times, and some for what a fault takes out of its turn.</summary>
    private static readonly int RowsMax = (int)((Before + After) / GuardLoop.Period) + 10;

    private readonly string[] columns;
    private readonly TimeSpan[] times = new TimeSpan[RowsMax];
    private readonly GuardState[] states = new GuardState[RowsMax];
    private readonly float[] values;
    private int next;
    private int count;

    public TraceRing(GuardParts parts)
    {
        columns =
        [
            .. parts.Sensors.Select(sensor => $"{sensor.Limits.Name} °C"),
            .. parts.Fans.SelectMany(fan => new[] { $"{fan.Name} rpm", $"{fan.Name} %" }),
            "V", "A", "W", "input V", "status", "MHz run", "MHz granted",
        ];
        values = new float[columns.Length * RowsMax];
    }

    /// <param name="run">The clock that mine says the chips run at, in megahertz; null where nobody says so.</param>
    /// <param name="granted">The clock that guard permits, in megahertz.</param>
    public void Take(BoardIo io, GuardState state, double? run, double granted, TimeSpan now)
    {
        times[next] = now;
        states[next] = state;
        var row = values.AsSpan(next * columns.Length, columns.Length);
        var at = 0;
        foreach (var sensor in io.Sensors)
        {
            row[at++] = Known(sensor.Value?.Degrees);
        }

        for (var i = 0; i < io.Fans.Length; i++)
        {
            row[at++] = Known(io.Fans[i].Value?.Value);
            row[at++] = Known(io.Told(i)?.Fraction * 100);
        }

        var rail = io.Rail;
        row[at++] = Known(rail.Output?.Value);
        row[at++] = Known(rail.Current?.Value);
        row[at++] = Known(rail.Output?.Value * rail.Current?.Value);
        row[at++] = Known(rail.Input?.Value);
        row[at++] = Known(rail.Status);
        row[at++] = Known(run);
        row[at] = (float)granted;
        next = (next + 1) % RowsMax;
        count = Math.Min(count + 1, RowsMax);
    }

    /// <summary>What is there of the minute before a moment, and of the time after it.</summary>
    public FaultTrace Around(TimeSpan moment)
    {
        var rows = new List<TraceRow>(count);
        for (var i = 0; i < count; i++)
        {
            var row = (next - count + i + RowsMax) % RowsMax;
            if (moment - times[row] <= Before)
            {
                rows.Add(Row(row, moment));
            }
        }

        return new(columns, [.. rows]);
    }

    private static float Known(double? value) => (float)(value ?? double.NaN);

    private TraceRow Row(int row, TimeSpan moment) => new(
        Math.Round((times[row] - moment).TotalSeconds, Digits),
        states[row].Word(),
        [.. values.AsSpan(row * columns.Length, columns.Length).ToArray().Select(Value)]);

    private static double? Value(float value) => float.IsNaN(value) ? null : Math.Round(value, Digits);
}
