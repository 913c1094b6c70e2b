using Firmware.Link;

namespace Firmware.Mining;

/// <summary>From a chain's report of its chips to the columns that go over the link.</summary>
public static class HealthColumns
{
    private const double Giga = 1e9;

    /// <summary>Null until the chips have been brought up once.</summary>
    public static BoardHealth? Of(ChainReport report, TimeSpan now)
    {
        var health = report.Health;
        return health.Chips.Length == 0 ? null : new BoardHealth(
            health.Word,
            report.Remedy,
            health.Note ?? report.Status.Note,
            Chips(health.Chips, now),
            Domains(health),
            new(
                report.Ladder.NextWorks,
                report.Ladder.Rejoins,
                report.Ladder.Resets,
                report.Ladder.PowerCycles,
                report.Ladder.Latches),
            Math.Round(report.Starved.TotalSeconds, 3),
            report.PortErrors.Overruns,
            report.PortErrors.FramingErrors,
            report.Status.LeftAside.Disbelieved,
            report.Status.LeftAside.Unasked,
            report.Status.LeftAside.SmallCores);
    }

    private static ChipColumns Chips(ChipReport[] chips, TimeSpan now) => new(
        string.Concat(chips.Select(Letter)),
        Array.ConvertAll(chips, chip => Rate(chip.Figures.HashRate)),
        Array.ConvertAll(chips, chip => chip.Figures.CountedHashRate is { } counted ? Rate(counted) : (double?)null),
        Array.ConvertAll(chips, chip => Math.Round(chip.Status.Clock.Value, 2)),
        Array.ConvertAll(chips, chip => chip.Figures.Results),
        Array.ConvertAll(chips, chip => chip.Figures.HardwareErrors),
        Array.ConvertAll(chips, chip => chip.Figures.Duplicates),
        Array.ConvertAll(chips, chip => chip.Figures.SeenAt is { } at ? (long)(now - at).TotalSeconds : (long?)null));

    private static DomainColumns Domains(HealthReport health)
    {
        var domains = (health.Chips.Length + health.ChipsPerDomain - 1) / health.ChipsPerDomain;
        var columns = new DomainColumns(
            health.ChipsPerDomain, new double[domains], new long[domains], new long[domains]);
        for (var i = 0; i < health.Chips.Length; i++)
        {
            var domain = i / health.ChipsPerDomain;
            ref readonly var figures = ref health.Chips[i];
            columns.GigaHashes[domain] = Math.Round(columns.GigaHashes[domain] + Rate(figures.Figures.HashRate), 4);
            columns.Results[domain] += figures.Figures.Results;
            columns.HardwareErrors[domain] += figures.Figures.HardwareErrors;
        }

        return columns;
    }

    /// <summary>Four digits after the point: simulated chips are slow, and a line has its length.</summary>
    private static double Rate(double hashes) => Math.Round(hashes / Giga, 4);

    private static char Letter(ChipReport chip) => chip.Health switch
    {
        ChipHealth.Well when chip.Status is { HashRate: 0, Fault: not null } => 's', // Its driver left it out.
        ChipHealth.Well => 'o',
        ChipHealth.Suspect => 'd',
        ChipHealth.Silent => 's',
        _ => 'w',
    };
}
