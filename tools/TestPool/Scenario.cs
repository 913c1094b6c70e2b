using System.Globalization;

namespace TestPool;

/// <summary>
/// How the pool behaves: the defaults are those of an honest pool, each scenario spoils one thing. All of them stand in
/// ScenarioList.cs.
/// </summary>
/// <param name="Name">What <c>--scenario</c> takes.</param>
/// <param name="Summary">One line for people.</param>
public sealed partial record Scenario(string Name, string Summary)
{
    /// <summary>From this stage on the pool answers nothing; the connection stays open.</summary>
    public PoolStage? SilentFrom { get; init; }

    public bool RefusesSetup { get; init; }

    /// <summary>SetupConnection.Error names the bit of standard jobs where a miner sets it.</summary>
    public bool RefusesStandardJobs { get; init; }

    public bool ClosesAfterOpen { get; init; }

    public CertificateFault Certificate { get; init; }

    /// <summary>No Noise: frames go over the wire as they are.</summary>
    public bool Plaintext { get; init; }

    /// <summary>So many bytes of act 2 are sent, and then nothing.</summary>
    public int? Act2Bytes { get; init; }

    /// <summary>One bit of this frame's ciphertext is flipped: 1 is the first frame that the pool sends.</summary>
    public int? CorruptFrame { get; init; }

    /// <summary>The flipped bit is one of the sealed header, not of the payload.</summary>
    public bool CorruptsHeader { get; init; }

    /// <summary>How many accepted shares one SubmitShares.Success covers at most.</summary>
    public int AcknowledgeCount { get; init; } = 10;

    /// <summary>Where set, takes the place of <see cref="PoolOptions.AcknowledgeAfter"/>.</summary>
    public TimeSpan? AcknowledgeAfter { get; init; }

    /// <summary>Where set, takes the place of <see cref="PoolOptions.BlockInterval"/>.</summary>
    public TimeSpan? BlockInterval { get; init; }

    /// <summary>Where set, takes the place of <see cref="PoolOptions.JobInterval"/>.</summary>
    public TimeSpan? JobInterval { get; init; }

    /// <summary>Where set, SetTarget comes as it says.</summary>
    public TargetScript? Targets { get; init; }

    /// <summary>UpdateChannel is answered with the target that there is.</summary>
    public bool KeepsTarget { get; init; }

    /// <summary>Targets are sent most significant byte first, as pools have done by mistake.</summary>
    public bool SwapsTargets { get; init; }

    /// <summary>A new target counts for shares of active jobs, too (SV2 reference, D13).</summary>
    public bool RejudgesAtOnce { get; init; }

    /// <summary>Only extended channels are opened, and SetupConnection.Success says so.</summary>
    public bool RequiresExtended { get; init; }

    /// <summary>No version bit may be rolled, and SetupConnection.Success says so.</summary>
    public bool RequiresFixedVersion { get; init; }

    /// <summary>No version bit may be rolled, and every extended job says so.</summary>
    public bool ForbidsRolling { get; init; }

    /// <summary>The version bits that a miner may roll.</summary>
    public uint VersionMask { get; init; } = ShareValidator.VersionMask;

    public JobOrder Order { get; init; }

    /// <summary>What SetNewPrevHash names from the second block of a channel on.</summary>
    public BlockNaming Naming { get; init; }

    /// <summary>Jobs, blocks and targets go to the group, but for the first job and block of a channel.</summary>
    public bool AddressesGroup { get; init; }

    public OldLayouts Layouts { get; init; }

    /// <summary>Where set, extended channels get another extranonce prefix this often.</summary>
    public TimeSpan? PrefixInterval { get; init; }

    /// <summary>Every UpdateChannel is answered with an error.</summary>
    public bool RefusesUpdates { get; init; }

    /// <summary>The extension 0x0002 is there for a miner that asks for it.</summary>
    public bool KnowsWorkerIds { get; init; }

    /// <summary>What happens to a connection once it mines.</summary>
    public ActPlan? Acts { get; init; }

    /// <summary>What is behind the other address of the pool, where it has one.</summary>
    public OtherHost Elsewhere { get; init; }

    /// <summary>So many frames a second of a type that nobody knows.</summary>
    public int UnknownFramesASecond { get; init; }

    /// <summary>So many frames a second of extensions that nobody asked for.</summary>
    public int ExtensionFramesASecond { get; init; }

    /// <summary>
    /// What a number behind the name, as in <c>stall-in-act2:117</c>, changes; null where none may follow.
    /// </summary>
    public Func<Scenario, int, Scenario>? Numbered { get; init; }

    /// <summary>Null where no scenario has that name.</summary>
    public static Scenario? Named(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var bare = colon < 0 ? name : name[..colon];
        var scenario = All.FirstOrDefault(known => known.Name.Equals(bare, StringComparison.Ordinal));
        return scenario is null || colon < 0 ? scenario
            : int.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? scenario.Numbered?.Invoke(scenario, number)
            : null;
    }

    public bool IsSilent(PoolStage stage) => SilentFrom is { } from && stage >= from;
}
