namespace Firmware.Pool;

/// <summary>Turns what the channels of a session have seen into the alarms of their pool.</summary>
/// <param name="payout">The script that coinbases have to pay; empty: none.</param>
internal sealed class ChannelAlarms(PoolAlarms alarms, ReadOnlyMemory<byte> payout)
{
    /// <summary>Where no share was held back for so long, the target is no longer too easy.</summary>
    public static readonly TimeSpan EasyFor = TimeSpan.FromMinutes(1);

    private bool jobsNeverChange;
    private bool ntimeIsFar;
    private bool payoutMissing;
    private long limitedSeen;
    private TimeSpan? limitedAt;

    /// <summary>A channel has a new target.</summary>
    public void SeeTargets(ReadOnlySpan<ChannelSeat> seats)
    {
        foreach (var kind in TargetDoubt.Kinds)
        {
            var sentence = Doubt(seats, kind);
            if (sentence is null)
            {
                alarms.Clear(kind);
            }
            else
            {
                alarms.Raise(kind, sentence);
            }
        }
    }

    /// <summary>A channel has a new job or a new tip.</summary>
    public void SeeJobs(ReadOnlySpan<ChannelSeat> seats)
    {
        var same = false;
        var far = false;
        var unpaid = false;
        foreach (var seat in seats)
        {
            unpaid |= !payout.IsEmpty && seat.Channel?.Outputs is { } outputs && !outputs.Pays(payout.Span);
            same |= seat.Channel is not null && seat.Jobs.NeverChange;
            far |= seat.Channel is not null && seat.Jobs.NTimeIsFar;
        }

        Set(
            PoolAlarm.JobsNeverChange,
            ref jobsNeverChange,
            same,
            "The pool has had no new job for more than ten minutes: its node may have lost the network. "
            + "Ask the pool's operator, or use another pool.");
        Set(
            PoolAlarm.NTimeFarFromClock,
            ref ntimeIsFar,
            far,
            "The time in the pool's jobs is more than two hours from this machine's synchronised clock. "
            + "Ask the pool's operator: the network refuses blocks from the future.");
        Set(
            PoolAlarm.PayoutMissing,
            ref payoutMissing,
            unpaid,
            "The coinbase that the pool has us hash does not pay the configured address. Check the address and the "
            + "user name, or use another pool.");
    }

    /// <param name="limited"><see cref="SharePath.Limited"/> now.</param>
    public void SeeLimited(long limited, TimeSpan now)
    {
        if (limited != limitedSeen)
        {
            (limitedSeen, limitedAt) = (limited, now);
            alarms.Raise(
                PoolAlarm.EasyTarget,
                $"The pool's target is so easy that shares are held back, {limited} of this session so far: ask the "
                + "pool for a higher difficulty, or allow more with 'shares_per_second'.");
        }
        else if (limitedAt is { } at && now - at >= EasyFor)
        {
            limitedAt = null;
            alarms.Clear(PoolAlarm.EasyTarget);
        }
    }

    /// <param name="code">Of the last refusal, fit to be shown.</param>
    public void SeeAllRefused(string code) => alarms.Raise(
        PoolAlarm.AllSharesRejected,
        $"The pool refuses every share, the last one with: {code}. Check its profile and the user name, or use another "
        + "pool.");

    public void SeeAccepted() => alarms.Clear(PoolAlarm.AllSharesRejected);

    private static string? Doubt(ReadOnlySpan<ChannelSeat> seats, PoolAlarm kind)
    {
        foreach (var seat in seats)
        {
            if (seat.Channel is { } channel
                && TargetDoubt.Of(channel.Target, seat.HashRate) is { } doubt
                && doubt.Kind == kind)
            {
                return doubt.Sentence;
            }
        }

        return null;
    }

    /// <summary>Jobs come often, and the alarms have a lock: they hear of changes only.</summary>
    private void Set(PoolAlarm kind, ref bool stood, bool stands, string sentence)
    {
        if (stands && !stood)
        {
            alarms.Raise(kind, sentence);
        }
        else if (stood && !stands)
        {
            alarms.Clear(kind);
        }

        stood = stands;
    }
}
