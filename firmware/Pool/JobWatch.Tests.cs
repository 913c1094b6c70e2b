using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

public class JobWatchTests
{
    private readonly JobWatch watch = new();

    [Fact]
    public void TheSameJobForMoreThanTenMinutesIsNoticedAndAnotherOneEndsIt()
    {
        for (var second = 0; second <= 600; second += 30)
        {
            watch.Job(7, TimeSpan.FromSeconds(second));
            Assert.False(watch.NeverChange);
        }

        watch.Job(7, TimeSpan.FromSeconds(630));
        Assert.True(watch.NeverChange);
        watch.Job(8, TimeSpan.FromSeconds(660));
        Assert.False(watch.NeverChange);
    }

    [Fact]
    public void ANewTipIsAChangeAndTheSameOneAgainIsNone()
    {
        for (var second = 0; second <= 3000; second += 30)
        {
            watch.Job(0, TimeSpan.FromSeconds(second));
            watch.Tip(second / 300, TimeSpan.FromSeconds(second));
            Assert.False(watch.NeverChange);
        }

        for (var second = 3030; second <= 3900; second += 30)
        {
            watch.Tip(10, TimeSpan.FromSeconds(second));
            watch.Job(0, TimeSpan.FromSeconds(second));
        }

        Assert.True(watch.NeverChange);
    }

    [Fact]
    public void APoolThatIsSilentDoesNotRepeatItself()
    {
        watch.Job(7, TimeSpan.Zero);
        watch.Tip(1, TimeSpan.FromHours(1));
        watch.Job(7, TimeSpan.FromHours(1));

        Assert.False(watch.NeverChange);
    }

    [Theory]
    [InlineData(1_700_000_000u, 1_700_000_000L, false)]
    [InlineData(1_700_000_000u, 1_700_007_200L, false)]
    [InlineData(1_700_000_000u, 1_700_007_201L, true)]
    [InlineData(1_700_007_201u, 1_700_000_000L, true)]
    [InlineData(0u, 1_700_000_000L, true)]
    [InlineData(uint.MaxValue, 1_700_000_000L, true)]
    [InlineData(uint.MaxValue, null, false)]
    public void ATimeMoreThanTwoHoursFromATrustedClockIsNoticed(uint ntime, long? clock, bool far)
    {
        watch.NTime(ntime, clock);

        Assert.Equal(far, watch.NTimeIsFar);
    }

    [Fact]
    public void AClockThatNobodyTrustsHasNoTimeAndATrustedOneGoesOnByItself()
    {
        var clock = new TrustedClock();
        clock.Learn(default, TimeSpan.FromSeconds(99.5));
        Assert.True(clock.WantsLook(TimeSpan.FromSeconds(99.5)));
        clock.Learn(new ClockView(5, Trusted: false), TimeSpan.FromSeconds(100));
        Assert.Null(clock.UnixSeconds(TimeSpan.FromSeconds(100)));
        Assert.False(clock.WantsLook(TimeSpan.FromSeconds(100.9))); // A look is a system call.
        Assert.True(clock.WantsLook(TimeSpan.FromSeconds(101)));

        clock.Learn(new ClockView(1000, Trusted: true), TimeSpan.FromSeconds(100));
        clock.Learn(new ClockView(7, Trusted: false), TimeSpan.FromSeconds(150));
        Assert.False(clock.WantsLook(TimeSpan.FromSeconds(161)));
        Assert.Equal(1061, clock.UnixSeconds(TimeSpan.FromSeconds(161)));
        Assert.True(clock.WantsLook(TimeSpan.FromSeconds(701)));
    }
}
