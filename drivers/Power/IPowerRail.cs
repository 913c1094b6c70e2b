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
    /// <summary>The status registers of a part on PMBus as they stood, for the fault record; null for others.</summary>
    public PmBusStatus? Registers { get; init; }

    /// <summary>The part says that it lacks input voltage, and of nothing else that could be the cause.</summary>
    public bool InputIsLow => Registers is { InputIsLow: true };
}

/// <summary>The rail that feeds the chips. Every false is "the part did not obey, or reads back otherwise".</summary>
public interface IPowerRail : IIdentified
{
    /// <summary>The input from which on the part works; null where it is not known.</summary>
    Volts? InputOn => null;

    /// <summary>Writes every limit with the output off, and reads each of them back.</summary>
    bool TryConfigure();

    /// <summary>Sets the output voltage, clamped to the rail's own limits, reads it back, and switches it on.</summary>
    bool TryTurnOn(Volts setPoint);

    /// <summary>Switches the output off. Needs no earlier call and no state: the first thing in an emergency.</summary>
    bool TryTurnOff();

    RailReading Read();
}
