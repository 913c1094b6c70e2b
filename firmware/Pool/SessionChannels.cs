using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>
/// The channels of one session, one for each chain: two chains on one channel would search the same headers. Takes
/// the mining messages, and knows how long a channel may be without work.
/// </summary>
internal sealed class SessionChannels
{
    /// <summary>
    /// So many refusals in a row, staleness aside, and something is wrong that only a new start can mend.
    /// </summary>
    public const int RejectsInARowMax = 20;

    private const uint FirstRequest = 1;

    private readonly SessionTerms terms;
    private readonly Uplink uplink;
    private readonly ShareTotals totals;
    private readonly Seat[] seats;
    private readonly ChannelStep[] steps;
    private readonly byte[] anyTarget = new byte[UInt256.Size];
    private readonly byte[] user;
    private uint versionMask;
    private int answered;
    private int rejectsInARow;

    public SessionChannels(SessionTerms terms, Uplink uplink, ShareTotals totals)
    {
        this.terms = terms;
        this.uplink = uplink;
        this.totals = totals;
        seats = new Seat[terms.HashRates.Count];
        steps = new ChannelStep[seats.Length];
        Array.Fill(seats, new Seat { WorkBy = TimeSpan.MaxValue });
        user = System.Text.Encoding.UTF8.GetBytes(terms.User);
        UInt256.Max.Write(anyTarget);
    }

    /// <summary>What the messages since <see cref="BeginStep"/> mean for each chain.</summary>
    public ReadOnlySpan<ChannelStep> Steps => steps;

    /// <summary>The pool has said yes or no to every request.</summary>
    public bool AreAnswered => answered == seats.Length;

    /// <summary>A job has been started on one channel at least.</summary>
    public bool HadWork { get; private set; }

    public int Pending => seats.Sum(seat => seat.Shares?.Pending ?? 0);

    public UInt256? FirstTarget => seats[0].Channel?.Target;

    /// <summary>Acknowledgements whose count was not ours.</summary>
    public long Disagreements { get; private set; }

    public string? LastRejection { get; private set; }

    /// <summary>Something odd that does not end the session, in one sentence; the newest.</summary>
    public string? Notice { get; private set; }

    /// <summary>When a channel has been without work for too long.</summary>
    public TimeSpan WorkBy
    {
        get
        {
            var first = TimeSpan.MaxValue;
            foreach (var seat in seats)
            {
                first = seat.WorkBy < first ? seat.WorkBy : first;
            }

            return first;
        }
    }

    public void BeginStep() => Array.Clear(steps);

    /// <summary>Asks for the channels.</summary>
    /// <param name="mask">Version bits that may be rolled.</param>
    public void Open(uint mask, TimeSpan now)
    {
        versionMask = mask;
        for (var i = 0; i < seats.Length; i++)
        {
            uplink.Send(
                new OpenStandardMiningChannel
                {
                    RequestId = FirstRequest + (uint)i,
                    UserIdentity = user,
                    NominalHashRate = Nominal(i),
                    MaxTarget = anyTarget,
                },
                now);
        }
    }

    /// <summary>Nothing new, but the reference pool answers it with a SetTarget: a sign of life.</summary>
    public void Probe(TimeSpan now)
    {
        for (var i = 0; i < seats.Length; i++)
        {
            if (seats[i].Channel is { IsOpen: true } channel)
            {
                uplink.Send(
                    new UpdateChannel
                    {
                        ChannelId = channel.Id,
                        NominalHashRate = Nominal(i),
                        MaximumTarget = anyTarget,
                    },
                    now);
            }
        }
    }

    public void SayGoodbye(TimeSpan now)
    {
        foreach (var seat in seats)
        {
            if (seat.Channel is { IsOpen: true } channel)
            {
                uplink.Send(new CloseChannel { ChannelId = channel.Id, ReasonCode = "client shutting down"u8 }, now);
            }
        }
    }

    public void Abandon()
    {
        foreach (var seat in seats)
        {
            seat.Shares?.Abandon();
        }
    }

    /// <summary>Takes a mining message; false where it was of no use.</summary>
    /// <param name="leave">Why the session cannot go on, or null.</param>
    /// <exception cref="ProtocolException">The message is malformed.</exception>
    public bool TryReceive(MessageType type, in Frame frame, TimeSpan now, out string? leave)
    {
        leave = null;
        return type switch
        {
            MessageType.OpenStandardMiningChannelSuccess => Opened(frame, now),
            MessageType.OpenMiningChannelError => Refused(frame, out leave),
            MessageType.SubmitSharesSuccess => Confirmed(frame.Read<SubmitSharesSuccess>()),
            MessageType.SubmitSharesError => Rejected(frame, out leave),
            MessageType.CloseChannel => Closed(frame, out leave),
            MessageType.UpdateChannelError or MessageType.SetExtranoncePrefix => IsKnown(frame),
            _ => TryReceiveJob(type, frame, now),
        };
    }

    private bool TryReceiveJob(MessageType type, in Frame frame, TimeSpan now)
    {
        var taken = false;
        for (var i = 0; i < seats.Length; i++)
        {
            if (seats[i].Channel is { } channel)
            {
                taken |= TryReceiveJob(type, frame, channel, now, out var step);
                Take(i, step, now);
            }
        }

        return taken;
    }

    private static bool TryReceiveJob(
        MessageType type, in Frame frame, StandardChannel channel, TimeSpan now, out ChannelStep step)
    {
        step = default;
        switch (type)
        {
            case MessageType.NewMiningJob when frame.Read<NewMiningJob>() is var job:
                step = channel.IsAddressedBy(job.ChannelId) ? channel.Receive(job, now) : default;
                return channel.IsAddressedBy(job.ChannelId);
            case MessageType.SetNewPrevHash when frame.Read<SetNewPrevHash>() is var tip:
                step = channel.IsAddressedBy(tip.ChannelId) ? channel.Receive(tip, now) : default;
                return channel.IsAddressedBy(tip.ChannelId);
            case MessageType.SetTarget when frame.Read<SetTarget>() is var target:
                return channel.IsAddressedBy(target.ChannelId) && channel.Receive(target);
            case MessageType.SetGroupChannel when frame.Read<SetGroupChannel>() is var group:
                return channel.Receive(group);
            default:
                return false;
        }
    }

    private void Take(int index, ChannelStep step, TimeSpan now)
    {
        steps[index] = steps[index].Then(step);
        HadWork |= step.Start is not null;
        seats[index].WorkBy = step.Start is not null ? TimeSpan.MaxValue
            : step.StopOldWork ? Earlier(seats[index].WorkBy, now + PoolSession.NextJobMax)
            : seats[index].WorkBy;

        static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;
    }

    private bool Opened(in Frame frame, TimeSpan now)
    {
        var message = frame.Read<OpenStandardMiningChannelSuccess>();
        if (!TryAnswer(message.RequestId, out var index) || Find(message.ChannelId) is not null)
        {
            return false;
        }

        var id = message.ChannelId;
        var shares = new ChannelShares(uplink, id, totals);
        var target = UInt256.Read(message.Target);
        seats[index] = seats[index] with
        {
            Channel = new StandardChannel(id, message.GroupChannelId, target, versionMask, shares),
            Shares = shares,
            WorkBy = now + PoolSession.FirstJobMax,
        };
        Doubt(target, Nominal(index));
        return true;
    }

    private bool Refused(in Frame frame, out string? leave)
    {
        var message = frame.Read<OpenMiningChannelError>();
        leave = null;
        if (!TryAnswer(message.RequestId, out _))
        {
            return false;
        }

        var code = WireText.Sanitise(message.ErrorCode);
        Notice = $"The pool opens no channel: {code}.";
        leave = AreAnswered && seats.All(seat => seat.Channel is null)
            ? $"The pool opens no channel: {code}. Check the user name with the pool."
            : null;
        return true;
    }

    /// <summary>Each request is answered once; whatever comes later, or for another, is of no use.</summary>
    private bool TryAnswer(uint request, out int index)
    {
        index = request >= FirstRequest && request - FirstRequest < seats.Length ? (int)(request - FirstRequest) : -1;
        if (index < 0 || seats[index].IsAnswered)
        {
            return false;
        }

        seats[index].IsAnswered = true;
        answered++;
        return true;
    }

    private bool Closed(in Frame frame, out string? leave)
    {
        var message = frame.Read<CloseChannel>();
        leave = null;
        for (var i = 0; i < seats.Length; i++)
        {
            if (seats[i].Channel is { } channel && channel.IsAddressedBy(message.ChannelId))
            {
                steps[i] = steps[i].Then(channel.Close());
                leave = $"The pool closed the channel: {WireText.Sanitise(message.ReasonCode)}.";
            }
        }

        return leave is not null;
    }

    private bool Confirmed(in SubmitSharesSuccess message)
    {
        if (Find(message.ChannelId)?.Shares is not { } shares)
        {
            return false;
        }

        var accepted = shares.Accept(message.LastSequenceNumber);
        rejectsInARow = accepted > 0 ? 0 : rejectsInARow;
        Disagreements += accepted == message.NewSubmitsAcceptedCount ? 0 : 1;
        return true;
    }

    private bool Rejected(in Frame frame, out string? leave)
    {
        var message = frame.Read<SubmitSharesError>();
        var code = message.ErrorCode;
        var isStale = code.SequenceEqual("stale-share"u8);
        leave = null;
        if (Find(message.ChannelId)?.Shares is not { } shares || !shares.Reject(message.SequenceNumber, isStale))
        {
            return false;
        }

        LastRejection = WireText.Sanitise(code);
        Notice = $"The pool refused a share: {LastRejection}.";
        rejectsInARow += isStale ? 0 : 1;
        leave = code.SequenceEqual("invalid-channel-id"u8) ? "The pool has lost our channel."
            : rejectsInARow >= RejectsInARowMax
                ? $"The pool refused {rejectsInARow} shares in a row, the last one with: {LastRejection}."
            : null;
        return true;
    }

    /// <summary>A word on a channel that changes nothing for a miner of finished merkle roots.</summary>
    private bool IsKnown(in Frame frame)
    {
        var payload = new PayloadReader(frame.Payload);
        return Find(payload.U32()) is not null;
    }

    private Seat? Find(uint channelId)
    {
        foreach (var seat in seats)
        {
            if (seat.Channel is { IsOpen: true } channel && channel.Id == channelId)
            {
                return seat;
            }
        }

        return null;
    }

    /// <summary>
    /// A pool that sends its target the other way round makes us silent, not wrong (SV2 reference §4.6).
    /// </summary>
    private void Doubt(UInt256 target, double hashRate)
    {
        const double SecondsMax = 3600;
        if (hashRate > 0 && Targets.ExpectedHashes(target) > hashRate * SecondsMax)
        {
            Notice = $"The pool's target {target} asks for less than one share an hour: is it meant for this board?";
        }
    }

    private float Nominal(int index) =>
        terms.HashRates[index] is >= 0 and <= float.MaxValue and var rate ? (float)rate : 0;

    private record struct Seat(StandardChannel? Channel, ChannelShares? Shares, TimeSpan WorkBy, bool IsAnswered);
}
