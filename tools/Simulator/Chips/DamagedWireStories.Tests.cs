using Drivers.Hashing.Bm13xx;
using Firmware.Mining;

namespace Simulator.Chips;

/// <summary>
/// One byte in a thousand is damaged between the product and chips of each model: half of them lose a bit, half never
/// arrive. Three minutes on the simulated clock with sixteen results a second and more; the damage is seeded.
/// </summary>
public class DamagedWireStories
{
    private const double FlipRate = 0.0005;
    private const double DropRate = 0.0005;
    private const double Sigmas = 5;
    private const int UnderWayMax = 3;
    private static readonly TimeSpan Minutes = TimeSpan.FromMinutes(3);

    public static TheoryData<string, int, int, int, double, int> Results { get; } = new()
    {
        // Model, chips, ticket bits, baud, megahertz, bytes of a result.
        { "bm1387", 1, 0, 1_562_500, 650, 7 },
        { "bm1397", 1, 2, 1_562_500, 425, 9 },
        { "bm1362", 4, 4, 1_041_667, 525, 11 },
        { "bm1366", 1, 2, 1_041_667, 485, 11 },
        { "bm1368", 1, 3, 1_041_667, 490, 11 },
        { "bm1370", 1, 4, 1_041_667, 525, 11 },
        { "bm1373", 1, 5, 3_000_000, 327, 11 },
    };

    public static TheoryData<string, int, int, int, double, int> Jobs { get; } = new()
    {
        // Model, chips, ticket bits, baud, megahertz, bytes of a job.
        { "bm1387", 1, 0, 1_562_500, 650, 150 },
        { "bm1397", 1, 2, 1_562_500, 425, 152 },
        { "bm1362", 4, 4, 1_041_667, 525, 88 },
        { "bm1366", 1, 2, 1_041_667, 485, 88 },
        { "bm1368", 1, 3, 1_041_667, 490, 88 },
        { "bm1370", 1, 4, 1_041_667, 525, 88 },
        { "bm1373", 1, 5, 3_000_000, 327, 88 },
    };

    [Theory]
    [MemberData(nameof(Results))]
    public void OfBytesDamagedFromTheChipsNoMoreIsLostThanTheResultsTheyAreIn(
        string model, int chips, int ticketBits, int baud, double megahertz, int bytes)
    {
        var mined = Begin(model, chips, ticketBits, baud, megahertz);
        var (onWire, damaged, judged) = (mined.Bench.ResultsOnWire, mined.Bench.ResultsDamaged, Judged(mined));
        mined.Bench.Faults.FromChips.FlipRate = FlipRate;
        mined.Bench.Faults.FromChips.DropRate = DropRate;
        mined.Run(Minutes);

        (onWire, damaged, judged) =
            (mined.Bench.ResultsOnWire - onWire, mined.Bench.ResultsDamaged - damaged, Judged(mined) - judged);
        var (expected, spread) = Expect(onWire, bytes);
        Assert.InRange(judged, expected - spread, expected + spread);
        Assert.InRange(judged, 0.97 * onWire, onWire);

        // Whatever arrived whole was judged, also right behind what did not.
        Assert.InRange(judged, onWire - damaged - UnderWayMax, onWire - damaged + UnderWayMax);
        Assert.True(damaged > 10, $"The wire damaged {damaged} results.");
        Assert.Null(mined.Refused);
        Assert.Equal(default, mined.Miner.Report.Ladder);
    }

    [Theory]
    [MemberData(nameof(Jobs))]
    public void OfBytesDamagedToTheChipsTheJobsTheyAreInAreThereAgainWithinASecond(
        string model, int chips, int ticketBits, int baud, double megahertz, int bytes)
    {
        var mined = Begin(model, chips, ticketBits, baud, megahertz);
        var (sent, received, judged) = (mined.Miner.JobsSent, mined.Bench.JobsReceived, Judged(mined));
        mined.LongestWithoutJob = default;
        mined.Bench.Faults.ToChips.FlipRate = FlipRate;
        mined.Bench.Faults.ToChips.DropRate = DropRate;
        mined.Run(Minutes);

        (sent, received, judged) =
            (mined.Miner.JobsSent - sent, mined.Bench.JobsReceived - received, Judged(mined) - judged);
        var (expected, spread) = Expect(sent, bytes);
        Assert.InRange(received, expected - spread, expected + spread);

        // The next work follows within a second, whether or not anything became of the last.
        Assert.InRange(mined.LongestWithoutJob.TotalSeconds, 0, 1.001);
        var results = mined.ResultsPerSecond * Minutes.TotalSeconds;
        Assert.InRange(
            judged,
            0.95 * results * received / sent - Sigmas * Math.Sqrt(results),
            results + Sigmas * Math.Sqrt(results));
        Assert.Null(mined.Refused);
        Assert.Equal(default, mined.Miner.Report.Ladder);
    }

    /// <summary>How many of so many frames arrive whole, and five standard deviations of that.</summary>
    private static (double Expected, double Spread) Expect(long frames, int bytes)
    {
        var whole = Math.Pow((1 - FlipRate) * (1 - DropRate), bytes);
        return (frames * whole, Sigmas * Math.Sqrt(frames * whole * (1 - whole)) + UnderWayMax);
    }

    private static MinedChain Begin(string model, int chips, int ticketBits, int baud, double megahertz)
    {
        var mined = new MinedChain(
            new(ChipModel.Find(model)!, chips, baud, new TicketMask(ticketBits), ZeroBits: 4), megahertz);
        mined.RunUntilHashing();
        return mined;
    }

    private static long Judged(MinedChain mined) => mined.Miner.Counters.Results;
}
