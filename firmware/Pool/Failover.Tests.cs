using CsCheck;
using Firmware.StratumV2;

namespace Firmware.Pool;

/// <summary>Which pool is tried, and when, while none is in use (SV2 reference §4.11).</summary>
public class FailoverTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly PoolAddress Anywhere = PoolAddress.Parse("stratum2+tcp+insecure://any.example:3333");

    private readonly Failover failover = new(pools: 3, seed: 1);

    [Fact]
    public void TheFirstPoolIsTriedAtOnce() =>
        Assert.Equal(new Attempt(0, AttemptKind.Work), failover.Next(TimeSpan.Zero, out _));

    [Fact]
    public void ThereIsOneAttemptAtATime()
    {
        Assert.NotNull(failover.Next(Start, out _));
        Assert.Null(failover.Next(Start + Failover.WithoutJobMax, out _));
    }

    [Fact]
    public void APoolIsStayedWithThroughTwoLostConnectionsAndLeftAfterThree()
    {
        var now = Start;
        for (var i = 0; i < 3; i++)
        {
            now = NextTry(failover, now, out var pool);
            Assert.Equal(0, pool);
            failover.AttemptEnded(Ending.Lost, now);
        }

        Assert.Equal(1, failover.Next(now, out _)?.Pool);
    }

    [Theory]
    [InlineData(Ending.Refused)]
    [InlineData(Ending.Unreachable)]
    public void APoolThatRefusesUsOrIsNotThereIsLeftForTheNextAtOnce(Ending how)
    {
        for (var pool = 0; pool < 3; pool++)
        {
            Assert.Equal(pool, failover.Next(Start, out _)?.Pool);
            failover.AttemptEnded(how, Start);
        }

        Assert.Null(failover.Next(Start, out var deadline));
        Assert.InRange(deadline - Start, Second, 1.25 * Second);
    }

    [Fact]
    public void ADoubtfulPoolIsLeftAfterOneFailure()
    {
        var two = new Failover(pools: 2, seed: 1);
        for (var i = 0; i < 40; i++)
        {
            two.Health(0).RefusedShare();
        }

        Assert.Equal(0, two.Next(Start, out _)?.Pool);
        two.AttemptEnded(Ending.Lost, Start);
        Assert.Equal(1, two.Next(Start, out _)?.Pool);
    }

    [Fact]
    public void APoolThatGivesNoJobForAMinuteIsLeftHoweverSlowlyItFails()
    {
        Assert.Equal(0, failover.Next(Start, out _)?.Pool);
        failover.AttemptEnded(Ending.Lost, Start + (59 * Second));
        Assert.Null(failover.Next(Start + (59.5 * Second), out _));

        Assert.Equal(1, failover.Next(Start + Failover.WithoutJobMax, out _)?.Pool);
    }

    [Fact]
    public void AnAttemptWithoutAJobIsGivenUpAfterAMinuteAndOneWithAJobIsNot()
    {
        failover.Next(Start, out _);
        Assert.False(failover.IsToBeGivenUp(Start + (59.9 * Second), out var deadline));
        Assert.Equal(Start + Failover.WithoutJobMax, deadline);
        Assert.True(failover.IsToBeGivenUp(deadline, out _));

        failover.HasWork(deadline);
        Assert.False(failover.IsToBeGivenUp(deadline + TimeSpan.FromHours(1), out _));
    }

    [Fact]
    public void AmongThoseOutOfFavourTheFirstThatMayBeTriedIs()
    {
        foreach (var _ in Enumerable.Range(0, 3))
        {
            failover.Next(Start, out var _);
            failover.AttemptEnded(Ending.Refused, Start);
        }

        Assert.Equal(0, failover.Next(Start + (2 * Second), out _)?.Pool);
    }

    [Fact]
    public void AmongThoseOutOfFavourTheHealthierIsTriedFirst()
    {
        var two = new Failover(pools: 2, seed: 1);
        two.Health(0).RefusedShare();
        for (var i = 0; i < 2; i++)
        {
            two.Next(Start, out _);
            two.AttemptEnded(Ending.Refused, Start);
        }

        Assert.Equal(1, two.Next(Start + TimeSpan.FromMinutes(1), out _)?.Pool);
    }

    [Fact]
    public void TheDeadlineIsWhenAPoolMayBeTried()
    {
        failover.Next(Start, out _);
        failover.AttemptEnded(Ending.Lost, Start);
        Assert.Null(failover.Next(Start, out var deadline));

        Assert.Null(failover.Next(deadline - TimeSpan.FromTicks(1), out _));
        Assert.NotNull(failover.Next(deadline, out _));
    }

    [Fact]
    public void APoolThatClosesAfterEachJobIsLoggedInToLessAndLess()
    {
        var only = new Failover(pools: 1, seed: 5);
        var now = Start;
        double[] expected = [1, 2, 4, 8, 16, 32, 60, 60, 60];
        foreach (var seconds in expected)
        {
            Assert.Equal(0, only.Next(now, out _)?.Pool);
            only.HasWork(now);
            Assert.True(only.IsToTakeOver(now, out _));
            only.TookOver(now);
            only.Lost(now);
            Assert.Null(only.Next(now, out var deadline));
            var pause = (deadline - now).TotalSeconds;
            Assert.InRange(pause, Math.Max(1, 0.75 * Math.Min(seconds, 60)), Math.Min(60, 1.25 * seconds));
            now = deadline;
        }
    }

    [Fact]
    public void AGoodSessionStartsThePausesAnewAndAShortOneDoesNot()
    {
        var only = new Failover(pools: 1, seed: 5);
        var now = Start;
        for (var i = 0; i < 6; i++)
        {
            now = Mine(only, now) + (59 * Second);
            only.Lost(now);
        }

        var began = Mine(only, now);
        Assert.True(began - now > 20 * Second, $"It pauses {began - now}.");

        now = began + (60 * Second);
        only.Lost(now);
        Assert.Null(only.Next(now, out var deadline));
        Assert.True(deadline - now <= 1.25 * Second);
    }

    [Fact]
    public void AGoodPoolThatIsLostIsTriedAgainBeforeTheNext()
    {
        var now = Mine(failover, Start) + TimeSpan.FromMinutes(10);
        failover.Lost(now);

        NextTry(failover, now, out var pool);
        Assert.Equal(0, pool);
    }

    [Fact]
    public void ADifferentSeedIsADifferentPause()
    {
        foreach (var failures in new[] { 1, 10 })
        {
            var pauses = Enumerable.Range(0, 20).Select(seed =>
            {
                var only = new Failover(pools: 1, seed);
                for (var hour = 0; hour < failures; hour++)
                {
                    Assert.NotNull(only.Next(TimeSpan.FromHours(hour), out _));
                    only.AttemptEnded(Ending.Unreachable, TimeSpan.FromHours(hour));
                }

                only.Next(TimeSpan.FromHours(failures - 1), out var deadline);
                return deadline;
            });

            Assert.True(pauses.Distinct().Count() > (failures == 1 ? 5 : 15));
        }
    }

    /// <summary>
    /// However pools behave, none is tried twice within a second; where none is in use, one is tried within a minute.
    /// </summary>
    [Fact]
    public void NoPoolIsTriedMoreThanOnceASecondAndNoneIsForgotten()
    {
        var story = Gen.Select(
            Gen.Int[1, 4], Gen.Int[0, 1000], Gen.Select(Gen.Double[0, 90], Gen.Int[0, 6]).Array[1, 100]);
        story.Sample((pools, seed, steps) =>
        {
            var chosen = new Failover(pools, seed);
            var last = new TimeSpan[pools];
            Array.Fill(last, TimeSpan.FromSeconds(-10));
            var now = TimeSpan.Zero;
            foreach (var (length, what) in steps)
            {
                var next = chosen.Next(now, out var deadline);
                if (next is { } attempt)
                {
                    Assert.True(now - last[attempt.Pool] >= Second);
                    last[attempt.Pool] = now;
                }

                var later = now + TimeSpan.FromSeconds(length);
                now = next is null && deadline < later ? deadline : later;
                Befall(chosen, what, now);
            }

            chosen.AttemptEnded(Ending.Lost, now);
            chosen.Lost(now);
            if (chosen.Next(now, out var soon) is null)
            {
                Assert.InRange(soon - now, TimeSpan.Zero, TimeSpan.FromSeconds(60));
                Assert.NotNull(chosen.Next(soon, out _));
            }
        });
    }

    /// <summary>One of the things that may happen to any connection at any time.</summary>
    private static void Befall(Failover failover, int what, TimeSpan now)
    {
        switch (what)
        {
            case < 2:
                failover.HasWork(now);
                break;
            case 2:
                failover.SentAway(Anywhere, now);
                break;
            case 3:
                failover.Lost(now);
                break;
            case 4:
                failover.AttemptSentAway(Anywhere, now);
                break;
            default:
                failover.AttemptEnded((Ending)(what % 3), now);
                break;
        }

        if (failover.IsToTakeOver(now, out _))
        {
            failover.TookOver(now);
        }
    }

    private static TimeSpan Mine(Failover pools, TimeSpan now)
    {
        var began = NextTry(pools, now, out _);
        pools.HasWork(began);
        Assert.True(pools.IsToTakeOver(began, out _));
        pools.TookOver(began);
        return began;
    }

    private static TimeSpan NextTry(Failover pools, TimeSpan now, out int pool)
    {
        Attempt? attempt;
        while ((attempt = pools.Next(now, out var deadline)) is null)
        {
            Assert.True(deadline < now + TimeSpan.FromMinutes(2), $"Nothing is tried before {deadline}.");
            now = deadline;
        }

        pool = attempt.Value.Pool;
        return now;
    }
}
