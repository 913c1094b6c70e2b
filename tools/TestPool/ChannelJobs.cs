using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace TestPool;

/// <summary>What the pool gives one extended channel to search: its own prefix, and so many bytes to roll.</summary>
internal sealed record ExtranonceSpace(byte[] Prefix, int Size);

/// <summary>
/// The jobs of one channel: makes them, tells the miner, and tells the validator which are active. Every job is pinned
/// to what was true when it was sent.
/// </summary>
/// <param name="space">Null for a standard channel.</param>
internal sealed class ChannelJobs(
    uint channel, ExtranonceSpace? space, PoolOptions options, BlockChain chain, ShareValidator validator)
{
    private const uint Version = 0x2000_0000;
    private const int FutureJobsMax = 16;

    private readonly Scenario scenario = options.Scenario;
    private readonly List<Pending> waiting = [];
    private uint lastId = unchecked(channel * 100);

    /// <summary>Null before the first block.</summary>
    public Tip? Tip { get; private set; }

    public bool IsExtended => Space is not null;

    /// <summary>There is another block than the one the miner knows of.</summary>
    public bool IsBehind => Tip != chain.Tip;

    /// <summary>Of jobs that are made from now on.</summary>
    public ExtranonceSpace? Space { get; set; } = space;

    /// <summary>What no other job of this channel has.</summary>
    public uint NextId() => unchecked(++lastId);

    /// <summary>Makes a future job, and sends it unless one message serves the whole group.</summary>
    /// <param name="address">The channel's id or its group's; null where another member has sent it.</param>
    public void Offer(uint id, uint? address, Outbox outbox)
    {
        var job = Make(id);
        Keep(job);
        Send(job, minNTime: null, address, outbox);
    }

    /// <summary>A job for now, on the block the miner knows of.</summary>
    public void Start(uint id, uint? address, Outbox outbox, UInt256 target, TimeSpan now)
    {
        var job = Make(id);
        var minNTime = chain.TimeAt(now);
        Send(job, minNTime, address, outbox);
        Activate(job, minNTime, target, now);
    }

    /// <summary>The newest of the future jobs, or a new one.</summary>
    public uint Waiting(Outbox outbox)
    {
        if (waiting.Count == 0)
        {
            Offer(NextId(), channel, outbox);
        }

        return waiting[^1].Id;
    }

    /// <summary>The block of now, and what it names becomes active: all else has ended.</summary>
    public void StartBlock(uint id, UInt256 target, TimeSpan now)
    {
        Tip = chain.Tip;
        validator.RetireAll(now);
        var named = waiting.Find(job => job.Id == id);
        waiting.Clear();
        if (named is not null)
        {
            Activate(named, Tip.MinNTime, target, now);
        }
    }

    public void SendBlock(uint jobId, uint address, Outbox outbox)
    {
        Span<byte> hash = stackalloc byte[UInt256.Size];
        chain.Tip.PreviousHash.Write(hash);
        outbox.Send(new SetNewPrevHash
        {
            ChannelId = address,
            JobId = jobId,
            PrevHash = hash,
            MinNTime = chain.Tip.MinNTime,
            NBits = chain.Tip.NBits,
        });
    }

    /// <summary>A job that no miner can hash yet: there has been no block.</summary>
    public void SendBeforeAnyBlock(Outbox outbox, TimeSpan now) =>
        Send(Make(NextId()), chain.TimeAt(now), channel, outbox);

    private Pending Make(uint id)
    {
        var mask = scenario.RequiresFixedVersion || scenario.ForbidsRolling ? 0 : scenario.VersionMask;
        var root = Space is null ? chain.MerkleRoot(channel, id) : default;
        var height = chain.Tip.Height + (Tip == chain.Tip ? 2u : 1u);
        var roots = Space is { } mine ? chain.ExtendedRoot(id, height, mine.Prefix, mine.Size) : null;
        return new(id, new BlockHeader { Version = Version, MerkleRoot = root }, roots, mask);
    }

    private void Keep(Pending job)
    {
        if (waiting.Count == FutureJobsMax)
        {
            waiting.RemoveAt(0);
        }

        waiting.Add(job);
    }

    private void Send(Pending job, uint? minNTime, uint? address, Outbox outbox)
    {
        if (address is not { } to)
        {
            return;
        }

        if (job.Roots is { } roots)
        {
            SendExtended(job, roots, minNTime, to, outbox);
            return;
        }

        Span<byte> root = stackalloc byte[UInt256.Size];
        job.Header.MerkleRoot.Write(root);
        outbox.Send(new NewMiningJob
        {
            ChannelId = to,
            JobId = job.Id,
            MinNTime = minNTime,
            Version = Version,
            MerkleRoot = root,
        });
    }

    private void SendExtended(Pending job, ExtendedRoot roots, uint? minNTime, uint to, Outbox outbox)
    {
        var path = new byte[roots.Path.Length * UInt256.Size];
        for (var i = 0; i < roots.Path.Length; i++)
        {
            roots.Path[i].Write(path.AsSpan(i * UInt256.Size));
        }

        var coinbase = scenario.Layouts.HasFlag(OldLayouts.Witness) ? roots.Coinbase.WithWitness() : roots.Coinbase;
        outbox.Send(new NewExtendedMiningJob
        {
            ChannelId = to,
            JobId = job.Id,
            MinNTime = minNTime,
            Version = Version,
            VersionRollingAllowed = job.VersionMask != 0,
            MerklePath = new ItemSequence(path, UInt256.Size),
            CoinbaseTxPrefix = coinbase.Prefix,
            CoinbaseTxSuffix = coinbase.Suffix,
        });
    }

    private void Activate(Pending job, uint minNTime, UInt256 target, TimeSpan now)
    {
        var header = job.Header with { PreviousHash = Tip!.PreviousHash, NTime = minNTime, NBits = Tip.NBits };
        var network = PoolTarget.FromBits(Tip.NBits);
        validator.Activate(new PoolJob(job.Id, header, target, network, now)
        {
            Roots = job.Roots,
            VersionMask = job.VersionMask,
        });
    }

    private sealed record Pending(uint Id, BlockHeader Header, ExtendedRoot? Roots, uint VersionMask);
}
