using System.Numerics;
using System.Text;
using Firmware;
using Firmware.StratumV2.Noise;
using NSec.Cryptography;

namespace Fuzz.Targets;

/// <summary>
/// An authority key as a person typed it; or, after a zero byte, what a key is made of: the checksum is put right,
/// which chance never does.
/// </summary>
internal sealed class KeyTarget : ITarget
{
    private const string Known = "9bXiEd8boQVhq7WddEcERUL5tyyJVFYdU8th3HfbNXK3Yw6GRXh"; // SV2 reference §3.4

    public string Name => "key";

    public string About => "Base58check of an authority key; a key that is taken is written as it was read.";

    public int LengthMax => 256;

    public long AllocatedMax => 256 * 1024;

    public IReadOnlyList<byte[]> Words { get; } = [.. "123456789ABCxyz".Select(letter => new[] { (byte)letter })];

    public IEnumerable<byte[]> Seeds()
    {
        yield return Encoding.UTF8.GetBytes(Known);
        using var pair = new KeyPair(Enumerable.Repeat((byte)0x44, 32).ToArray());
        yield return Encoding.UTF8.GetBytes(pair.Authority.ToString());
        yield return [0, 1, 0, .. pair.XOnly];
        yield return [];
    }

    public void Try(ReadOnlySpan<byte> input)
    {
        var text = input.IndexOf((byte)0) == 0 ? WithChecksum(input[1..]) : Encoding.UTF8.GetString(input);
        try
        {
            var key = AuthorityKey.Parse(text);
            BrokenPromise.Unless(key.ToString() == text, "a key that is taken is written as it was read.");
        }
        catch (UsageException refused)
        {
            BrokenPromise.Unless(!refused.Message.Any(char.IsControl), "no control character is shown to people.");
        }
    }

    private static string WithChecksum(ReadOnlySpan<byte> content)
    {
        var digest = HashAlgorithm.Sha256.Hash(HashAlgorithm.Sha256.Hash(content));
        return Base58([.. content, .. digest.AsSpan(0, 4)]);
    }

    /// <summary>Not the product's, which is on trial.</summary>
    private static string Base58(byte[] bytes)
    {
        const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        var text = new StringBuilder();
        for (var number = new BigInteger(bytes, isUnsigned: true, isBigEndian: true); !number.IsZero; number /= 58)
        {
            text.Insert(0, Alphabet[(int)(number % 58)]);
        }

        return text.Insert(0, new string('1', bytes.Length - bytes.AsSpan().TrimStart((byte)0).Length)).ToString();
    }
}
