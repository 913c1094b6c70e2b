using Drivers;
using Drivers.Power;

namespace Firmware.Guard;

public class SettingReaderTests
{
    private readonly SettingReader reader = new(new Plant().Parts);

    [Fact]
    public void WithoutSettingsTheBoardsOwnHold()
    {
        var board = reader.BoardDefaults;

        Assert.Equal((500, 1.15, null), (board.Clock.Value, board.Volts?.Value, board.PowerLimit));
        Assert.Equal([(60.0, 70.0, 75.0), (85.0, 95.0, 105.0)], board.Sensors.Select(Degrees));
        Assert.Equal((null, false), (board.FixedFan, board.IsPaused));
    }

    [Theory]
    [InlineData("megahertz", "625")]
    [InlineData("megahertz", "50")]
    [InlineData("volts", "1.25")]
    [InlineData("volts", "1")]
    [InlineData("power_limit", "40")]
    [InlineData("power_limit", "1")]
    [InlineData("target_temperature", "60")]
    [InlineData("target_temperature", "30")]
    [InlineData("sensor.chip.off", "75")]
    [InlineData("sensor.chip.off", "70.1")]
    [InlineData("sensor.regulator.critical", "90")]
    [InlineData("fan_percent", "25")]
    [InlineData("fan", "auto")]
    [InlineData("paused", "true")]
    [InlineData("ramp_seconds", "600")]
    public void WhatTheBoardAllowsIsTaken(string key, string value) => _ = reader.Read(One(key, value));

    [Theory]
    [InlineData("megahertz", "625.1", "allowed here: 50 to 625")]
    [InlineData("megahertz", "0", "allowed here: 50 to 625")]
    [InlineData("megahertz", "NaN", "allowed here: 50 to 625")]
    [InlineData("megahertz", "fast", "which is no number")]
    [InlineData("volts", "1.26", "allowed here: 1 to 1.25")]
    [InlineData("volts", "0.99", "allowed here: 1 to 1.25")]
    [InlineData("power_limit", "41", "allowed here: 1 to 40, because the last is the board's own limit")]
    [InlineData("power_limit", "0", "allowed here: 1 to 40")]
    [InlineData("target_temperature", "61", "allowed here: 30 to 60, because the last is the board's own target")]
    [InlineData("sensor.chip.target", "60.1", "which a setting may only lower")]
    [InlineData("sensor.chip.critical", "71", "which a setting may only lower")]
    [InlineData("sensor.chip.off", "76", "is 76; allowed here: 30 to 75, because the last is the board's own")]
    [InlineData("sensor.chip.off", "1000", "which a setting may only lower")]
    [InlineData("sensor.chip.off", "Infinity", "which a setting may only lower")]
    [InlineData("sensor.chip.off", "70", "critical, 70.0 °C, must lie below off, 70.0 °C")]
    [InlineData("sensor.chip.off", "0", "allowed here: 30 to 75")]
    [InlineData("sensor.chip.critical", "60", "target, 60.0 °C, must lie below critical, 60.0 °C")]
    [InlineData("sensor.fan.off", "60", "is no setting of this board")]
    [InlineData("fan_percent", "24", "allowed here: 25 to 100, because the board's fans never turn slower")]
    [InlineData("fan", "off", "allowed here: auto, fixed")]
    [InlineData("fan", "fixed", "'fan_percent' does not say at what")]
    [InlineData("paused", "1", "allowed here: true, false")]
    [InlineData("ramp_seconds", "0", "allowed here: 1 to 600")]
    [InlineData("cut_off", "false", "is no setting of this board")]
    public void WhatGoesBeyondTheBoardIsRefusedWithTheLimitAndWhy(string key, string value, string why)
    {
        var refused = Assert.Throws<RefusedSetting>(() => reader.Read(One(key, value)));

        Assert.Equal(key, refused.Key);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AWantedTemperatureIsForTheChipsAndNotForTheRegulator()
    {
        var sensors = reader.Read(One("target_temperature", "52")).Sensors;

        Assert.Equal((52.0, 70.0, 75.0), Degrees(sensors[0]));
        Assert.Equal(55, sensors[0].Wanted?.Degrees);
        Assert.Equal((85.0, 95.0, 105.0), Degrees(sensors[1]));
        Assert.Null(sensors[1].Wanted);
    }

    [Fact]
    public void ALowerTargetOfASensorIsNotRaisedByAWantedTemperature()
    {
        var settings = One("target_temperature", "58");
        settings["sensor.chip.target"] = "50";

        Assert.Equal((50.0, 70.0, 75.0), Degrees(reader.Read(settings).Sensors[0]));
    }

    [Fact]
    public void ABoardWithoutARailHasNeitherVoltsNorWatts()
    {
        var bare = new SettingReader(new Plant().Parts with { Rail = null });

        Assert.Null(bare.BoardDefaults.Volts);
        Assert.Throws<RefusedSetting>(() => bare.Read(One("volts", "1.1")));
        Assert.Contains(
            "nothing on this board measures watts",
            Assert.Throws<RefusedSetting>(() => bare.Read(One("power_limit", "10"))).Message);
    }

    [Fact]
    public void APowerLimitThatNobodyCouldKeepIsRefused()
    {
        var parts = new Plant().Parts;
        var unmetered = new SettingReader(parts with
        {
            Rail = parts.Rail! with { Part = new Unmetered(parts.Rail.Part) },
        });

        Assert.Null(unmetered.BoardDefaults.PowerLimit);
        Assert.Contains(
            "nothing on this board measures watts: it could not be kept",
            Assert.Throws<RefusedSetting>(() => unmetered.Read(One("power_limit", "10"))).Message);
    }

    [Theory]
    [InlineData("0520.50", "520.5")]
    [InlineData("auto", "auto")]
    [InlineData(null, null)]
    public void ANumberIsKeptPlainly(string? value, string? kept) => Assert.Equal(kept, SettingReader.Plain(value));

    private static Dictionary<string, string> One(string key, string value) => new() { [key] = value };

    private static (double, double, double) Degrees(ThermalLimits limits) =>
        (limits.Target.Degrees, limits.Critical.Degrees, limits.Off.Degrees);

    private sealed class Unmetered(IPowerRail rail) : IPowerRail
    {
        public bool MeasuresPower => false;

        public bool IsPresent() => rail.IsPresent();

        public bool TryConfigure() => rail.TryConfigure();

        public bool TryTurnOn(Volts setPoint) => rail.TryTurnOn(setPoint);

        public bool TryTurnOff() => rail.TryTurnOff();

        public RailReading Read() => rail.Read();
    }
}
