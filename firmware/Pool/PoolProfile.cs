using System.Collections.Immutable;

namespace Firmware.Pool;

/// <summary>Which kind of channel a session opens.</summary>
public enum ChannelChoice : byte
{
    /// <summary>Standard, unless the pool or the board's speed needs an extended one.</summary>
    Auto,
    Standard,
    Extended,
}

/// <summary>
/// How a pool's dialect differs from the specification (SV2 reference §11): switches, each with the safe default.
/// Dialects that need no switch, since they can be told apart by their shape, are read everywhere: D4, D7 and D8.
/// </summary>
public sealed record PoolProfile
{
    /// <summary>BIP320, 16 bits: what every pool takes.</summary>
    public const uint Bip320Mask = 0x1FFF_E000;

    /// <summary>BIP323, 24 bits: the specification's newest word; few pools take it yet.</summary>
    public const uint Bip323Mask = 0x1FFF_FFE0;

    public static PoolProfile Default { get; } = new();

    /// <summary>What settings call it.</summary>
    public string Name { get; init; } = "default";

    /// <summary>Version bits that may be rolled (D9).</summary>
    public uint VersionMask { get; init; } = Bip320Mask;

    /// <summary>
    /// A new target counts for old jobs at once (D13): after a difficulty-too-low, the harder of a job's own target and
    /// the newest is used.
    /// </summary>
    public bool RejudgesAtOnce { get; init; }

    /// <summary>SetupConnection.Success repeats our own flags, which then mean nothing (SV2 reference §4.1).</summary>
    public bool EchoesSetupFlags { get; init; }

    /// <summary>Reconnect and SetGroupChannel may bear their numbers of before 2024 (D6): read, not obeyed.</summary>
    public bool UnderstandsOldReconnect { get; init; }

    /// <summary>Of SetupConnection. Empty: no telemetry.</summary>
    public string DeviceId { get; init; } = "";

    /// <summary>All that settings may name.</summary>
    public static ImmutableArray<PoolProfile> All { get; } =
    [
        Default,
        new() { Name = "lenient", RejudgesAtOnce = true, EchoesSetupFlags = true },
        new() { Name = "dmnd", UnderstandsOldReconnect = true, EchoesSetupFlags = true },
    ];

    /// <summary>Null where there is none of this name.</summary>
    public static PoolProfile? Find(string name) => All.FirstOrDefault(profile => profile.Name == name);
}
