using System.CommandLine;
using System.Globalization;
using Fuzz.Targets;

namespace Fuzz;

/// <summary>The program behind tools/fuzz, which knows where everything is and what became of a dead process.</summary>
internal static class FuzzCommand
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(5);

    private static readonly Argument<string> Name = new("target") { Description = "One of 'list'." };

    private static readonly Option<double> Minutes = new("--minutes")
    {
        Description = "How long.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<string> FolderOption = new("--folder")
    {
        Description = "Where corpus and findings are.",
        DefaultValueFactory = _ => "artifacts/fuzz",
    };

    private static readonly Option<int> Seed = new("--seed") { Description = "Of what chance decides; 0 takes any." };
    private static readonly Option<string?> Reproduce = new("--reproduce") { Description = "A finding, once more." };
    private static readonly Option<string?> Rescue = new("--rescue") { Description = "Why the last process died." };

    public static int Run(string[] arguments)
    {
        if (arguments is ["--instrument", .. var assemblies])
        {
            return Instrumentation.Run(assemblies);
        }

        Coverage.Prepare();
        var command = new RootCommand("Feeds the product what nobody meant it to read; see tools/fuzz --help.")
        {
            Name, Minutes, FolderOption, Seed, Reproduce, Rescue,
        };
        command.SetAction(Fuzz);
        return command.Parse(arguments).Invoke();
    }

    private static int Fuzz(ParseResult parsed)
    {
        var name = parsed.GetRequiredValue(Name);
        if (name == "list")
        {
            AllTargets.List.ForEach(listed => Console.WriteLine($"  {listed.Name,-12} {listed.About}"));
            return 0;
        }

        if (AllTargets.List.Find(one => one.Name == name) is not { } target)
        {
            Console.Error.WriteLine(
                $"fuzz: there is no target '{name}'; there are "
                + $"{string.Join(", ", AllTargets.List.Select(one => one.Name))}.");
            return 2;
        }

        var folder = parsed.GetRequiredValue(FolderOption);
        return parsed.GetValue(Reproduce) is { } file ? Again(target, file)
            : parsed.GetValue(Rescue) is { } reason ? KeepLast(target, folder, reason)
            : Search(target, folder, parsed.GetRequiredValue(Minutes), parsed.GetValue(Seed));
    }

    private static int Search(ITarget target, string folder, double minutes, int seed)
    {
        if (!(minutes > 0 && minutes <= 100_000))
        {
            Console.Error.WriteLine("fuzz: --minutes takes a number above zero.");
            return 2;
        }

        seed = seed != 0 ? seed : Environment.TickCount;
        Console.WriteLine($"{target.Name}: {target.About} Seed {seed}.");
        var corpus = new Corpus(Path.Combine(folder, "corpus", target.Name));
        var findings = new Findings(Path.Combine(folder, "findings"), target.Name);
        using var last = new LastInput(LastOf(folder, target), target.LengthMax);
        var loop = new Loop(target, new Coverage(), corpus, findings, last);
        var before = default(Progress);
        var end = loop.Run(TimeSpan.FromMinutes(minutes), new Random(seed), ReportEvery, now =>
        {
            Console.WriteLine(Line(now, before));
            before = now;
        });
        Console.WriteLine(Line(end, default) + " · end");
        return end.Findings == 0 ? 0 : 1;
    }

    private static string Line(Progress now, Progress before)
    {
        var rate = (now.Executions - before.Executions) / Math.Max(1e-3, (now.Elapsed - before.Elapsed).TotalSeconds);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{now.Elapsed:hh\\:mm\\:ss} · {now.Executions:N0} executions · {rate:N0}/s · corpus {now.Corpus} "
            + $"(+{now.Corpus - before.Corpus}) · branches {now.Edges} (+{now.Edges - before.Edges}) · "
            + $"findings {now.Findings}");
    }

    /// <summary>Without a net: the exception shows itself, and a debugger stops at it.</summary>
    private static int Again(ITarget target, string file)
    {
        if (!File.Exists(file))
        {
            Console.Error.WriteLine($"fuzz: there is no file {file}.");
            return 2;
        }

        target.Try(File.ReadAllBytes(file));
        Console.WriteLine($"{target.Name} takes {file}: nothing is wrong with it any more.");
        return 0;
    }

    private static int KeepLast(ITarget target, string folder, string reason)
    {
        if (LastInput.Of(LastOf(folder, target)) is { } input)
        {
            new Findings(Path.Combine(folder, "findings"), target.Name).Add(input, reason);
        }

        return 1;
    }

    private static string LastOf(string folder, ITarget target) => Path.Combine(folder, $"last-{target.Name}");
}
