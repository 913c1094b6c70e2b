using System.Globalization;
using Drivers;
using Firmware.Mining;

namespace Firmware.Inspection;

/// <summary>
/// Whether chips find what they should: results are counted until healthy silicon would have found thirty, so that a
/// good board fails once in a thousand times, and half of them are wanted.
/// </summary>
internal sealed class NonceTest(int zeroBits, TimeSpan begun)
{
    private const double ExpectedMin = 30;
    private const double ShareWanted = 0.5;
    private const double WrongMax = 0.05;

    private TimeSpan last = begun;

    /// <summary>What healthy silicon would have found by now.</summary>
    public double Expected { get; private set; }

    /// <param name="hashRate">Of healthy silicon at the clock of now, in hashes per second.</param>
    public bool IsEnough(double hashRate, ChainCounters counters, TimeSpan now)
    {
        Expected += hashRate * (now - last).TotalSeconds / Math.ScaleB(1, zeroBits);
        last = now;
        return Expected >= ExpectedMin && (Passes(counters) || Expected >= 2 * ExpectedMin);
    }

    public bool Passes(ChainCounters counters) =>
        Expected >= ExpectedMin && counters.Results >= Expected * ShareWanted && Wrong(counters) <= WrongMax;

    public string Describe(ChainCounters counters, Megahertz clock) => string.Create(
        CultureInfo.InvariantCulture,
        $"{counters.Results} true of {Expected:0} expected at {clock}, {counters[Verdict.HardwareError]} wrong");

    private static double Wrong(ChainCounters counters) =>
        counters[Verdict.HardwareError] / (double)Math.Max(1, counters.Results);
}
