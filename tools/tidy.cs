#!/usr/bin/env dotnet
// The style as a test: who imports whom, how long a file is, how wide a line, which names say nothing.
// dotnet run tools/tidy.cs [ROOT]; prints one line a finding and exits with 1 where there is one.
using System.Text.RegularExpressions;

var root = Path.GetFullPath(args.Length > 0 ? args[0] : ".");
if (!File.Exists(Path.Combine(root, "Sv2Firmware.sln")))
{
    Console.Error.WriteLine($"tidy: no Sv2Firmware.sln in {root}: run it from the top of the repository.");
    return 2;
}

var findings = new List<string>();
var files = 0;
foreach (var file in Tree.SourceFiles(root).Order(StringComparer.Ordinal))
{
    files++;
    var name = Path.GetRelativePath(root, file);
    var lines = File.ReadAllLines(file);
    findings.AddRange(Style.Check(name, lines));
    if (file.EndsWith(".cs", StringComparison.Ordinal))
    {
        findings.AddRange(Arrows.Check(name, lines));
    }
}

findings.ForEach(Console.WriteLine);
Console.WriteLine($"tidy: {files} files, {findings.Count} findings");
return findings.Count == 0 ? 0 : 1;

internal static class Tree
{
    private static readonly string[] Extensions = [".cs", ".c", ".sh", ".toml", ".csproj"];
    private static readonly string[] Elsewhere = ["artifacts", ".git", "bin", "obj", "node_modules"];

    public static IEnumerable<string> SourceFiles(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => Extensions.Contains(Path.GetExtension(file)) || IsScript(file))
            .Concat(Directory.EnumerateDirectories(folder)
                .Where(child => !Elsewhere.Contains(Path.GetFileName(child)))
                .SelectMany(SourceFiles));

    private static bool IsScript(string file) =>
        Path.GetExtension(file).Length == 0 && File.ReadLines(file).FirstOrDefault()?.StartsWith("#!") == true;
}

/// <summary>Limits of the plan, chapter 9.</summary>
internal static partial class Style
{
    private const int LinesMax = 400;
    private const int ColumnsMax = 120;

    public static IEnumerable<string> Check(string name, string[] lines)
    {
        if (lines.Length > LinesMax)
        {
            yield return $"{name}: {lines.Length} lines, more than {LinesMax}. Which part has a name of its own?";
        }

        if (VagueName().IsMatch(Path.GetFileName(name)))
        {
            yield return $"{name}: the name says nothing. What does it do?";
        }

        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length > ColumnsMax && !name.EndsWith(".csproj", StringComparison.Ordinal))
            {
                yield return $"{name}:{i + 1}: {lines[i].Length} columns; a line has at most {ColumnsMax}.";
            }

            if (VagueType().Match(lines[i]) is { Success: true } vague)
            {
                yield return $"{name}:{i + 1}: '{vague.Groups[1].Value}' says nothing. What does it do?";
            }
        }
    }

    [GeneratedRegex(@"(Manager|Helper|Util|Utils|Utilities|Misc|Common|Stuff)s?\.")]
    private static partial Regex VagueName();

    [GeneratedRegex(@"\b(?:class|struct|record|interface|enum)\s+(\w*(?:Manager|Helper|Utils?|Utilities|Misc))\b")]
    private static partial Regex VagueType();
}

/// <summary>Who may import whom. A folder of drivers/ or firmware/ that is not listed is itself a finding.</summary>
internal static partial class Arrows
{
    private static readonly string[] Wires = 
        ["Drivers", "Drivers.Buses", "Drivers.Buses.BitaxeRaw", "Drivers.Buses.Native"];
    private static readonly string[] Parts =
        ["Drivers.Sensors", "Drivers.Fans", "Drivers.Power", "Drivers.Displays"];

    private static readonly string[] Chips =
        ["Drivers.Hashing", "Drivers.Hashing.Bm13xx", "Drivers.Hashing.Bitfury", "Drivers.Hashing.Cpu"];

    private static readonly string[] Messages =
    [
        "Firmware.StratumV2.Messages", "Firmware.StratumV2.Messages.JobDeclaration",
        "Firmware.StratumV2.Messages.TemplateDistribution", "Firmware.StratumV2.Messages.Extensions",
    ];

    private static readonly string[] Protocol = ["Firmware.StratumV2", "Firmware.StratumV2.Noise", .. Messages];

    private static readonly Dictionary<string, string[]> MayImport = new()
    {
        ["Drivers"] = [],
        ["Drivers.Buses"] = ["Drivers", "Drivers.Buses.BitaxeRaw"],
        ["Drivers.Buses.BitaxeRaw"] = ["Drivers", "Drivers.Buses"],
        ["Drivers.Buses.Native"] = ["Drivers", "Drivers.Buses"],
        ["Drivers.Hashing"] = ["Drivers", "Drivers.Hashing.Lanes"],
        ["Drivers.Hashing.Cpu"] = ["Drivers", "Drivers.Buses", "Drivers.Hashing"],
        ["Drivers.Hashing.Lanes"] = ["Drivers.Hashing"],
        ["Drivers.Hashing.Bm13xx"] = ["Drivers", "Drivers.Buses", "Drivers.Hashing"],
        ["Drivers.Hashing.Bm13xx.Decoding"] = ["Drivers", "Drivers.Hashing", "Drivers.Hashing.Bm13xx"],
        ["Drivers.Hashing.Bitfury"] = ["Drivers", "Drivers.Buses", "Drivers.Hashing"],
        ["Drivers.Sensors"] = ["Drivers", "Drivers.Buses"],
        ["Drivers.Fans"] = ["Drivers", "Drivers.Buses", "Drivers.Sensors"],
        ["Drivers.Power"] = ["Drivers", "Drivers.Buses", "Drivers.Sensors"],
        ["Drivers.Displays"] = ["Drivers", "Drivers.Buses"],
        ["Firmware"] = ["Firmware.Cli", "Drivers"],
        ["Firmware.StratumV2"] = ["Firmware.StratumV2.Noise", .. Messages],
        ["Firmware.StratumV2.Messages"] = ["Firmware.StratumV2"],
        ["Firmware.StratumV2.Messages.JobDeclaration"] = ["Firmware.StratumV2"],
        ["Firmware.StratumV2.Messages.TemplateDistribution"] = ["Firmware.StratumV2"],
        ["Firmware.StratumV2.Messages.Extensions"] = ["Firmware.StratumV2"],
        ["Firmware.StratumV2.Noise"] = ["Drivers", "Firmware.StratumV2"],
        ["Firmware.Mining"] = ["Firmware", "Firmware.Link", "Firmware.Boards", .. Wires, .. Chips],
        ["Firmware.Pool"] = ["Firmware", "Firmware.Mining", "Firmware.Link", "Drivers", "Drivers.Hashing", .. Protocol],
        ["Firmware.Boards"] = ["Firmware", .. Wires, .. Parts, .. Chips],
        ["Firmware.Link"] = ["Firmware", "Drivers"],
        ["Firmware.Guard"] = ["Firmware", "Firmware.Boards", "Firmware.Link", .. Wires, .. Parts],
        ["Firmware.Serve"] = ["Firmware", "Firmware.Link"],
        ["Firmware.Inspection"] =
        [
            "Firmware", "Firmware.Boards", "Firmware.Guard", "Firmware.Link", "Firmware.Mining", .. Wires, .. Parts,
            "Drivers.Hashing",
        ],
        ["Firmware.Walls"] = ["Firmware", "Firmware.Boards", "Drivers", "Drivers.Buses"],
        ["Firmware.Cli"] =
        [
            "Firmware", "Firmware.Boards", "Firmware.Guard", "Firmware.Inspection", "Firmware.Link", "Firmware.Mining",
            "Firmware.Pool", "Firmware.Serve", "Firmware.Walls", .. Protocol, "Drivers", "Drivers.Hashing.Bm13xx",
            "Drivers.Hashing.Bm13xx.Decoding",
        ],
    };

    /// <summary>Top folder → what it may never see: hil-tests ► tools ► firmware ► drivers.</summary>
    private static readonly Dictionary<string, string[]> NeverImports = new()
    {
        ["drivers"] = ["Firmware", "Simulator", "TestPool", "Benchmarks", "Fuzz", "Storm", "HilTests"],
        ["firmware"] = ["Simulator", "TestPool", "Benchmarks", "Fuzz", "Storm", "HilTests"],
        ["tools"] = ["HilTests"],
        ["hil-tests"] = [],
    };

    public static IEnumerable<string> Check(string name, string[] lines)
    {
        var top = name.Split('/')[0];
        var ours = NamespaceOf(lines);
        if (ours.Length == 0 || !NeverImports.TryGetValue(top, out var never))
        {
            yield break;
        }

        var isRoom = top is "drivers" or "firmware";
        if (isRoom && !MayImport.ContainsKey(ours))
        {
            yield return $"{name}: nobody has said what {ours} may import: add it to the table in tools/tidy.cs.";
            yield break;
        }

        var isTest = name.EndsWith(".Tests.cs", StringComparison.Ordinal);
        var listed = isRoom && !isTest ? MayImport[ours] : null;
        foreach (var (imported, line) in Imports(lines).Where(import => import.Imported != ours))
        {
            if (Under(never, imported) || listed?.Contains(imported) == false)
            {
                yield return $"{name}:{line}: {ours} must not import {imported}.";
            }
        }
    }

    private static string NamespaceOf(string[] lines) =>
        lines.Select(line => Namespace().Match(line).Groups[1].Value).FirstOrDefault(found => found.Length > 0, "");

    private static bool Under(string[] roots, string imported) =>
        roots.Any(root => imported == root || imported.StartsWith(root + ".", StringComparison.Ordinal));

    private static IEnumerable<(string Imported, int Line)> Imports(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (Using().Match(lines[i]) is { Success: true } match)
            {
                yield return (match.Groups[1].Value, i + 1);
            }
        }
    }

    [GeneratedRegex(@"^namespace ([\w.]+);")]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?((?:Drivers|Firmware|Simulator|TestPool|Benchmarks|Fuzz|Storm|"
        + @"HilTests)\b[\w.]*);")]
    private static partial Regex Using();
}
