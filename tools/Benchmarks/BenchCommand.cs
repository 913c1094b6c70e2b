using System.CommandLine;

namespace Benchmarks;

/// <summary>The command line: which figures, and where the programs are that they are of.</summary>
internal static class BenchCommand
{
    private static readonly string[] Names = ["T1", "T2", "T3", "T4", "T5", "T6", "T7", "T9", "T10", "T11", "T12"];

    /// <summary>Those for which the product runs as a process.</summary>
    private static readonly string[] OfProcesses = ["T1", "T2", "T7", "T9", "T12"];

    private static readonly Argument<string?> Name = new("figure")
    {
        Description = "One figure alone: " + string.Join(", ", Names) + ". Without it, all of them.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Product = new("--product")
    {
        Description = "The published sv2fw of this machine, for T1, T2, T7, T9 and T12.",
    };

    private static readonly Option<string?> ArmProduct = new("--arm-product")
    {
        Description = "The published sv2fw for linux-arm64, for T10.",
    };

    private static readonly Option<string?> Relay = new("--relay")
    {
        Description = "The compiled relay.c, the floor of T1 and T2.",
    };

    private static readonly Option<string?> Lanes = new("--lanes")
    {
        Description = "The folder with the compiled lanes.c, lanes8.so and lanes16.so, the floor of T6.",
    };

    private static readonly Option<string> Board = new("--board")
    {
        Description = "The board file whose ports T1, T2, T7, T9 and T12 take the place of.",
        DefaultValueFactory = _ => "board-configs/bitaxe-gamma-601.toml",
    };

    private static readonly Option<int> Samples = new("--samples")
    {
        Description = "Samples in each round of T1 and T2.",
        DefaultValueFactory = _ => 2000,
    };

    private static readonly Option<int> RoundCount = new("--rounds")
    {
        Description = "Rounds of T1 and T2, miner and relay in turns.",
        DefaultValueFactory = _ => 3,
    };

    private static readonly Option<bool> BeforeOthers = new("--real-time")
    {
        Description = "Runs miner and floor before every other process, so that neighbours do not show (needs root).",
    };

    public static int Run(string[] arguments)
    {
        var command = new RootCommand("Measures figures beside their floors in the same run; prints a Markdown table.")
        {
            Name,
            Product,
            ArmProduct,
            Relay,
            Lanes,
            Board,
            Samples,
            RoundCount,
            BeforeOthers,
        };
        command.SetAction(Measure);
        return command.Parse(arguments).Invoke();
    }

    private static int Measure(ParseResult parsed)
    {
        var options = new BenchOptions(
            parsed.GetValue(Product),
            parsed.GetValue(ArmProduct),
            parsed.GetValue(Relay),
            parsed.GetValue(Lanes),
            parsed.GetRequiredValue(Board),
            parsed.GetRequiredValue(Samples),
            parsed.GetRequiredValue(RoundCount));
        var wanted = Array.FindAll(
            Names,
            name => parsed.GetValue(Name) is not { } one || name.Equals(one, StringComparison.OrdinalIgnoreCase));
        if (wanted.Length == 0)
        {
            Console.Error.WriteLine(
                $"bench: there is no figure '{parsed.GetValue(Name)}'; there are {string.Join(", ", Names)}.");
            return 2;
        }

        if (Missing(wanted, options) is { } missing)
        {
            Console.Error.WriteLine($"bench: {missing}");
            return 2;
        }

        if (parsed.GetValue(BeforeOthers) && !RealTime.TryBegin())
        {
            Console.Error.WriteLine("bench: the kernel refuses --real-time; run it as root, or without.");
            return 1;
        }

        Console.WriteLine(Figure.Heading);
        foreach (var figure in wanted.SelectMany(name => Of(name, wanted, options)))
        {
            Console.WriteLine(figure);
        }

        return 0;
    }

    private static string? Missing(string[] wanted, BenchOptions options)
    {
        var runs = wanted.Intersect(OfProcesses).Any();
        return runs && options.Product is null
            ? $"{string.Join(", ", OfProcesses)} need --product, the published sv2fw."
            : wanted.Any(name => name is "T1" or "T2") && options.Relay is null
                ? "T1 and T2 need --relay, the compiled relay.c."
            : wanted.Contains("T6") && options.Lanes is null ? "T6 needs --lanes, the folder of the compiled lanes.c."
            : wanted.Contains("T10") && options.ArmProduct is null ? "T10 needs --arm-product, sv2fw for linux-arm64."
            : runs && !File.Exists(options.BoardFile) ? $"there is no board file {options.BoardFile}: give --board."
            : null;
    }

    private static IEnumerable<Figure> Of(string name, string[] wanted, BenchOptions options) => name switch
    {
        "T1" => LatencyFigures.Measure(options.Product!, options.Relay!, options),
        "T2" when wanted.Contains("T1") => [], // Both are measured in the same run, and the rows are there already.
        "T2" => LatencyFigures.Measure(options.Product!, options.Relay!, options),
        "T3" => AllocationFigures.Measure(),
        "T4" => FrameFigures.Measure(),
        "T5" => JudgeFigures.Measure(),
        "T6" => LaneFigures.Measure(options.Lanes!),
        "T7" => LoadFigures.Measure(options.Product!, options),
        "T9" => StartFigures.Measure(options.Product!, options),
        "T11" => WireFigures.Measure(),
        "T12" => ReactionFigures.Measure(options.Product!, options),
        _ => SizeFigures.Measure(options.ArmProduct!),
    };
}
