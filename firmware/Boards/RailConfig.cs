using Drivers;

namespace Firmware.Boards;

/// <summary>What feeds the chips. All volts are the rail's: those of one domain times <see cref="Domains"/>.</summary>
/// <param name="Address">Of 7 bits; 0 where the rail has no part on a bus.</param>
/// <param name="Volts">The set-point to start with.</param>
/// <param name="VoltsMin">The lowest set-point that is accepted.</param>
/// <param name="VoltsMax">The highest set-point that is accepted, and the limit written into the part.</param>
/// <param name="Input">The nominal supply; 0 where the part itself is the board's supply.</param>
/// <param name="WattsMax">More than this is a fault: into the board where it has a meter, else out of the rail.</param>
public sealed record RailConfig(
    string Part,
    int Address,
    Volts Volts,
    Volts VoltsMin,
    Volts VoltsMax,
    Volts Input,
    Watts WattsMax)
{
    /// <summary>Which I2C bus, as the kernel counts them; 0 behind a bridge.</summary>
    public int Bus { get; init; }

    /// <summary>How many domains of chips stand one on the other between the rail and ground.</summary>
    public int Domains { get; init; } = 1;

    /// <summary>Of "tps546" at 12 V: "series" or "stack", which set of limits is written into the part.</summary>
    public string? Stage { get; init; }

    /// <summary>What switches the rail; null where the part does it by itself.</summary>
    public SwitchConfig? Switch { get; init; }

    /// <summary>High while the output is good; null where no such wire is there.</summary>
    public int? GoodPin { get; init; }

    /// <summary>High switches on the supply of the chips' inputs and outputs; null where it is always there.</summary>
    public int? IoPin { get; init; }

    /// <summary>Of "ds4432u": "bitaxe" or "emberone", the resistors around the regulator.</summary>
    public string? Network { get; init; }

    /// <summary>Of "ds4432u": what measures the output; null where nothing does.</summary>
    public AnalogueConfig? Output { get; init; }

    /// <summary>Of "tps53647" and "tps53667": how many power stages.</summary>
    public int Phases { get; init; }

    /// <summary>Of "tps53647" and "tps53667": what their current sense is scaled to.</summary>
    public Amperes AmperesFullScale { get; init; }

    /// <summary>Of parts that have such a limit: the fault limit of the output current.</summary>
    public Amperes AmperesMax { get; init; }

    /// <summary>Of "apw12": where its port is.</summary>
    public int Register { get; init; }
}

/// <summary>A pin that switches a rail.</summary>
/// <param name="OnHigh">The rail runs while the pin is high, else while it is low.</param>
public readonly record struct SwitchConfig(int Pin, bool OnHigh);

/// <summary>An analogue input of a bridge.</summary>
/// <param name="Volts">What its full scale stands for.</param>
public readonly record struct AnalogueConfig(int Input, Volts Volts);

/// <summary>A meter in the board's supply line.</summary>
/// <param name="ShuntOhms">Of the board; 0 for an INA260, which has its own.</param>
public sealed record MeterConfig(string Part, int Bus, int Address, double ShuntOhms);

/// <summary>A display of so many lines, 4 or 8.</summary>
public sealed record DisplayConfig(int Bus, int Address, int Lines);

/// <summary>A light on a pin.</summary>
/// <param name="LitHigh">It shines while the pin is high, else while it is low.</param>
public sealed record LightConfig(int Pin, bool LitHigh);

/// <summary>A PWM output of this machine that drives a fan, and the pin of its tach.</summary>
/// <param name="Chip">As in /sys/class/pwm/pwmchipN.</param>
/// <param name="TachPin">Null where the fan has no such wire.</param>
public sealed record PwmConfig(int Chip, int Channel, int Hertz, int? TachPin, int PulsesPerTurn);

/// <summary>A board that hangs on this machine's own buses.</summary>
/// <param name="PinChip">The label of the GPIO chip whose lines the file's pins are.</param>
/// <param name="ResetPin">Holds the chips in reset while low.</param>
/// <param name="DataPort">The device of the chips' serial line.</param>
public sealed record NativeConfig(NativeBus[] Buses, string PinChip, int ResetPin, string DataPort);

/// <summary>One I2C bus of this machine.</summary>
/// <param name="Number">N of /dev/i2c-N.</param>
/// <param name="MayBeScanned">False where asking at addresses that nobody named may do harm.</param>
/// <param name="NeverTouch">Addresses at which firmware never asks or tells anything.</param>
/// <param name="Recovery">The bus's wires as pins, where this machine can clock a stuck bus free; else null.</param>
public sealed record NativeBus(int Number, bool MayBeScanned, int[] NeverTouch, BusPins? Recovery);

/// <param name="Data">SDA.</param>
/// <param name="Clock">SCL.</param>
public readonly record struct BusPins(int Data, int Clock);
