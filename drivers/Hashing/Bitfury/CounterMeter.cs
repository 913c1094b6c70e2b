namespace Drivers.Hashing.Bitfury;

/// <summary>A chip's true clock, from how far its counter went in about a second.</summary>
internal sealed class CounterMeter
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    /// <summary>A counter not seen for longer may have gone all the way round.</summary>
    private static readonly TimeSpan GapMax = TimeSpan.FromSeconds(0.7);

    private uint count;
    private long steps;
    private TimeSpan since;
    private TimeSpan at;

    /// <summary>Of the last whole window; null before the first.</summary>
    public Megahertz? Clock { get; private set; }

    public void Restart(uint nowAt, TimeSpan now)
    {
        count = nowAt;
        steps = 0;
        since = now;
        at = now;
    }

    public void Forget() => Clock = null;

    /// <returns>True where <see cref="Clock"/> is new.</returns>
    public bool Add(uint nowAt, TimeSpan now)
    {
        if (now - at > GapMax)
        {
            Restart(nowAt, now);
            return false;
        }

        steps += unchecked(nowAt - count) & (ResultWord.CounterRange - 1);
        count = nowAt;
        at = now;
        if (now - since < Window)
        {
            return false;
        }

        Clock = new Megahertz(ResultWord.ClocksPerHash * steps / (now - since).TotalMicroseconds);
        Restart(nowAt, now);
        return true;
    }
}
