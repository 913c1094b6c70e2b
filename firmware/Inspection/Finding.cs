using System.Text.Json.Serialization;

namespace Firmware.Inspection;

/// <summary>How one thing was found to be.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
public enum Outcome
{
    [JsonStringEnumMemberName("pass")]
    Pass,

    [JsonStringEnumMemberName("fail")]
    Fail,

    /// <summary>Not looked at, because something before it failed.</summary>
    [JsonStringEnumMemberName("skip")]
    Skip,
}

/// <summary>One line of an inspection.</summary>
/// <param name="Thing">What was looked at.</param>
/// <param name="Detail">What was seen, with its unit.</param>
/// <param name="Remedy">What helps, where it failed.</param>
public sealed record Finding(Outcome Outcome, string Thing, string Detail, string? Remedy = null)
{
    public static Finding Of(bool passed, string thing, string detail, string remedy) =>
        passed ? new(Outcome.Pass, thing, detail) : new(Outcome.Fail, thing, detail, remedy);

    public override string ToString()
    {
        var word = Outcome switch
        {
            Outcome.Pass => "PASS",
            Outcome.Fail => "FAIL",
            _ => "SKIP",
        };
        return $"{word}  {Thing}: {Detail}{(Remedy is null ? "" : $". {Remedy}")}";
    }
}
