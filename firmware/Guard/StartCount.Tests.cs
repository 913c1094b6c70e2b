namespace Firmware.Guard;

public class StartCountTests
{
    private TimeSpan now = TimeSpan.FromHours(2);

    [Fact]
    public void ThreeFailedStartsInARowEndInTheSafeProfile()
    {
        var starts = new StartCount(0, underway: false);
        for (var failed = 1; failed <= 3; failed++)
        {
            Assert.False(starts.IsSafeProfileDue);
            starts.Begin();
            Assert.True(starts.Fail());
            Assert.Equal(failed, starts.Failed);
        }

        Assert.True(starts.IsSafeProfileDue);
    }

    [Theory]
    [InlineData(59.9, 3)]
    [InlineData(60, 0)]
    public void AMinuteOfGoodPowerProvesAStart(double seconds, int failed)
    {
        var starts = new StartCount(2, underway: false);
        starts.Begin();
        starts.PowerIsGood(now);
        Assert.Equal(seconds >= 60, starts.Step(now + TimeSpan.FromSeconds(seconds)));
        starts.Fail();

        Assert.Equal(failed, starts.Failed);
    }

    [Fact]
    public void ABringUpThatTakesLongIsNotProvenByIt()
    {
        var starts = new StartCount(0, underway: false);
        starts.Begin();

        Assert.False(starts.Step(now + TimeSpan.FromHours(1)));
        Assert.True(starts.IsUnderway);
    }

    [Fact]
    public void AStartThatNobodyWantsAnyMoreCountsForNothing()
    {
        var starts = new StartCount(2, underway: false);
        starts.Begin();
        Assert.True(starts.End());
        Assert.False(starts.Fail());

        Assert.Equal(2, starts.Failed);
    }

    [Fact]
    public void AMachineThatDiedInTheMiddleOfAStartHasFailedAtIt()
    {
        var starts = new StartCount(2, underway: true);

        Assert.Equal((3, true, false), (starts.Failed, starts.IsSafeProfileDue, starts.IsUnderway));
    }

    [Fact]
    public void TheSafeProfileStaysUntilAPersonHasLooked()
    {
        var starts = new StartCount(3, underway: false);
        starts.Begin();
        starts.PowerIsGood(now);
        Assert.True(starts.Step(now + TimeSpan.FromMinutes(10)));
        Assert.True(starts.IsSafeProfileDue);

        starts.Clear();
        Assert.False(starts.IsSafeProfileDue);
    }

    [Fact]
    public void AFaultOutsideOfAStartIsNoFailedStart()
    {
        var starts = new StartCount(2, underway: false);
        Assert.False(starts.Fail());

        Assert.Equal(2, starts.Failed);
    }
}
