namespace Firmware.Mining;

/// <summary>
/// Sums up how long chips that could hash had nothing left to hash: their work was used up, and the pool's job held no
/// more of it within the second, or the wire carried it too slowly.
/// </summary>
public sealed class StarvedTime
{
    /// <summary>
    /// Work is followed by the next a little before it is used up; so much later is the machine's lateness, no hunger.
    /// </summary>
    private const double Slack = 1.2;

    private TimeSpan sum;
    private TimeSpan? usedUpAt;

    /// <summary>New work goes to the chips.</summary>
    /// <param name="lasts">How long they take through it; zero where that is not known or they do not hash.</param>
    public void Feed(TimeSpan lasts, TimeSpan now)
    {
        sum = UpTo(now);
        usedUpAt = lasts > TimeSpan.Zero && lasts < TimeSpan.FromDays(1) ? now + Slack * lasts : null;
    }

    /// <summary>The chips do not hash: that is no hunger.</summary>
    public void Pause(TimeSpan now)
    {
        sum = UpTo(now);
        usedUpAt = null;
    }

    public TimeSpan UpTo(TimeSpan now) => usedUpAt is { } at && now > at ? sum + (now - at) : sum;
}
