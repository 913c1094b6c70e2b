using Firmware.Link;

using static Firmware.Cli.Statuses;

namespace Firmware.Cli;

public class StartProblemTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly PoolStatus Refused = OnePool with
    {
        State = "failed", LastError = "cannot connect: Connection refused. Check host, port and network.",
    };

    [Fact]
    public void APoolThatCannotBeReachedIsNamedOnceEveryPoolWasTried()
    {
        var mine = MineSays with { Pools = [Refused] };

        Assert.Null(StartProblem.Of(mine, GuardSays, TimeSpan.FromSeconds(9), Patience));
        Assert.Equal(
            "No pool can be used. pool.example:3333: cannot connect: Connection refused. "
            + "Check host, port and network. Check each --pool, and that it is running.",
            StartProblem.Of(mine, GuardSays, TimeSpan.FromSeconds(11), Patience));
    }

    [Theory]
    [InlineData("setup")]
    [InlineData("opening")]
    [InlineData("mining")]
    public void APoolThatTalksIsWaitedFor(string state) => Assert.Null(StartProblem.Of(
        MineSays with { Pools = [Refused, Refused with { State = state }] },
        GuardSays,
        TimeSpan.FromSeconds(11),
        Patience));

    [Fact]
    public void APoolNotYetTriedIsWaitedFor() => Assert.Null(StartProblem.Of(
        MineSays with { Pools = [Refused, OnePool with { State = "waiting" }] },
        GuardSays,
        TimeSpan.FromSeconds(11),
        Patience));

    [Fact]
    public void WhenPatienceEndsEveryoneSaysWhereTheyStand() => Assert.Equal(
        "No job has reached the chips within 60 s. pool.example:3333 is mining. gamma: 0 of 1 chips answered. "
        + "guard: gamma: cooling: chip 57.9 °C. ",
        StartProblem.Of(
            MineSays with { Boards = [Chain with { State = "failed", Fault = "0 of 1 chips answered" }] },
            GuardSays,
            TimeSpan.FromSeconds(61),
            Patience));

    [Fact]
    public void WhoDoesNotAnswerIsNamed() => Assert.Equal(
        "No job has reached the chips within 60 s. mine does not answer. guard does not answer.",
        StartProblem.Of(null, null, TimeSpan.FromSeconds(61), Patience));
}
