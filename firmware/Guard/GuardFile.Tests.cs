namespace Firmware.Guard;

public class GuardFileTests
{
    private const string Whole =
        """
        [[board]]
        name = "gamma"
        megahertz = 500
        volts = 1.125
        power_limit = 15.5
        target_temperature = 55
        fan = "fixed"
        fan_percent = 40
        paused = true
        ramp_seconds = 30

        [[sensor]]
        board = "gamma"
        name = "chip"
        target = 55
        critical = 65
        off = 70

        [[trial]]
        board = "gamma"
        key = "megahertz"
        value = "600"
        """;

    [Fact]
    public void EveryKeyArrives()
    {
        var file = GuardFile.Parse(Whole, "guard.toml");

        Assert.Equal(
            "fan=fixed fan_percent=40 megahertz=500 paused=true power_limit=15.5 ramp_seconds=30 "
            + "sensor.chip.critical=65 sensor.chip.off=70 sensor.chip.target=55 target_temperature=55 volts=1.125",
            Words(file.Of("gamma")));
        Assert.Equal("megahertz=600", Words(file.TrialOf("gamma")));
        Assert.Empty(file.Of("other"));
    }

    [Fact]
    public void WhatIsWrittenIsReadAgain()
    {
        var file = GuardFile.Parse(Whole, "guard.toml");
        file.Keep("odd \"na\\me\"", new Dictionary<string, string> { ["sensor.a.b \"c\".off"] = "70" }, null);

        var again = GuardFile.Parse(file.ToString(), "guard.toml");

        Assert.Equal(file.ToString(), again.ToString());
        Assert.Equal(Words(file.Of("gamma")), Words(again.Of("gamma")));
        Assert.Equal("megahertz=600", Words(again.TrialOf("gamma")));
        Assert.Equal("sensor.a.b \"c\".off=70", Words(again.Of("odd \"na\\me\"")));
    }

    [Fact]
    public void WhatIsOnTrialStandsApart()
    {
        var file = new GuardFile();
        file.Keep(
            "gamma",
            new Dictionary<string, string> { ["megahertz"] = "500", ["volts"] = "1.1", ["paused"] = "false" },
            new Dictionary<string, string> { ["megahertz"] = "600", ["paused"] = "false" });

        var again = GuardFile.Parse(file.ToString(), "guard.toml");

        Assert.Equal("megahertz=500 paused=false volts=1.1", Words(again.Of("gamma")));
        Assert.Equal("megahertz=600 volts=the board's own", Words(again.TrialOf("gamma")));
    }

    [Theory]
    [InlineData("[[board]]\nname = \"a\"\ncolour = 3\n", "guard.toml:3: unknown key 'colour' in [[board]]")]
    [InlineData("[[board]]\nname = \"a\"\nvolts = \"high\"\n", "guard.toml:3: 'volts' in [[board]] is not a number")]
    [InlineData("[[board]]\nmegahertz = 500\n", "guard.toml:1: the key 'name' is missing in [[board]]")]
    [InlineData("[[board]]\nname = \"a\"\npaused = 1\n", "guard.toml:3: 'paused' in [[board]] is neither true")]
    [InlineData("[[sensor]]\nboard = \"a\"\nname = \"b\"\nend = 3\n", "guard.toml:4: unknown key 'end' in [[sensor]]")]
    [InlineData(
        "[[board]]\nname = \"a\"\nvolts = 1\n[[board]]\nname = \"a\"\nvolts = 2\n",
        "guard.toml:6: 'volts' in [[board]] was set for a before; keep one of the two.")]
    [InlineData("[board]\nname = \"a\"\n", "guard.toml:1: unknown table [board]")]
    [InlineData("volts = 1\n", "guard.toml:1: unknown key 'volts' in the top of the file")]
    [InlineData("this is nothing", "guard.toml:1: this is no TOML")]
    public void AMistakeIsNamedWithFileLineAndKey(string toml, string named) => Assert.StartsWith(
        named,
        Assert.Throws<UsageException>(() => GuardFile.Parse(toml, "guard.toml")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void AFileCutAnywhereIsReadOrRefusedAndNothingElse()
    {
        for (var length = 0; length < Whole.Length; length++)
        {
            try
            {
                _ = GuardFile.Parse(Whole[..length], "guard.toml");
            }
            catch (UsageException)
            {
                // One sentence: what it must be.
            }
        }
    }

    private static string Words(IReadOnlyDictionary<string, string> settings) =>
        string.Join(
            ' ', settings.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}={one.Value}"));
}
