using System.Globalization;
using Drivers.Hashing.Bm13xx;
using Drivers.Hashing.Bm13xx.Decoding;

namespace Firmware.Cli;

/// <summary>decode --chip: captured bytes of a chain's serial line in, frame by frame what they say out.</summary>
internal static class ChipDecode
{
    /// <summary>Null where Stratum V2 is to be decoded.</summary>
    /// <exception cref="UsageException">No such model, or a secret with it.</exception>
    public static ChipModel? Model(DecodeOptions options)
    {
        if (options.Chip is null)
        {
            return null;
        }

        return options.HasSecret
            ? throw new UsageException("--chip reads a serial line, which has no secret: leave one of the two out.")
            : ChipModel.Find(options.Chip) ?? throw new UsageException(
                $"--chip '{options.Chip}' is unknown: give one of {string.Join(", ", ChipModel.Names)}.");
    }

    /// <exception cref="UsageException">No such side, or not a single frame.</exception>
    public static void Show(ChipModel model, string? side, List<CapturedRun> runs, TextWriter output)
    {
        var explained = new WireDecoder(model).Explain(Sides(side, runs));
        if (!explained.Any(piece => piece.IsFrame))
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"No frame of a {model.Name} is in these {runs.Sum(run => run.Bytes.Length)} bytes: check --chip, "
                + $"--side, and the rate they were captured at."));
        }

        var twoStreams = runs.DistinctBy(run => run.Sender).Count() > 1;
        foreach (var piece in explained)
        {
            Write(piece, twoStreams, output);
        }

        output.WriteLine(Sum(explained));
    }

    private static List<WireRun> Sides(string? side, List<CapturedRun> runs)
    {
        WireSide? all = side switch
        {
            null => null,
            "host" => WireSide.Host,
            "chips" => WireSide.Chips,
            _ => throw new UsageException($"--side '{side}' is none of a serial line: give host or chips."),
        };
        if (all is not null && runs.Exists(run => run.Sender != Sender.Unknown))
        {
            throw new UsageException("The capture tells who sent what by itself: leave --side out.");
        }

        return runs.ConvertAll(run => new WireRun(
            run.Sender switch
            {
                Sender.Client => WireSide.Host,
                Sender.Server => WireSide.Chips,
                _ => all ?? WireSide.Unknown,
            },
            run.Bytes));
    }

    private static void Write(Explanation piece, bool twoStreams, TextWriter output)
    {
        var sender = piece.Sender switch
        {
            WireSide.Host => "host → chips, ",
            WireSide.Chips => "chips → host, ",
            _ => "",
        };
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{sender}byte {piece.Offset}{(twoStreams ? " of its side" : "")}: {piece.Title}, {State(piece)}"));
        var width = piece.Details.Select(detail => detail.Name.Length).DefaultIfEmpty().Max();
        foreach (var detail in piece.Details)
        {
            output.WriteLine($"  {detail.Name.PadRight(width)}  {detail.Value}");
        }
    }

    private static string State(Explanation piece) =>
        !piece.IsFrame ? $"{piece.Length} skipped"
        : piece.IsSound ? "CRC good"
        : piece.Missing == 0 ? "CRC BAD"
        : $"CUT: {piece.Length} of {piece.Length + piece.Missing} bytes";

    private static string Sum(IReadOnlyList<Explanation> explained) => string.Create(
        CultureInfo.InvariantCulture,
        $"{explained.Count(piece => piece.IsSound)} frames with a good CRC, "
        + $"{explained.Count(piece => piece.IsFrame && !piece.IsSound)} damaged, "
        + $"{explained.Where(piece => !piece.IsFrame).Sum(piece => piece.Length)} bytes skipped.");
}
