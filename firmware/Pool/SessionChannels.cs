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

    /// <summary>Answers to nothing that we asked; one may be a mistake (B14).</summary>
    private const int StrangeAnswersMax = 1;

    private readonly SharePath path;
    private readonly ChannelRequests requests;
    private readonly ChannelAlarms alarms;
    private readonly ChannelSeats seats;
    private readonly ChannelWork work;
    private readonly ChannelStep[] steps;
    private uint versionMask;
    private int strangeAnswers;
    private string? leave;

    public SessionChannels(SessionTerms terms, Uplink uplink, ShareTotals totals)
    {
        path = new SharePath(uplink, totals, terms.SharesASecondMax, terms.Profile.RejudgesAtOnce);
        requests = new ChannelRequests(terms, uplink);
        alarms = new ChannelAlarms(terms.Alarms, terms.PayoutScript);
        seats = new ChannelSeats([.. terms.HashRates.Select(rate => new ChannelSeat(requests, rate))]);
        steps = new ChannelStep[seats.All.Length];
        work = new ChannelWork(seats, alarms, Clock);
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
    public bool AnyOpen { get; private set; }

    /// <summary>A job has been started on one channel at least.</summary>
    public bool HadWork => work.HadWork;

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
        versionMask = mask;
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
        }
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
            MessageType.OpenStandardMiningChannelSuccess => Opened(frame.Read<OpenStandardMiningChannelSuccess>(), now),
            MessageType.OpenExtendedMiningChannelSuccess => Opened(frame.Read<OpenExtendedMiningChannelSuccess>(), now),
            MessageType.OpenMiningChannelError => Refused(frame.Read<OpenMiningChannelError>(), now),
            MessageType.SubmitSharesSuccess => Confirmed(frame.Read<SubmitSharesSuccess>()),
            MessageType.SubmitSharesError => Rejected(frame.Read<SubmitSharesError>(), now),
            MessageType.CloseChannel => Closed(frame.Read<CloseChannel>(), now),
            MessageType.UpdateChannelError => UpdateRefused(frame.Read<UpdateChannelError>()),
            _ => work.TryReceive(type, frame, now),
        };
        Notice = work.TakeNotice() ?? Notice;
        leaving = Leaving();
        return taken;
    }

    private bool Opened(in OpenStandardMiningChannelSuccess message, TimeSpan now)
    {
        var id = message.ChannelId;
        if (Answered(message.RequestId, id, isExtended: false, now) is not { } seat)
        {
            return false;
        }

        var target = UInt256.Read(message.Target);
        var shares = new ChannelShares(path, id, isExtended: false, target);
        var group = GroupOf(id, message.GroupChannelId);
        var prefix = message.ExtranoncePrefix.ToArray();
        var channel = new StandardChannel(id, group, target, versionMask, shares) { ExtranoncePrefix = prefix };
        Seat(seat, channel, shares, now);
        return true;
    }

    private bool Opened(in OpenExtendedMiningChannelSuccess message, TimeSpan now)
    {
        var id = message.ChannelId;
        if (Answered(message.RequestId, id, isExtended: true, now) is not { } seat)
        {
            return false;
        }

        var target = UInt256.Read(message.Target);
        var shares = new ChannelShares(path, id, isExtended: true, target);
        var group = message.GroupChannelId is { } named ? GroupOf(id, named) : id;
        var channel = new ExtendedChannel(
            id, group, target, versionMask, message.ExtranoncePrefix, message.ExtranonceSize, shares);
        if (channel.CloseBecause is { } trouble)
        {
            Notice = trouble;
            requests.Close(id, "the extranonce is too long"u8, now);
            seat.Fail(trouble, now);
        }
        else
        {
            Seat(seat, channel, shares, now);
        }

        return true;
    }

    private void Seat(ChannelSeat seat, IMiningChannel channel, ChannelShares shares, TimeSpan now)
    {
        AnyOpen = true;
        seat.Open(channel, shares, now);
        alarms.SeeTargets(seats.All);
    }

    /// <summary>A group with the number of a channel is none: the message is the channel's (B15).</summary>
    private uint GroupOf(uint id, uint group)
    {
        if (group != id && seats.Find(group) is null)
        {
            return group;
        }

        Notice = "The pool gave a group the number of a channel: its messages are for the channel alone.";
        return id;
    }

    /// <summary>Each request is answered once; whatever comes later, or for another, is of no use.</summary>
    private ChannelSeat? Answered(uint request, uint channelId, bool isExtended, TimeSpan now)
    {
        var isOurs = seats.Find(channelId) is not null;
        var seat = seats.FindAsked(request);
        if (seat is not null && !isOurs && isExtended == requests.AreExtended)
        {
            return seat;
        }

        seat?.Fail("The pool opened a channel that is none.", now);
        if (!isOurs && requests.WasMade(request))
        {
            requests.Close(channelId, "not asked for"u8, now);
        }

        Notice = "The pool opens channels that nobody asked for.";
        leave = ++strangeAnswers > StrangeAnswersMax ? Notice : leave;
        return null;
    }

    private bool Refused(in OpenMiningChannelError message, TimeSpan now)
    {
        if (seats.FindAsked(message.RequestId) is not { } seat)
        {
            return false;
        }

        var code = WireText.Sanitise(message.ErrorCode);
        if (requests.CanAskForLess && code is "min-extranonce-size-too-large" or "unsupported-min-extranonce-size")
        {
            seat.AskForLess(now);
            return true;
        }

        Notice = $"The pool opens no channel: {code}. Check the user name with the pool.";
        seat.Fail(Notice, now);
        return true;
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
            leave ??= seat.Leave;
            failures = seat.Channel is not null || seat.IsAsked ? 0 : Math.Min(failures, seat.Failures);
            trouble = seat.Trouble ?? trouble;
        }

        return leave ?? (failures >= (HadWork ? FailuresMax : 1) ? trouble : null);
    }
}
