namespace TestPool;

/// <summary>How far a conversation with a miner has come.</summary>
public enum PoolStage : byte
{
    Handshake,
    Setup,
    Open,
    FirstJob,
    Mining,
}

/// <summary>How the pool behaves: the defaults are those of an honest pool, each scenario spoils one thing.</summary>
/// <param name="Name">What <c>--scenario</c> takes.</param>
/// <param name="Summary">One line for people.</param>
public sealed record Scenario(string Name, string Summary)
{
    public static readonly Scenario Default = new("default", "an honest pool: jobs, blocks, checked shares");

    /// <summary>Every scenario, in the order people read them. A new one is one more entry here.</summary>
    public static readonly IReadOnlyList<Scenario> All =
    [
        Default,
        new("ack-each", "acknowledges every share on its own instead of in tens") { AcknowledgeCount = 1 },
        new("blocks-fast", "a new block every 2 seconds")
        {
            BlockInterval = TimeSpan.FromSeconds(2),
            JobInterval = TimeSpan.FromSeconds(1),
        },
        new("set-target-live", "halves and doubles the target every 5 seconds, between a future job and its block")
        {
            SetTargetInterval = TimeSpan.FromSeconds(5),
        },
        new("silent", "one job and then not another word: no acknowledgement, no block")
        {
            SilentFrom = PoolStage.Mining,
        },
        new("refuse", "answers SetupConnection with an error and closes") { RefusesSetup = true },
        new("stall-at-handshake", "takes act 1 and never answers") { SilentFrom = PoolStage.Handshake },
        new("stall-at-setup", "never answers SetupConnection") { SilentFrom = PoolStage.Setup },
        new("stall-at-open", "never answers the opening of a channel") { SilentFrom = PoolStage.Open },
        new("no-first-job", "opens the channel and never sends a job") { SilentFrom = PoolStage.FirstJob },
        new("close-after-open", "opens the channel and closes the connection") { ClosesAfterOpen = true },
        new("wrong-authority", "a certificate that another authority signed") { ForeignAuthority = true },
        new("expired-certificate", "a certificate that ended an hour ago") { CertificateExpired = true },
        new("plaintext", "speaks plain frames where its address promises Noise") { Plaintext = true },
    ];

    /// <summary>From this stage on the pool answers nothing; the connection stays open.</summary>
    public PoolStage? SilentFrom { get; init; }

    public bool RefusesSetup { get; init; }

    public bool ClosesAfterOpen { get; init; }

    /// <summary>The certificate is signed by another key than the one in the address.</summary>
    public bool ForeignAuthority { get; init; }

    public bool CertificateExpired { get; init; }

    /// <summary>No Noise: frames go over the wire as they are.</summary>
    public bool Plaintext { get; init; }

    /// <summary>How many accepted shares one SubmitShares.Success covers at most.</summary>
    public int AcknowledgeCount { get; init; } = 10;

    /// <summary>Where set, takes the place of <see cref="PoolOptions.BlockInterval"/>.</summary>
    public TimeSpan? BlockInterval { get; init; }

    /// <summary>Where set, takes the place of <see cref="PoolOptions.JobInterval"/>.</summary>
    public TimeSpan? JobInterval { get; init; }

    /// <summary>Where set, SetTarget comes this often, by turns half and double the target of the opening.</summary>
    public TimeSpan? SetTargetInterval { get; init; }

    /// <summary>Null where no scenario has that name.</summary>
    public static Scenario? Named(string name) =>
        All.FirstOrDefault(scenario => scenario.Name.Equals(name, StringComparison.Ordinal));

    public bool IsSilent(PoolStage stage) => SilentFrom is { } from && stage >= from;
}
