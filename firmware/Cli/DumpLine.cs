using System.Globalization;

namespace Firmware.Cli;

/// <summary>One line of a hex dump: an offset, bytes in groups, perhaps the same as letters.</summary>
internal readonly record struct DumpLine(long Offset, byte[] Bytes)
{
    private const int BytesMax = 16;

    /// <summary>False for a line of another form: the offset has six digits or more, then comes a gap.</summary>
    public static bool TryRead(string line, out DumpLine read)
    {
        read = default;
        var digits = line.TakeWhile(char.IsAsciiHexDigit).Count();
        if (digits is < 6 or > 16 || !long.TryParse(
                line.AsSpan(0, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var offset))
        {
            return false;
        }

        // With a colon it is xxd's form, whose groups are of any size and whose letters follow two blanks.
        var colon = digits < line.Length && line[digits] == ':';
        var rest = line[(digits + (colon ? 1 : 0))..];
        if (rest.Length > 0 && rest[0] != ' ')
        {
            return false;
        }

        var bytes = Groups(rest.TrimStart(), colon ? "  " : "   ", colon ? int.MaxValue : BytesMax, !colon);
        read = new(offset, bytes ?? []);
        return bytes is not null;
    }

    /// <summary>The bytes of the groups up to a gap; null where a group is none.</summary>
    public static byte[]? Groups(string text, string gap, int bytesMax, bool single)
    {
        var end = text.IndexOf('|', StringComparison.Ordinal);
        var letters = text.IndexOf(gap, StringComparison.Ordinal);
        var area = text[..Math.Min(end < 0 ? text.Length : end, letters < 0 ? text.Length : letters)];
        var bytes = new List<byte>();
        foreach (var group in area.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (bytes.Count >= bytesMax)
            {
                break;
            }

            if (group.Length % 2 != 0 || (single && group.Length != 2) || !group.All(char.IsAsciiHexDigit))
            {
                return null;
            }

            bytes.AddRange(Convert.FromHexString(group));
        }

        return [.. bytes];
    }
}
