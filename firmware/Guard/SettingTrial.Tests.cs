namespace Firmware.Guard;

public class SettingTrialTests
{
    private readonly SettingTrial trial = new();
    private TimeSpan now;

    [Fact]
    public void AMinuteOfWorkThatFindsSomethingIsProof()
    {
        Assert.Equal(TrialVerdict.Underway, Run(works: true, results: 1, seconds: 59.5));
        Assert.Equal(TrialVerdict.Proven, Run(works: true, results: 1, seconds: 1));
    }

    [Fact]
    public void WhatWasFoundBeforeTheChangeProvesNothing()
    {
        Run(works: true, results: 4, seconds: 14);

        Assert.Equal(TrialVerdict.Underway, Run(works: true, results: 0, seconds: 600));
    }

    [Fact]
    public void ARunThatEndsBeforeAnythingWasFoundHasFailed()
    {
        Run(works: true, results: 0, seconds: 30);

        Assert.Equal(TrialVerdict.Failed, Run(works: false, results: 0, seconds: 0.5));
    }

    [Fact]
    public void ABoardThatWaitsForWorkHasNotFailed() =>
        Assert.Equal(TrialVerdict.Underway, Run(works: false, results: 0, seconds: 3600));

    [Fact]
    public void APauseIsNoFailureAndTheMinuteBeginsAnew()
    {
        Run(works: true, results: 0, seconds: 10);
        Assert.Equal(TrialVerdict.Underway, Run(works: false, results: 0, seconds: 60, isPaused: true));

        Assert.Equal(TrialVerdict.Underway, Run(works: true, results: 1, seconds: 59));
        Assert.Equal(TrialVerdict.Proven, Run(works: true, results: 1, seconds: 2));
    }

    [Fact]
    public void ARunThatEndsAfterSomethingWasFoundIsOnlyInterrupted()
    {
        Run(works: true, results: 1, seconds: 50);
        Assert.Equal(TrialVerdict.Underway, Run(works: false, results: 0, seconds: 5));

        Assert.Equal(TrialVerdict.Underway, Run(works: true, results: 1, seconds: 59));
    }

    private TrialVerdict Run(bool works, double results, double seconds, bool isPaused = false)
    {
        var verdict = TrialVerdict.Underway;
        for (var end = now + TimeSpan.FromSeconds(seconds); now < end && verdict == TrialVerdict.Underway;)
        {
            now += TimeSpan.FromSeconds(0.5);
            verdict = trial.Step(works, results, isPaused, now);
        }

        return verdict;
    }
}
