using Drivers.Hashing;

namespace TestPool;

/// <summary>Every scenario, as data.</summary>
public sealed partial record Scenario
{
    public static readonly Scenario Default = new("default", "an honest pool: jobs, blocks, checked shares");

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly Scenario[] Timing =
    [
        new("ack-each", "acknowledges every share on its own instead of in tens") { AcknowledgeCount = 1 },
        new("ack-untimed", "acknowledges in tens (or :N) and never sooner, as the reference pool does")
        {
            AcknowledgeAfter = Day,
            Numbered = (scenario, number) => scenario with { AcknowledgeCount = Math.Max(number, 1) },
        },
        new("blocks-fast", "a new block every 2 seconds") { BlockInterval = 2 * Second, JobInterval = Second },
        new("quiet", "acknowledges shares, but sends no second job and no second block")
        {
            BlockInterval = Day,
            JobInterval = Day,
        },
        new("silent", "one job and then not another word: no acknowledgement, no block")
        {
            SilentFrom = PoolStage.Mining,
        },
    ];

    private static readonly Scenario[] Beginnings =
    [
        new("refuse", "answers SetupConnection with an error and closes") { RefusesSetup = true },
        new("refuse-standard-jobs", "refuses a miner that asks for standard jobs, and takes it without")
        {
            RefusesStandardJobs = true,
            RequiresExtended = true,
        },
        new("stall-at-handshake", "takes act 1 and never answers") { SilentFrom = PoolStage.Handshake },
        new("stall-in-act2", "sends 100 bytes (or :N) of act 2 and no more")
        {
            Act2Bytes = 100,
            Numbered = (scenario, number) => scenario with { Act2Bytes = number },
        },
        new("stall-at-setup", "never answers SetupConnection") { SilentFrom = PoolStage.Setup },
        new("stall-at-open", "never answers the opening of a channel") { SilentFrom = PoolStage.Open },
        new("no-first-job", "opens the channel and never sends a job") { SilentFrom = PoolStage.FirstJob },
        new("close-after-open", "opens the channel and closes the connection") { ClosesAfterOpen = true },
        new("plaintext", "speaks plain frames where its address promises Noise") { Plaintext = true },
        new("wrong-authority", "a certificate that another authority signed")
        {
            Certificate = CertificateFault.WrongAuthority,
        },
        new("expired-certificate", "a certificate that ended an hour ago") { Certificate = CertificateFault.Expired },
        new("future-certificate", "a certificate that begins in an hour")
        {
            Certificate = CertificateFault.NotYetValid,
        },
        new("certificate-version-1", "a certificate of version 1") { Certificate = CertificateFault.Version },
        new("reversed-certificate", "a certificate that ends before it begins")
        {
            Certificate = CertificateFault.Reversed,
        },
        new("corrupt-header", "flips a bit in the sealed header of its 5th frame (or :N)")
        {
            CorruptFrame = 5,
            CorruptsHeader = true,
            Numbered = (scenario, number) => scenario with { CorruptFrame = number },
        },
        new("corrupt-payload", "flips a bit in the sealed payload of its 5th frame (or :N)")
        {
            CorruptFrame = 5,
            Numbered = (scenario, number) => scenario with { CorruptFrame = number },
        },
    ];

    private static readonly Scenario[] Jobs =
    [
        new("block-then-job", "SetNewPrevHash first, then the job it named") { Order = JobOrder.BlockThenJob },
        new("many-future-jobs", "five future jobs a block, and the second of them it is")
        {
            Order = JobOrder.ManyFutures,
            BlockInterval = 5 * Second,
        },
        new("job-before-block", "first of all a job that no block belongs to; a second later as it should be")
        {
            Order = JobOrder.JobBeforeBlock,
        },
        new("unknown-job", "new blocks name a job nobody has seen; a job comes 2 seconds later")
        {
            Naming = BlockNaming.UnknownThenJob,
            BlockInterval = 5 * Second,
        },
        new("unknown-job-for-good", "new blocks name a job nobody has seen, and none ever comes")
        {
            Naming = BlockNaming.Unknown,
            BlockInterval = 10 * Second,
        },
        new("group-addressing", "jobs, blocks and targets go to the group of the channels")
        {
            AddressesGroup = true,
            BlockInterval = 5 * Second,
            JobInterval = 2 * Second,
            Targets = new(3 * Second, Half, Same),
        },
        new("regroup", "group addressing, and every 10 seconds the channels move to another group")
        {
            AddressesGroup = true,
            BlockInterval = 5 * Second,
            JobInterval = 2 * Second,
            Acts = new(10 * Second, PoolAct.Regroup) { Every = 10 * Second, Random = true },
        },
        new("set-extranonce-prefix-live", "another extranonce prefix every 3 seconds, between jobs; extended channels")
        {
            RequiresExtended = true,
            PrefixInterval = 3 * Second,
            JobInterval = 2 * Second,
            BlockInterval = 5 * Second,
        },
        new("requires-extended", "opens extended channels only") { RequiresExtended = true },
        new("requires-fixed-version", "forbids rolling the version, against the miner's request")
        {
            RequiresFixedVersion = true,
        },
        new("no-version-rolling", "extended channels only, whose jobs forbid rolling the version")
        {
            RequiresExtended = true,
            ForbidsRolling = true,
        },
    ];

    private static readonly Scenario[] OtherTargets =
    [
        new("set-target-live", "halves and doubles the target every 5 seconds, between a future job and its block")
        {
            Targets = new(5 * Second, Half, Double),
        },
        new("vardiff-script", "every 4 seconds: a quarter, an eighth, the half, four times, the target of the opening")
        {
            Targets = new(4 * Second, Times(0.25), Times(0.125), Half, Times(4), Same),
            JobInterval = 2 * Second,
        },
        new("target-zero", "after 5 seconds a target that no hash meets, and jobs go on")
        {
            Targets = new(5 * Second, _ => UInt256.Zero),
            KeepsTarget = true,
            JobInterval = 2 * Second,
        },
        new("target-ones", "after 5 seconds a target that every hash meets, and jobs go on")
        {
            Targets = new(5 * Second, _ => UInt256.Max),
            JobInterval = 2 * Second,
        },
        new("target-swapped", "sends its targets most significant byte first") { SwapsTargets = true },
    ];

    private static readonly Scenario[] Dialects =
    [
        new("old-channel-bits", "D4: the channel bit is wrong on every message") { Layouts = OldLayouts.ChannelBits },
        new("old-numbers", "D6: Reconnect as 0x25 and SetGroupChannel as 0x26, every 5 seconds one of them")
        {
            Layouts = OldLayouts.Numbers,
            Elsewhere = OtherHost.SameAuthority,
            Acts = new(5 * Second, PoolAct.Regroup, PoolAct.ReconnectElsewhere) { Every = 5 * Second, Random = true },
        },
        new("no-group-id", "D7: extended channels whose opening ends before the group's id")
        {
            Layouts = OldLayouts.NoGroupId,
            RequiresExtended = true,
        },
        new("witness-coinbase", "D8: extended channels whose coinbases carry BIP141's parts")
        {
            Layouts = OldLayouts.Witness,
            RequiresExtended = true,
        },
        new("wide-mask", "D9: takes the 24 version bits of BIP323") { VersionMask = 0x1FFF_FFE0 },
        new("rejudge-at-once", "D13: every 18 seconds, for 9, a harder target that counts for jobs in hand, too")
        {
            RejudgesAtOnce = true,
            Targets = new(9 * Second, Times(0.25), Same),
        },
        new("worker-ids", "has extension 0x0002 for miners that ask; extended channels only")
        {
            KnowsWorkerIds = true,
            RequiresExtended = true,
        },
    ];

    private static readonly Scenario[] Interruptions =
    [
        new("close-channel", "closes a channel of the first connection after 5 seconds")
        {
            Acts = new(5 * Second, PoolAct.CloseChannel) { ConnectionsMax = 1 },
        },
        new("close-group", "closes the group of the first connection after 5 seconds")
        {
            Acts = new(5 * Second, PoolAct.CloseGroup) { ConnectionsMax = 1 },
        },
        new("reconnect-same", "asks the first connection after 5 seconds to connect again")
        {
            Acts = new(5 * Second, PoolAct.Reconnect) { ConnectionsMax = 1 },
        },
        new("reconnect-other", "after 5 seconds sends the first connection to another address of the same authority")
        {
            Acts = new(5 * Second, PoolAct.ReconnectElsewhere) { ConnectionsMax = 1 },
            Elsewhere = OtherHost.SameAuthority,
        },
        new("reconnect-other-authority", "after 5 seconds sends the first connection to another authority")
        {
            Acts = new(5 * Second, PoolAct.ReconnectElsewhere) { ConnectionsMax = 1 },
            Elsewhere = OtherHost.OtherAuthority,
        },
        new("reconnect-loop", "two addresses, and each sends every connection to the other after 2 seconds")
        {
            Acts = new(2 * Second, PoolAct.ReconnectElsewhere),
            Elsewhere = OtherHost.Mirror,
        },
        new("reconnect-nowhere", "every 2 seconds a Reconnect to a host that no miner should go to")
        {
            Acts = new(2 * Second, PoolAct.ReconnectNowhere) { Every = 2 * Second, Random = true },
        },
        new("refuse-updates", "answers every UpdateChannel with an error") { RefusesUpdates = true },
        new("extension-frames", "twenty frames a second of extensions nobody asked for")
        {
            ExtensionFramesASecond = 20,
        },
        new("unknown-flood", "a thousand frames a second (or :N) of types nobody knows")
        {
            UnknownFramesASecond = 1000,
            Numbered = (scenario, number) => scenario with { UnknownFramesASecond = number },
        },
        new("storm", "a block every 5 seconds, targets every 20, and closes, cuts, reconnects and stalls at random")
        {
            BlockInterval = 5 * Second,
            JobInterval = 2 * Second,
            Targets = new(20 * Second, Half, Double, Times(0.25), Same),
            Acts = new(
                10 * Second, PoolAct.CloseChannel, PoolAct.CloseGroup, PoolAct.Reconnect, PoolAct.Cut, PoolAct.Stall)
            {
                Every = 15 * Second,
                Random = true,
            },
        },
    ];

    /// <summary>Every scenario, in the order people read them. A new one is one more entry above.</summary>
    public static readonly IReadOnlyList<Scenario> All =
    [
        Default, .. Timing, .. Beginnings, .. Jobs, .. OtherTargets, .. Dialects, .. Interruptions,
    ];

    private static UInt256 Same(UInt256 target) => target;

    private static UInt256 Half(UInt256 target) => Vardiff.Scale(target, 0.5);

    private static UInt256 Double(UInt256 target) => Vardiff.Scale(target, 2);

    private static Func<UInt256, UInt256> Times(double factor) => target => Vardiff.Scale(target, factor);
}
