namespace Firmware.Pool;

/// <summary>
/// Decides which pool to try now: the first in order of preference whose pause is over. A pool that fails pauses for
/// 1 s, 2 s, 4 s … 60 s, give or take a quarter, so that the next one gets its chance at once.
/// </summary>
public sealed class Failover
{
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>Between two attempts at one endpoint, however they end.</summary>
    public static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);

    /// <summary>A session that had work for so long was a good one: its end starts the pauses anew.</summary>
    public static readonly TimeSpan GoodAfter = TimeSpan.FromSeconds(60);

    /// <summary>A pool may ask us back so often (SV2 reference §4.10) …</summary>
    public const int AsksBackMax = 3;

    /// <summary>… within this time; then it counts as a failure.</summary>
    public static readonly TimeSpan AsksBackWithin = TimeSpan.FromMinutes(10);

    private const double Jitter = 0.25;

    private readonly Endpoint[] endpoints;
    private readonly Random random;
    private int? current;
    private int? back;
    private TimeSpan? workSince;

    /// <param name="pools">How many there are, in order of preference.</param>
    /// <param name="seed">Of the jitter: devices that lost the same pool must not come back together.</param>
    public Failover(int pools, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pools);
        endpoints = new Endpoint[pools];
#pragma warning disable CA5394 // Jitter needs to differ from device to device, not to be a secret.
        random = new Random(seed);
    }

    /// <summary>The pool to try now, or null: then ask again at <paramref name="deadline"/>.</summary>
    public int? Next(TimeSpan now, out TimeSpan deadline)
    {
        deadline = TimeSpan.MaxValue;
        for (var i = 0; i < endpoints.Length; i++)
        {
            if (back is { } asked && asked != i)
            {
                continue;
            }

            if (endpoints[i].NotBefore <= now)
            {
                endpoints[i].NotBefore = now + BetweenAttempts;
                current = i;
                back = null;
                workSince = null;
                return i;
            }

            deadline = endpoints[i].NotBefore < deadline ? endpoints[i].NotBefore : deadline;
        }

        return null;
    }

    /// <summary>The pool in use delivered a job.</summary>
    public void HasWork(TimeSpan now) => workSince ??= now;

    /// <summary>The attempt, or the session, has ended.</summary>
    /// <param name="askedBack">The pool asked us to connect again: no failure, unless it makes a habit of it.</param>
    public void Ended(TimeSpan now, bool askedBack = false)
    {
        if (current is not { } index)
        {
            return;
        }

        ref var endpoint = ref endpoints[index];
        if (askedBack && MayAskBack(ref endpoint, now))
        {
            back = index;
            current = null;
            return;
        }

        endpoint.Failures = workSince is { } since && now - since >= GoodAfter ? 1 : endpoint.Failures + 1;
        var pause = now + Pause(endpoint.Failures);
        endpoint.NotBefore = pause > endpoint.NotBefore ? pause : endpoint.NotBefore;
        current = null;
    }

    private static bool MayAskBack(ref Endpoint endpoint, TimeSpan now)
    {
        if (now - endpoint.AsksBackSince >= AsksBackWithin)
        {
            endpoint.AsksBackSince = now;
            endpoint.AskedBack = 0;
        }

        return ++endpoint.AskedBack <= AsksBackMax;
    }

    private TimeSpan Pause(int failures)
    {
        var doubled = FirstPause * Math.Pow(2, Math.Min(failures - 1, 10));
        doubled = doubled < LongestPause ? doubled : LongestPause;
        var jittered = doubled * (1 - Jitter + (2 * Jitter * random.NextDouble()));
#pragma warning restore CA5394

        // What is beyond the longest pause is mirrored at it: equal pauses would bring all devices back at once.
        return jittered < LongestPause ? jittered : (2 * LongestPause) - jittered;
    }

    private struct Endpoint
    {
        public TimeSpan NotBefore;
        public int Failures;
        public TimeSpan AsksBackSince;
        public int AskedBack;
    }
}
