using System.Text.Json.Serialization;

namespace Firmware.Guard;

/// <summary>
/// What kind of thing ended the work of a board. The default is one that no board gets over by itself. The names stand
/// in files and in the status, and never change.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
public enum FaultKind : byte
{
    /// <summary>Nobody can tell: the record of it is lost, or guard itself has a bug.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>Metal was too hot, by a sensor that answered.</summary>
    [JsonStringEnumMemberName("heat")]
    Heat,

    /// <summary>The supply gave too little voltage.</summary>
    [JsonStringEnumMemberName("sag")]
    Sag,

    /// <summary>Nobody knew how hot it was.</summary>
    [JsonStringEnumMemberName("sensor-loss")]
    SensorLoss,

    /// <summary>A fan did not turn, or took no commands.</summary>
    [JsonStringEnumMemberName("fan")]
    Fan,

    /// <summary>The rail was not at the voltage that it was told.</summary>
    [JsonStringEnumMemberName("voltage")]
    Voltage,

    /// <summary>More power flowed than the board may take.</summary>
    [JsonStringEnumMemberName("overload")]
    Overload,

    /// <summary>The regulator reported a fault, switched itself off, fell silent or did not obey.</summary>
    [JsonStringEnumMemberName("regulator")]
    Regulator,

    /// <summary>There was power, or something hashed, though it was switched off.</summary>
    [JsonStringEnumMemberName("stays-on")]
    StaysOn,

    /// <summary>The line that holds the chips in reset did not obey.</summary>
    [JsonStringEnumMemberName("reset")]
    Reset,

    /// <summary>A part was another one than the board file names.</summary>
    [JsonStringEnumMemberName("identity")]
    Identity,

    /// <summary>The measured power fits neither clock nor voltage nor results.</summary>
    [JsonStringEnumMemberName("energy")]
    Energy,
}

/// <summary>Why the power must go: of what kind it is, and in words for the log, the status and the record.</summary>
public readonly record struct FaultCause(FaultKind Kind, string Words)
{
    public override string ToString() => Words;
}

internal static class FaultKindWords
{
    /// <summary>As it stands in the record and in the status.</summary>
    public static string Word(this FaultKind kind) => kind switch
    {
        FaultKind.Heat => "heat",
        FaultKind.Sag => "sag",
        FaultKind.SensorLoss => "sensor-loss",
        FaultKind.Fan => "fan",
        FaultKind.Voltage => "voltage",
        FaultKind.Overload => "overload",
        FaultKind.Regulator => "regulator",
        FaultKind.StaysOn => "stays-on",
        FaultKind.Reset => "reset",
        FaultKind.Identity => "identity",
        FaultKind.Energy => "energy",
        _ => "unknown",
    };
}
