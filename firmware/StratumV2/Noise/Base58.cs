namespace Firmware.StratumV2.Noise;

/// <summary>Bitcoin's base 58: all digits and letters but 0, O, I and l. A leading zero byte is a '1'.</summary>
internal static class Base58
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var zeros = bytes.Length - bytes.TrimStart((byte)0).Length;
        Span<byte> number = stackalloc byte[bytes.Length];
        bytes.CopyTo(number);
        var digits = new Stack<char>();
        while (number.ContainsAnyExcept((byte)0))
        {
            var remainder = 0;
            foreach (ref var part in number)
            {
                var value = remainder * 256 + part;
                part = (byte)(value / Alphabet.Length);
                remainder = value % Alphabet.Length;
            }

            digits.Push(Alphabet[remainder]);
        }

        return new string('1', zeros) + string.Concat(digits);
    }

    /// <summary>Null where <paramref name="wrong"/> tells the first character that is not of the alphabet.</summary>
    public static byte[]? Decode(string text, out char wrong)
    {
        wrong = default;
        var number = new byte[text.Length];
        foreach (var character in text)
        {
            var carry = Alphabet.IndexOf(character, StringComparison.Ordinal);
            if (carry < 0)
            {
                wrong = character;
                return null;
            }

            for (var i = number.Length - 1; i >= 0; i--)
            {
                carry += number[i] * Alphabet.Length;
                number[i] = (byte)(carry & 0xFF);
                carry >>= 8;
            }
        }

        var zeros = text.Length - text.AsSpan().TrimStart('1').Length;
        return [.. new byte[zeros], .. number.AsSpan().TrimStart((byte)0)];
    }
}
