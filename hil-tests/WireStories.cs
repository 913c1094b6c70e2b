using Simulator;

namespace HilTests;

/// <summary>Damage between chips and host: 200 MHz at ticket 1 is 95 results a second.</summary>
public sealed class WireStories : IDisposable
{
    private const int ResultsMin = 2000;

    private readonly Rig rig = new(new SimulationOptions { Megahertz = 200, Ticket = 1 }, seed: 20261122);

    [Fact]
    public void WithOneByteInAThousandDamagedNinetySevenPercentAreJudged()
    {
        using var run = rig.Mining();
        var before = (Put: rig.Board.ResultsOnWire, Damaged: rig.Board.ResultsDamaged, Judged: Judged());
        rig.Board.Faults.FromChips.FlipRate = 0.0005;
        rig.Board.Faults.FromChips.DropRate = 0.0005;

        Until.True(
            () => rig.Board.ResultsOnWire - before.Put >= ResultsMin,
            TimeSpan.FromSeconds(90),
            () => rig.Describe(run));
        rig.Board.Faults.FromChips.FlipRate = 0;
        rig.Board.Faults.FromChips.DropRate = 0;

        // The status is a quarter of a second old: wait until it has caught up with the wire of this moment.
        var put = rig.Board.ResultsOnWire - before.Put;
        var damaged = rig.Board.ResultsDamaged - before.Damaged;
        var intact = put - damaged;
        Until.True(
            () => Judged() - before.Judged >= intact,
            TimeSpan.FromSeconds(10),
            () => $"{Judged() - before.Judged} of {intact} intact results judged ({put} put, {damaged} damaged)");

        // 0.999^11 = 98.9 % arrive whole; of 2000, sigma is 0.23 %, so 97 % lies 8 sigma below.
        Assert.True(damaged > 0, "Nothing was damaged: the story tells nothing.");
        Assert.True(intact >= 0.97 * put, $"{intact} of {put}");
        Assert.Equal(0, rig.Pool.Rejected);
    }

    public void Dispose() => rig.Dispose();

    private long Judged()
    {
        var board = rig.Status().Mine.Boards[0];
        return board.Results + board.HardwareErrors + board.Duplicates + board.Stale;
    }
}
