using System.Globalization;

namespace Simulator;

/// <summary>Damage on one direction of the chips' wire: chances per byte, 0 to 1.</summary>
public sealed class WireDamage
{
    /// <summary>The byte never arrives.</summary>
    public double DropRate { get; set; }

    /// <summary>One bit of the byte, chosen at random, arrives inverted.</summary>
    public double FlipRate { get; set; }

    /// <summary>The byte arrives twice.</summary>
    public double DuplicateRate { get; set; }
}

/// <summary>What is broken. Set from any thread; the world obeys within a few milliseconds.</summary>
public sealed class Faults
{
    /// <summary>The fan and temperature chip does not acknowledge.</summary>
    public bool SensorSilent { get; set; }

    /// <summary>The external temperature keeps its last value for ever.</summary>
    public bool SensorStuck { get; set; }

    /// <summary>The diode's wires are cut.</summary>
    public bool SensorOpen { get; set; }

    /// <summary>The diode's wires touch.</summary>
    public bool SensorShort { get; set; }

    /// <summary>The I2C bus hangs: every transfer times out.</summary>
    public bool I2cDead { get; set; }

    /// <summary>The fan's rotor is blocked, whatever its drive.</summary>
    public bool FanStalled { get; set; }

    /// <summary>The regulator acknowledges every command and keeps its output on.</summary>
    public bool RailStuckOn { get; set; }

    /// <summary>The regulator has switched itself off and stays off.</summary>
    public bool RailTripped { get; set; }

    /// <summary>The chips neither hear nor speak nor hash.</summary>
    public bool ChipDead { get; set; }

    /// <summary>The chips hear, hash and heat, and nothing comes back.</summary>
    public bool ChipSilent { get; set; }

    /// <summary>The chips repeat one and the same result every 46 ms, and do nothing else.</summary>
    public bool ChipWedged { get; set; }

    /// <summary>The chips acknowledge nothing about it, and keep their baud rate when told another.</summary>
    public bool BaudWriteIgnored { get; set; }

    /// <summary>A write to the PLL puts one well-formed, meaningless result on the wire.</summary>
    public bool GarbageOnPllWrite { get; set; }

    /// <summary>The share of results that carry a wrong nonce: silicon that computes wrong, 0 to 1.</summary>
    public double HardwareErrorRate { get; set; }

    /// <summary>The upper 16 bits of CHIP_ID.</summary>
    public int ChipId { get; set; } = 0x1370;

    /// <summary>How many chips of the chain answer; null for all that the board has.</summary>
    public int? ChipCount { get; set; }

    /// <summary>The USB cable is out: both ports hang up and vanish. The board keeps its power.</summary>
    public bool Unplugged { get; set; }

    /// <summary>Degrees Celsius of the air that the fan blows.</summary>
    public double AmbientDegrees { get; set; } = 25;

    public WireDamage FromChips { get; } = new();

    public WireDamage ToChips { get; } = new();

    /// <summary>Sets a fault by the name that the command line and stdin use, "sensor-silent" and "on".</summary>
    /// <exception cref="FormatException">No such fault, or no value of its kind; the message says which.</exception>
    public void Set(string name, string value)
    {
        if (!TrySetSwitch(name, value) && !TrySetNumber(name, value))
        {
            throw new FormatException($"There is no fault '{name}'; there are: {string.Join(", ", Names)}.");
        }
    }

    /// <summary>Every name that <see cref="Set"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "sensor-silent", "sensor-stuck", "sensor-open", "sensor-short", "i2c-dead", "fan-stalled", "rail-stuck-on",
        "rail-tripped", "chip-dead", "chip-silent", "chip-wedged", "baud-write-ignored", "garbage-on-pll-write",
        "unplugged", "hardware-error-rate", "chip-id", "chip-count", "ambient", "from-chips-drop", "from-chips-flip",
        "from-chips-duplicate", "to-chips-drop", "to-chips-flip", "to-chips-duplicate",
    ];

    private bool TrySetSwitch(string name, string value)
    {
        var set = name switch
        {
            "sensor-silent" => on => SensorSilent = on,
            "sensor-stuck" => on => SensorStuck = on,
            "sensor-open" => on => SensorOpen = on,
            "sensor-short" => on => SensorShort = on,
            "i2c-dead" => on => I2cDead = on,
            "fan-stalled" => on => FanStalled = on,
            "rail-stuck-on" => on => RailStuckOn = on,
            "rail-tripped" => on => RailTripped = on,
            _ => ChipSwitch(name),
        };

        set?.Invoke(value switch
        {
            "on" => true,
            "off" => false,
            _ => throw new FormatException($"'{value}' is neither on nor off."),
        });
        return set is not null;
    }

    private Action<bool>? ChipSwitch(string name) => name switch
    {
        "chip-dead" => on => ChipDead = on,
        "chip-silent" => on => ChipSilent = on,
        "chip-wedged" => on => ChipWedged = on,
        "baud-write-ignored" => on => BaudWriteIgnored = on,
        "garbage-on-pll-write" => on => GarbageOnPllWrite = on,
        "unplugged" => on => Unplugged = on,
        _ => null,
    };

    private bool TrySetNumber(string name, string value)
    {
        var set = name switch
        {
            "chip-id" => () => ChipId = Hexadecimal(value),
            "chip-count" => () => ChipCount = value == "all" ? null : (int)Number(value, 0, 128),
            "ambient" => () => AmbientDegrees = Number(value, -40, 125),
            "hardware-error-rate" => () => HardwareErrorRate = Rate(value),
            "from-chips-drop" => () => FromChips.DropRate = Rate(value),
            "from-chips-flip" => () => FromChips.FlipRate = Rate(value),
            "from-chips-duplicate" => () => FromChips.DuplicateRate = Rate(value),
            _ => ToChipsRate(name, value),
        };

        set?.Invoke();
        return set is not null;
    }

    private Action? ToChipsRate(string name, string value) => name switch
    {
        "to-chips-drop" => () => ToChips.DropRate = Rate(value),
        "to-chips-flip" => () => ToChips.FlipRate = Rate(value),
        "to-chips-duplicate" => () => ToChips.DuplicateRate = Rate(value),
        _ => null,
    };

    private static double Rate(string value) => Number(value, 0, 1);

    private static double Number(string value, double low, double high) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number >= low && number <= high
            ? number
            : throw new FormatException($"'{value}' is not a number from {low} to {high}.");

    private static int Hexadecimal(string value) =>
        int.TryParse(value, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number)
        && number is >= 0 and <= 0xFFFF
            ? number
            : throw new FormatException($"'{value}' is not a chip id of four hexadecimal digits.");
}
