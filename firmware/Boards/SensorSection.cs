using Drivers;

namespace Firmware.Boards;

/// <summary>[[sensor]]: a temperature and its limits.</summary>
internal static class SensorSection
{
    /// <summary>Each is a case of <see cref="OpenedParts"/>.</summary>
    private static readonly string[] Parts =
    [
        "emc2101-external", "emc2101-internal", "emc2103-external1", "emc2103-external2", "emc2103-internal", "lm75a",
        "tmp75", "tmp1075", "tmp451-remote", "tmp451-local", "adt7461-remote", "adt7461-local", "nct218",
        .. RailSection.PartsWithDie,
    ];

    public static SensorConfig Read(TomlSection sensor, PartWires wires)
    {
        var name = sensor.Text("name");
        var heatSource = sensor.OptionalText("heat_source") ?? name;
        var part = sensor.Choice("part", Parts);
        var (bus, address) = wires.Read(sensor);
        var betaMax = part switch
        {
            "emc2101-external" => 0x0F,
            "emc2103-external1" or "emc2103-external2" => 0x1F,
            _ => (int?)null,
        };
        var ideality = betaMax is null ? null : (byte?)sensor.Whole("ideality", 0, 0x3F);
        var beta = betaMax is { } most ? (byte?)sensor.Whole("beta", 0, most) : null;
        var gain = sensor.OptionalNumber("gain", 0.5, 2) ?? 1;
        var offset = sensor.OptionalNumber("offset", -40, 40) ?? 0;
        var (target, critical, off) = ReadLimits(sensor, isRegulator: RailSection.PartsWithDie.Contains(part));
        sensor.Finish();
        return new(name, heatSource, part, address, ideality, beta, target, critical, off)
        {
            Bus = bus,
            Gain = gain,
            Offset = offset,
        };
    }

    /// <summary>A temperature that the kernel reads, and shows as a file.</summary>
    public static SensorConfig ReadOfKernel(TomlSection sensor)
    {
        var name = sensor.Text("name");
        var heatSource = sensor.OptionalText("heat_source") ?? name;
        var part = sensor.Choice("part", "thermal-zone", "hwmon");
        var zone = sensor.Text("zone");
        var (target, critical, off) = ReadLimits(sensor, isRegulator: false);
        sensor.Finish();
        return new(name, heatSource, part, Address: 0, Ideality: null, Beta: null, target, critical, off)
        {
            Zone = zone,
        };
    }

    private static (Celsius Target, Celsius Critical, Celsius Off) ReadLimits(
        TomlSection sensor, bool isRegulator)
    {
        var hottest = isRegulator ? HardLimits.RegulatorOff : HardLimits.ChipOff;
        var why = isRegulator ? HardLimits.WhyRegulatorOff : HardLimits.WhyChipOff;
        var off = sensor.Number("off", HardLimits.CoolestLimit, hottest, why);
        var critical = sensor.Number("critical", HardLimits.CoolestLimit, hottest, why);
        var target = sensor.Number("target", HardLimits.CoolestLimit, hottest, why);
        if (!(critical < off))
        {
            throw sensor.Wrong("critical", $"is {critical}; it must lie below off, which is {off}.");
        }

        if (!(target < critical))
        {
            throw sensor.Wrong("target", $"is {target}; it must lie below critical, which is {critical}.");
        }

        return (new(target), new(critical), new(off));
    }
}
