using Drivers.Hashing;

namespace Firmware.Pool;

/// <summary>The kinds of output script that people have names for.</summary>
public enum ScriptKind : byte
{
    Unknown,
    P2pk,
    P2pkh,
    P2sh,
    P2wpkh,
    P2wsh,
    P2tr,

    /// <summary>A witness program of a later version.</summary>
    Witness,

    /// <summary>BIP141: what the witnesses of the block hash to. Pays nobody.</summary>
    Commitment,

    /// <summary>OP_RETURN: pays nobody.</summary>
    Data,
}

/// <summary>What an output script is, in words for people.</summary>
internal static class OutputScript
{
    /// <summary>Longer scripts are cut: 40 bytes hold most of what is written into an OP_RETURN.</summary>
    public const int BytesShownMax = 40;

    private const int HashSize = 20;
    private const byte Op1 = 0x51;
    private const byte Op16 = 0x60;
    private const byte OpReturn = 0x6A;
    private const byte OpDup = 0x76;
    private const byte OpEqual = 0x87;
    private const byte OpEqualVerify = 0x88;
    private const byte OpHash160 = 0xA9;
    private const byte OpCheckSig = 0xAC;

    public static ScriptKind KindOf(ReadOnlySpan<byte> script) => script switch
    {
        [OpDup, OpHash160, HashSize, .. { Length: HashSize }, OpEqualVerify, OpCheckSig] => ScriptKind.P2pkh,
        [OpHash160, HashSize, .. { Length: HashSize }, OpEqual] => ScriptKind.P2sh,
        [33, 2 or 3, .. { Length: 32 }, OpCheckSig] or [65, 4, .. { Length: 64 }, OpCheckSig] => ScriptKind.P2pk,
        [OpReturn, 36, 0xAA, 0x21, 0xA9, 0xED, .. { Length: >= UInt256.Size }] => ScriptKind.Commitment,
        [OpReturn, ..] => ScriptKind.Data,
        [0 or (>= Op1 and <= Op16), _, .. { Length: >= 2 and <= 40 } program] when program.Length == script[1] =>
            KindOfProgram(script[0], program.Length),
        _ => ScriptKind.Unknown,
    };

    /// <summary>
    /// The address on mainnet; where the script has none, its bytes in hexadecimal, cut where they are many.
    /// </summary>
    public static string Text(ReadOnlySpan<byte> script) =>
        BitcoinAddress.Of(script) ?? (script is [OpReturn, .. var data] ? $"OP_RETURN {Hex(data)}" : Hex(script));

    private static ScriptKind KindOfProgram(byte version, int size) => (version, size) switch
    {
        (0, HashSize) => ScriptKind.P2wpkh,
        (0, UInt256.Size) => ScriptKind.P2wsh,
        (0, _) => ScriptKind.Unknown,
        (Op1, UInt256.Size) => ScriptKind.P2tr,
        _ => ScriptKind.Witness,
    };

    private static string Hex(ReadOnlySpan<byte> bytes) => bytes.Length <= BytesShownMax
        ? Convert.ToHexStringLower(bytes)
        : $"{Convert.ToHexStringLower(bytes[..BytesShownMax])}… ({bytes.Length} bytes)";
}
