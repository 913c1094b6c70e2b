using System.Globalization;
using System.Text.Json;

namespace Drivers.Hashing;

/// <summary>
/// Vectors/chips.json: frames captured from chips and published hardware results (among them block 839900 as a single
/// BM1366 found it, and a BM1370 share that a pool accepted), collected with the project's reference.
/// </summary>
internal static class ChipVectors
{
    public static readonly JsonElement Root = Read();

    /// <summary>The 57 results of one BM1366 on the work of block 839900, with the difficulty each must have.</summary>
    public static IEnumerable<(BlockHeader Header, double Difficulty)> Block839900()
    {
        var work = Root.GetProperty("bm1366_block839900");
        foreach (var result in work.GetProperty("results").EnumerateArray())
        {
            var header = Header(work, result) with { Version = Word(result, "version") };
            yield return (header, result.GetProperty("difficulty").GetDouble());
        }
    }

    /// <summary>Two headers of a Stratum V1 log.</summary>
    public static IEnumerable<(BlockHeader Header, double Difficulty)> Stratum()
    {
        foreach (var work in Root.GetProperty("stratum_vectors").EnumerateArray())
        {
            var header = Header(work, work) with { Version = Word(work, "version") };
            yield return (header, work.GetProperty("difficulty").GetDouble());
        }
    }

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static byte[] Hex(this JsonElement element, string name) => Convert.FromHexString(element.Text(name));

    private static BlockHeader Header(JsonElement work, JsonElement result) => new()
    {
        PreviousHash = FromStratum(work.Hex("prevhash_stratum")),
        MerkleRoot = UInt256.Read(work.Hex("merkle_root_header_bytes")),
        NTime = Word(work, "ntime"),
        NBits = Word(work, "nbits"),
        Nonce = Word(result, "nonce_u32"),
    };

    private static uint Word(JsonElement element, string name) =>
        uint.Parse(element.Text(name), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Stratum V1 sends the previous hash with the bytes of each 4-byte group turned around.</summary>
    private static UInt256 FromStratum(byte[] hash)
    {
        for (var group = 0; group < hash.Length; group += 4)
        {
            hash.AsSpan(group, 4).Reverse();
        }

        return UInt256.Read(hash);
    }

    private static JsonElement Read()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Vectors", "chips.json");
        using var file = JsonDocument.Parse(File.ReadAllBytes(path));
        return file.RootElement.Clone();
    }
}
