using System.Globalization;

namespace Firmware.Cli;

/// <summary>Who sent captured bytes.</summary>
internal enum Sender : byte
{
    /// <summary>The capture does not tell.</summary>
    Unknown,
    Client,
    Server,
}

/// <summary>Captured bytes of one sender, without a break.</summary>
internal readonly record struct CapturedRun(Sender Sender, byte[] Bytes);

/// <summary>
/// A conversation as tools print it in hex: xxd, hexdump -C, od -t x1, tcpdump -x, "Follow stream" of Wireshark and
/// tshark, or plain digits. The server's lines are indented, as those two do it, or marked: '&gt;' is for what the
/// client sends and '&lt;' for what it receives.
/// </summary>
internal static class Capture
{
    private static readonly string[] TsharksWords = ["Follow: ", "Filter: ", "Node 0: ", "Node 1: "];

    /// <exception cref="UsageException">Not such a text; the sentence says where.</exception>
    public static List<CapturedRun> Read(string text)
    {
        var lines = Array.ConvertAll(text.Split('\n'), line => IsTsharks(line) ? "" : line.TrimEnd());
        if (lines.Any(PacketText.IsPacketLine))
        {
            return PacketText.Read(lines);
        }

        var first = Array.Find(lines, line => line.Length > 0) ?? "";
        if (IsWords(first))
        {
            throw new UsageException(
                "This is hexdump's default form, which turns bytes round in pairs; use hexdump -C.");
        }

        return DumpLine.TryRead(first.Trim(), out var dump) && dump.Offset == 0
            ? Join(Dump(lines))
            : Join(Digits(lines));
    }

    /// <summary>Runs of the same sender become one.</summary>
    public static List<CapturedRun> Join(IEnumerable<CapturedRun> runs)
    {
        var joined = new List<CapturedRun>();
        foreach (var run in runs.Where(run => run.Bytes.Length > 0))
        {
            if (joined.Count > 0 && joined[^1].Sender == run.Sender)
            {
                joined[^1] = run with { Bytes = [.. joined[^1].Bytes, .. run.Bytes] };
            }
            else
            {
                joined.Add(run);
            }
        }

        return joined;
    }

    private static IEnumerable<CapturedRun> Dump(string[] lines)
    {
        var twoSided = IsTwoSided(lines);
        var counts = new long[3];
        for (var i = 0; i < lines.Length; i++)
        {
            var sender = SenderOf(lines[i], twoSided, out var start);
            var line = lines[i][start..].Trim();
            if (line.Length == 0)
            {
                continue;
            }

            if (line == "*")
            {
                throw new UsageException($"Line {i + 1}: '*' stands for lines left out; use hexdump -v, or od -v.");
            }

            var dump = DumpLine.TryRead(line, out var read)
                ? read
                : throw new UsageException($"Line {i + 1} is no line of a hex dump, as the lines before it are.");
            if (dump.Offset != counts[(int)sender])
            {
                throw new UsageException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Line {i + 1} says that it begins at 0x{dump.Offset:x}, and 0x{counts[(int)sender]:x} bytes come "
                    + $"before it: lines are missing."));
            }

            counts[(int)sender] += dump.Bytes.Length;
            yield return new(sender, dump.Bytes);
        }
    }

    private static IEnumerable<CapturedRun> Digits(string[] lines)
    {
        var twoSided = IsTwoSided(lines);
        var digits = new List<(Sender Sender, char Digit)>();
        for (var i = 0; i < lines.Length; i++)
        {
            var sender = SenderOf(lines[i], twoSided, out var start);
            for (var column = start; column < lines[i].Length; column++)
            {
                var letter = lines[i][column];
                if (!char.IsWhiteSpace(letter) && letter is not (':' or ','))
                {
                    digits.Add((sender, char.IsAsciiHexDigit(letter) ? letter : throw NoDigit(i, column, letter)));
                }
            }
        }

        foreach (var sender in digits.Select(digit => digit.Sender).Distinct())
        {
            var count = digits.Count(digit => digit.Sender == sender);
            if (count % 2 != 0)
            {
                throw new UsageException($"decode reads two hex digits a byte; {count} digits leave half a one.");
            }
        }

        for (var i = 0; i + 1 < digits.Count; i += 2)
        {
            var pair = digits[i].Sender == digits[i + 1].Sender
                ? string.Concat(digits[i].Digit, digits[i + 1].Digit)
                : throw new UsageException("A line ends with half a byte, and the other side's begins with the rest.");
            yield return new(digits[i].Sender, Convert.FromHexString(pair));
        }
    }

    private static UsageException NoDigit(int line, int column, char letter) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"decode reads hex digits, two a byte; '{(char.IsControl(letter) ? '\uFFFD' : letter)}' is none (line "
        + $"{line + 1}, column {column + 1})."));

    /// <summary>What tshark writes around a stream.</summary>
    private static bool IsTsharks(string line) =>
        line.StartsWith("====", StringComparison.Ordinal)
        || Array.Exists(TsharksWords, word => line.StartsWith(word, StringComparison.Ordinal));

    /// <summary>Seven digits and groups of four.</summary>
    private static bool IsWords(string line) =>
        line.StartsWith("0000000 ", StringComparison.Ordinal) && line.Length > 12 && line.IndexOf(' ', 8) == 12;

    /// <summary>Some lines are indented and some not.</summary>
    private static bool IsTwoSided(string[] lines)
    {
        var content = Array.FindAll(lines, line => line.Length > 0);
        return content.Any(IsIndented) && !content.All(IsIndented);
    }

    private static bool IsIndented(string line) => line[0] == '\t' || line.StartsWith("    ", StringComparison.Ordinal);

    private static Sender SenderOf(string line, bool twoSided, out int start)
    {
        start = line.StartsWith('>') || line.StartsWith('<') ? 1 : 0;
        return line.StartsWith('>') ? Sender.Client
            : line.StartsWith('<') ? Sender.Server
            : !twoSided || line.Length == 0 ? Sender.Unknown
            : IsIndented(line) ? Sender.Server
            : Sender.Client;
    }
}
