using System.Text;
using Drivers.Hashing;
using Firmware.StratumV2.Messages;

namespace TestPool;

/// <summary>One channel as its pool sees it: sends jobs, judges shares. Reads no clock.</summary>
internal sealed class PoolChannel
{
    /// <summary>From a block that names an unknown job to a job.</summary>
    private static readonly TimeSpan RecoveryTime = TimeSpan.FromSeconds(2);

    /// <summary>From a job that cannot be hashed to one that can.</summary>
    private static readonly TimeSpan SecondThought = TimeSpan.FromSeconds(1);

    private readonly PoolOptions options;
    private readonly Scenario scenario;
    private readonly ShareValidator validator;
    private readonly Acknowledgement acknowledgement;
    private readonly Vardiff? vardiff;
    private UInt256 openingTarget;
    private TimeSpan nextJobAt;
    private TimeSpan firstBlockAt;
    private TimeSpan? nextSetTargetAt;
    private TimeSpan? nextPrefixAt;
    private int targetsSet;
    private uint prefixesSet;

    /// <param name="space">Null for a standard channel.</param>
    public PoolChannel(
        int connection,
        uint id,
        ExtranonceSpace? space,
        UInt256 target,
        PoolOptions options,
        BlockChain chain,
        TimeSpan now)
    {
        this.options = options;
        scenario = options.Scenario;
        Id = id;
        Target = openingTarget = target;
        validator = new ShareValidator(connection);
        Jobs = new ChannelJobs(id, space, options, chain, validator);
        var patience = scenario.AcknowledgeAfter ?? options.AcknowledgeAfter;
        acknowledgement = new Acknowledgement(id, scenario.AcknowledgeCount, patience);
        vardiff = options.VardiffInterval is { } interval ? new Vardiff(options.SharesPerMinute, interval, now) : null;
        nextSetTargetAt = scenario.AddressesGroup ? null : now + scenario.Targets?.Every;
        nextPrefixAt = space is null ? null : now + scenario.PrefixInterval;
    }

    public uint Id { get; }

    public ChannelJobs Jobs { get; }

    /// <summary>What jobs that become active from now on take.</summary>
    public UInt256 Target { get; private set; }

    /// <summary>The scenario's next target, which a message to the channel or to its group has yet to tell.</summary>
    public UInt256 ChooseTarget()
    {
        var steps = scenario.Targets!.Steps;
        return steps[targetsSet++ % steps.Length](openingTarget);
    }

    /// <summary>Sends whatever is due: the first job and block at the first call.</summary>
    public void Step(Outbox outbox, TimeSpan now)
    {
        if (scenario.IsSilent(PoolStage.FirstJob)
            || (Jobs.Tip is not null && scenario.IsSilent(PoolStage.Mining)))
        {
            return;
        }

        if (Jobs.Tip is null || !scenario.AddressesGroup)
        {
            StepJobs(outbox, now);
        }

        StepTarget(outbox, now);
        StepPrefix(outbox, now);
        if (acknowledgement.Step(now) is { } message)
        {
            outbox.Send(message);
        }
    }

    /// <param name="extranonce">What the miner rolled; empty where the share is a standard channel's.</param>
    public ShareVerdict Submit(
        in SubmitSharesStandard share, ReadOnlySpan<byte> extranonce, Outbox outbox, TimeSpan now)
    {
        var verdict = validator.Judge(share, now, extranonce);
        if (verdict.Accepted)
        {
            vardiff?.Accept();
            acknowledgement.Accept(share.SequenceNumber, PoolTarget.Difficulty(Target), verdict.IsBlock, now);
        }
        else if (!scenario.IsSilent(PoolStage.Mining))
        {
            outbox.Send(new SubmitSharesError
            {
                ChannelId = Id,
                SequenceNumber = share.SequenceNumber,
                ErrorCode = Encoding.ASCII.GetBytes(verdict.Code!),
            });
        }

        return verdict;
    }

    /// <summary>For this job's successors and for future jobs; what is active keeps the target it has.</summary>
    public void SetTarget(UInt256 target, Outbox outbox)
    {
        TakeTarget(target);
        SendTarget(target, Id, outbox);
    }

    /// <summary>The same, where the message was one to the group.</summary>
    public void TakeTarget(UInt256 target)
    {
        Target = target;
        if (scenario.RejudgesAtOnce)
        {
            validator.Rejudge(target);
        }
    }

    public void SendTarget(UInt256 target, uint address, Outbox outbox)
    {
        Span<byte> bytes = stackalloc byte[UInt256.Size];
        WriteTarget(target, bytes);
        outbox.Send(new SetTarget { ChannelId = address, MaximumTarget = bytes });
    }

    /// <summary>As the scenario puts it on the wire.</summary>
    public void WriteTarget(UInt256 target, Span<byte> bytes)
    {
        target.Write(bytes);
        if (scenario.SwapsTargets)
        {
            bytes.Reverse();
        }
    }

    /// <summary>The miner told another hash rate.</summary>
    public void Update(UInt256 target, Outbox outbox)
    {
        openingTarget = target;
        SetTarget(target, outbox);
    }

    private void StepJobs(Outbox outbox, TimeSpan now)
    {
        if (Jobs.Tip is null && scenario.Order == JobOrder.JobBeforeBlock && firstBlockAt == default)
        {
            Jobs.SendBeforeAnyBlock(outbox, now);
            firstBlockAt = now + SecondThought;
        }
        else if (Jobs.IsBehind && now >= firstBlockAt)
        {
            StartBlock(outbox, now);
        }
        else if (Jobs.Tip is not null && now >= nextJobAt)
        {
            Jobs.Start(Jobs.NextId(), Id, outbox, Target, now);
            nextJobAt = now + JobInterval;
        }
    }

    private void StartBlock(Outbox outbox, TimeSpan now)
    {
        var isFirst = Jobs.Tip is null;
        if (!isFirst && scenario.Naming != BlockNaming.Known)
        {
            Announce(Jobs.NextId(), outbox, now);
            nextJobAt = scenario.Naming == BlockNaming.Unknown ? TimeSpan.MaxValue : now + RecoveryTime;
            return;
        }

        switch (scenario.Order)
        {
            case JobOrder.BlockThenJob:
                var id = Jobs.NextId();
                Announce(id, outbox, now);
                Jobs.Start(id, Id, outbox, Target, now);
                break;
            case JobOrder.ManyFutures:
                var ids = Enumerable.Range(0, 5).Select(_ => Jobs.NextId()).ToArray();
                Array.ForEach(ids, future => Jobs.Offer(future, Id, outbox));
                Announce(ids[1], outbox, now);
                break;
            default:
                Announce(Jobs.Waiting(outbox), outbox, now);
                break;
        }

        nextJobAt = now + JobInterval;
    }

    private void Announce(uint jobId, Outbox outbox, TimeSpan now)
    {
        Jobs.SendBlock(jobId, Id, outbox);
        Jobs.StartBlock(jobId, Target, now);
    }

    /// <summary>The scenario's SetTarget comes after a future job: that job, too, has to take it.</summary>
    private void StepTarget(Outbox outbox, TimeSpan now)
    {
        if (now >= nextSetTargetAt)
        {
            nextSetTargetAt = now + scenario.Targets!.Every;
            _ = Jobs.Waiting(outbox);
            SetTarget(ChooseTarget(), outbox);
        }

        if (vardiff?.Step(Target, now) is { } fitting)
        {
            SetTarget(fitting, outbox);
        }
    }

    /// <summary>
    /// The prefix comes between a future job, which keeps the old one, and a job that takes the new one.
    /// </summary>
    private void StepPrefix(Outbox outbox, TimeSpan now)
    {
        if (now < nextPrefixAt || nextPrefixAt is null || Jobs.Tip is null)
        {
            return;
        }

        nextPrefixAt = now + scenario.PrefixInterval;
        _ = Jobs.Waiting(outbox);
        var space = Jobs.Space!;
        byte[] prefix = [.. space.Prefix];
        prefix[^1] = (byte)++prefixesSet;
        Jobs.Space = space with { Prefix = prefix };
        outbox.Send(new SetExtranoncePrefix { ChannelId = Id, ExtranoncePrefix = prefix });
        Jobs.Start(Jobs.NextId(), Id, outbox, Target, now);
        nextJobAt = now + JobInterval;
    }

    private TimeSpan JobInterval => scenario.JobInterval ?? options.JobInterval;
}
