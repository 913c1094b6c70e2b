namespace Drivers.Hashing.Bm13xx;

/// <summary>What a step of a model's setup does.</summary>
public enum SetupAction : byte
{
    /// <summary>Writes registers of all chips, one frame after the other.</summary>
    WriteAll,

    /// <summary>Writes registers of each chip, by address, one chip after the other.</summary>
    WriteEach,

    /// <summary>Version rolling on, which makes answers longer.</summary>
    Versions,

    /// <summary>All chips forget their addresses.</summary>
    Inactive,

    /// <summary>Each chip gets its address, and is asked for it.</summary>
    Addresses,
    Ticket,

    /// <summary>The last chip of each voltage domain drives its pins harder.</summary>
    DomainEnds,

    /// <summary>The ends of each voltage domain lift the wire across its border.</summary>
    Relays,

    /// <summary>The change to the rate that is mined at; where no step says so, it comes last.</summary>
    Baud,

    /// <summary>A chip begins to search at its address.</summary>
    NonceOffsets,

    /// <summary>A job of nothing for each core, while the nonces of it are kept back.</summary>
    OpenCores,
}

/// <summary>One step between the chips' first answer and hashing, in the order of captures and field drivers.</summary>
/// <param name="Pause">Before the next step, or with <see cref="SetupAction.WriteEach"/> the next chip.</param>
/// <param name="OnLongChainsOnly">Left out where there are few chips, which do not need it.</param>
public readonly record struct SetupStep(
    SetupAction Action, RegisterWrite[] Writes, TimeSpan Pause, bool OnLongChainsOnly = false)
{
    /// <summary>Between two writes to all chips (factory firmware and mujina).</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    /// <summary>Between two chips, beyond the time that the writes are on the wire.</summary>
    public static readonly TimeSpan ChipPace = TimeSpan.FromMilliseconds(1);

    public static SetupStep All<T>(T register)
        where T : struct, IRegister<T> => AllRaw(T.Address, register.ToBits());

    /// <summary>A register whose bits nobody has explained.</summary>
    public static SetupStep AllRaw(byte register, uint bits) =>
        new(SetupAction.WriteAll, [new RegisterWrite(register, bits)], Pace);

    public static SetupStep Each(params RegisterWrite[] writes) => new(SetupAction.WriteEach, writes, ChipPace);

    /// <summary>What each chip of a chain adds to the time of a setup.</summary>
    public static TimeSpan PauseAfterChips(SetupStep[] setup) => setup
        .Where(step => step.Action == SetupAction.WriteEach)
        .Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Pause);

    public static SetupStep Do(SetupAction action) => new(action, [], Pace);

    public SetupStep OnLongChains() => this with { OnLongChainsOnly = true };

    public SetupStep Then(double milliseconds) => this with { Pause = TimeSpan.FromMilliseconds(milliseconds) };
}
