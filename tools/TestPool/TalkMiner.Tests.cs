using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace TestPool;

/// <summary>
/// A miner of one channel on a <see cref="Talk"/>: keeps what the messages say, each job with the extranonce prefix of
/// the moment it came, and finds shares by trying. Knows nothing of the firmware's own sessions.
/// </summary>
internal sealed class TalkMiner(Talk talk)
{
    private readonly Dictionary<uint, MinerJob> jobs = [];
    private byte[] prefix = [];
    private uint sequence;
    private uint nonce;

    public uint Channel { get; private set; }

    public uint Group { get; private set; }

    public UInt256 Target { get; private set; }

    public int ExtranonceSize { get; private set; }

    public byte[] Prefix => prefix;

    public SetNewPrevHashNote? Tip { get; private set; }

    /// <summary>The id of the job to hash now.</summary>
    public uint Current { get; private set; }

    public MinerJob this[uint job] => jobs[job];

    public IEnumerable<uint> Known => jobs.Keys;

    /// <summary>Listens to what the pool has said since.</summary>
    public TalkMiner Listen() => Take(talk.Drain());

    public TalkMiner Take(IEnumerable<byte[]> frames)
    {
        foreach (var frame in frames)
        {
            Take(Talk.Parse(frame));
        }

        return this;
    }

    /// <summary>Finds a share of a job and submits it. The verdict is the pool's.</summary>
    /// <param name="rolled">What to roll; null: a fixed pattern of the size the pool gave.</param>
    public ShareVerdict Submit(
        uint? job = null, byte[]? rolled = null, UInt256? target = null, uint version = 0x2000_2000)
    {
        var id = job ?? Current;
        var mine = jobs[id];
        var extranonce = rolled ?? Enumerable.Range(1, ExtranonceSize).Select(value => (byte)value).ToArray();
        var header = new BlockHeader
        {
            Version = version,
            PreviousHash = Tip!.PrevHash,
            MerkleRoot = mine.Extended is { } roots ? roots.With(extranonce) : mine.Root,
            NTime = mine.MinNTime ?? Tip.MinNTime,
            NBits = Tip.NBits,
            Nonce = nonce,
        };
        while (Sha256d.Hash(header) > (target ?? Target)) // The product's own, so that the two have to agree.
        {
            header = header with { Nonce = ++nonce };
        }

        nonce++;
        Send(id, header, extranonce);
        return talk.Last;
    }

    /// <summary>Puts another coinbase in the place of the one that the current job came with.</summary>
    public void Strip(Coinbase coinbase) => jobs[Current] = jobs[Current] with
    {
        Extended = jobs[Current].Extended! with { Coinbase = coinbase },
    };

    private void Send(uint id, in BlockHeader header, byte[] extranonce)
    {
        if (jobs[id].Extended is null)
        {
            talk.Send(new SubmitSharesStandard(Channel, ++sequence, id, header.Nonce, header.NTime, header.Version));
            return;
        }

        talk.Send(new SubmitSharesExtended
        {
            ChannelId = Channel,
            SequenceNumber = ++sequence,
            JobId = id,
            Nonce = header.Nonce,
            NTime = header.NTime,
            Version = header.Version,
            Extranonce = extranonce,
        });
    }

    private void Take(Frame frame)
    {
        switch (frame.CoreType)
        {
            case MessageType.OpenStandardMiningChannelSuccess
                when frame.Read<OpenStandardMiningChannelSuccess>() is var m:
                (Channel, Group, Target) = (m.ChannelId, m.GroupChannelId, UInt256.Read(m.Target));
                break;
            case MessageType.OpenExtendedMiningChannelSuccess
                when frame.Read<OpenExtendedMiningChannelSuccess>() is var m:
                (Channel, Group, Target) = (m.ChannelId, m.GroupChannelId ?? 0, UInt256.Read(m.Target));
                (prefix, ExtranonceSize) = (m.ExtranoncePrefix.ToArray(), m.ExtranonceSize);
                break;
            case MessageType.SetExtranoncePrefix when frame.Read<SetExtranoncePrefix>() is var m:
                prefix = m.ExtranoncePrefix.ToArray();
                break;
            case MessageType.SetTarget when frame.Read<SetTarget>() is var m && IsMine(m.ChannelId):
                Target = UInt256.Read(m.MaximumTarget);
                break;
            default:
                TakeJob(frame);
                break;
        }
    }

    private void TakeJob(Frame frame)
    {
        switch (frame.CoreType)
        {
            case MessageType.NewMiningJob when frame.Read<NewMiningJob>() is var m && IsMine(m.ChannelId):
                Keep(m.JobId, new MinerJob(m.MinNTime, UInt256.Read(m.MerkleRoot), null));
                break;
            case MessageType.NewExtendedMiningJob
                when frame.Read<NewExtendedMiningJob>() is var m && IsMine(m.ChannelId):
                Keep(m.JobId, new MinerJob(m.MinNTime, default, RootOf(m)));
                break;
            case MessageType.SetNewPrevHash when frame.Read<SetNewPrevHash>() is var m && IsMine(m.ChannelId):
                Tip = new(m.JobId, UInt256.Read(m.PrevHash), m.MinNTime, m.NBits);
                Current = m.JobId;
                break;
        }
    }

    private ExtendedRoot RootOf(NewExtendedMiningJob job)
    {
        var path = new UInt256[job.MerklePath.Count];
        for (var i = 0; i < path.Length; i++)
        {
            path[i] = UInt256.Read(job.MerklePath[i]);
        }

        var coinbase = new Coinbase(job.CoinbaseTxPrefix.ToArray(), job.CoinbaseTxSuffix.ToArray());
        return new ExtendedRoot(coinbase, path, prefix, ExtranonceSize);
    }

    private void Keep(uint id, MinerJob job)
    {
        jobs[id] = job;
        Current = job.MinNTime is null ? Current : id;
    }

    private bool IsMine(uint id) => id == Channel || id == Group;
}

/// <summary>A job as its message told it.</summary>
internal sealed record MinerJob(uint? MinNTime, UInt256 Root, ExtendedRoot? Extended);

/// <summary>The last SetNewPrevHash.</summary>
internal sealed record SetNewPrevHashNote(uint JobId, UInt256 PrevHash, uint MinNTime, uint NBits);
