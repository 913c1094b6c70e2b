using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace TestPool;

/// <summary>
/// The group of a connection's channels, where the scenario addresses it: one SetNewPrevHash, one SetTarget and one
/// extended job serve all members; only the jobs of standard channels go to each.
/// </summary>
/// <param name="id">No channel of the connection has it.</param>
internal sealed class PoolGroup(uint id, PoolOptions options, BlockChain chain)
{
    private const uint IdsOfAConnection = 1000;
    private const uint FirstMove = 950; // Above every channel that a connection may open.
    private const uint MovesMax = 50; // Then the first of them comes again.

    private readonly Scenario scenario = options.Scenario;
    private TimeSpan nextJobAt = TimeSpan.MaxValue;
    private TimeSpan? nextTargetAt;
    private uint lastJobId;
    private uint moves;

    public uint Id { get; private set; } = id;

    /// <summary>SetGroupChannel: all members move to a group that was not there before.</summary>
    public void Move(IReadOnlyCollection<PoolChannel> channels, Outbox outbox)
    {
        Id = unchecked(Id - Id % IdsOfAConnection + FirstMove + moves++ % MovesMax);
        var members = new byte[channels.Count * sizeof(uint)];
        var payload = new PayloadWriter(members);
        foreach (var channel in channels)
        {
            payload.U32(channel.Id);
        }

        outbox.Send(new SetGroupChannel
        {
            GroupChannelId = Id,
            ChannelIds = new ItemSequence(members, sizeof(uint)),
        });
    }

    /// <summary>What is due to all; channels that wait for their first block are not yet members.</summary>
    public void Step(IEnumerable<PoolChannel> channels, Outbox outbox, TimeSpan now)
    {
        var members = channels.Where(channel => channel.Jobs.Tip is not null).ToArray();
        if (members.Length == 0 || scenario.IsSilent(PoolStage.Mining))
        {
            return;
        }

        if (Array.Exists(members, channel => channel.Jobs.IsBehind))
        {
            StartBlock(members, outbox, now);
        }
        else if (now >= nextJobAt)
        {
            StartJob(members, outbox, now);
        }

        nextJobAt = nextJobAt == TimeSpan.MaxValue ? now + JobInterval : nextJobAt;
        StepTarget(members, outbox, now);
    }

    private void StartBlock(PoolChannel[] members, Outbox outbox, TimeSpan now)
    {
        var job = NextJobId();
        var sent = false;
        foreach (var channel in members)
        {
            channel.Jobs.Offer(job, Address(channel, ref sent), outbox);
        }

        members[0].Jobs.SendBlock(job, Id, outbox);
        Array.ForEach(members, channel => channel.Jobs.StartBlock(job, channel.Target, now));
        nextJobAt = now + JobInterval;
    }

    private void StartJob(PoolChannel[] members, Outbox outbox, TimeSpan now)
    {
        var job = NextJobId();
        var sent = false;
        foreach (var channel in members)
        {
            channel.Jobs.Start(job, Address(channel, ref sent), outbox, channel.Target, now);
        }

        nextJobAt = now + JobInterval;
    }

    /// <summary>A standard channel's own id; the group's for the first extended one, and none for the others.</summary>
    private uint? Address(PoolChannel channel, ref bool sent)
    {
        if (!channel.Jobs.IsExtended)
        {
            return channel.Id;
        }

        var first = !sent;
        sent = true;
        return first ? Id : null;
    }

    private void StepTarget(PoolChannel[] members, Outbox outbox, TimeSpan now)
    {
        nextTargetAt ??= now + scenario.Targets?.Every;
        if (now < nextTargetAt || nextTargetAt is null)
        {
            return;
        }

        nextTargetAt = now + scenario.Targets!.Every;
        var target = members[0].ChooseTarget();
        members[0].SendTarget(target, Id, outbox);
        Array.ForEach(members, channel => channel.TakeTarget(target));
    }

    /// <summary>From far above the ids that channels count for themselves; one count for all members.</summary>
    private uint NextJobId() => unchecked(0x8000_0000 + chain.Tip.Height + (++lastJobId << 8));

    private TimeSpan JobInterval => scenario.JobInterval ?? options.JobInterval;
}
