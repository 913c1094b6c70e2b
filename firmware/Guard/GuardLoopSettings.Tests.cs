using Firmware.Link;

namespace Firmware.Guard;

/// <summary>Settings over real sockets and in a real file.</summary>
public sealed partial class GuardLoopTests
{
    [Fact]
    public void ASettingIsAskedForAnsweredAndKept()
    {
        Start(plant);
        Until(() => grant is { Power: PowerGrant.Good, Reset: false });

        mine.Send(new(Ask: new(1, "gamma", "power_limit", "15")));
        mine.Send(new(Ask: new(2, "gamma", "sensor.chip.off", "95")));
        mine.Send(new(Ask: new(3, "nobody", "paused", "true")));
        Until(() => answers.Count == 3);

        Assert.Equal([true, false, false], answers.Select(answer => answer.Accepted));
        Assert.Equal([1L, 2, 3], answers.Select(answer => answer.Sequence));
        Assert.Contains("a setting may only lower", answers[1].Reason, StringComparison.Ordinal);
        Assert.Contains("there are: gamma", answers[2].Reason, StringComparison.Ordinal);
        Until(() => status?.Operation?.Settings is [{ Key: "power_limit", Value: "15", Source: "settings" }]);
        Stop();
        Assert.Equal("15", GuardFile.Load(folder).Of("gamma")["power_limit"]);
        Assert.False(File.Exists(Path.Combine(folder, "guard.toml.new")));
    }

    [Fact]
    public void WhatWasOnTrialWhenGuardEndedIsTakenBackAndSaid()
    {
        File.WriteAllText(
            Path.Combine(folder, "guard.toml"),
            "[[board]]\nname = \"gamma\"\nmegahertz = 475\n\n[[trial]]\nboard = \"gamma\"\nkey = \"megahertz\"\n"
            + "value = \"600\"\n");
        Start(plant);
        Until(() => grant is { Power: PowerGrant.Good, MegahertzMax: 475 });

        Assert.StartsWith(
            "rolled back: megahertz = 600, because it had not proven itself", status!.Operation!.Trial,
            StringComparison.Ordinal);
        var file = Path.Combine(folder, "guard.toml");
        Until(() => !File.ReadAllText(file).Contains("[[trial]]", StringComparison.Ordinal));
    }

    [Fact]
    public void SettingsBeyondTheBoardDoNotStartAndTouchNothing()
    {
        File.WriteAllText(
            Path.Combine(folder, "guard.toml"), "[[sensor]]\nboard = \"gamma\"\nname = \"chip\"\noff = 80\n");
        plant.Commands.Clear();

        var refused = Assert.Throws<UsageException>(
            () => GuardCommand.Run([() => plant.Parts], folder, watchdog, stop.Token));

        Assert.Equal(
            $"{Path.Combine(folder, "guard.toml")}:4: 'off' in [[sensor]] is 80; allowed here: 30 to 75, because the "
            + "last is the board's own, which a setting may only lower.",
            refused.Message);
        Assert.Empty(plant.Commands);
    }

    [Fact]
    public void TheCommandLineGoesBeforeTheSettingsAndIsNotWritten()
    {
        File.WriteAllText(Path.Combine(folder, "guard.toml"), "[[board]]\nname = \"gamma\"\nmegahertz = 475\n");
        commandLine = new() { ["megahertz"] = "450" };
        Start(plant);
        Until(() => grant is { Power: PowerGrant.Good, MegahertzMax: 450 });

        mine.Send(new(Ask: new(1, "gamma", "megahertz", "500")));
        Until(() => answers.Count == 1);
        Assert.Equal("'megahertz' is set on the command line.", answers[0].Reason);
        Until(() => status?.Operation?.Settings is [{ Key: "megahertz", Value: "450", Source: "command line" }]);
        Stop();
        Assert.Equal("475", GuardFile.Load(folder).Of("gamma")["megahertz"]);
    }

    [Theory]
    [InlineData("megahertz")]
    [InlineData("=500")]
    [InlineData("megahertz=")]
    public void ASettingOnTheCommandLineIsAKeyAndAValue(string word) =>
        Assert.Contains("KEY=VALUE", Assert.Throws<UsageException>(() => SettingsBook.Words([word])).Message);

    [Fact]
    public void ASettingOnTheCommandLineThatIsBeyondTheBoardDoesNotStart() => Assert.StartsWith(
        "--set volts, for gamma: 'volts' is 1.3; allowed here: 1 to 1.25",
        Assert.Throws<UsageException>(() => GuardCommand.Run(
            [() => plant.Parts], folder, watchdog, stop.Token, default, SettingsBook.Words(["volts=1.3"]))).Message,
        StringComparison.Ordinal);
}
