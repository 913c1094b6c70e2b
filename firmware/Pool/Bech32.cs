namespace Firmware.Pool;

/// <summary>Segwit addresses: prefix, "1", version and program in 5-bit letters, six letters of checksum.</summary>
internal static class Bech32
{
    private const string Letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int ChecksumSize = 6;
    private const int VersionMax = 16;

    // BIP173 for version 0, BIP350 for all others.
    private const uint Bech32Constant = 1;
    private const uint Bech32MConstant = 0x2BC8_30A3;

    /// <summary>Of the code over GF(32) that BIP173 gives.</summary>
    private static readonly uint[] Generator =
        [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3];

    public static string Encode(string prefix, int version, ReadOnlySpan<byte> program)
    {
        List<byte> data = [(byte)version];
        Regroup(program, from: 8, to: 5, data);
        if (program.Length * 8 % 5 is > 0 and var rest)
        {
            data.Add((byte)((program[^1] << (5 - rest)) & 0x1F));
        }

        var checksum = Checksum(prefix, [.. data, 0, 0, 0, 0, 0, 0]) ^ ConstantOf(version);
        for (var i = 0; i < ChecksumSize; i++)
        {
            data.Add((byte)((checksum >> (5 * (ChecksumSize - 1 - i))) & 0x1F));
        }

        return prefix + "1" + string.Concat(data.Select(value => Letters[value]));
    }

    /// <returns>What is wrong and the remedy, to stand after the name of the thing; null where it is good.</returns>
    public static string? Decode(string text, out int version, out byte[] program)
    {
        version = 0;
        program = [];
        var lower = text.ToLowerInvariant();
        if (text.Any(char.IsAsciiLetterUpper) && text.Any(char.IsAsciiLetterLower))
        {
            return "mixes capital and small letters, which an address never does; copy it again.";
        }

        var split = lower.LastIndexOf('1');
        var (prefix, letters) = (lower[..split], lower[(split + 1)..]);
        if (letters.FirstOrDefault(letter => !Letters.Contains(letter, StringComparison.Ordinal)) is > '\0' and var odd)
        {
            return $"holds {Shown(odd)}, which is of no address; copy it again.";
        }

        var data = letters.Select(letter => (byte)Letters.IndexOf(letter, StringComparison.Ordinal)).ToArray();
        if (data.Length <= ChecksumSize || Checksum(prefix, data) != ConstantOf(data[0]))
        {
            return "has a wrong checksum, so a letter of it is wrong; copy it again.";
        }

        version = data[0];
        var whole = new List<byte>();
        var rest = Regroup(data.AsSpan(1..^ChecksumSize), from: 5, to: 8, whole);
        program = [.. whole];
        return version > VersionMax || rest.Bits >= 5 || rest.Value != 0
            ? "is an address that no wallet makes; copy it again."
            : null;
    }

    public static string Shown(char letter) =>
        char.IsControl(letter) || char.IsSurrogate(letter) ? $"U+{(int)letter:X4}" : $"'{letter}'";

    private static uint ConstantOf(int version) => version == 0 ? Bech32Constant : Bech32MConstant;

    /// <summary>Moves bits into larger or smaller groups; what does not fill a group is returned.</summary>
    private static (uint Value, int Bits) Regroup(ReadOnlySpan<byte> groups, int from, int to, List<byte> result)
    {
        var value = 0u;
        var bits = 0;
        foreach (var group in groups)
        {
            value = (value << from) | group;
            bits += from;
            while (bits >= to)
            {
                bits -= to;
                result.Add((byte)(value >> bits));
                value &= (1u << bits) - 1;
            }
        }

        return (value, bits);
    }

    private static uint Checksum(string prefix, ReadOnlySpan<byte> data)
    {
        var check = 1u;
        foreach (var letter in prefix)
        {
            check = Step(check, (uint)letter >> 5);
        }

        check = Step(check, 0);
        foreach (var letter in prefix)
        {
            check = Step(check, letter & 0x1Fu);
        }

        foreach (var value in data)
        {
            check = Step(check, value);
        }

        return check;
    }

    private static uint Step(uint check, uint value)
    {
        var top = check >> 25;
        check = ((check & 0x01FF_FFFF) << 5) ^ value;
        for (var i = 0; i < Generator.Length; i++)
        {
            check ^= ((top >> i) & 1) != 0 ? Generator[i] : 0;
        }

        return check;
    }
}
