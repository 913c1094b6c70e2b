namespace Simulator;

public class FaultsTests
{
    private static readonly string[] Values = ["on", "1", "0.5", "17,90", "1366", "500", "5:20"];

    private readonly Faults faults = new();

    [Fact]
    public void EveryNameTakesAValueOfItsKindAndRefusesNonsenseInOneSentence()
    {
        foreach (var name in Faults.Names)
        {
            var refusal = Assert.Throws<FormatException>(() => faults.Set(name, "nonsense"));
            Assert.StartsWith("'nonsense' is ", refusal.Message, StringComparison.Ordinal);
            Assert.Contains(Values, value => Takes(name, value));
        }
    }

    [Fact]
    public void AnUnknownNameListsTheRightOnes()
    {
        var refusal = Assert.Throws<FormatException>(() => faults.Set("chip-tired", "on"));

        Assert.Contains("brown-out", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PlacesAreListsAndNoneTakesThemBack()
    {
        faults.Set("dead-cores", "17,90");
        Assert.Equal([17, 90], Enumerable.Range(0, 128).Where(faults.DeadCores.Has));

        faults.Set("dead-cores", "none");
        Assert.DoesNotContain(Enumerable.Range(0, 128), faults.DeadCores.Has);
        Assert.Throws<FormatException>(() => faults.Set("dead-cores", "128"));
        Assert.Throws<FormatException>(() => faults.Set("dead-cores", "-1"));
    }

    [Fact]
    public void ABrownOutBeginsWithTheNextLookAndEndsAfterItsTime()
    {
        var second = TimeSpan.FromSeconds(1);
        faults.Set("brown-out", "5:2");
        Assert.False(faults.IsWithoutPower(5));

        faults.Pass(10 * second);
        Assert.True(faults.IsWithoutPower(5));
        Assert.False(faults.IsWithoutPower(4));
        Assert.Equal(12 * second, faults.NextBrownOutAt);

        faults.Pass(11.9 * second);
        Assert.True(faults.IsWithoutPower(5));
        faults.Pass(12 * second);
        Assert.False(faults.IsWithoutPower(5));
    }

    private bool Takes(string name, string value)
    {
        try
        {
            faults.Set(name, value);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
