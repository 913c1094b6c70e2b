using Firmware.Mining;
using Firmware.Pool;

namespace TestPool;

/// <summary>
/// Half an hour of simulated time in seconds: the product's sessions, failover, work table and judge between simulated
/// chips and two pools that change their block every 5 s and their target every 20 s, and about every 15 s close a
/// channel, close the group, ask the miner to connect again, cut the wire or stand still.
/// </summary>
public class StormStoryTests
{
    /// <summary>Hashes a second: the pool's target makes a share of every hundredth.</summary>
    private const double HashRate = 200;

    private static readonly TimeSpan HalfAnHour = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>At most 100 ms each way, a step at either end, and none for the miner: it decides at once.</summary>
    private static readonly TimeSpan LatenessMax = TimeSpan.FromMilliseconds(250);

    [Theory]
    [InlineData(1, ChannelChoice.Standard)]
    [InlineData(2, ChannelChoice.Standard)]
    [InlineData(3, ChannelChoice.Standard)]
    [InlineData(4, ChannelChoice.Extended)]
    [InlineData(5, ChannelChoice.Extended)]
    [InlineData(6, ChannelChoice.Extended)]
    public void HalfAnHourOfStormEndsWithoutAShareThatWasRefusedForAReasonOfOurs(ulong seed, ChannelChoice channel)
    {
        using var log = new StringWriter();
        ModelPool[] pools =
        [
            new(Scenario.Named("storm")!, seed, log), new(Scenario.Named("storm")!, seed + 100, log),
        ];
        var miner = new ModelMiner(pools, HashRate, seed, terms => terms with { Channel = channel });
        miner.Run(HalfAnHour, Step);

        var verdicts = pools.SelectMany(pool => pool.Ledger.Verdicts).ToArray();
        var tale = Tale(miner, pools);

        // A share is refused only where it crossed the end of its job or channel on the wire.
        Assert.True(Array.TrueForAll(verdicts, verdict => verdict.Accepted || verdict.Lateness <= LatenessMax), tale);
        Assert.True(miner.Taps.TrueForAll(tap => tap.Faults.Count == 0), tale);
        Assert.DoesNotContain(Verdict.HardwareError, miner.Chips.Verdicts);
        Assert.DoesNotContain(Verdict.Duplicate, miner.Chips.Verdicts);

        // 360 000 hashes at the opening's target are 3600 shares; the storm's harder targets, the pauses between
        // connections and what is sent to the dead leave about 2600. Of 360 blocks the miner reads nearly all.
        Assert.InRange(verdicts.Length, 1800, 3600);
        Assert.InRange(miner.Taps.Sum(tap => tap.Blocks), 250, 720);
        Assert.True(miner.Chips.Verdicts[Verdict.Stale] > 100, tale); // Or nothing was late, and nothing is proven.
        Assert.True(miner.Replaced >= 5, tale);
        foreach (var act in Scenario.Named("storm")!.Acts!.Acts)
        {
            Assert.Contains(act.ToString(), log.ToString(), StringComparison.Ordinal);
        }
    }

    private static string Tale(ModelMiner miner, ModelPool[] pools) => string.Join('\n', [
        .. pools.Select(pool => $"{pool.Connections} connections, {pool.Ledger.Accepted} accepted; {pool.Ledger}"),
        $"{miner.Totals.Accepted} accepted, {miner.Totals.Unconfirmed} unconfirmed, {miner.Totals.Stale} stale, "
            + $"{miner.Totals.Rejected} rejected",
        string.Join(", ", miner.Chips.Verdicts),
        $"{miner.Taps.Sum(tap => tap.Shares)} shares sent, {miner.Taps.Sum(tap => tap.Blocks)} blocks read, "
            + $"{miner.Replaced} sessions replaced",
        .. miner.Ends.CountBy(end => end).Select(end => $"{end.Value} × {end.Key}"),
        .. miner.Taps.SelectMany(tap => tap.Faults).Take(20),
        .. pools.SelectMany(pool => pool.Ledger.Verdicts)
            .Where(verdict => !verdict.Accepted && !(verdict.Lateness <= LatenessMax))
            .Take(20).Select(verdict => verdict.ToString()),
    ]);
}
