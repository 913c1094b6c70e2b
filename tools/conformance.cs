#!/usr/bin/env dotnet
// Holds firmware/StratumV2/CONFORMANCE.md against the tests that ran: every statement has a test, and it passed.
// dotnet run tools/conformance.cs RESULTS [ROOT]; RESULTS is a folder of .trx files. Exits with 1 where a row lies.
using System.Text.RegularExpressions;
using System.Xml.Linq;

if (args.Length == 0 || !Directory.Exists(args[0]))
{
    Console.Error.WriteLine("conformance: needs the folder of the test results: run tools/test, which gives it.");
    return 2;
}

var table = Path.Combine(args.Length > 1 ? args[1] : ".", "firmware", "StratumV2", "CONFORMANCE.md");
var outcomes = Directory.GetFiles(args[0], "*.trx").SelectMany(Results.Read).ToLookup(result => result.Test);
var rows = File.ReadLines(table).Select(line => Row.Pattern().Match(line)).Where(row => row.Success)
    .Select(row => new Row(row.Groups["id"].Value, row.Groups["tests"].Value)).ToList();
var findings = Statements.All.Where(id => rows.All(row => row.Id != id)).Select(id => $"{id}: no row.").ToList();
findings.AddRange(rows.GroupBy(row => row.Id).Where(same => same.Count() > 1).Select(same => $"{same.Key}: two rows."));
foreach (var row in rows)
{
    var tests = row.Tests;
    findings.AddRange(tests.Count == 0 ? [$"{row.Id}: names no test."] : []);
    findings.AddRange(tests.Where(test => !outcomes[test].Any()).Select(test => $"{row.Id}: {test} did not run."));
    findings.AddRange(tests.Where(test => outcomes[test].Any(result => !result.Passed))
        .Select(test => $"{row.Id}: {test} failed."));
}

findings.ForEach(Console.WriteLine);
Console.WriteLine($"conformance: {rows.Count} statements, {findings.Count} findings");
return findings.Count == 0 ? 0 : 1;

/// <summary>The statements of the reference that this firmware answers for, and the hostile inputs.</summary>
internal static class Statements
{
    private const int Conformance = 83;
    private const int Hostile = 50;

    public static IEnumerable<string> All =>
        Enumerable.Range(1, Conformance).Select(n => $"{n}").Concat(Enumerable.Range(1, Hostile).Select(n => $"B{n}"));
}

/// <summary>One line of the table: | number | what it says | `Class.Test`, `Class.Test` |.</summary>
internal sealed partial record Row(string Id, string Cell)
{
    public IReadOnlyList<string> Tests => [.. Name().Matches(Cell).Select(name => name.Groups[1].Value)];

    [GeneratedRegex(@"^\| (?<id>B?\d+) \|.*\| (?<tests>[^|]*) \|$")]
    public static partial Regex Pattern();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();
}

/// <summary>What became of one test, or of one case of it.</summary>
/// <param name="Test">Class.Method, without namespace and arguments.</param>
internal sealed record Results(string Test, bool Passed)
{
    public static IEnumerable<Results> Read(string path) => XDocument.Load(path).Descendants()
        .Where(element => element.Name.LocalName == "UnitTestResult")
        .Select(element => new Results(
            Short((string)element.Attribute("testName")!), (string)element.Attribute("outcome")! == "Passed"));

    private static string Short(string name)
    {
        var parts = name.Split('(')[0].Split('.');
        return string.Join('.', parts.TakeLast(2));
    }
}
