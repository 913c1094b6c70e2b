namespace Firmware.Pool;

/// <summary>The seats of a session, one for each chain, and which of them a message is for.</summary>
internal sealed class ChannelSeats(ChannelSeat[] seats)
{
    private readonly ChannelSeat[] addressed = new ChannelSeat[seats.Length];

    /// <summary>In the order of the chains.</summary>
    public ReadOnlySpan<ChannelSeat> All => seats;

    /// <summary>
    /// The open channel of that number, or every member of the group of that number where no channel has it
    /// (SV2 reference §4.7). Valid until the next call.
    /// </summary>
    public ReadOnlySpan<ChannelSeat> Addressed(uint channelId)
    {
        var count = 0;
        var exact = Find(channelId);
        foreach (var seat in seats)
        {
            if (seat.Channel is { } channel && (exact is null ? channel.IsAddressedBy(channelId) : exact == seat))
            {
                addressed[count++] = seat;
            }
        }

        return addressed.AsSpan(0, count);
    }

    /// <summary>Whose open channel has that number; null where none has.</summary>
    public ChannelSeat? Find(uint channelId)
    {
        foreach (var seat in seats)
        {
            if (seat.Channel is { } channel && channel.Id == channelId)
            {
                return seat;
            }
        }

        return null;
    }

    /// <summary>Who waits for the answer to that request; null where nobody does.</summary>
    public ChannelSeat? FindAsked(uint request) => Array.Find(seats, seat => seat.IsAnsweredBy(request));
}
