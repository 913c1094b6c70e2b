namespace Firmware.Guard;

public class RestartRuleTests
{
    private static readonly TimeSpan Begin = TimeSpan.FromHours(100);

    public static TheoryData<FaultKind> AllKinds => new(Enum.GetValues<FaultKind>());

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void OnlyHeatAndAWeakSupplyPassByThemselves(FaultKind kind) =>
        Assert.Equal(
            kind is FaultKind.Heat or FaultKind.Sag ? TimeSpan.FromMinutes(1) : null,
            new RestartRule([], Begin).DelayAfter(kind, Begin));

    [Fact]
    public void WhatNobodyHasNamedIsLatched() => Assert.Null(new RestartRule([], Begin).DelayAfter(default, Begin));

    [Fact]
    public void TheBoardStaysOffForOneFiveAndFifteenMinutesAndThenForAPerson()
    {
        var rule = new RestartRule([], Begin);
        var now = Begin;
        foreach (var minutes in new double?[] { 1, 5, 15, null, null })
        {
            Assert.Equal(minutes, rule.DelayAfter(FaultKind.Heat, now)?.TotalMinutes);
            if (minutes is not null)
            {
                now += TimeSpan.FromMinutes(minutes.Value);
                rule.Restarted(now);
            }
        }
    }

    [Theory]
    [InlineData(23.99, null)]
    [InlineData(24, 15.0)]
    public void ARestartCountsForADay(double hours, double? minutes)
    {
        var rule = new RestartRule([], Begin);
        rule.Restarted(Begin);
        rule.Restarted(Begin + TimeSpan.FromHours(1));
        rule.Restarted(Begin + TimeSpan.FromHours(2));

        Assert.Equal(minutes, rule.DelayAfter(FaultKind.Sag, Begin + TimeSpan.FromHours(hours))?.TotalMinutes);
    }

    [Fact]
    public void RestartsFromBeforeTheStartOfGuardCountOn()
    {
        TimeSpan[] ages = [TimeSpan.FromHours(23), TimeSpan.Zero, TimeSpan.FromHours(25), TimeSpan.FromHours(5)];
        var rule = new RestartRule(ages, TimeSpan.Zero);

        Assert.Equal(3, rule.Count);
        Assert.Null(rule.DelayAfter(FaultKind.Heat, TimeSpan.Zero));
        Assert.Equal(15, rule.DelayAfter(FaultKind.Heat, TimeSpan.FromHours(1))?.TotalMinutes);
        Assert.Equal([6.0, 1.0], rule.Ages(TimeSpan.FromHours(1)).Select(age => age.TotalHours));
    }

    [Fact]
    public void WhatAPersonHasSeenCountsNoMore()
    {
        var rule = new RestartRule([TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero], Begin);
        rule.Clear();

        Assert.Equal((0, 1.0), (rule.Count, rule.DelayAfter(FaultKind.Heat, Begin)?.TotalMinutes));
    }
}
