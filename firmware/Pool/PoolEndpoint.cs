namespace Firmware.Pool;

/// <summary>What <see cref="Failover"/> remembers of a pool: when it may be tried, and if it is worth it.</summary>
/// <param name="random">From 0 to 1, for the jitter.</param>
/// <param name="trialTime">Of a pool that has not relapsed.</param>
internal sealed class PoolEndpoint(Func<double> random, TimeSpan trialTime)
{
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private const double JitterPart = 0.25;
    private const int RelapsesMax = 5;

    private readonly RedirectPace redirects = new();
    private int failures;
    private int strikes;
    private int relapses;

    public PoolHealth Health { get; } = new();

    public TimeSpan NotBefore { get; private set; }

    /// <summary>It is worth being waited for while another could be tried.</summary>
    public bool HasFavour => strikes < Failover.StrikesMax;

    /// <summary>How long it must have work on the side before it takes over: a minute, up to half an hour.</summary>
    public TimeSpan TrialTime => trialTime * Math.Pow(2, relapses);

    /// <summary>An attempt begins.</summary>
    public void Begin(TimeSpan now) => NotBefore = now + Failover.BetweenAttempts;

    /// <summary>It failed, having given work for so long.</summary>
    public void Failed(Ending how, TimeSpan worked, TimeSpan now)
    {
        var good = worked >= Failover.GoodAfter;
        var doubtful = Health.IsDoubtful && !good;
        Health.Worked(worked);
        Health.Failed(how);
        failures = good ? 1 : failures + 1;
        strikes = how != Ending.Lost || doubtful ? Failover.StrikesMax : good ? 1 : strikes + 1;
        var pause = now + Pause();
        NotBefore = pause > NotBefore ? pause : NotBefore;
    }

    /// <summary>We went of our own accord, after it had given work for so long.</summary>
    public void Left(TimeSpan worked)
    {
        Health.Worked(worked);
        if (worked >= Failover.GoodAfter)
        {
            failures = 0;
            strikes = 0;
        }
    }

    /// <summary>It was tried for long enough.</summary>
    public void OutOfFavour() => strikes = Failover.StrikesMax;

    /// <summary>It was in use for so long, and is lost.</summary>
    /// <param name="wasOnTrial">It had taken over from another, after a trial.</param>
    public void WasInUse(TimeSpan time, bool wasOnTrial) =>
        relapses = time >= Failover.RelapseWithin ? 0
            : wasOnTrial ? Math.Min(relapses + 1, RelapsesMax)
            : relapses;

    /// <summary>False where it sends us about too often; else it counts.</summary>
    public bool MaySendUs(TimeSpan now, out TimeSpan notBefore) =>
        redirects.TryFollow(now, earliest: NotBefore, random(), out notBefore);

    private TimeSpan Pause()
    {
        var doubled = FirstPause * Math.Pow(2, Math.Min(failures - 1, 10));
        doubled = doubled < LongestPause ? doubled : LongestPause;
        var jittered = doubled * (1 - JitterPart + (2 * JitterPart * random()));

        // What is beyond the longest pause is mirrored at it: equal pauses would bring all devices back at once.
        return jittered < LongestPause ? jittered : (2 * LongestPause) - jittered;
    }
}
