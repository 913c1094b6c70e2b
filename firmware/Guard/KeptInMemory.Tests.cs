namespace Firmware.Guard;

/// <summary>A flash that never refuses, and that a test can look into.</summary>
internal sealed class KeptInMemory : IHistoryKeeper
{
    private readonly List<Fault> faults = [];

    /// <summary>One for each fault: the newest that was given of it.</summary>
    public IReadOnlyList<Fault> Faults => faults;

    public StartRecord? Starts { get; private set; }

    public int Retired { get; private set; }

    public void Keep(Fault fault)
    {
        faults.RemoveAll(other => other.Board == fault.Board && other.Seconds.Equals(fault.Seconds));
        faults.Add(fault);
    }

    /// <summary>Called for each record of starts that is given.</summary>
    public Action<StartRecord> WhenStarts { get; set; } = _ => { };

    public void Keep(string board, StartRecord starts)
    {
        Starts = starts;
        WhenStarts(starts);
    }

    public void Retire(string board) => Retired++;

    public string? Trouble(string board) => null;
}
