namespace Storm;

public sealed class SafetyTableTests
{
    private static readonly string Repository = FindRepository();

    [Fact]
    public void TheCommittedTableIsTheOneThatTheCommandMakesUpToItsFigures()
    {
        using var made = new StringWriter();
        SafetyTable.Write(StormCommand.BoardsOf(Path.Combine(Repository, "board-configs")), made);
        var committed = File.ReadAllText(Path.Combine(Repository, "hil-tests", "SAFETY.md"));

        Assert.Equal(Outcomes(committed), Outcomes(made.ToString()));
        Assert.DoesNotContain("BROKEN", committed, StringComparison.Ordinal);
        Assert.DoesNotContain("HOT", committed, StringComparison.Ordinal);
        Assert.DoesNotContain("assumed |", committed, StringComparison.Ordinal);
    }

    [Fact]
    public void FiguresAreAllThatMayDiffer()
    {
        Assert.Equal(
            SafetyTable.WithoutFigures("| heat | off | 0.5 s | 1.0 s | 1.0 s | 75 °C | too hot |"),
            SafetyTable.WithoutFigures("| heat | off | 12.4 s | 1.4 s | 0.3 s | 101 °C | 101 °C |"));
        Assert.NotEqual(
            SafetyTable.WithoutFigures("| heat | off | 0.5 s | 1.0 s | 1.0 s | 75 °C | too hot |"),
            SafetyTable.WithoutFigures("| heat | off | – | 1.0 s | 1.0 s | 75 °C | too hot |"));
        Assert.NotEqual(
            SafetyTable.WithoutFigures("| heat | off | – | – | – | 75 °C | too hot |"),
            SafetyTable.WithoutFigures("| heat | mines on | – | – | – | 75 °C | too hot |"));
    }

    private static string[] Outcomes(string text) =>
        [.. text.ReplaceLineEndings("\n").TrimEnd().Split('\n').Select(SafetyTable.WithoutFigures)];

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sv2Firmware.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Not inside the repository.");
    }
}
