using System.Globalization;

namespace Storm;

/// <summary>What became of many episodes, by the kinds of their faults.</summary>
internal sealed class Summary
{
    private readonly Dictionary<string, Row> rows = [];

    public int Episodes { get; private set; }

    public void Count(Outcome outcome)
    {
        Episodes++;
        foreach (var kind in outcome.Faults.Select(fault => fault.Kind.Name).Distinct())
        {
            var before = rows.GetValueOrDefault(kind);
            rows[kind] = new(
                before.Episodes + 1,
                before.Stopped + (outcome.Said is null ? 0 : 1),
                before.Violations + (outcome.Violation is null ? 0 : 1),
                Math.Max(before.Hottest, outcome.HottestDegrees));
        }
    }

    public void Tell(TextWriter to)
    {
        to.WriteLine($"{"fault",-26} {"episodes",9} {"ended by guard",15} {"hottest chip",13} {"violations",11}");
        foreach (var (kind, row) in rows.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            to.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{kind,-26} {row.Episodes,9:N0} {row.Stopped,15:N0} {row.Hottest,10:0.0} °C {row.Violations,11:N0}"));
        }
    }

    private readonly record struct Row(int Episodes, int Stopped, int Violations, double Hottest);
}
