using System.CommandLine;
using Firmware;
using Firmware.Boards;

namespace Storm;

/// <summary>The program behind tools/storm.</summary>
internal static class StormCommand
{
    private static readonly Option<int> Episodes = new("--episodes")
    {
        Description = "How many.",
        DefaultValueFactory = _ => 1000,
    };

    private static readonly Option<int?> Seed = new("--seed")
    {
        Description = "Of the first episode; each further one has the next number. Left out: any.",
    };

    private static readonly Option<int> Jobs = new("--jobs")
    {
        Description = "How many at a time.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private static readonly Option<double> Minutes = new("--minutes")
    {
        Description = "Simulated minutes of an episode.",
        DefaultValueFactory = _ => 10,
    };

    private static readonly Option<bool> Traced = new("--trace")
    {
        Description = "Prints what happened in each episode.",
    };

    private static readonly Option<bool> Table = new("--table")
    {
        Description = "Measures each fault alone and prints hil-tests/SAFETY.md.",
    };

    private static readonly Option<string> Boards = new("--boards")
    {
        Description = "The folder of the board files.",
        DefaultValueFactory = _ => "board-configs",
    };

    public static int Run(string[] arguments)
    {
        var command = new RootCommand("Whole miners on a simulated clock, and what goes wrong with them.")
        {
            Episodes, Seed, Jobs, Minutes, Traced, Table, Boards,
        };
        command.SetAction(parsed => Storm(parsed, Console.Out, Console.Error));
        return command.Parse(arguments).Invoke();
    }

    /// <summary>The boards of a folder that have a rail: whatever is to be switched off.</summary>
    public static BoardConfig[] BoardsOf(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*.toml").Order(StringComparer.Ordinal);
        return [.. files.Select(file => BoardConfig.Load([file])[0]).Where(board => board.Rail is not null)];
    }

    private static int Storm(ParseResult parsed, TextWriter tell, TextWriter complain)
    {
        var (episodes, jobs, minutes) = (
            parsed.GetValue(Episodes), parsed.GetValue(Jobs), parsed.GetValue(Minutes));
        if (episodes < 1 || jobs < 1 || !(minutes > 0 && minutes <= 100_000))
        {
            complain.WriteLine("storm: --episodes, --jobs and --minutes take numbers above zero.");
            return 2;
        }

        try
        {
            var boards = BoardsOf(parsed.GetRequiredValue(Boards));
            if (parsed.GetValue(Table))
            {
                SafetyTable.Write(boards, tell);
                return 0;
            }

            var seed = parsed.GetValue(Seed) ?? Random.Shared.Next();
            var run = new StormRun(boards, TimeSpan.FromMinutes(minutes), seed, tell);
            return run.Play(episodes, jobs, parsed.GetValue(Traced)) is null ? 0 : 1;
        }
        catch (Exception wrong) when (wrong is UsageException or IOException)
        {
            complain.WriteLine($"storm: {wrong.Message}");
            return 2;
        }
    }
}
