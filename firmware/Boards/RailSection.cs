using System.Globalization;
using Drivers.Power;

namespace Firmware.Boards;

/// <summary>[rail] and [meter]: what feeds the chips, and what measures it.</summary>
internal static class RailSection
{
    public const string Tps546 = "tps546";
    public const string Tps53647 = "tps53647";
    public const string Tps53667 = "tps53667";
    public const string Max15301 = "max15301";
    public const string Ds4432u = "ds4432u";
    public const string Apw12 = "apw12";
    public const string Switched = "switched";

    private const int FullScaleMax = 255;

    /// <summary>Those that tell the temperature of their own die.</summary>
    public static readonly string[] PartsWithDie = [Tps546, Tps53647, Tps53667, Max15301];

    public static RailConfig Read(TomlSection rail, ChainConfig chain, PartWires wires)
    {
        var part = rail.Choice("part", Tps546, Tps53647, Tps53667, Max15301, Ds4432u, Apw12, Switched);
        var (bus, address) = part == Switched ? (0, 0) : wires.Read(rail);
        var config = ReadPower(rail, part, address, chain) with { Bus = bus };
        config = config with { IoPin = wires.ReadOptionalPin(rail, "io_pin") };
        config = part switch
        {
            Tps546 => ReadTps546(rail, config),
            Tps53647 or Tps53667 => ReadTps536(rail, config) with
            {
                Switch = new(wires.ReadPin(rail, "enable_pin"), OnHigh: true),
            },
            Max15301 => config with
            {
                Input = new(rail.Number("input_volts", 5, 14)),
                AmperesMax = new(rail.Number("amperes_max", 1, FullScaleMax)),
            },
            Ds4432u => ReadDs4432u(rail, config, wires) with { Switch = ReadSwitch(rail, wires) },
            Apw12 => config with { Register = ReadRegister(rail), Switch = ReadSwitch(rail, wires) },
            _ => config with
            {
                Input = new(rail.Number("input_volts", 5, 24)),
                Switch = ReadSwitch(rail, wires),
                GoodPin = wires.ReadOptionalPin(rail, "good_pin"),
            },
        };
        RefuseOutOfReach(rail, config);
        rail.Finish();
        return config;
    }

    public static MeterConfig ReadMeter(TomlSection meter, PartWires wires)
    {
        var part = meter.Choice("part", "ina260", "ina226", "ina228");
        var (bus, address) = wires.Read(meter);
        var shunt = part == "ina260" ? 0 : meter.Number("shunt_ohms", 0.0001, 1);
        meter.Finish();
        return new(part, bus, address, shunt);
    }

    public static FeedbackNetwork NetworkOf(string? name) => name switch
    {
        "bitaxe" => FeedbackNetwork.Bitaxe,
        "emberone" => FeedbackNetwork.EmberOne,
        _ => throw new UsageException($"No resistors are known by the name '{name}'."),
    };

    /// <summary>The file speaks of one domain, the configuration of the whole rail.</summary>
    private static RailConfig ReadPower(TomlSection rail, string part, int address, ChainConfig chain)
    {
        var limits = HardLimits.Of(chain.Chip);
        var why = limits.WhyVolts(chain.Chip);
        var domains = rail.OptionalWhole("domains", 1, chain.Chips) ?? 1;
        if (chain.Chips % domains != 0)
        {
            throw rail.Wrong("domains", $"is {domains}; {chain.Chips} chips do not share out among so many.");
        }

        var max = part == Switched ? limits.VoltsMax : rail.Number("volts_max", limits.VoltsMin, limits.VoltsMax, why);
        var min = part == Switched ? limits.VoltsMin : rail.Number("volts_min", limits.VoltsMin, max, why);
        var volts = rail.Number("volts", min, max, part == Switched ? why : "These are the file's own limits.");
        (min, max) = part == Switched ? (volts, volts) : (min, max);
        var watts = rail.Number(
            "watts_max",
            1,
            limits.WattsMax * chain.Chips,
            $"That is what {chain.Chips} {chain.Chip} may turn into heat.");
        return new(
            part,
            address,
            new(volts * domains),
            new(min * domains),
            new(max * domains),
            Input: default,
            new(watts))
        {
            Domains = domains,
        };
    }

    private static RailConfig ReadTps546(TomlSection rail, RailConfig config)
    {
        var input = rail.Whole("input_volts", 5, 12);
        return input switch
        {
            5 => config with { Input = new(input) },
            12 => config with { Input = new(input), Stage = rail.Choice("stage", "series", "stack") },
            _ => throw rail.Wrong("input_volts", $"is {input}; allowed here: 5 and 12: nobody knows others' limits."),
        };
    }

    private static RailConfig ReadTps536(TomlSection rail, RailConfig config) => config with
    {
        Input = new(rail.Number("input_volts", 11, 13)),
        Phases = rail.Whole("phases", 1, config.Part == Tps53647 ? 4 : 6),
        AmperesFullScale = new(rail.Whole("amperes_full_scale", 1, FullScaleMax)),
        AmperesMax = new(rail.Number("amperes_max", 1, FullScaleMax)),
    };

    private static RailConfig ReadDs4432u(TomlSection rail, RailConfig config, PartWires wires)
    {
        config = config with
        {
            Input = new(rail.Number("input_volts", 5, 24)),
            Network = rail.Choice("network", "bitaxe", "emberone"),
        };
        if (wires.Bridge is null || rail.OptionalWhole("output_adc", 0, byte.MaxValue) is not { } adc)
        {
            return config;
        }

        return config with { Output = new(adc, new(rail.Number("output_adc_volts", 0.5, 20))) };
    }

    private static SwitchConfig ReadSwitch(TomlSection rail, PartWires wires) =>
        new(wires.ReadPin(rail, "enable_pin"), rail.Choice("enable_on", "high", "low") == "high");

    private static int ReadRegister(TomlSection rail) => rail.Whole("register", 0, 0x11) is var register and (0 or 0x11)
        ? register
        : throw rail.Wrong("register", "is neither 0x00, as on older units, nor 0x11.");

    /// <summary>What the part itself can give.</summary>
    private static void RefuseOutOfReach(TomlSection rail, RailConfig config)
    {
        var (lowest, highest) = config.Part switch
        {
            Ds4432u => (NetworkOf(config.Network).VoltsOf(0xFF).Value, NetworkOf(config.Network).VoltsOf(0x7F).Value),
            Tps53647 or Tps53667 => (0.25, 1.52),
            Apw12 => (Drivers.Power.Apw12.LowestVolts, Drivers.Power.Apw12.HighestVolts),
            Switched => (0, double.MaxValue),
            _ => (0.5, 5.5),
        };
        var wrong = config.VoltsMin.Value < lowest ? "volts_min" : config.VoltsMax.Value > highest ? "volts_max" : null;
        if (wrong is not null)
        {
            var volts = wrong == "volts_min" ? config.VoltsMin : config.VoltsMax;
            throw rail.Wrong(wrong, string.Create(
                CultureInfo.InvariantCulture,
                $"makes {volts.Value:0.###} V for {config.Domains} domains; this {config.Part} reaches {lowest:0.###} "
                + $"to {highest:0.###} V."));
        }
    }
}
