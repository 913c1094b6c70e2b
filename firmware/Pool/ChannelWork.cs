using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>
/// The messages that say what is to be hashed: jobs, tips, targets, groups and prefixes. Hands each to the channels it
/// is for, and looks at what a working pool would not send.
/// </summary>
internal sealed class ChannelWork(ChannelSeats seats, ChannelAlarms alarms, TrustedClock clock)
{
    private string? notice;

    private delegate ChannelStep Reception<T>(IMiningChannel channel, in T message, TimeSpan now)
        where T : allows ref struct;

    /// <summary>A job has been started on one channel at least.</summary>
    public bool HadWork { get; private set; }

    /// <summary>A job for a tip to come was among the messages since <see cref="BeginStep"/>.</summary>
    public bool TipIsNear { get; private set; }

    public void BeginStep() => TipIsNear = false;

    /// <summary>Something odd that was not taken yet, in one sentence; null where there is nothing.</summary>
    public string? TakeNotice()
    {
        var taken = notice;
        notice = null;
        return taken;
    }

    /// <summary>False where the message was of no use, or none of these.</summary>
    /// <exception cref="ProtocolException">The message is malformed.</exception>
    public bool TryReceive(MessageType type, in Frame frame, TimeSpan now)
    {
        switch (type)
        {
            case MessageType.NewMiningJob when frame.Read<NewMiningJob>() is var job:
                return Give(job.ChannelId, job, static (channel, in job, now) => channel.Receive(job, now), now)
                    && SeeJob(job.ChannelId, JobWatch.Digest(job), job.MinNTime, now);
            case MessageType.NewExtendedMiningJob when frame.Read<NewExtendedMiningJob>() is var job:
                return Give(job.ChannelId, job, static (channel, in job, now) => channel.Receive(job, now), now)
                    && SeeJob(job.ChannelId, JobWatch.Digest(job), job.MinNTime, now);
            case MessageType.SetNewPrevHash when frame.Read<SetNewPrevHash>() is var tip:
                return Give(tip.ChannelId, tip, static (channel, in tip, now) => channel.Receive(tip, now), now)
                    && SeeTip(tip, now);
            case MessageType.SetExtranoncePrefix when frame.Read<SetExtranoncePrefix>() is var prefix:
                return seats.Find(prefix.ChannelId) is not null // Never a group's.
                    && Give(prefix.ChannelId, prefix, static (channel, in prefix, _) => channel.Receive(prefix), now);
            case MessageType.SetTarget:
                return Retarget(frame.Read<SetTarget>(), now);
            case MessageType.SetGroupChannel:
                return Group(frame.Read<SetGroupChannel>());
            default:
                return false;
        }
    }

    private bool Give<T>(uint channelId, scoped in T message, Reception<T> reception, TimeSpan now)
        where T : allows ref struct
    {
        var addressed = seats.Addressed(channelId);
        foreach (var seat in addressed)
        {
            var step = reception(seat.Channel!, message, now);
            Note(step);
            seat.Take(step, now);
        }

        return addressed.Length > 0;
    }

    private void Note(in ChannelStep step)
    {
        HadWork |= step.Start is not null;
        notice = step.CloseBecause ?? step.Notice
            ?? (step is { Start: null, StopOldWork: true } ? "The pool's new tip has no job: the work is stopped."
            : step.Start is { } job && job.NetworkTarget == UInt256.Zero
                ? "The pool's nbits make no target: no block can be told from a share."
            : notice);
    }

    private bool SeeJob(uint channelId, int digest, uint? minNTime, TimeSpan now)
    {
        TipIsNear |= minNTime is null;
        foreach (var seat in seats.Addressed(channelId))
        {
            seat.Jobs.Job(digest, now);
            seat.Jobs.NTime(minNTime, clock.UnixSeconds(now));
        }

        alarms.SeeJobs(seats.All);
        return true;
    }

    private bool SeeTip(in SetNewPrevHash tip, TimeSpan now)
    {
        foreach (var seat in seats.Addressed(tip.ChannelId))
        {
            seat.Jobs.Tip(JobWatch.Digest(tip), now);
            seat.Jobs.NTime(tip.MinNTime, clock.UnixSeconds(now));
        }

        alarms.SeeJobs(seats.All);
        return true;
    }

    private bool Retarget(in SetTarget message, TimeSpan now)
    {
        var taken = false;
        foreach (var seat in seats.Addressed(message.ChannelId))
        {
            taken |= seat.Channel!.Receive(message);
            seat.SeeTarget(now);
        }

        alarms.SeeTargets(seats.All);
        return taken;
    }

    /// <summary>A group must not bear the number of a channel: whom would its messages be for?</summary>
    private bool Group(in SetGroupChannel message)
    {
        if (seats.Find(message.GroupChannelId) is not null)
        {
            notice = "The pool gives a group the number of a channel: the channels stay where they are.";
            return false;
        }

        var moved = false;
        foreach (var seat in seats.All)
        {
            moved |= seat.Channel?.Receive(message) ?? false;
        }

        return moved;
    }
}
