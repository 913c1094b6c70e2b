using Drivers.Hashing;

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

/// <summary>What is wrong with the pool's certificate.</summary>
public enum CertificateFault : byte
{
    None,
    Expired,
    NotYetValid,

    /// <summary>Signed by another key than the one in the address.</summary>
    WrongAuthority,

    /// <summary>Of version 1, which nobody knows.</summary>
    Version,

    /// <summary>It ends before it begins.</summary>
    Reversed,
}

/// <summary>In which order a block's messages come.</summary>
public enum JobOrder : byte
{
    /// <summary>A future job, then the SetNewPrevHash that names it: what the spec asks for.</summary>
    FutureThenBlock,

    /// <summary>SetNewPrevHash first, then the job that it named, which starts at once.</summary>
    BlockThenJob,

    /// <summary>Many future jobs, of which SetNewPrevHash names neither the first nor the last.</summary>
    ManyFutures,

    /// <summary>As the spec asks for, but before a channel's first block comes a job that starts at once.</summary>
    JobBeforeBlock,
}

/// <summary>Which job a SetNewPrevHash names.</summary>
public enum BlockNaming : byte
{
    Known,

    /// <summary>One that was never sent; two seconds later comes a job that starts at once.</summary>
    UnknownThenJob,

    /// <summary>One that was never sent, and no job ever comes.</summary>
    Unknown,
}

/// <summary>What older stacks send (SV2 reference, chapter 11).</summary>
[Flags]
public enum OldLayouts : byte
{
    None = 0,

    /// <summary>D4: the channel bit is wrong on every message.</summary>
    ChannelBits = 1,

    /// <summary>D6: Reconnect is 0x25 and SetGroupChannel 0x26.</summary>
    Numbers = 2,

    /// <summary>D7: OpenExtendedMiningChannel.Success ends before the group's id.</summary>
    NoGroupId = 4,

    /// <summary>D8: coinbases with BIP141's marker, flag and witness.</summary>
    Witness = 8,
}

/// <summary>What a pool may do to a connection that mines.</summary>
public enum PoolAct : byte
{
    CloseChannel,
    CloseGroup,

    /// <summary>Reconnect with neither host nor port: here again.</summary>
    Reconnect,

    /// <summary>Reconnect to the pool's other address.</summary>
    ReconnectElsewhere,

    /// <summary>Reconnect to a host that no miner should go to.</summary>
    ReconnectNowhere,

    /// <summary>Cuts the connection without a word.</summary>
    Cut,

    /// <summary>Reads and writes nothing for three seconds.</summary>
    Stall,

    /// <summary>SetGroupChannel: every channel moves to another group.</summary>
    Regroup,
}

/// <summary>Who answers at the pool's other address.</summary>
public enum OtherHost : byte
{
    /// <summary>Nobody: there is none.</summary>
    None,

    /// <summary>An honest pool of the same authority.</summary>
    SameAuthority,

    /// <summary>An honest pool of another authority.</summary>
    OtherAuthority,

    /// <summary>The same scenario once more, whose other address is this one.</summary>
    Mirror,
}

/// <summary>SetTarget at regular times, each made from the target of the opening.</summary>
public sealed record TargetScript(TimeSpan Every, params Func<UInt256, UInt256>[] Steps);

/// <summary>Acts upon a connection, counted from its first job.</summary>
/// <param name="After">When the first comes.</param>
public sealed record ActPlan(TimeSpan After, params PoolAct[] Acts)
{
    /// <summary>How far apart the others are; null where all come at once.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>
    /// Not once but again and again, each one drawn by lot, from a half to one and a half of the time apart.
    /// </summary>
    public bool Random { get; init; }

    /// <summary>Later connections are left alone.</summary>
    public int ConnectionsMax { get; init; } = int.MaxValue;
}
