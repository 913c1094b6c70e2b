namespace Firmware.Mining;

/// <summary>Which chips of a chain find nothing, for a status line: "domain 5, chip 90 silent".</summary>
internal static class ChipWords
{
    /// <summary>More than these and the line would tell nothing else.</summary>
    private const int NamesMax = 8;

    /// <summary>Null where all are well.</summary>
    public static string? Of(Liveness liveness, int chipsPerDomain)
    {
        List<string> parts = [];
        foreach (var health in (ReadOnlySpan<ChipHealth>)[ChipHealth.Silent, ChipHealth.Wrong, ChipHealth.Suspect])
        {
            if (Names(liveness, health, chipsPerDomain) is { Length: > 0 } names)
            {
                parts.Add($"{names} {Word(health)}");
            }
        }

        return parts.Count == 0 ? null : string.Join("; ", parts);
    }

    private static string Names(Liveness liveness, ChipHealth health, int chipsPerDomain)
    {
        List<string> domains = [];
        List<string> chips = [];
        for (var i = 0; i < liveness.Chips;)
        {
            var end = Math.Min(i + chipsPerDomain, liveness.Chips);
            if (chipsPerDomain > 1 && i % chipsPerDomain == 0 && AllAre(liveness, health, i, end))
            {
                domains.Add($"{i / chipsPerDomain}");
                i = end;
                continue;
            }

            if (liveness[i] == health)
            {
                chips.Add($"{i}");
            }

            i++;
        }

        return string.Join(", ", new[] { List("domain", domains), List("chip", chips) }.Where(list => list.Length > 0));
    }

    private static bool AllAre(Liveness liveness, ChipHealth health, int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            if (liveness[i] != health)
            {
                return false;
            }
        }

        return true;
    }

    private static string List(string kind, List<string> names) => names.Count switch
    {
        0 => "",
        <= NamesMax => $"{kind} {string.Join(", ", names)}",
        _ => $"{kind} {string.Join(", ", names.Take(NamesMax))} and {names.Count - NamesMax} more",
    };

    private static string Word(ChipHealth health) => health switch
    {
        ChipHealth.Silent => "silent",
        ChipHealth.Wrong => "wrong",
        _ => "in doubt",
    };
}
