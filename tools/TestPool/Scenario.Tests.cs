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

    [Theory]
    [InlineData("Default")]
    [InlineData("silent:3")]
    [InlineData("stall-in-act2:")]
    [InlineData("stall-in-act2:-1")]
    [InlineData("stall-in-act2:99999999999")]
    [InlineData(":3")]
    public void AnUnknownNameIsNoScenario(string name) => Assert.Null(Scenario.Named(name));

    [Fact]
    public void ANumberBehindANameTakesThePlaceOfTheScenariosOwn()
    {
        Assert.Equal(233, Scenario.Named("stall-in-act2:233")!.Act2Bytes);
        Assert.Equal(7, Scenario.Named("corrupt-header:7")!.CorruptFrame);
        Assert.Equal(1, Scenario.Named("ack-untimed:0")!.AcknowledgeCount);
        Assert.Equal(50, Scenario.Named("unknown-flood:50")!.UnknownFramesASecond);
    }

    [Fact]
    public void EveryScenarioHasItsRowInTheReadmeAndNoRowIsOfAScenarioThatIsNotThere()
    {
        var readme = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "TestPool.README.md"));
        var rows = readme.Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1])
            .ToHashSet();

        Assert.Equal(rows.Order(), Scenario.All.Select(scenario => scenario.Name).Order());
    }

    [Fact]
    public void ASilentPoolIsSilentFromItsStageOn()
    {
        var stalled = Scenario.Named("stall-at-open")!;

        Assert.False(stalled.IsSilent(PoolStage.Setup));
        Assert.True(stalled.IsSilent(PoolStage.Open));
        Assert.True(stalled.IsSilent(PoolStage.Mining));
    }
}
