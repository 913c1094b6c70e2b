namespace Firmware.Guard;

public class BoardSettingsTests
{
    private readonly SettingReader reader = new(new Plant().Parts);

    [Fact] // It was refused, and yet gone; and with it went what was asked for later.
    public void WhatIsRefusedBesideTheCommandLineChangesNothing()
    {
        var settings = new BoardSettings(
            reader,
            new Dictionary<string, string> { ["fan"] = "fixed" },
            new Dictionary<string, string> { ["fan_percent"] = "50" });

        var answer = settings.Ask(new(1, "gamma", "fan_percent", null));

        Assert.False(answer.Accepted);
        Assert.Equal("50", settings.Proven["fan_percent"]);
        Assert.True(settings.Ask(new(2, "gamma", "paused", "true")).Accepted);
        Assert.True(settings.Current.IsPaused);
        Assert.Equal(0.5, settings.Current.FixedFan?.Fraction);
    }
}
