using System.Security.Cryptography;
using System.Text.Json;

namespace Firmware.StratumV2.Noise;

/// <summary>Reads the JSON files of Vectors/; each says where it is from.</summary>
internal static class NoiseVectors
{
    /// <summary>SRI stratum 26802203, on own inputs, and our expectations of every step between.</summary>
    public static JsonElement[] Handshakes { get; } =
        [.. Load("handshake").GetProperty("handshakes").EnumerateArray()];

    /// <summary>libsecp256k1 687155df, module ellswift.</summary>
    public static JsonElement EllSwift { get; } = Load("ellswift");

    /// <summary>libsecp256k1 687155df, module schnorrsig.</summary>
    public static JsonElement Bip340 { get; } = Load("bip340");

    /// <summary>SRI stratum 26802203.</summary>
    public static JsonElement AuthorityKeys { get; } = Load("authority_key");

    /// <summary>All secrets repeated bytes; agreed with sv2-tp 1be45c4.</summary>
    public static JsonElement FixedKeys { get; } = Load("fixed_keys");

    public static byte[] Bytes(this JsonElement element, string name) =>
        Convert.FromHexString(element.GetProperty(name).GetString()!);

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    /// <summary>Lower case, as the files have it.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>Long frames are given by length, both ends and digest.</summary>
    public static void AssertMatches(JsonElement expected, ReadOnlySpan<byte> actual)
    {
        Assert.Equal(expected.GetProperty("len").GetInt32(), actual.Length);
        if (expected.TryGetProperty("hex", out var hex))
        {
            Assert.Equal(hex.GetString(), Hex(actual));
            return;
        }

        Assert.Equal(expected.Text("first64"), Hex(actual[..64]));
        Assert.Equal(expected.Text("last64"), Hex(actual[^64..]));
        Assert.Equal(expected.Text("sha256"), Hex(SHA256.HashData(actual)));
    }

    private static JsonElement Load(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "StratumV2", "Noise", "Vectors", name + ".json");
        return JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
    }
}
