namespace Fuzz;

/// <summary>What no input may cause and one did: input and story in a folder, and how to see it again.</summary>
internal sealed class Findings(string folder, string target)
{
    private readonly HashSet<string> places = [];

    public int Count => places.Count;

    /// <summary>Keeps it, unless one from the same place of the code is kept already.</summary>
    public void Add(ReadOnlySpan<byte> input, string story)
    {
        if (!places.Add(PlaceOf(story)))
        {
            return;
        }

        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{target}-{Corpus.NameOf(input)}");
        File.WriteAllBytes(path, input);
        File.WriteAllText(path + ".txt", story + Environment.NewLine);
        Console.WriteLine($"finding {Count}: {story.Split('\n')[0]}");
        Console.WriteLine($"  again with: tools/fuzz {target} --reproduce {path}");
    }

    /// <summary>
    /// The kind of exception and the first line of ours in its trace; without one, what it says but for its numbers,
    /// for the next input of the same kind takes a few bytes more.
    /// </summary>
    private static string PlaceOf(string story)
    {
        var lines = story.Split('\n');
        var kind = lines[0].Split(':')[0];
        var ours = lines.FirstOrDefault(line => line.Contains(" at Firmware.", StringComparison.Ordinal)
            || line.Contains(" at Drivers.", StringComparison.Ordinal));
        return $"{kind} {ours ?? string.Concat(lines[0].Where(letter => !char.IsAsciiDigit(letter)))}";
    }
}
