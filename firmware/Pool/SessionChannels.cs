using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>
/// The channels of one session, one for each chain: two chains on one channel would search the same headers. Finds out
/// whom a mining message is for, and whether the pool is worth staying with.
/// </summary>
internal sealed class SessionChannels
{
    /// <summary>Failures of a chain's channel after which a session that has no other is over.</summary>
    private const int FailuresMax = 2;

    private readonly SharePath path;
    private readonly ChannelRequests requests;
    private readonly ChannelAlarms alarms;
    private readonly ChannelSeats seats;
    private readonly ChannelWork work;
    private readonly ChannelOpenings openings;
    private readonly ChannelStep[] steps;
    private string? leave;

    public SessionChannels(SessionTerms terms, Uplink uplink, ShareTotals totals)
    {
        path = new SharePath(
            uplink, totals, terms.SharesASecondMax, terms.Profile.RejudgesAtOnce, terms.Habits);
        requests = new ChannelRequests(terms, uplink);
        alarms = new ChannelAlarms(terms.Alarms, terms.PayoutScript);
        seats = new ChannelSeats([.. terms.HashRates.Select(rate => new ChannelSeat(requests, rate))]);
        steps = new ChannelStep[seats.All.Length];
        work = new ChannelWork(seats, alarms, Clock);
        openings = new ChannelOpenings(path, requests, seats, alarms);
    }

    /// <summary>What the messages since <see cref="BeginStep"/> mean for each chain.</summary>
    public ReadOnlySpan<ChannelStep> Steps
    {
        get
        {
            for (var i = 0; i < steps.Length; i++)
            {
                steps[i] = seats.All[i].Step;
            }

            return steps;
        }
    }

    /// <summary>The pool has opened one channel at least.</summary>
    public bool AnyOpen => openings.AnyOpen;

    /// <summary>A job has been started on one channel at least.</summary>
    public bool HadWork => work.HadWork;

    /// <summary>A job for a tip to come was among the messages since <see cref="BeginStep"/>.</summary>
    public bool TipIsNear => work.TipIsNear;

    /// <summary>Shares the pool has not spoken of yet.</summary>
    public int Pending
    {
        get
        {
            var pending = 0;
            foreach (var seat in seats.All)
            {
                pending += seat.Shares?.Pending ?? 0;
            }

            return pending;
        }
    }

    public UInt256? FirstTarget => seats.All[0].Channel?.Target;

    /// <summary>Whom a block of the first channel would pay; null where the pool does not show it.</summary>
    public CoinbaseOutputs? FirstOutputs => seats.All[0].Channel?.Outputs;

    /// <summary>Acknowledgements whose count was not ours.</summary>
    public long Disagreements { get; private set; }

    public string? LastRejection { get; private set; }

    /// <summary>Something odd that does not end the session, in one sentence; the newest.</summary>
    public string? Notice { get; private set; }

    /// <summary>Jobs are held against it.</summary>
    public TrustedClock Clock { get; } = new();

    /// <summary>When <see cref="Tick"/> has something to do.</summary>
    public TimeSpan Deadline
    {
        get
        {
            var first = TimeSpan.MaxValue;
            foreach (var seat in seats.All)
            {
                first = seat.Deadline < first ? seat.Deadline : first;
            }

            return first;
        }
    }

    public void BeginStep()
    {
        work.BeginStep();
        foreach (var seat in seats.All)
        {
            seat.BeginStep();
        }
    }

    /// <summary>Asks for the channels.</summary>
    /// <param name="extended">Of this kind, all of them.</param>
    /// <param name="mask">Version bits that may be rolled.</param>
    public void Open(bool extended, uint mask, TimeSpan now)
    {
        openings.VersionMask = mask;
        requests.AreExtended = extended;
        foreach (var seat in seats.All)
        {
            seat.Ask(now);
        }
    }

    /// <summary>Nothing new, but the reference pool answers it with a SetTarget: a sign of life.</summary>
    public void Probe(TimeSpan now)
    {
        foreach (var seat in seats.All)
        {
            seat.Update(now);
        }
    }

    /// <summary>What each chain does now, in hashes per second; negative or no number where nobody knows.</summary>
    public void SeeRates(ReadOnlySpan<double> hashRates, TimeSpan now)
    {
        for (var i = 0; i < steps.Length && i < hashRates.Length; i++)
        {
            seats.All[i].SeeRate(hashRates[i], now);
            seats.All[i].Jobs.Look(now);
        }

        alarms.SeeJobs(seats.All);

        alarms.SeeLimited(path.Limited, now);
    }

    public void SayGoodbye(TimeSpan now)
    {
        foreach (var seat in seats.All)
        {
            seat.SayGoodbye(now);
        }
    }

    /// <summary>The pool takes the worker's name with each share from now on; empty: it takes none.</summary>
    public void NameWorker(ReadOnlyMemory<byte> worker)
    {
        path.NameWorker(worker);
        foreach (var seat in seats.All)
        {
            seat.Shares?.Name(true);
        }
    }

    /// <summary>
    /// What stands behind the channel is another now, and nothing was agreed upon with it. False where there is none.
    /// </summary>
    public bool TryForgetWorker(uint channelId)
    {
        var seat = seats.Find(channelId);
        seat?.Shares?.Name(false);
        return seat is not null;
    }

    public void Abandon()
    {
        foreach (var seat in seats.All)
        {
            seat.Shares?.Close();
        }
    }

    /// <summary>Time has passed. Returns why the session cannot go on, or null.</summary>
    public string? Tick(TimeSpan now)
    {
        foreach (var seat in seats.All)
        {
            if (now >= seat.Deadline)
            {
                seat.Tick(now);
                Notice = seat.Trouble ?? Notice;
            }
        }

        return Leaving();
    }

    /// <summary>Takes a mining message; false where it was of no use.</summary>
    /// <param name="leaving">Why the session cannot go on, or null.</param>
    /// <exception cref="ProtocolException">The message is malformed.</exception>
    public bool TryReceive(MessageType type, in Frame frame, TimeSpan now, out string? leaving)
    {
        var taken = type switch
        {
            MessageType.OpenStandardMiningChannelSuccess
                or MessageType.OpenExtendedMiningChannelSuccess
                or MessageType.OpenMiningChannelError => openings.TryReceive(type, frame, now),
            MessageType.SubmitSharesSuccess => Confirmed(frame.Read<SubmitSharesSuccess>()),
            MessageType.SubmitSharesError => Rejected(frame.Read<SubmitSharesError>(), now),
            MessageType.CloseChannel => Closed(frame.Read<CloseChannel>(), now),
            MessageType.UpdateChannelError => UpdateRefused(frame.Read<UpdateChannelError>()),
            _ => work.TryReceive(type, frame, now),
        };
        Notice = work.TakeNotice() ?? openings.TakeNotice() ?? Notice;
        leaving = Leaving();
        return taken;
    }

    private bool Closed(in CloseChannel message, TimeSpan now)
    {
        var addressed = seats.Addressed(message.ChannelId);
        foreach (var seat in addressed)
        {
            Notice = $"The pool closed the channel: {WireText.Sanitise(message.ReasonCode)}.";
            seat.End(Notice, now);
        }

        return addressed.Length > 0;
    }

    private bool Confirmed(in SubmitSharesSuccess message)
    {
        if (seats.Find(message.ChannelId) is not { } seat)
        {
            return false;
        }

        var accepted = seat.Shares!.Accept(message.LastSequenceNumber);
        if (accepted > 0)
        {
            seat.Accept();
            alarms.SeeAccepted();
        }

        if (accepted != message.NewSubmitsAcceptedCount)
        {
            Disagreements++;
            Notice = "The pool's count of accepted shares is not ours; ours is shown.";
        }

        return true;
    }

    private bool Rejected(in SubmitSharesError message, TimeSpan now)
    {
        var why = RefusalWatch.Read(message.ErrorCode);
        if (seats.Find(message.ChannelId) is not { } seat
            || !seat.Shares!.Reject(message.SequenceNumber, why, out var job))
        {
            return false;
        }

        LastRejection = WireText.Sanitise(message.ErrorCode);
        Notice = $"The pool refused a share: {LastRejection}.";
        if (seat.Refuse(why, job, LastRejection, now) != RefusalRemedy.None && why != ShareRefusal.UnknownChannel)
        {
            alarms.SeeAllRefused(LastRejection);
        }

        return true;
    }

    /// <summary>The channel goes on as it was.</summary>
    private bool UpdateRefused(in UpdateChannelError message)
    {
        if (seats.Find(message.ChannelId) is not { } seat || !seat.TryRefuseUpdate())
        {
            return false;
        }

        Notice = $"The pool does not take our hash rate: {WireText.Sanitise(message.ErrorCode)}.";
        return true;
    }

    /// <summary>The pool refuses to let us work, or has no channel for us (SV2 reference §4.9).</summary>
    private string? Leaving()
    {
        var failures = int.MaxValue;
        string? trouble = null;
        foreach (var seat in seats.All)
        {
            leave ??= seat.Leave ?? openings.Leave;
            failures = seat.Channel is not null || seat.IsAsked ? 0 : Math.Min(failures, seat.Failures);
            trouble = seat.Trouble ?? trouble;
        }

        return leave ?? (failures >= (HadWork ? FailuresMax : 1) ? trouble : null);
    }
}
