using System.Globalization;
using System.Text;

namespace Firmware.StratumV2;

/// <summary>Makes text from the wire fit for logs, terminals and pages.</summary>
public static class WireText
{
    /// <summary>
    /// Bytes that are no UTF-8 and characters that steer instead of print (control, direction, line and paragraph
    /// separators, unassigned) become U+FFFD. Not escaped for HTML.
    /// </summary>
    public static string Sanitise(ReadOnlySpan<byte> utf8)
    {
        var text = new StringBuilder(utf8.Length);
        while (!utf8.IsEmpty)
        {
            Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            text.Append((Prints(rune) ? rune : Rune.ReplacementChar).ToString());
            utf8 = utf8[consumed..];
        }

        return text.ToString();
    }

    private static bool Prints(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned);
}
