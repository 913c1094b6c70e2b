using System.Diagnostics.CodeAnalysis;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>
/// Addresses and the output scripts that they stand for: base58check (P2PKH, P2SH) and bech32/bech32m (BIP173, BIP350).
/// </summary>
public static class BitcoinAddress
{
    private const int HashSize = 20;
    private const int ChecksumSize = 4;
    private const int LegacySize = 1 + HashSize + ChecksumSize;
    private const int TextMax = 90;

    private const byte OpDup = 0x76;
    private const byte OpHash160 = 0xA9;
    private const byte OpEqual = 0x87;
    private const byte OpEqualVerify = 0x88;
    private const byte OpCheckSig = 0xAC;
    private const byte Op1 = 0x51;

    /// <summary>Prefix of segwit addresses, version bytes of P2PKH and P2SH; the first is the main network.</summary>
    private static readonly (string Prefix, byte KeyHash, byte ScriptHash)[] Networks =
        [("bc", 0x00, 0x05), ("tb", 0x6F, 0xC4), ("bcrt", 0x6F, 0xC4)];

    /// <param name="script">The output script that pays the address.</param>
    /// <param name="problem">What is wrong and the remedy, to stand after "the payout": one sentence.</param>
    public static bool TryScript(
        string address,
        [NotNullWhen(true)] out byte[]? script,
        [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(address);
        script = null;
        problem = address.Length is 0 or > TextMax ? "is empty or too long for an address."
            : IsSegwit(address) ? Segwit(address, out script)
            : Legacy(address, out script);
        return script is not null;
    }

    /// <summary>The address that the script pays, or null where it is of no such kind.</summary>
    /// <param name="prefix">Of the network: "bc", "tb" or "bcrt".</param>
    public static string? Of(ReadOnlySpan<byte> script, string prefix = "bc")
    {
        var network = Array.Find(Networks, each => each.Prefix == prefix);
        return script switch
        {
            [OpDup, OpHash160, HashSize, .. { Length: HashSize } hash, OpEqualVerify, OpCheckSig] =>
                LegacyText(network.KeyHash, hash),
            [OpHash160, HashSize, .. { Length: HashSize } hash, OpEqual] => LegacyText(network.ScriptHash, hash),
            [0, 20 or 32, ..] when script.Length == 2 + script[1] => Bech32.Encode(prefix, 0, script[2..]),
            [>= Op1 and <= Op1 + 15, >= 2 and <= 40, ..] when script.Length == 2 + script[1] =>
                Bech32.Encode(prefix, script[0] - Op1 + 1, script[2..]),
            _ => null,
        };
    }

    private static bool IsSegwit(string address) => Array.Exists(
        Networks, network => address.StartsWith(network.Prefix + "1", StringComparison.OrdinalIgnoreCase));

    private static string? Segwit(string address, out byte[]? script)
    {
        script = null;
        if (Bech32.Decode(address, out var version, out var program) is { } problem)
        {
            return problem;
        }

        if (program.Length is < 2 or > 40 || (version == 0 && program.Length is not (20 or 32)))
        {
            return $"is an address of {program.Length} bytes, which no wallet makes; copy it again.";
        }

        script = [version == 0 ? (byte)0 : (byte)(Op1 + version - 1), (byte)program.Length, .. program];
        return null;
    }

    private static string? Legacy(string address, out byte[]? script)
    {
        script = null;
        var bytes = Base58.Decode(address, out var wrong);
        if (bytes is null)
        {
            return $"holds {Bech32.Shown(wrong)}, which is of no address; copy it again.";
        }

        if (bytes.Length != LegacySize)
        {
            return $"is no Bitcoin address: it has {bytes.Length} bytes instead of {LegacySize}; copy it again.";
        }

        if (!Checksum(bytes.AsSpan(..^ChecksumSize)).AsSpan().SequenceEqual(bytes.AsSpan(^ChecksumSize..)))
        {
            return "has a wrong checksum, so a letter of it is wrong; copy it again.";
        }

        var version = bytes[0];
        var hash = bytes[1..^ChecksumSize];
        script = Array.Exists(Networks, network => network.KeyHash == version)
            ? [OpDup, OpHash160, HashSize, .. hash, OpEqualVerify, OpCheckSig]
            : Array.Exists(Networks, network => network.ScriptHash == version)
                ? [OpHash160, HashSize, .. hash, OpEqual]
                : null;
        return script is null ? "is an address of another coin; give one of Bitcoin." : null;
    }

    private static string LegacyText(byte version, ReadOnlySpan<byte> hash)
    {
        byte[] bytes = [version, .. hash];
        return Base58.Encode([.. bytes, .. Checksum(bytes)]);
    }

    private static byte[] Checksum(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[Digest.Size];
        Digest.Sha256(digest, bytes);
        Digest.Sha256(digest, digest);
        return digest[..ChecksumSize].ToArray();
    }
}
