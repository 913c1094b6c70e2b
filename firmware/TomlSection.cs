using System.Globalization;
using System.Text.RegularExpressions;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Firmware;

/// <summary>
/// One table of a TOML file, read strictly: every key is asked for once by name, and <see cref="Finish"/> refuses
/// what nobody asked for. Works on the syntax tree, because the library's own mapping passes over unknown keys,
/// wrong types and names of another case in silence, and because the tree knows the line of everything.
/// </summary>
internal sealed partial class TomlSection
{
    private readonly string file;
    private readonly int line;
    private readonly Dictionary<string, KeyValueSyntax> entries = [];
    private readonly List<string> asked = [];

    private TomlSection(string file, string name, int line, SyntaxList<KeyValueSyntax> items)
    {
        this.file = file;
        this.line = line;
        Name = name;
        foreach (var item in items)
        {
            var key = KeyOf(item.Key);
            if (!entries.TryAdd(key, item))
            {
                throw Wrong(LineOf(item), $"the key '{key}' stands twice in {name}; keep one of them.");
            }
        }
    }

    /// <summary>How the section is called in messages: "[rail]", or "the top of the file".</summary>
    public string Name { get; }

    /// <exception cref="UsageException">The text is no TOML; the message names file and line.</exception>
    public static DocumentSyntax Parse(string toml, string file)
    {
        var document = SyntaxParser.Parse(toml, file, validate: true);
        foreach (var message in document.Diagnostics)
        {
            var what = Quoted().Replace(message.Message.TrimEnd('.'), "…"); // A user's name may be in it, but no key.
            throw Wrong(file, message.Span.Start.Line + 1, $"this is no TOML: {what}.");
        }

        return document;
    }

    public static TomlSection Top(string file, DocumentSyntax document) =>
        new(file, "the top of the file", 1, document.KeyValues);

    public static TomlSection Of(string file, TableSyntaxBase table)
    {
        var name = KeyOf(table.Name);
        return new(file, table is TableArraySyntax ? $"[[{name}]]" : $"[{name}]", LineOf(table), table.Items);
    }

    public static string KeyOf(KeySyntax? key) => key?.ToString().Trim() ?? "";

    public static int LineOf(SyntaxNodeBase node) => node.Span.Start.Line + 1;

    public static UsageException Wrong(string file, int line, string sentence) => new($"{file}:{line}: {sentence}");

    /// <summary>True where the file has the key, whatever its value.</summary>
    public bool Has(string key) => entries.ContainsKey(key);

    public string Text(string key) => TextOf(key, Take(key));

    public string? OptionalText(string key) => Has(key) ? Text(key) : Absent<string>(key);

    /// <summary>A text that is one of a few.</summary>
    public string Choice(string key, params string[] allowed)
    {
        var text = Text(key);
        return allowed.Contains(text)
            ? text
            : throw Wrong(key, $"is \"{text}\"; allowed here: {string.Join(", ", allowed)}.");
    }

    public string? OptionalChoice(string key, params string[] allowed) =>
        Has(key) ? Choice(key, allowed) : Absent<string>(key);

    /// <summary>Each as <see cref="Text"/> wants it.</summary>
    public string[] OptionalTexts(string key)
    {
        if (!Has(key))
        {
            return Absent<string[]>(key) ?? [];
        }

        return Take(key) is ArraySyntax array
            ? [.. array.Items.Select(item => TextOf(key, item.Value))]
            : throw Wrong(key, "is not a list; write texts between brackets, as [\"one\", \"two\"].");
    }

    public bool? OptionalFlag(string key) => !Has(key) ? Absent<bool?>(key)
        : Take(key) is BooleanValueSyntax flag ? flag.Value
        : throw Wrong(key, "is neither true nor false; write one of them without quotes.");

    /// <summary>A whole number, both bounds included.</summary>
    public int Whole(string key, int min, int max) => WholeOf(key, Take(key), min, max);

    /// <summary>Each as <see cref="Whole"/> wants it.</summary>
    public int[] OptionalWholes(string key, int min, int max)
    {
        if (!Has(key))
        {
            return Absent<int[]>(key) ?? [];
        }

        return Take(key) is ArraySyntax array
            ? [.. array.Items.Select(item => WholeOf(key, item.Value, min, max))]
            : throw Wrong(key, "is not a list; write whole numbers between brackets, as [0x50, 0x51].");
    }

    public int? OptionalWhole(string key, int min, int max) => Has(key) ? Whole(key, min, max) : Absent<int?>(key);

    /// <summary>A number with or without a fraction, both bounds included.</summary>
    /// <param name="why">A sentence on why nothing else is allowed, or null where that needs none.</param>
    public double Number(string key, double min, double max, string? why = null)
    {
        var number = Take(key) switch
        {
            IntegerValueSyntax integer => integer.Value,
            FloatValueSyntax real => real.Value,
            _ => throw Wrong(key, $"is not a number; allowed here: {Plain(min)} to {Plain(max)}."),
        };
        return number >= min && number <= max // NaN fails both.
            ? number
            : throw Wrong(
                key,
                $"is {Plain(number)}; allowed here: {Plain(min)} to {Plain(max)}.{(why is null ? "" : $" {why}")}");
    }

    public double? OptionalNumber(string key, double min, double max) =>
        Has(key) ? Number(key, min, max) : Absent<double?>(key);

    /// <summary>A complaint about one key's value, with its line.</summary>
    public UsageException Wrong(string key, string sentence) =>
        Wrong(entries.TryGetValue(key, out var entry) ? LineOf(entry) : line, $"'{key}' in {Name} {sentence}");

    /// <summary>Refuses every key that nobody asked for.</summary>
    public void Finish()
    {
        foreach (var (key, entry) in entries)
        {
            if (!asked.Contains(key))
            {
                throw Wrong(
                    LineOf(entry),
                    $"unknown key '{key}' in {Name}; allowed here: {string.Join(", ", asked)}.");
            }
        }
    }

    private int WholeOf(string key, ValueSyntax? value, int min, int max) => value switch
    {
        IntegerValueSyntax { Value: var whole } when whole >= min && whole <= max => (int)whole,
        IntegerValueSyntax { Value: var whole } => throw Wrong(key, $"is {whole}; allowed here: {min} to {max}."),
        _ => throw Wrong(key, $"is not a whole number; allowed here: {min} to {max}."),
    };

    private string TextOf(string key, ValueSyntax? value) => value switch
    {
        StringValueSyntax { Value: { Length: > 0 } text } when !text.Any(char.IsControl) => text,
        StringValueSyntax => throw Wrong(key, "holds no readable text; write at least one printable character."),
        _ => throw Wrong(key, "is not a text; write it in double quotes."),
    };

    private static string Plain(double number) => number.ToString("0.######", CultureInfo.InvariantCulture);

    private T? Absent<T>(string key)
    {
        asked.Add(key);
        return default;
    }

    private ValueSyntax? Take(string key)
    {
        asked.Add(key);
        return entries.TryGetValue(key, out var entry)
            ? entry.Value
            : throw Missing(key);
    }

    /// <summary>A key that is missing beside one that differs in a letter was mistyped: name both.</summary>
    private UsageException Missing(string key)
    {
        var written = entries.Keys.FirstOrDefault(other => !asked.Contains(other) && AreAlike(key, other));
        var guess = written is null ? "." : $"; is '{written}' in line {LineOf(entries[written])} meant for it?";
        return Wrong(line, $"the key '{key}' is missing in {Name}{guess}");
    }

    /// <summary>They differ in one letter, be it wrong, missing or too many.</summary>
    private static bool AreAlike(string one, string other)
    {
        var front = one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
        var back = one.Reverse().Zip(other.Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        return front + back >= Math.Max(one.Length, other.Length) - 1;
    }

    private UsageException Wrong(int at, string sentence) => Wrong(file, at, sentence);

    [GeneratedRegex("(?<!key )`.*`|\".*\"|'.*'|(?<=token |character ).*")]
    private static partial Regex Quoted();
}
