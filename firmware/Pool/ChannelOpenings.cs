using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>
/// The pool's answers to our requests for channels: which chain gets what was opened, and what a refusal means. An
/// answer that nobody waits for opens nothing.
/// </summary>
internal sealed class ChannelOpenings(
    SharePath path, ChannelRequests requests, ChannelSeats seats, ChannelAlarms alarms)
{
    /// <summary>Answers to nothing that we asked; one may be a mistake (B14).</summary>
    private const int StrangeAnswersMax = 1;

    private int strangeAnswers;
    private string? notice;

    /// <summary>Version bits that may be rolled on the channels to come.</summary>
    public uint VersionMask { get; set; }

    /// <summary>The pool has opened one channel at least.</summary>
    public bool AnyOpen { get; private set; }

    /// <summary>Why the pool is to be left; null while it is not.</summary>
    public string? Leave { get; private set; }

    /// <summary>Something odd that was not taken yet, in one sentence; null where there is nothing.</summary>
    public string? TakeNotice()
    {
        var taken = notice;
        notice = null;
        return taken;
    }

    /// <summary>False where the message was of no use, or none of these.</summary>
    /// <exception cref="ProtocolException">The message is malformed.</exception>
    public bool TryReceive(MessageType type, in Frame frame, TimeSpan now) => type switch
    {
        MessageType.OpenStandardMiningChannelSuccess => Opened(frame.Read<OpenStandardMiningChannelSuccess>(), now),
        MessageType.OpenExtendedMiningChannelSuccess => Opened(frame.Read<OpenExtendedMiningChannelSuccess>(), now),
        MessageType.OpenMiningChannelError => Refused(frame.Read<OpenMiningChannelError>(), now),
        _ => false,
    };

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
        var channel = new StandardChannel(id, group, target, VersionMask, shares) { ExtranoncePrefix = prefix };
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
            id, group, target, VersionMask, message.ExtranoncePrefix, message.ExtranonceSize, shares);
        if (channel.CloseBecause is { } trouble)
        {
            notice = trouble;
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

        notice = "The pool gave a group the number of a channel: its messages are for the channel alone.";
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

        notice = "The pool opens channels that nobody asked for.";
        Leave = ++strangeAnswers > StrangeAnswersMax ? notice : Leave;
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

        notice = $"The pool opens no channel: {code}. Check the user name with the pool.";
        seat.Fail(notice, now);
        return true;
    }
}
