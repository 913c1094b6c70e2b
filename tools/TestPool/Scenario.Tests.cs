namespace TestPool;

public class ScenarioTests
{
    [Fact]
    public void EveryScenarioIsFoundByItsOwnNameAndSpoilsSomething()
    {
        foreach (var scenario in Scenario.All)
        {
            Assert.Same(scenario, Scenario.Named(scenario.Name));
            Assert.DoesNotContain('\n', scenario.Summary);
            var honest = scenario with { Name = Scenario.Default.Name, Summary = Scenario.Default.Summary };
            Assert.Equal(scenario == Scenario.Default, honest == Scenario.Default);
        }
    }

    [Fact]
    public void AnUnknownNameIsNoScenario() => Assert.Null(Scenario.Named("Default"));

    [Fact]
    public void ASilentPoolIsSilentFromItsStageOn()
    {
        var stalled = Scenario.Named("stall-at-open")!;

        Assert.False(stalled.IsSilent(PoolStage.Setup));
        Assert.True(stalled.IsSilent(PoolStage.Open));
        Assert.True(stalled.IsSilent(PoolStage.Mining));
    }
}
