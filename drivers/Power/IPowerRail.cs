namespace Drivers.Power;

/// <summary>What a regulator measures and says. A null is a value that could not be read, never a zero.</summary>
/// <param name="Status">The part's status word as it stands in the register, for the fault record.</param>
/// <param name="Fault">The status in plain words where it tells of a fault, else null.</param>
public readonly record struct RailReading(
    Volts? Input,
    Volts? Output,
    Amperes? Current,
    Celsius? Temperature,
    ushort? Status,
    string? Fault)
{
    private const ushort NobodyThere = 0xFFFF; // An open bus, not a status.

    /// <summary>The status registers of a part on PMBus as they stood, for the fault record; null for others.</summary>
    public PmBusStatus? Registers { get; init; }

    /// <summary>The part says that it lacks input voltage, and of nothing else that could be the cause.</summary>
    public bool InputIsLow => Registers is { InputIsLow: true };

    /// <summary>
    /// Whether the part gives power, by its status word, or by the pin that switches it; null where nobody told.
    /// </summary>
    public bool? IsOn
    {
        get => field ?? (Status is { } word and not NobodyThere ? (word & PmBusStatus.Off) == 0 : null);
        init;
    }

    /// <summary>By a meter in the board's supply line, else what the output gives; null where neither tells.</summary>
    public Watts? Power
    {
        get => field ?? (Output is { } volts && Current is { } amperes ? new(volts.Value * amperes.Value) : null);
        init;
    }
}

/// <summary>The rail that feeds the chips. Every false is "the part did not obey, or reads back otherwise".</summary>
public interface IPowerRail : IIdentified
{
    /// <summary>The input from which on the part works; null where it is not known.</summary>
    Volts? InputOn => null;

    /// <summary>
    /// How long the part lets one wait for an answer. Where it is not zero, a false or a null may mean "not yet": ask
    /// again, and nothing is lost by that.
    /// </summary>
    TimeSpan AnswerTime => TimeSpan.Zero;

    /// <summary>False where nothing on the board measures the output: its switch alone says that it is off.</summary>
    bool MeasuresOutput => true;

    /// <summary>False where nothing on the board tells what the rail gives: no limit of watts can be kept.</summary>
    bool MeasuresPower => true;

    /// <summary>Writes every limit with the output off, and reads each of them back.</summary>
    bool TryConfigure();

    /// <summary>Sets the output voltage, clamped to the rail's own limits, reads it back, and switches it on.</summary>
    bool TryTurnOn(Volts setPoint);

    /// <summary>Switches the output off. Needs no earlier call and no state: the first thing in an emergency.</summary>
    bool TryTurnOff();

    RailReading Read();
}
