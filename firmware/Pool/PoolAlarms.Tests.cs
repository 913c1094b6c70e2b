namespace Firmware.Pool;

public class PoolAlarmsTests
{
    private readonly PoolAlarms alarms = new();

    [Fact]
    public void AnAlarmIsRaisedOnceAndClearedOnce()
    {
        Assert.True(alarms.Raise(PoolAlarm.ZeroTarget, "The target is zero: change the pool."));
        Assert.False(alarms.Raise(PoolAlarm.ZeroTarget, "The target is zero: change the pool."));
        Assert.Equal(["The target is zero: change the pool."], alarms.Current);

        Assert.True(alarms.Clear(PoolAlarm.ZeroTarget));
        Assert.False(alarms.Clear(PoolAlarm.ZeroTarget));
        Assert.Empty(alarms.Current);
        Assert.True(alarms.Raise(PoolAlarm.ZeroTarget, "Again."));
    }

    [Fact]
    public void AlarmsStandInTheOrderOfTheirKindsWhateverCameFirst()
    {
        alarms.Raise(PoolAlarm.TimeUnverified, "time");
        alarms.Raise(PoolAlarm.UnreachableTarget, "target");
        alarms.Raise(PoolAlarm.PayoutMissing, "payout");

        Assert.Equal(["target", "payout", "time"], alarms.Current);
        Assert.True(alarms.IsRaised(PoolAlarm.PayoutMissing));
        Assert.False(alarms.IsRaised(PoolAlarm.JobsNeverChange));
    }

    [Fact]
    public void WhatIsSaidOfAnAlarmThatStandsIsKeptFreshAndIsNoNews()
    {
        alarms.Raise(PoolAlarm.AllSharesRejected, "20 shares refused.");
        Assert.True(alarms.TryTakeNews(out _));

        Assert.False(alarms.Raise(PoolAlarm.AllSharesRejected, "21 shares refused."));

        Assert.Equal(["21 shares refused."], alarms.Current);
        Assert.False(alarms.TryTakeNews(out _));
    }

    [Fact]
    public void WhoeverLogsHearsOfEachChangeOnceWithItsSentence()
    {
        alarms.Raise(PoolAlarm.JobsNeverChange, "stuck");
        Assert.True(alarms.TryTakeNews(out var raised));
        Assert.Equal(new AlarmNews(PoolAlarm.JobsNeverChange, "stuck", IsRaised: true), raised);
        Assert.False(alarms.TryTakeNews(out _));

        alarms.Clear(PoolAlarm.JobsNeverChange);
        Assert.True(alarms.TryTakeNews(out var cleared));
        Assert.Equal(new AlarmNews(PoolAlarm.JobsNeverChange, "stuck", IsRaised: false), cleared);
        Assert.False(alarms.TryTakeNews(out _));
    }

    [Fact]
    public void AnAlarmThatCameAndWentBetweenTwoLooksIsNoNews()
    {
        alarms.Raise(PoolAlarm.SwappedTarget, "swapped");
        alarms.Clear(PoolAlarm.SwappedTarget);

        Assert.False(alarms.TryTakeNews(out _));
    }

    [Fact]
    public void ThousandsOfAlarmsAreAtMostOneOfEachKind()
    {
        foreach (var kind in Enum.GetValues<PoolAlarm>())
        {
            for (var i = 0; i < 1000; i++)
            {
                alarms.Raise(kind, $"{kind} {i}");
            }
        }

        Assert.Equal(Enum.GetValues<PoolAlarm>().Select(kind => $"{kind} 999"), alarms.Current);
    }
}
