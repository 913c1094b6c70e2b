using System.Security.Cryptography;
using CsCheck;

namespace Firmware.StratumV2.Noise;

public class AuthorityKeyTests
{
    private const string Good = "9bXiEd8boQVhq7WddEcERUL5tyyJVFYdU8th3HfbNXK3Yw6GRXh";

    [Fact] // SRI stratum 26802203
    public void TheKeysOfTheVectorsAreReadAndWrittenAsThere()
    {
        foreach (var vector in NoiseVectors.AuthorityKeys.GetProperty("valid").EnumerateArray())
        {
            using var pair = new KeyPair(vector.Bytes("secret"));
            var key = AuthorityKey.Parse(vector.Text("base58check"));

            Assert.Equal(vector.Text("xonly"), NoiseVectors.Hex(key.XOnly));
            Assert.Equal(pair.Authority, key);
            Assert.Equal(vector.Text("base58check"), key.ToString());
        }
    }

    [Fact] // SRI stratum 26802203
    public void TheBadKeysOfTheVectorsAreRefused()
    {
        foreach (var vector in NoiseVectors.AuthorityKeys.GetProperty("invalid").EnumerateArray())
        {
            Assert.Throws<UsageException>(() => AuthorityKey.Parse(vector.Text("text")));
        }
    }

    [Fact] // sv2-spec 4.7
    public void TheSpecsExampleIsRead() => Assert.Equal(
        "76637000979c1c11af0c300bcd8c7fe48610fce9b9c11e3daee35ae0b08a7455",
        NoiseVectors.Hex(AuthorityKey.Parse(Good).XOnly));

    [Fact]
    public void EachMistakeIsNamed()
    {
        Assert.Contains("missing", Problem(""), StringComparison.Ordinal);
        Assert.Contains("'0'", Problem("0" + Good[1..]), StringComparison.Ordinal);
        Assert.Contains("U+000A", Problem(Good + "\n"), StringComparison.Ordinal);
        Assert.Contains("instead of 38", Problem(Good[..48]), StringComparison.Ordinal);
        Assert.Contains("checksum", Problem(Good[..^1] + "j"), StringComparison.Ordinal);
        Assert.Contains("characters", Problem(new string('9', 1_000_000)), StringComparison.Ordinal);
        Assert.Contains("kind 2", Problem(Encoded(version: 2, new byte[32])), StringComparison.Ordinal);
        Assert.Contains("no point", Problem(Encoded(version: 1, NotOnCurve)), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryCutKeyIsRefused()
    {
        for (var length = 0; length < Good.Length; length++)
        {
            Assert.NotEmpty(Problem(Good[..length]));
        }
    }

    [Fact]
    public void EveryMistypedLetterIsNoticed()
    {
        for (var i = 0; i < Good.Length; i++)
        {
            var letters = Good.ToCharArray();
            letters[i] = letters[i] == 'z' ? 'y' : 'z';
            Assert.NotEmpty(Problem(new string(letters)));
        }
    }

    [Fact]
    public void BytesSurviveBase58WithTheirLeadingZeros() =>
        Gen.Byte.Array[0, 40].Sample(
            bytes => Base58.Decode(Base58.Encode([0, .. bytes]), out _)!.AsSpan().SequenceEqual((byte[])[0, .. bytes]));

    /// <summary>x = 5: 132 is no square. BIP340's test vectors use such keys too.</summary>
    private static byte[] NotOnCurve => [.. new byte[31], 5];

    private static string Problem(string text) =>
        Assert.Throws<UsageException>(() => AuthorityKey.Parse(text)).Message;

    private static string Encoded(byte version, byte[] x)
    {
        byte[] body = [version, 0, .. x];
        return Base58.Encode([.. body, .. SHA256.HashData(SHA256.HashData(body))[..4]]);
    }
}
