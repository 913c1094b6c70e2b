using System.Text.Json;
using System.Text.Json.Serialization;
using Firmware.Boards;
using Microsoft.Extensions.Logging.Abstractions;

namespace Firmware.Inspection;

/// <param name="Json">A file for the report, or null.</param>
internal sealed record SelftestOptions(string[] BoardFiles, string? Json);

/// <summary>The verb `selftest`: one board after the other, a line for each thing, and a report for programs.</summary>
internal static class SelftestCommand
{
    /// <summary>0 where everything passed, else 1.</summary>
    /// <exception cref="UsageException">A file is wrong.</exception>
    /// <exception cref="StartException">A board is not there, or guard has it.</exception>
    public static int Run(SelftestOptions options, TextWriter tell, Func<TimeSpan> clock, CancellationToken stop)
    {
        var configs = BoardConfig.Load(options.BoardFiles);
        var boards = new List<TestedBoard>();
        foreach (var config in configs)
        {
            tell.WriteLine($"{config.Key}: {config.Name}, '{config.File}'");
            var test = new Selftest(config, NullLogger.Instance, clock, stop)
            {
                Found = finding => tell.WriteLine(finding),
            };
            boards.Add(new(config.Key, config.Name, [.. test.Run()]));
        }

        var report = new SelftestReport(Product.Version, boards.TrueForAll(board => board.Passed), [.. boards]);
        if (options.Json is { } file)
        {
            Write(file, report);
        }

        var failed = boards.Sum(board => board.Findings.Count(finding => finding.Outcome != Outcome.Pass));
        tell.WriteLine(report.Passed ? "every line passed" : $"{failed} line(s) did not pass");
        return report.Passed ? 0 : 1;
    }

    private static void Write(string file, SelftestReport report)
    {
        try
        {
            var unfinished = file + ".new";
            using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
            {
                JsonSerializer.Serialize(stream, report, SelftestJson.Default.SelftestReport);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, file, overwrite: true);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The report '{file}' cannot be written ({refusal.Message}); the test has ended.");
        }
    }
}

/// <summary>What --json writes.</summary>
internal sealed record SelftestReport(string Version, bool Passed, TestedBoard[] Boards);

/// <param name="Board">The board's key: its file's name.</param>
internal sealed record TestedBoard(string Board, string Model, Finding[] Findings)
{
    public bool Passed => Array.TrueForAll(Findings, finding => finding.Outcome == Outcome.Pass);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SelftestReport))]
internal sealed partial class SelftestJson : JsonSerializerContext;
