using Drivers.Hashing;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>
/// Turns what a pool says on one channel into jobs. Sends and receives nothing itself, and reads no clock: messages and
/// the time go in, what they mean for the chips comes out.
/// </summary>
public interface IMiningChannel
{
    /// <summary>Given by the pool.</summary>
    uint Id { get; }

    /// <summary>Messages to the group are for the channel too. Its own id where the pool named no group.</summary>
    uint Group { get; }

    bool IsOpen { get; }

    /// <summary>Of jobs that become active from now on. An active job keeps what it was born with.</summary>
    UInt256 Target { get; }

    /// <summary>Whom the active job's block would pay; null where there is none, or its root alone came.</summary>
    CoinbaseOutputs? Outputs { get; }

    /// <summary>Whether a message that carries this id is for this channel.</summary>
    bool IsAddressedBy(uint channelId);

    /// <summary>A future job waits for its SetNewPrevHash; one with a time starts on the tip we know.</summary>
    ChannelStep Receive(in NewMiningJob message, TimeSpan now);

    /// <summary>The same, for a job whose merkle root is ours to make.</summary>
    ChannelStep Receive(in NewExtendedMiningJob message, TimeSpan now);

    /// <summary>A new tip ends all work on the old one, even where the job that it names is unknown.</summary>
    ChannelStep Receive(in SetNewPrevHash message, TimeSpan now);

    /// <summary>Always true: every target is taken as it comes.</summary>
    bool Receive(in SetTarget message);

    /// <summary>Moves the channel where it is among those listed; false where it is not.</summary>
    bool Receive(in SetGroupChannel message);

    /// <summary>For jobs that come from now on; those that came before keep theirs.</summary>
    ChannelStep Receive(in SetExtranoncePrefix message);

    /// <summary>The pool does not know this job: the work on it ends, where it is the one in hand.</summary>
    ChannelStep Drop(uint jobId);

    /// <summary>The channel is over, and so is the work on it.</summary>
    ChannelStep Close();
}
