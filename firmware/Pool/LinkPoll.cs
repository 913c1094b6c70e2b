using Drivers;
using Firmware.Link;
using Firmware.Mining;

namespace Firmware.Pool;

/// <summary>One poll(2) for all connections and for whoever wakes the pool's thread, which is its owner.</summary>
/// <param name="linksMax">So many connections at most.</param>
internal sealed class LinkPoll(Wake wake, int linksMax)
{
    private readonly Linux.PollEntry[] entries = new Linux.PollEntry[1 + linksMax];
    private int count;
    private int answer;

    /// <summary>While it is on, nothing sleeps here.</summary>
    public TipAlert Alert { get; } = new();

    /// <summary>Forgets the connections of the last time.</summary>
    public void Clear()
    {
        entries[0] = new() { Descriptor = wake.Descriptor, Wanted = Linux.PollIn };
        count = 1;
    }

    public void Add(PoolLink link) => entries[count++] = new() { Descriptor = link.Descriptor, Wanted = link.Wanted };

    /// <summary>What poll(2) says of the connection that was added at that place, from 0 on.</summary>
    public short Ready(int place) => answer > 0 && place + 1 < count ? entries[place + 1].Ready : (short)0;

    /// <summary>Until something is ready, or it is that late.</summary>
    public unsafe void Wait(TimeSpan deadline)
    {
        fixed (Linux.PollEntry* start = entries)
        {
            bool isAwake;
            do
            {
                var now = Uptime.Now;
                isAwake = Alert.IsOn(now) && now < deadline;
                answer = Linux.Poll(start, (nuint)count, isAwake ? 0 : PollTime.Milliseconds(deadline - now));
            }
            while (answer == 0 && isAwake);
        }

        if (answer > 0 && entries[0].Ready != 0)
        {
            wake.Clear();
        }
    }
}
