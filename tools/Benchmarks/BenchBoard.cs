using Drivers.Hashing.Bm13xx;

namespace Benchmarks;

/// <summary>
/// A board file for a chip that does not exist: a real one with a pty in place of its bridge, the slowest clock (no
/// ramp) and the slow baud rate (no switch), so that little stands between a start and the first job.
/// </summary>
internal static class BenchBoard
{
    public const int Megahertz = 50;
    public const int Ticket = 16;
    public const int ZeroBits = 1;
    public const int ChipsPerDomain = 3;

    /// <summary>Of a long chain: each chip is to find some results a second, so that silence soon shows.</summary>
    public const int LongTicket = 2;

    /// <summary>Of a long chain: nobody switches it on, but its file must be one that could be.</summary>
    private const int Domains = 3;

    /// <summary>Zero bits that every result must have: what a nonce is made up for in a few tries.</summary>
    public static int ReportedZeroBits => ZeroBits + int.Log2(Ticket);

    public static int LongReportedZeroBits => ZeroBits + int.Log2(LongTicket);

    public static Bm13xxConfig Chain =>
        new(ChipModel.Bm1370, 1, Bm13xxConfig.SlowBaud, new TicketMask(int.Log2(Ticket)), ZeroBits);

    /// <summary>Writes the file into the folder; returns its path.</summary>
    public static string Write(string boardFile, string folder, string dataPort) =>
        Write(boardFile, Path.Combine(folder, "bench.toml"), dataPort, ChipModel.Bm1370, chips: 1);

    public static string Write(string boardFile, string path, string dataPort, ChipModel model, int chips)
    {
        // The last section tells how many watts the board's own chips draw.
        var own = File.ReadLines(boardFile)
            .TakeWhile(line => chips == 1 || !line.StartsWith("[energy]", StringComparison.Ordinal));
        var lines = own.SelectMany(line => line.Split('=')[0].Trim() switch
        {
            "usb_product" =>
                ["dialect = \"v0\"", "control_port = \"/dev/null\"", $"data_port = \"{dataPort}\""],
            "baud" => [$"baud = {Bm13xxConfig.SlowBaud}", $"zero_bits = {ZeroBits}"],
            "chip" => [$"chip = \"{model.Name.ToLowerInvariant()}\""],
            "chips" when chips > 1 => [$"chips = {chips}", $"chips_per_domain = {ChipsPerDomain}"],
            "megahertz" => [$"megahertz = {Megahertz}"],
            "ticket" => [$"ticket = {(chips > 1 ? LongTicket : Ticket)}"],
            "volts" when chips > 1 => [$"domains = {Domains}", "volts = 0.30"],
            "volts_min" when chips > 1 => ["volts_min = 0.29"],
            "volts_max" when chips > 1 => ["volts_max = 0.31"],
            _ => new[] { line },
        });
        File.WriteAllLines(path, lines);
        return path;
    }
}
