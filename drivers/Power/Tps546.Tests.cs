using Drivers.Buses;
using Drivers.Sensors;

namespace Drivers.Power;

public class Tps546Tests
{
    private static readonly byte[] IdOfD24A = [6, 0x54, 0x49, 0x54, 0x6D, 0x24, 0x41];

    private readonly FakePmBusDevice part = new();
    private readonly Tps546 rail;

    public Tps546Tests()
    {
        rail = new Tps546(part, new Volts(1.0), new Volts(1.25), Tps546Stage.SingleFiveVolt);
        part[0x01] = [0xFF];
        part[0x02] = [0xFF];
        part[0x03] = [];
        part[0x19] = [0x00];
        part[0x20] = [0x97];
        part[0x79] = [0x00, 0x08];
        part[0xAD] = IdOfD24A;
        byte[] bytes = [0x04, 0x47, 0x50, 0x56, 0x63, 0xE4];
        byte[] words =
        [
            0x21, 0x24, 0x25, 0x26, 0x29, 0x2B, 0x33, 0x35, 0x36, 0x40, 0x42, 0x43, 0x44, 0x46, 0x4A, 0x4F, 0x51,
            0x55, 0x61, 0x88, 0x8B, 0x8C, 0x8D, 0xEC, 0xEE,
        ];
        Array.ForEach(bytes, command => part[command] = [0xFF]);
        Array.ForEach(words, command => part[command] = [0xFF, 0xFF]);
    }

    [Theory]
    [InlineData("54 49 54 6D 24 41", true)] // D24A
    [InlineData("54 49 54 6D 24 62", true)] // D24S
    [InlineData("54 49 54 6B 24 41", true)] // D24A, other marking
    [InlineData("54 49 54 6D 24 42", false)]
    [InlineData("FF FF FF FF FF FF", false)]
    public void IsKnownByItsDeviceId(string id, bool known)
    {
        part[0xAD] = [6, .. Convert.FromHexString(id.Replace(" ", "", StringComparison.Ordinal))];

        Assert.Equal(known, rail.IsPresent());
        Assert.Empty(part.Writes);
    }

    [Fact]
    public void WritesTheWholeConfigurationWithTheOutputOff()
    {
        Assert.True(rail.TryConfigure());
        Assert.Equal(
            [
                "0100", // Off before anything else; the part's pin-only default is made to obey.
                "021F", "2097", "0400", "338A02", "EC0000", "E410", "EEFFFF",
                "3566CA", "3640CA", "5540CB", "56B7", // Input: on 4.8 V, off 4.5 V, fault 6.5 V.
                "2900AA", "248002", "2B0002", "210002", // Scale 0.25; at most 1.25 V, at least 1.0 V.
                "408002", "425202", "253302", "26CD01", "43CD01", "448001",
                "4A20DB", "46C0DB", "47C0", // Current: warn 25 A, fault 30 A, latched.
                "51F8EA", "4F98EB", "5080", // Heat: warn 95 °C, fault 115 °C, latched.
                "6100C3", "633B", "021B", "03",
            ],
            part.Writes);
    }

    [Fact]
    public void ASeriesOfThreeChipsOn12VoltsHasItsOwnLimits()
    {
        part[0x58] = [0xFF, 0xFF];
        var series = new Tps546(part, new Volts(2.5), new Volts(4.5), Tps546Stage.SeriesTwelveVolt);

        Assert.True(series.TryConfigure());
        string[] own = ["35E0D2", "36C0D2", "58C0D2", "55B3D3", "2900A2", "240009", "2B0005", "210005", "46C0DB"];
        Assert.Empty(own.Except(part.Writes)); // On 11.5 V, off 11 V, high 14.8 V, scale 0.125, 2.5 to 4.5 V.
        Assert.DoesNotContain(part.Writes, write => write.StartsWith("B1", StringComparison.Ordinal));
        Assert.True(series.TryTurnOn(new Volts(3.6)));
        Assert.Equal(["213307", "0180"], part.Writes.TakeLast(2));
    }

    [Fact]
    public void AStackHasBothPhasesAndItsCompensation()
    {
        part[0x58] = [0xFF, 0xFF];
        part[0xB1] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        var stack = new Tps546(part, new Volts(1.0), new Volts(1.25), Tps546Stage.StackTwelveVolt);

        Assert.True(stack.TryConfigure());
        string[] own = ["04FF", "EC0100", "E4D0", "B1051234422104", "36A0D2", "4A20E3", "4670E3"];
        Assert.Empty(own.Except(part.Writes));
        part[0xB1] = [5, 0x12, 0x34, 0x42, 0x21, 0x05];
        part.Stuck = 0xB1;
        Assert.False(stack.TryConfigure());
    }

    [Fact]
    public void NeverWritesIntoThePartsMemory()
    {
        rail.TryConfigure();
        rail.TryTurnOn(new Volts(1.15));
        rail.TryTurnOff();

        string[] store = ["11", "12", "13", "14", "15", "16", "17", "18"];
        Assert.DoesNotContain(part.Writes, write => store.Contains(write[..2]));
    }

    [Fact]
    public void EverySettingThatDoesNotStickStopsTheConfiguration()
    {
        rail.TryConfigure();
        var settings = part.Writes.Where(write => write.Length > 2).Select(write => write[..2]).Distinct().ToArray();
        Assert.Equal(30, settings.Length);

        foreach (var setting in settings.Where(setting => setting is not "20"))
        {
            var command = Convert.FromHexString(setting)[0];
            part[command] = part[command].Length == 1 ? [0xC1] : [0x34, 0x12];
            part.Stuck = command;
            Assert.False(rail.TryConfigure(), $"0x{setting} was not read back");
            Assert.False(rail.TryTurnOn(new Volts(1.15)), "an output without limits was switched on");
        }
    }

    [Fact]
    public void NoLostTransferIsTakenForSuccess()
    {
        rail.TryConfigure();
        var transfers = part.Transfers;
        for (var lost = 0; lost < transfers; lost++)
        {
            part.FailingTransfer = lost;
            part.Transfers = 0;
            var sent = part.Writes.Count;
            var configured = rail.TryConfigure();

            // A lost CAPABILITY costs nothing, and a lost switch-off or a lost look at it is made good by the repeat.
            Assert.True(!configured || lost is 0 or 2 or 3, $"transfer {lost} was lost, and not missed");
            Assert.True(part.Writes.Count > sent || lost == 1);
        }
    }

    [Fact] // The part rounds VIN_ON down to a quarter volt: 4.8 V becomes 4.75 V.
    public void ARoundedLimitIsTheLimit()
    {
        part[0x35] = [0x60, 0xCA];
        part.Stuck = 0x35;

        Assert.True(rail.TryConfigure());
    }

    [Fact]
    public void UsesThePacketCheckWhereThePartHasIt()
    {
        part.ChecksPackets = true;
        part[0x19] = [0xD0];

        Assert.True(rail.TryConfigure());
        Assert.Contains(part.Writes, write => write[..2] == "33" && write.Length == 8);
        part.WrongCheckByte = true;
        Assert.False(rail.TryTurnOn(new Volts(1.15)));
        Assert.False(rail.TryTurnOff());
        Assert.Equal(default, rail.Read());
        Assert.Equal(SensorFault.NoAnswer, rail.Die.Read());
    }

    [Fact]
    public void StaysOffUntilItIsConfigured()
    {
        part[0x02] = [0x1B];

        Assert.False(rail.TryTurnOn(new Volts(1.15)));
        Assert.Empty(part.Writes);
    }

    [Theory]
    [InlineData(1.15, "214D02")]
    [InlineData(1.166, "215502")]
    [InlineData(0.2, "210002")] // Clamped to 1.0 V.
    [InlineData(-3, "210002")]
    [InlineData(2.0, "218002")] // Clamped to 1.25 V.
    [InlineData(1e9, "218002")]
    public void SetsTheVoltageWithinItsLimitsAndSwitchesOn(double volts, string command)
    {
        rail.TryConfigure();
        part.Writes.Clear();

        Assert.True(rail.TryTurnOn(new Volts(volts)));
        Assert.Equal([command, "0180"], part.Writes);
    }

    [Fact]
    public void ALimitBetweenTwoStepsIsNotPassed()
    {
        var narrow = new Tps546(part, new Volts(1.1005), new Volts(1.1510), Tps546Stage.SingleFiveVolt);
        narrow.TryConfigure();
        part.Writes.Clear();

        Assert.True(narrow.TryTurnOn(new Volts(1.1510)));
        Assert.True(narrow.TryTurnOn(new Volts(1.1005)));
        Assert.Equal(["214D02", "0180", "213402", "0180"], part.Writes); // 1.1504 V and 1.1016 V.
    }

    [Fact]
    public void APartThatForgotItsConfigurationIsNotSwitchedOn()
    {
        rail.TryConfigure();
        part[0x02] = [0x16];

        Assert.False(rail.TryTurnOn(new Volts(1.15)));
    }

    [Theory]
    [InlineData(0x16)] // Factory: obeys the pin alone.
    [InlineData(0x00)] // Always on.
    public void SwitchesOffAPartNobodyConfigured(byte obeys)
    {
        part[0x02] = [obeys];
        part[0x01] = [0x80];

        Assert.True(rail.TryTurnOff());
        Assert.Equal(0x00, part[0x01][0]);
        Assert.Equal(0x1B, part[0x02][0]);
    }

    [Fact]
    public void AnOutputThatStaysOnIsNotCalledOff()
    {
        rail.TryConfigure();
        rail.TryTurnOn(new Volts(1.15));
        part.Stuck = 0x01;

        Assert.False(rail.TryTurnOff());
    }

    [Fact]
    public void AnEmptyBusIsNotCalledOff()
    {
        part.Unplugged = true;
        Assert.False(rail.TryTurnOff());

        part.Unplugged = false;
        part[0x79] = [0xFF, 0xFF];
        Assert.False(rail.TryTurnOff());
    }

    [Fact]
    public void ReadsVoltsAmperesAndDegrees()
    {
        part[0x79] = [0x00, 0x00];
        part[0x88] = [0x60, 0xCA];
        part[0x8B] = [0x4D, 0x02];
        part[0x8C] = [0x20, 0xDB];
        part[0x8D] = [0x48, 0xEB];

        var reading = rail.Read();

        Assert.Equal(new Volts(4.75), reading.Input);
        Assert.Equal(new Volts(1.150390625), reading.Output);
        Assert.Equal(new Amperes(25), reading.Current);
        Assert.Equal(new Celsius(105), reading.Temperature);
        Assert.Equal((ushort)0, reading.Status);
        Assert.Null(reading.Fault);
        Assert.Equal(new Celsius(105), rail.Die.Read());
    }

    [Fact] // Bus noise once read as 80.88 V, and a dead bus as all ones.
    public void WhatCannotBeMeasuredIsNoMeasurement()
    {
        part[0x79] = [0xFF, 0xFF];
        part[0x88] = [0x0F, 0xEA]; // 65.9 V
        part[0x8B] = [0xFF, 0xFF];
        part[0x8C] = [0x64, 0x08]; // 200 A
        part[0x8D] = [0xFF, 0x03]; // 1023 °C

        Assert.Equal(default, rail.Read());
        Assert.Equal(SensorFault.Implausible, rail.Die.Read());
    }

    [Fact] // As LINEAR11, all ones would be −0.5 °C and −0.5 A.
    public void AnEmptyBusIsNeitherColdNorWithoutCurrent()
    {
        foreach (byte command in new[] { 0x79, 0x88, 0x8B, 0x8C, 0x8D })
        {
            part[command] = [0xFF, 0xFF];
        }

        Assert.Equal(default, rail.Read());
        Assert.Equal(SensorFault.NoAnswer, rail.Die.Read());
    }
}
