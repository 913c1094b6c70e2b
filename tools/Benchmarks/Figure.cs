using System.Globalization;

namespace Benchmarks;

/// <summary>One row of the table. Texts carry their units.</summary>
/// <param name="Floor">What stands beside it, measured in the same run; "–" where there is no floor.</param>
/// <param name="Ratio">Measured ÷ floor; "–" where there is none.</param>
/// <param name="Target">
/// Of reference/performance: what the ratio or the figure must not exceed; "–" where there is none.
/// </param>
internal sealed record Figure(string Name, string Measured, string Floor, string Ratio, string Target, bool Met)
{
    public const string None = "–";

    public static readonly string Heading =
        "| figure | measured | floor | ratio | target | verdict |" + Environment.NewLine + "|---|---|---|---|---|---|";

    public override string ToString() =>
        $"| {Name} | {Measured} | {Floor} | {Ratio} | {Target} | {Verdict} |";

    private string Verdict => Target == None ? None : Met ? "met" : "**missed**";

    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

/// <summary>What a figure needs from the command line.</summary>
/// <param name="Product">The published sv2fw, or null where none was given.</param>
/// <param name="ArmProduct">The same for linux-arm64.</param>
/// <param name="Relay">The compiled relay.c.</param>
/// <param name="Lanes">The folder of the compiled lanes.c.</param>
/// <param name="BoardFile">The board whose file the latency figures use, with a pty in place of its bridge.</param>
/// <param name="Samples">In each round of a latency figure.</param>
internal sealed record BenchOptions(
    string? Product,
    string? ArmProduct,
    string? Relay,
    string? Lanes,
    string BoardFile,
    int Samples,
    int Rounds);
