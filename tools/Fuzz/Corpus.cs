using NSec.Cryptography;

namespace Fuzz;

/// <summary>The inputs that went ways of their own, kept in a folder from run to run.</summary>
internal sealed class Corpus
{
    private readonly List<byte[]> inputs = [];
    private readonly string folder;

    /// <param name="folder">Made where it is not there.</param>
    public Corpus(string folder)
    {
        this.folder = folder;
        Directory.CreateDirectory(folder);
    }

    public int Count => inputs.Count;

    public byte[] this[int index] => inputs[index];

    /// <summary>What former runs left there; it has to earn its place again.</summary>
    public IEnumerable<byte[]> Saved() =>
        Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes);

    public void Add(ReadOnlySpan<byte> input)
    {
        inputs.Add(input.ToArray());
        var path = Path.Combine(folder, NameOf(input));
        if (!File.Exists(path))
        {
            File.WriteAllBytes(path, input);
        }
    }

    /// <summary>Any of them, half of the time one of the newest: there is the way into new country.</summary>
    public byte[] Any(Random random)
    {
        var newest = Math.Max(1, inputs.Count / 8);
        return random.Next(2) == 0 ? inputs[^(1 + random.Next(newest))] : inputs[random.Next(inputs.Count)];
    }

    /// <summary>The same input has the same name everywhere.</summary>
    public static string NameOf(ReadOnlySpan<byte> input) =>
        Convert.ToHexStringLower(HashAlgorithm.Sha256.Hash(input))[..16];
}
