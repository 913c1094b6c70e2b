using Firmware.Boards;

namespace Storm;

public sealed class StormTests
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);
    private static readonly BoardConfig[] Boards =
        StormCommand.BoardsOf(Path.Combine(AppContext.BaseDirectory, "board-configs"));

    [Fact]
    public void TwoThousandEpisodesKeepEveryPromise()
    {
        var seed = Random.Shared.Next();
        using var told = new StringWriter();

        var violation = new StormRun(Boards, TenMinutes, seed, told).Play(2000, jobs: 2, traced: false);

        Assert.True(violation is null, $"Seed {seed}:\n{told}");
    }

    [Fact]
    public void TheSameNumberIsTheSameEpisodeToTheLastLine()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var first = Episode.Play(seed, Boards, TenMinutes, traced: true);
            var again = Episode.Play(seed, Boards, TenMinutes, traced: true);

            Assert.Equal(first.Trace, again.Trace);
            Assert.Equal(first.HottestDegrees, again.HottestDegrees);
        }

        Assert.NotEqual(
            Episode.Play(1, Boards, TenMinutes, traced: true).Trace,
            Episode.Play(2, Boards, TenMinutes, traced: true).Trace);
    }

    [Fact]
    public void WatchingAnEpisodeChangesNothingInIt()
    {
        for (var seed = 100; seed < 110; seed++)
        {
            var watched = Episode.Play(seed, Boards, TenMinutes, traced: true);
            var alone = Episode.Play(seed, Boards, TenMinutes);

            Assert.Equal(watched.HottestDegrees, alone.HottestDegrees);
            Assert.Equal(watched.Said, alone.Said);
        }
    }

    [Fact]
    public void ABoardWithoutFaultsMinesForAnHourAndStaysBelowItsLimits()
    {
        foreach (var config in Boards)
        {
            var device = Still(config);
            device.RunTo(TimeSpan.FromHours(1));
            device.Watch.End();

            Assert.Null(device.Watch.Violation);
            Assert.Null(device.Guard.Fault);
            Assert.Equal(Firmware.Guard.GuardState.Running, device.Guard.State);
            Assert.InRange(device.Mine.Results, 3000, 4000);
            Assert.True(device.Pool.Taken > 1000, $"{device.Pool.Taken} shares");
            Assert.True(device.Board.Metal.Hottest < config.Sensors[0].Critical.Degrees);
        }
    }

    [Fact]
    public void AViolationIsToldWithItsSeedAndItsTrace()
    {
        using var told = new StringWriter();
        var run = new StormRun([], TenMinutes, seed: 77, told); // There is no board to play with.

        Assert.NotNull(run.Play(3, jobs: 1, traced: false));

        Assert.Contains("seed 77", told.ToString(), StringComparison.Ordinal);
        Assert.Contains("--seed 77 --episodes 1 --minutes 10 --trace", told.ToString(), StringComparison.Ordinal);
    }

    internal static Device Still(BoardConfig config) =>
        new(config, new Circumstances(StormBoard.WattsBuiltFor(config)), new Dice(1), traced: true);
}
