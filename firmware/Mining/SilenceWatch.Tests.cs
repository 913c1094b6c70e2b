namespace Firmware.Mining;

public class SilenceWatchTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(100);

    private readonly SilenceWatch watch = new();

    public SilenceWatchTests() => watch.Start(Start);

    [Theory]
    [InlineData(4, 10)] // Thirty results would come in 7.5 s; ten seconds are the least.
    [InlineData(1, 30)]
    [InlineData(0.1, 300)]
    public void SilenceIsWhatLuckCannotExplain(double perSecond, double seconds)
    {
        Assert.Null(watch.Trouble(perSecond, Start + TimeSpan.FromSeconds(seconds - 0.1)));
        Assert.NotNull(watch.Trouble(perSecond, Start + TimeSpan.FromSeconds(seconds)));
    }

    [Theory]
    [InlineData(Verdict.BelowTarget)]
    [InlineData(Verdict.Share)]
    [InlineData(Verdict.Block)]
    [InlineData(Verdict.Stale)]
    public void AnyTrueResultIsASignOfLife(Verdict verdict)
    {
        watch.Saw(verdict, Start + TimeSpan.FromSeconds(9));

        Assert.Null(watch.Trouble(4, Start + TimeSpan.FromSeconds(18)));
    }

    [Theory]
    [InlineData(Verdict.HardwareError)]
    [InlineData(Verdict.Duplicate)]
    public void NonsenseAndRepetitionAreNone(Verdict verdict)
    {
        watch.Saw(verdict, Start + TimeSpan.FromSeconds(9));

        Assert.NotNull(watch.Trouble(4, Start + TimeSpan.FromSeconds(18)));
    }

    [Fact]
    public void TwentyWrongResultsInARowAreTroubleAndScatteredOnesAreNot()
    {
        for (var i = 0; i < 19; i++)
        {
            watch.Saw(Verdict.HardwareError, Start);
        }

        Assert.Null(watch.Trouble(4, Start));
        watch.Saw(Verdict.BelowTarget, Start);
        watch.Saw(Verdict.HardwareError, Start);
        Assert.Null(watch.Trouble(4, Start));
        for (var i = 0; i < 19; i++)
        {
            watch.Saw(Verdict.HardwareError, Start);
        }

        Assert.NotNull(watch.Trouble(4, Start));
    }

    [Fact]
    public void ChipsThatAreToReportNothingAreNotSilent() =>
        Assert.Null(watch.Trouble(0, Start + TimeSpan.FromDays(10)));
}
