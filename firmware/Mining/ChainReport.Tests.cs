using Drivers.Hashing;

namespace Firmware.Mining;

public class ChainReportTests
{
    [Theory]
    [InlineData(BoardPhase.Up, ChainState.Running, 7e11)]
    [InlineData(BoardPhase.Up, ChainState.Enumerating, double.NaN)]
    [InlineData(BoardPhase.Waiting, ChainState.Off, double.NaN)]
    [InlineData(BoardPhase.Resting, ChainState.Running, double.NaN)]
    public void ARateIsKnownOnlyWhileTheChipsHash(BoardPhase phase, ChainState state, double known) =>
        Assert.Equal(known, Report(phase, state).KnownHashRate);

    private static ChainReport Report(BoardPhase phase, ChainState state) => new(
        TimeSpan.Zero,
        phase,
        Reason: "",
        Fault: null,
        default(ChainStatus) with { State = state, HashRate = 1e12 }, // What healthy silicon would do.
        HashRate: 7e11,
        ResultsPerSecond: 1,
        Orders: default);
}
