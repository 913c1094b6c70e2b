using System.Text;
using Drivers.Hashing;
using Firmware.StratumV2.Messages;

namespace TestPool;

/// <summary>One standard channel as its pool sees it: sends jobs, judges shares. Reads no clock.</summary>
internal sealed class PoolChannel
{
    private const uint Version = 0x2000_0000;

    private readonly PoolOptions options;
    private readonly BlockChain chain;
    private readonly ShareValidator validator;
    private readonly Acknowledgement acknowledgement;
    private readonly Vardiff? vardiff;
    private UInt256 openingTarget;
    private Tip? tip;
    private uint lastJobId;
    private uint? futureJobId;
    private TimeSpan nextJobAt;
    private TimeSpan? nextSetTargetAt;

    public PoolChannel(int connection, uint id, UInt256 target, PoolOptions options, BlockChain chain, TimeSpan now)
    {
        this.options = options;
        this.chain = chain;
        Id = id;
        Target = openingTarget = target;
        lastJobId = unchecked(id * 100);
        validator = new ShareValidator(connection);
        acknowledgement = new Acknowledgement(id, options.Scenario.AcknowledgeCount, options.AcknowledgeAfter);
        vardiff = options.VardiffInterval is { } interval ? new Vardiff(options.SharesPerMinute, interval, now) : null;
        nextSetTargetAt = now + options.Scenario.SetTargetInterval;
    }

    public uint Id { get; }

    /// <summary>What jobs that become active from now on take.</summary>
    public UInt256 Target { get; private set; }

    /// <summary>Sends whatever is due: the first job and block at the first call.</summary>
    public void Step(Outbox outbox, TimeSpan now)
    {
        if (options.Scenario.IsSilent(PoolStage.FirstJob)
            || (tip is not null && options.Scenario.IsSilent(PoolStage.Mining)))
        {
            return;
        }

        if (tip != chain.Tip)
        {
            StartBlock(outbox, now);
        }
        else if (now >= nextJobAt)
        {
            StartJob(outbox, now);
        }

        StepTarget(outbox, now);
        if (acknowledgement.Step(now) is { } message)
        {
            outbox.Send(message);
        }
    }

    public ShareVerdict Submit(in SubmitSharesStandard share, Outbox outbox, TimeSpan now)
    {
        var verdict = validator.Judge(share, now);
        if (verdict.Accepted)
        {
            vardiff?.Accept();
            acknowledgement.Accept(share.SequenceNumber, PoolTarget.Difficulty(Target), verdict.IsBlock, now);
        }
        else if (!options.Scenario.IsSilent(PoolStage.Mining))
        {
            outbox.Send(new SubmitSharesError
            {
                ChannelId = Id,
                SequenceNumber = share.SequenceNumber,
                ErrorCode = Encoding.ASCII.GetBytes(verdict.Code!),
            });
        }

        Step(outbox, now);
        return verdict;
    }

    /// <summary>For this job's successors and for future jobs; what is active keeps the target it has.</summary>
    public void SetTarget(UInt256 target, Outbox outbox)
    {
        Target = target;
        Span<byte> bytes = stackalloc byte[UInt256.Size];
        target.Write(bytes);
        outbox.Send(new SetTarget { ChannelId = Id, MaximumTarget = bytes });
    }

    /// <summary>The miner told another hash rate.</summary>
    public void Update(UInt256 target, Outbox outbox)
    {
        openingTarget = target;
        SetTarget(target, outbox);
    }

    private void StartBlock(Outbox outbox, TimeSpan now)
    {
        var id = futureJobId ?? SendJob(null, outbox);
        futureJobId = null;
        tip = chain.Tip;
        Span<byte> hash = stackalloc byte[UInt256.Size];
        tip.PreviousHash.Write(hash);
        outbox.Send(new SetNewPrevHash
        {
            ChannelId = Id,
            JobId = id,
            PrevHash = hash,
            MinNTime = tip.MinNTime,
            NBits = tip.NBits,
        });
        validator.RetireAll(now);
        Activate(id, tip, tip.MinNTime, now);
    }

    private void StartJob(Outbox outbox, TimeSpan now)
    {
        var minNTime = chain.TimeAt(now);
        Activate(SendJob(minNTime, outbox), tip!, minNTime, now);
    }

    /// <param name="minNTime">Null for a future job.</param>
    private uint SendJob(uint? minNTime, Outbox outbox)
    {
        var id = ++lastJobId;
        Span<byte> root = stackalloc byte[UInt256.Size];
        chain.MerkleRoot(Id, id).Write(root);
        outbox.Send(new NewMiningJob
        {
            ChannelId = Id,
            JobId = id,
            MinNTime = minNTime,
            Version = Version,
            MerkleRoot = root,
        });
        return id;
    }

    private void Activate(uint jobId, Tip on, uint minNTime, TimeSpan now)
    {
        var header = new BlockHeader
        {
            Version = Version,
            PreviousHash = on.PreviousHash,
            MerkleRoot = chain.MerkleRoot(Id, jobId),
            NTime = minNTime,
            NBits = on.NBits,
        };
        validator.Activate(new PoolJob(jobId, header, Target, PoolTarget.FromBits(on.NBits), now));
        nextJobAt = now + (options.Scenario.JobInterval ?? options.JobInterval);
    }

    /// <summary>The scenario's SetTarget comes after a future job: that job, too, has to take it.</summary>
    private void StepTarget(Outbox outbox, TimeSpan now)
    {
        if (now >= nextSetTargetAt)
        {
            nextSetTargetAt = now + options.Scenario.SetTargetInterval;
            futureJobId ??= SendJob(null, outbox);
            SetTarget(Vardiff.Scale(openingTarget, Target < openingTarget ? 2 : 0.5), outbox);
        }

        if (vardiff?.Step(Target, now) is { } fitting)
        {
            SetTarget(fitting, outbox);
        }
    }
}
