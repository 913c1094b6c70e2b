namespace Firmware.Link;

/// <summary>Anybody → guard: change a setting of a board, while it runs.</summary>
/// <param name="Sequence">Comes back in the answer.</param>
/// <param name="Board">The board's key.</param>
/// <param name="Key">As in guard.toml; a sensor's limit is sensor.NAME.off.</param>
/// <param name="Value">As in guard.toml, without quotes; null takes it back to the board's own.</param>
public sealed record SettingAsk(long Sequence, string Board, string Key, string? Value);

/// <summary>guard → who asked: whether it does.</summary>
/// <param name="Reason">What becomes of it, or which limit speaks against it and why.</param>
public sealed record SettingAnswer(long Sequence, string Board, bool Accepted, string Reason);

/// <summary>A setting that is not the board's own.</summary>
/// <param name="Source">command line, settings or on trial; what is not listed is as the board file has it.</param>
public sealed record SettingStatus(string Key, string Value, string Source);

/// <summary>What is wanted, what may be had of it, and what there is.</summary>
/// <param name="Name">clock, voltage, power or fan.</param>
/// <param name="Unit">MHz, V, W or %.</param>
/// <param name="Desired">Null where nobody wants a certain value.</param>
/// <param name="Limited">The desired value after all limits; null where there is neither.</param>
/// <param name="Actual">As it is measured or reported; null where nobody knows.</param>
/// <param name="Limits">What stands between desired and limited; the one that rules first.</param>
public sealed record SetPointStatus(
    string Name, string Unit, double? Desired, double? Limited, double? Actual, LimitStatus[] Limits);

/// <param name="Value">In the unit of its set-point.</param>
/// <param name="Reason">In a few words: "heat: chip 71.0 °C".</param>
public sealed record LimitStatus(double Value, string Reason);

/// <summary>What a board has to do, and how far it does: all that somebody may set, side by side.</summary>
/// <param name="Settings">Every setting that is not the board's own.</param>
/// <param name="Trial">What was last decided about a change, or null.</param>
/// <param name="Trouble">Why settings could not be written, or null.</param>
/// <param name="Energy">Whether measured watts fit clock, voltage and results, or why nobody can tell.</param>
public sealed record OperationStatus(
    SetPointStatus[] SetPoints, SettingStatus[] Settings, string? Trial, string? Trouble, string Energy);
