using Firmware.StratumV2;

namespace Firmware.Pool;

/// <summary>
/// While a pool is in use: the way back to a better one, and where the pool itself sends us (SV2 reference §4.10).
/// </summary>
public class FailoverReturnTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly PoolAddress There = PoolAddress.Parse("stratum2+tcp+insecure://there.example:3333");

    private static readonly PoolAddress Here = PoolAddress.Parse("stratum2+tcp+insecure://here.example:3333");

    private readonly Failover failover = new(pools: 3, seed: 1);
    private TimeSpan now = Start;

    [Fact]
    public void NothingIsTriedOnTheSideOfThePreferredPool()
    {
        Work(0);
        Assert.Null(failover.Next(now + TimeSpan.FromDays(1), out var deadline));
        Assert.Equal(TimeSpan.MaxValue, deadline);
    }

    [Fact]
    public void WhileAnotherIsInUseThePreferredPoolIsTriedOnTheSide()
    {
        UseSecond();

        Assert.Equal(new Attempt(0, AttemptKind.Trial), Next());
    }

    [Fact]
    public void ThePreferredPoolTakesOverOnceItHasHadWorkForAMinute()
    {
        UseSecond();
        Next();
        Assert.False(failover.IsToTakeOver(now + Minute, out _)); // A job is what counts, not a connection.
        failover.HasWork(now);
        failover.HasWork(now + (30 * Second));

        Assert.False(failover.IsToTakeOver(now + (59.9 * Second), out var deadline));
        Assert.Equal(now + Minute, deadline);
        Assert.True(failover.IsToTakeOver(deadline, out _));
    }

    [Fact]
    public void APreferredPoolThatIsUnstableOnTheSideIsTriedLessAndLessAndNeverUsed()
    {
        UseSecond();
        var pauses = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            var began = now;
            Assert.Equal(0, NextTry().Pool);
            pauses.Add((now - began).TotalSeconds);
            failover.HasWork(now);
            now += 50 * Second;
            Assert.False(failover.IsToTakeOver(now, out _));
            failover.AttemptEnded(Ending.Lost, now);
        }

        Assert.True(pauses[^1] > 40, $"After eight failures it pauses {pauses[^1]} s.");
        Assert.All(pauses.Skip(1), pause => Assert.InRange(pause, 0.75, 60));
    }

    [Fact]
    public void APreferredPoolThatIsLostSoonAfterItsReturnMustProveItselfForLonger()
    {
        double[] minutes = [1, 2, 4, 8, 16, 32, 32];
        UseSecond();
        foreach (var expected in minutes)
        {
            Assert.Equal(expected, ReturnTakes().TotalMinutes, 1e-3);
            now += 2 * Second;
            failover.Lost(now);
            FailFirstUntilSecondWorks();
        }

        ReturnTakes();
        now += Failover.RelapseWithin;
        failover.Lost(now);
        FailFirstUntilSecondWorks();
        Assert.Equal(1, ReturnTakes().TotalMinutes, 1e-3);
    }

    [Fact]
    public void APoolOnTrialThatHasAJobTakesOverAtOnceWhenTheOneInUseIsLost()
    {
        UseSecond();
        Next();
        failover.HasWork(now);
        Assert.False(failover.IsToTakeOver(now, out _));
        failover.Lost(now);

        Assert.True(failover.IsToTakeOver(now, out _));
    }

    [Fact]
    public void APoolOnTrialWithoutAJobGoesOnWhenTheOneInUseIsLostAndTakesOverWithItsFirst()
    {
        UseSecond();
        Next();
        failover.Lost(now);
        Assert.Null(Next());
        failover.HasWork(now + Second);

        Assert.True(failover.IsToTakeOver(now + Second, out _));
    }

    [Fact]
    public void AllBetterPoolsHaveTheirTurnOnTheSide()
    {
        Refuse(0);
        Refuse(1);
        Work(2);
        now += 2 * Second;
        Assert.Equal(0, Next()?.Pool);
        failover.AttemptEnded(Ending.Refused, now);
        Assert.Equal(1, Next()?.Pool);
    }

    [Fact]
    public void ARedirectIsFollowedAndTakesOverWithItsFirstJob()
    {
        Work(0);
        failover.SentAway(There, now);

        Assert.Equal(new Attempt(0, AttemptKind.Work, There), NextTry());
        Assert.False(failover.IsToTakeOver(now, out _));
        failover.HasWork(now);
        Assert.True(failover.IsToTakeOver(now, out _));
    }

    [Fact]
    public void WhereARedirectFailsTheConfiguredEndpointIsNextAndThePoolIsNotBlamed()
    {
        Work(0);
        failover.SentAway(There, now);
        NextTry();
        failover.Lost(now); // It does not wait until we are there.
        failover.AttemptEnded(Ending.Refused, now);

        Assert.Equal(new Attempt(0, AttemptKind.Work), NextTry());
        Assert.Equal(1, failover.Health(0).Score);
    }

    [Fact]
    public void ARedirectIsForgottenWithItsSession()
    {
        Work(0);
        failover.SentAway(There, now);
        NextTry();
        failover.HasWork(now);
        failover.TookOver(now);
        now += TimeSpan.FromHours(1);
        failover.Lost(now);

        Assert.Equal(new Attempt(0, AttemptKind.Work), NextTry());
    }

    [Fact]
    public void APoolThatSendsUsAwayAndClosesIsFollowedAndNotBlamed()
    {
        Work(0);
        failover.SentAway(There, now);
        failover.Lost(now);

        Assert.Equal(new Attempt(0, AttemptKind.Work, There), NextTry());
        Assert.Equal(1, failover.Health(0).Score);
    }

    [Fact]
    public void RedirectsAreAtLeastFiveSecondsApartAndNoMoreThanThreeInTenMinutes()
    {
        Work(0);
        var followed = new List<TimeSpan>();
        for (var i = 0; i < 3; i++)
        {
            failover.SentAway(There, now);
            Assert.Equal(There, NextTry().To);
            followed.Add(now);
            failover.HasWork(now);
            failover.TookOver(now);
        }

        Assert.All(followed.Zip(followed.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 5 * Second));
        Assert.NotEqual(followed[1] - followed[0], followed[2] - followed[1]);

        // Too often: back to where the owner put it.
        failover.SentAway(There, now);
        Assert.Equal(new Attempt(0, AttemptKind.Work), NextTry());
    }

    [Fact]
    public void AfterTenMinutesRedirectsAreFollowedAgain()
    {
        Work(0);
        for (var i = 0; i < 3; i++)
        {
            failover.SentAway(There, now);
            NextTry();
            failover.HasWork(now);
            failover.TookOver(now);
        }

        now += TimeSpan.FromMinutes(10);
        failover.SentAway(There, now);
        Assert.Equal(There, NextTry().To);
    }

    [Fact]
    public void APoolThatAsksUsBackIsTriedAgainBeforeAnyOtherAndNotTooSoon()
    {
        Next();
        failover.AttemptSentAway(Here, now);

        Assert.Null(failover.Next(now, out var deadline));
        Assert.Equal(now + Failover.BetweenAttempts, deadline);
        Assert.Equal(new Attempt(0, AttemptKind.Work, Here), failover.Next(deadline, out _));
    }

    [Fact]
    public void APoolThatKeepsAskingUsBackInsteadOfGivingWorkHasFailed()
    {
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(0, NextTry().Pool);
            failover.AttemptSentAway(Here, now);
        }

        Assert.Equal(new Attempt(0, AttemptKind.Work), NextTry()); // The configured endpoint, once more.
        failover.AttemptSentAway(Here, now);
        Assert.Equal(1, NextTry().Pool);
    }

    [Fact]
    public void APoolInUseThatAsksTooOftenIsNotObeyedAndGoesOnWithItsWork()
    {
        Work(0);
        for (var i = 0; i < 4; i++)
        {
            Assert.True(failover.SentAway(There, now));
            NextTry();
            failover.HasWork(now);
            failover.TookOver(now);
        }

        Assert.False(failover.SentAway(There, now));
        Assert.Null(failover.Next(now + TimeSpan.FromDays(1), out _));
    }

    [Fact]
    public void APoolInUseIsNotLeftForARedirectThatLeadsNowhere()
    {
        Work(0);
        failover.SentAway(There, now);
        NextTry();
        failover.AttemptEnded(Ending.Refused, now);

        Assert.Null(failover.Next(now + TimeSpan.FromDays(1), out _));
        Assert.Equal(1, failover.Health(0).Score);
    }

    [Fact]
    public void ATrialThatIsSentElsewhereGoesOnThereAndStaysATrial()
    {
        UseSecond();
        Next();
        failover.AttemptSentAway(There, now);

        Assert.Equal(new Attempt(0, AttemptKind.Trial, There), NextTry());
    }

    private void UseSecond()
    {
        Refuse(0);
        Work(1);
        now += 2 * Second;
    }

    private TimeSpan ReturnTakes()
    {
        Assert.Equal(new Attempt(0, AttemptKind.Trial), NextTry());
        failover.HasWork(now);
        var began = now;
        Assert.False(failover.IsToTakeOver(now, out now));
        Assert.True(failover.IsToTakeOver(now, out _));
        failover.TookOver(now);
        return now - began;
    }

    private void FailFirstUntilSecondWorks()
    {
        Attempt attempt;
        while ((attempt = NextTry()).Pool == 0)
        {
            failover.AttemptEnded(Ending.Unreachable, now);
        }

        Assert.Equal(1, attempt.Pool);
        failover.HasWork(now);
        failover.TookOver(now);
    }

    private void Refuse(int pool)
    {
        Assert.Equal(pool, Next()?.Pool);
        failover.AttemptEnded(Ending.Refused, now);
    }

    private void Work(int pool)
    {
        Assert.Equal(pool, Next()?.Pool);
        failover.HasWork(now);
        Assert.True(failover.IsToTakeOver(now, out _));
        failover.TookOver(now);
    }

    private Attempt? Next() => failover.Next(now, out _);

    private Attempt NextTry()
    {
        while (true)
        {
            if (failover.Next(now, out var deadline) is { } attempt)
            {
                return attempt;
            }

            Assert.True(deadline > now && deadline < now + TimeSpan.FromMinutes(2), $"{deadline} after {now}");
            now = deadline;
        }
    }
}
