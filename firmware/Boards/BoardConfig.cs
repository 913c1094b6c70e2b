using System.Runtime.InteropServices;
using Drivers;
using Drivers.Buses.BitaxeRaw;
using Drivers.Hashing.Bm13xx;
using Microsoft.Win32.SafeHandles;

namespace Firmware.Boards;

/// <summary>One file of board-configs/: the parts on a board, where they sit, and what they may not exceed.</summary>
public sealed record BoardConfig
{
    /// <summary>The board's name on the link and in messages: the file's name without ".toml".</summary>
    public required string Key { get; init; }

    /// <summary>The file as the user wrote it.</summary>
    public required string File { get; init; }

    /// <summary>The model, shown to people: "Bitaxe Gamma 601".</summary>
    public required string Name { get; init; }

    /// <summary>Null on a board that no bridge carries.</summary>
    public required BridgeConfig? Bridge { get; init; }

    /// <summary>Null on a board that does not hang on this machine's own buses.</summary>
    public NativeConfig? Native { get; init; }

    public required ChainConfig[] Chains { get; init; }

    public required SensorConfig[] Sensors { get; init; }

    public required FanConfig[] Fans { get; init; }

    /// <summary>Null on a board whose chips no regulator of ours feeds: nothing there can be switched off.</summary>
    public required RailConfig? Rail { get; init; }

    /// <summary>The meter in the board's supply line; null where there is none.</summary>
    public MeterConfig? Meter { get; init; }

    /// <summary>Null where there is none.</summary>
    public DisplayConfig? Display { get; init; }

    /// <summary>Null where there is none.</summary>
    public LightConfig? Light { get; init; }

    /// <summary>The pin that holds the chips in reset while low; null where there is none.</summary>
    public int? ResetPin => Bridge?.ResetPin ?? Native?.ResetPin;

    /// <summary>Clocks below the board's own that need less than the rail's volts, in ascending order.</summary>
    public OperatingPoint[] Points { get; init; } = [];

    /// <summary>Null where the file does not say.</summary>
    public EnergyConfig? Energy { get; init; }

    /// <summary>What healthy chips report in a second at 1 MHz, with this ticket; 0 where nobody knows.</summary>
    public double ResultsPerMegahertz => Chains.Sum(chain => ChipModel.Find(chain.Chip) is { } model
        ? Math.ScaleB(1e6 * model.HashUnits * chain.Chips, -Bm13xxConfig.SiliconZeroBits - chain.TicketBits)
        : 0);

    /// <summary>Reads a board file strictly: whatever it does not know is an error with file, line and key.</summary>
    /// <param name="file">Names the file in messages, and the board (see <see cref="Key"/>).</param>
    /// <exception cref="UsageException">The text is no board; the message names line, key and remedy.</exception>
    public static BoardConfig Parse(string toml, string file) => BoardFile.Parse(toml, file);

    /// <summary>Reads the files of all boards; a file that is given again gets "-2", "-3" … after its key.</summary>
    /// <exception cref="UsageException">A file cannot be read, or is no board.</exception>
    public static BoardConfig[] Load(IEnumerable<string> files)
    {
        var boards = new List<BoardConfig>();
        foreach (var file in files)
        {
            var board = Parse(ReadText(file), file);
            var number = 1;
            var key = board.Key;
            while (boards.Exists(other => other.Key == key))
            {
                number++;
                key = $"{board.Key}-{number}";
            }

            boards.Add(board with { Key = key });
        }

        return [.. boards];
    }

    /// <summary>
    /// A lock on the file is a sign that somebody has the board. .NET locks what it opens by its path, and so would be
    /// kept from reading then, and keep others from taking the board while it reads.
    /// </summary>
    private static string ReadText(string file)
    {
        const int readOnly = 0;
        try
        {
            using var opened = new SafeFileHandle(Linux.Open(file, readOnly | Linux.CloseOnExec), ownsHandle: true);
            if (opened.IsInvalid)
            {
                throw new IOException(Marshal.GetLastPInvokeErrorMessage());
            }

            using var reader = new StreamReader(new FileStream(opened, FileAccess.Read));
            return reader.ReadToEnd();
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"The board file '{file}' cannot be read ({refusal.Message}); give --board a file of board-configs/.");
        }
    }
}

/// <summary>The USB bridge that carries every part: a USB identity, or both ports and a dialect.</summary>
/// <param name="UsbProduct">The product string of the bridge, null where the ports are explicit.</param>
/// <param name="UsbSerial">Tells two bridges of one product apart; null takes the only one.</param>
/// <param name="Dialect">Null where the USB identity decides.</param>
/// <param name="ResetPin">The bridge's pin that holds the chips in reset while low.</param>
public sealed record BridgeConfig(
    string? UsbProduct,
    string? UsbSerial,
    string? ControlPort,
    string? DataPort,
    BridgeDialect? Dialect,
    int ResetPin);

/// <summary>One string of chips on the bridge's data port, or the threads of this machine's own cores.</summary>
/// <param name="Chip">The part number in lower case: "bm1370"; "cpu" for the cores.</param>
/// <param name="Chips">How many must answer; the number of threads of "cpu".</param>
/// <param name="Baud">Bits per second after bring-up; 0 where there is no wire.</param>
/// <param name="MegahertzMax">The hard limit of the board; no setting goes above it.</param>
/// <param name="TicketBits">Zero bits beyond <paramref name="ZeroBits"/> that a reported hash must have.</param>
/// <param name="ZeroBits">32 in silicon; fewer only in simulated chips.</param>
public sealed record ChainConfig(
    string Chip,
    int Chips,
    int Baud,
    Megahertz Megahertz,
    Megahertz MegahertzMax,
    int TicketBits,
    int ZeroBits)
{
    internal const string CpuChip = "cpu";
    internal const string BitfuryChip = "bitfury";

    /// <summary>How many neighbours share a voltage domain; 1 where each has its own, or nobody knows.</summary>
    public int ChipsPerDomain { get; init; } = 1;

    /// <summary>Mine with the chips that answer where some do not, instead of refusing.</summary>
    public bool AllowMissing { get; init; }

    /// <summary>The serial port at this end of the wire: which rates its clock can be divided to.</summary>
    public HostUart Uart { get; init; } = HostUart.Any;

    /// <summary>The ticket as a difficulty, as the file writes it.</summary>
    public int Ticket => 1 << TicketBits;

    /// <summary>The chip family that needs no board: the cores of this machine.</summary>
    public bool IsCpu => Chip == CpuChip;

    /// <summary>Where on this machine's SPI the chips are; null for chips that are not.</summary>
    public SpiConfig? Spi { get; init; }

    /// <summary>Of "bitfury": what sets its clock; <see cref="Megahertz"/> follows from it.</summary>
    public int OscillatorBits { get; init; }

    /// <summary>Of "bitfury": chips that err are slowed down.</summary>
    public bool AutoAdjust { get; init; }

    /// <summary>Of "cpu": 0 to 19, how far its threads stand back behind everybody else's.</summary>
    public int Nice { get; init; }
}

/// <summary>A bus of this machine, and how its chips are made to listen.</summary>
/// <param name="Hertz">Bits per second.</param>
/// <param name="ClockPin">A pin wired to SCK, that toggles before each session; null where there is none.</param>
/// <param name="DataPin">The same for MOSI.</param>
public sealed record SpiConfig(int Bus, int ChipSelect, int Hertz, int? ClockPin, int? DataPin);

/// <summary>One temperature and its limits: target &lt; critical &lt; off.</summary>
/// <param name="HeatSource">What it measures; sensors of one heat source stand in for each other.</param>
/// <param name="Address">Of 7 bits on the bus; 0 for what the kernel reads.</param>
/// <param name="Ideality">EMC2101 register 0x17 for this board's diode; null for parts that have none.</param>
/// <param name="Beta">EMC2101 register 0x18.</param>
/// <param name="Target">The fan holds it here.</param>
/// <param name="Critical">From here on the clock goes down.</param>
/// <param name="Off">From here on the power is cut.</param>
public sealed record SensorConfig(
    string Name,
    string HeatSource,
    string Part,
    int Address,
    byte? Ideality,
    byte? Beta,
    Celsius Target,
    Celsius Critical,
    Celsius Off)
{
    /// <summary>Which I2C bus, as the kernel counts them; 0 behind a bridge.</summary>
    public int Bus { get; init; }

    /// <summary>Which of the kernel's temperatures, for the parts "thermal-zone" and "hwmon"; else null.</summary>
    public string? Zone { get; init; }

    /// <summary>The reading times this, plus <see cref="Offset"/>, is what the board takes it for.</summary>
    public double Gain { get; init; } = 1;

    /// <summary>In °C.</summary>
    public double Offset { get; init; }
}

/// <summary>One fan.</summary>
/// <param name="DutyMin">Never driven below it while the board may be warm.</param>
/// <param name="RpmMin">Slower than this at full drive is a fault.</param>
public sealed record FanConfig(string Name, string Part, int Address, DutyCycle DutyMin, Rpm RpmMin)
{
    /// <summary>Which I2C bus, as the kernel counts them; 0 behind a bridge.</summary>
    public int Bus { get; init; }

    /// <summary>Of the part "pwm": where this machine drives the fan itself; else null.</summary>
    public PwmConfig? Pwm { get; init; }

    /// <summary>Which of the part's fans, from 1 as its datasheet counts.</summary>
    public int Channel { get; init; } = 1;
}

/// <summary>Up to this clock the chips need no more than these volts.</summary>
public readonly record struct OperatingPoint(Megahertz Megahertz, Volts Volts);
