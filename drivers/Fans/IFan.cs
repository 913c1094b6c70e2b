namespace Drivers.Fans;

/// <summary>Why a fan has no speed to tell. The default is "not read".</summary>
public enum FanFault : byte
{
    NotRead,
    NoAnswer,

    /// <summary>The tach counts nothing: the fan stands still, or its wire is off.</summary>
    Stopped,

    /// <summary>A count that no fan can have.</summary>
    Implausible,

    /// <summary>The fan has no tach wire: whether it turns, only the metal tells.</summary>
    NoTach,
}

/// <summary>A fan's speed, or the reason there is none. The default is "not read", never 0 rpm.</summary>
public readonly record struct FanReading
{
    public Rpm? Value { get; private init; }

    /// <summary>Meaningful only where there is no <see cref="Value"/>.</summary>
    public FanFault Fault { get; private init; }

    public static implicit operator FanReading(Rpm value) => new() { Value = value };

    public static implicit operator FanReading(FanFault fault) => new() { Fault = fault };

    public override string ToString() => Value is { } value ? value.ToString() : Fault.Words();
}

/// <summary>A fan with a tach.</summary>
public interface IFan
{
    /// <summary>False where the part did not take the command: the fan turns as it did before, if it turns.</summary>
    bool TryDrive(DutyCycle duty);

    /// <summary>What the part says it was told: the read-back of the last <see cref="TryDrive"/>, or null.</summary>
    DutyCycle? ReadDuty();

    FanReading ReadSpeed();
}
