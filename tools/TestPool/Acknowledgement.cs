using Firmware.StratumV2.Messages;

namespace TestPool;

/// <summary>Gathers a channel's accepted shares until there are enough, or the first has waited enough.</summary>
/// <param name="count">So many are acknowledged at once.</param>
/// <param name="after">The longest an accepted share waits.</param>
public sealed class Acknowledgement(uint channelId, int count, TimeSpan after)
{
    private uint last;
    private uint waiting;
    private double difficulty;
    private TimeSpan? due;

    /// <param name="difficulty">What the share is worth, in shares of difficulty 1.</param>
    /// <param name="atOnce">A block does not wait for company.</param>
    public void Accept(uint sequenceNumber, double difficulty, bool atOnce, TimeSpan now)
    {
        last = sequenceNumber;
        waiting++;
        this.difficulty += difficulty;
        due ??= now + after;
        if (atOnce || waiting >= count)
        {
            due = now;
        }
    }

    /// <summary>The message that is due, or null.</summary>
    public SubmitSharesSuccess? Step(TimeSpan now)
    {
        if (due is not { } at || now < at)
        {
            return null;
        }

        var message = new SubmitSharesSuccess(channelId, last, waiting, (ulong)difficulty);
        waiting = 0;
        difficulty = 0;
        due = null;
        return message;
    }
}
