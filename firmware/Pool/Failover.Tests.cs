using CsCheck;

namespace Firmware.Pool;

public class FailoverTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(7);

    private readonly Failover failover = new(pools: 3, seed: 1);

    [Fact]
    public void TheFirstPoolIsTriedAtOnce() => Assert.Equal(0, failover.Next(TimeSpan.Zero, out _));

    [Fact]
    public void APoolThatFailsIsLeftForTheNextAtOnce()
    {
        Assert.Equal(0, failover.Next(Start, out _));
        failover.Ended(Start);
        Assert.Equal(1, failover.Next(Start, out _));
        failover.Ended(Start);
        Assert.Equal(2, failover.Next(Start, out _));
        failover.Ended(Start);

        Assert.Null(failover.Next(Start, out var deadline));
        Assert.InRange(deadline - Start, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.25));
    }

    [Fact]
    public void TheDeadlineIsWhenAPoolMayBeTried()
    {
        Fail(Start, times: 3);
        Assert.Null(failover.Next(Start, out var deadline));

        Assert.Null(failover.Next(deadline - TimeSpan.FromTicks(1), out _));
        Assert.NotNull(failover.Next(deadline, out _));
    }

    [Fact]
    public void TheOrderOfPreferenceHoldsAmongThoseThatMay()
    {
        Fail(Start, times: 3);

        Assert.Equal(0, failover.Next(Start + TimeSpan.FromSeconds(2), out _));
    }

    [Fact]
    public void PausesDoubleUpToAMinuteGiveOrTakeAQuarter()
    {
        var only = new Failover(pools: 1, seed: 5);
        var now = Start;
        double[] expected = [1, 2, 4, 8, 16, 32, 60, 60, 60];
        foreach (var seconds in expected)
        {
            Assert.Equal(0, only.Next(now, out _));
            only.Ended(now);
            Assert.Null(only.Next(now, out var deadline));
            var pause = (deadline - now).TotalSeconds;
            Assert.InRange(pause, Math.Max(1, 0.75 * Math.Min(seconds, 60)), Math.Min(60, 1.25 * seconds));
            now = deadline;
        }
    }

    [Fact]
    public void ADifferentSeedIsADifferentPause()
    {
        var pauses = Enumerable.Range(0, 20).Select(seed =>
        {
            var only = new Failover(pools: 1, seed);
            for (var i = 0; i < 3; i++)
            {
                Assert.NotNull(only.Next(Start + TimeSpan.FromMinutes(i), out _));
                only.Ended(Start + TimeSpan.FromMinutes(i));
            }

            only.Next(Start + TimeSpan.FromMinutes(2), out var deadline);
            return deadline;
        });

        Assert.True(pauses.Distinct().Count() > 15);
    }

    [Fact]
    public void TheLongestPausesDifferToo()
    {
        var pauses = Enumerable.Range(0, 20).Select(seed =>
        {
            var only = new Failover(pools: 1, seed);
            for (var hour = 0; hour < 10; hour++)
            {
                Assert.NotNull(only.Next(TimeSpan.FromHours(hour), out _));
                only.Ended(TimeSpan.FromHours(hour));
            }

            only.Next(TimeSpan.FromHours(9), out var deadline);
            return deadline;
        });

        Assert.True(pauses.Distinct().Count() > 15);
    }

    [Fact]
    public void AGoodSessionStartsThePausesAnewAndAShortOneDoesNot()
    {
        var only = new Failover(pools: 1, seed: 5);
        var now = Start;
        for (var i = 0; i < 6; i++)
        {
            now = NextTry(only, now);
            only.HasWork(now);
            now += TimeSpan.FromSeconds(59);
            only.Ended(now);
        }

        Assert.True(NextTry(only, now) - now > TimeSpan.FromSeconds(20));

        var began = NextTry(only, now);
        only.HasWork(began);
        only.Ended(began + TimeSpan.FromSeconds(60));
        Assert.Null(only.Next(began + TimeSpan.FromSeconds(60), out var deadline));
        Assert.True(deadline - began - TimeSpan.FromSeconds(60) <= TimeSpan.FromSeconds(1.25));
    }

    [Fact]
    public void APoolThatWasGoodAndLostIsTriedAgainBeforeTheWorseOnes()
    {
        Assert.Equal(0, failover.Next(Start, out _));
        failover.HasWork(Start);
        var lost = Start + TimeSpan.FromMinutes(10);
        failover.Ended(lost);

        Assert.Equal(1, failover.Next(lost, out _));
        failover.Ended(lost + TimeSpan.FromSeconds(5));
        Assert.Equal(0, failover.Next(lost + TimeSpan.FromSeconds(5), out _));
    }

    [Fact]
    public void APoolThatAsksUsBackIsTriedAgainBeforeAnyOtherAndNotTooSoon()
    {
        Assert.Equal(0, failover.Next(Start, out _));
        failover.Ended(Start, askedBack: true);

        Assert.Null(failover.Next(Start, out var deadline));
        Assert.Equal(Start + Failover.BetweenAttempts, deadline);
        Assert.Equal(0, failover.Next(deadline, out _));
    }

    [Fact]
    public void APoolThatKeepsAskingUsBackHasFailed()
    {
        var now = Start;
        for (var i = 0; i < Failover.AsksBackMax; i++)
        {
            Assert.Equal(0, failover.Next(now, out _));
            now += TimeSpan.FromSeconds(20);
            failover.Ended(now, askedBack: true);
        }

        Assert.Equal(0, failover.Next(now, out _));
        failover.Ended(now, askedBack: true);
        Assert.Equal(1, failover.Next(now, out _));
    }

    /// <summary>
    /// However pools behave, none is tried twice within a second, and somebody is tried within a minute.
    /// </summary>
    [Fact]
    public void NoEndpointIsTriedMoreThanOnceASecondAndNoneIsForgotten()
    {
        var story = Gen.Select(Gen.Int[1, 4], Gen.Int[0, 1000], Gen.Double[0, 3].Array[1, 100]);
        story.Sample((pools, seed, lengths) =>
        {
            var chosen = new Failover(pools, seed);
            var last = new TimeSpan[pools];
            Array.Fill(last, TimeSpan.FromSeconds(-10));
            var now = TimeSpan.Zero;
            foreach (var length in lengths)
            {
                var next = chosen.Next(now, out var deadline);
                if (next is null)
                {
                    Assert.InRange(deadline - now, TimeSpan.Zero, TimeSpan.FromSeconds(60));
                    now = deadline;
                    next = chosen.Next(now, out _);
                }

                Assert.True(now - last[next!.Value] >= TimeSpan.FromSeconds(1));
                last[next.Value] = now;
                now += TimeSpan.FromSeconds(length);
                chosen.Ended(now);
            }
        });
    }

    private static TimeSpan NextTry(Failover pools, TimeSpan now)
    {
        while (pools.Next(now, out var deadline) is null)
        {
            now = deadline;
        }

        return now;
    }

    private void Fail(TimeSpan now, int times)
    {
        for (var i = 0; i < times; i++)
        {
            failover.Next(now, out _);
            failover.Ended(now);
        }
    }
}
