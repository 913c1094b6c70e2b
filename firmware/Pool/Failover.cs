using Firmware.StratumV2;

namespace Firmware.Pool;

/// <summary>What a connection is made for.</summary>
public enum AttemptKind : byte
{
    /// <summary>Work, as soon as it gives some: there is none now, or the pool in use wants to be left.</summary>
    Work,

    /// <summary>A better pool than the one in use may be back: it takes over when it has proven itself.</summary>
    Trial,
}

/// <summary>A connection to be made now.</summary>
/// <param name="Pool">By its place in the order of preference.</param>
/// <param name="To">Where the pool sent us; null means the address that the owner gave.</param>
public readonly record struct Attempt(int Pool, AttemptKind Kind, PoolAddress? To = null);

/// <summary>
/// Decides which pool to connect to, when, and when a new connection takes over from the old one (SV2 reference §4.10
/// and §4.11). There is at most one pool in use and one attempt; the old one keeps its work until the new one has some.
/// Knows no sockets and no clock.
/// </summary>
/// <remarks>
/// A pool is stayed with through three lost connections or 60 s without a job; one that cannot be reached, refuses us
/// or is doubtful is left at once. After a failure it pauses 1 s, 2 s, 4 s … 60 s, give or take a quarter.
/// </remarks>
public sealed class Failover
{
    /// <summary>Between two attempts at one pool, however they end.</summary>
    public static readonly TimeSpan BetweenAttempts = AttemptPace.Between;

    /// <summary>A session that had work for so long was a good one: its end starts the pauses anew.</summary>
    public static readonly TimeSpan GoodAfter = TimeSpan.FromSeconds(60);

    /// <summary>A pool that gives no job for so long, however often it is tried, is left for the next.</summary>
    public static readonly TimeSpan WithoutJobMax = TimeSpan.FromSeconds(60);

    /// <summary>How long a better pool must have work on the side before it takes over …</summary>
    public static readonly TimeSpan TrialTime = TimeSpan.FromSeconds(60);

    /// <summary>… which doubles each time that it is lost within this time of having taken over.</summary>
    public static readonly TimeSpan RelapseWithin = TimeSpan.FromMinutes(10);

    /// <summary>So many failures in a row, and the next pool gets its chance.</summary>
    public const int StrikesMax = 3;

    private readonly PoolEndpoint[] endpoints;
    private Running? mining;
    private Running? rising;
    private int? favourite;
    private TimeSpan favouriteSince;
    private Sent? sent;

    /// <param name="pools">How many there are, in order of preference.</param>
    /// <param name="seed">Of the jitter: devices that lost the same pool must not come back together.</param>
    /// <param name="trialTime">None means <see cref="TrialTime"/>.</param>
    public Failover(int pools, int seed, TimeSpan? trialTime = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pools);
#pragma warning disable CA5394 // Jitter needs to differ from device to device, not to be a secret.
        var random = new Random(seed);
        var trial = trialTime ?? TrialTime;
        endpoints = [.. Enumerable.Range(0, pools).Select(_ => new PoolEndpoint(random.NextDouble, trial))];
#pragma warning restore CA5394
    }

    /// <summary>How much a pool can be relied on. May be read by any thread.</summary>
    public PoolHealth Health(int pool) => endpoints[pool].Health;

    /// <summary>The attempt to begin now, or null: then ask again at <paramref name="deadline"/>.</summary>
    public Attempt? Next(TimeSpan now, out TimeSpan deadline)
    {
        deadline = TimeSpan.MaxValue;
        var next = rising is not null ? null
            : sent is { } order ? Follow(order, now, out deadline)
            : mining is { } current ? Try(current.Pool, now, out deadline)
            : Favourite(now, out deadline);
        if (next is { } attempt)
        {
            endpoints[attempt.Pool].Begin(now);
            rising = new(attempt.Pool, attempt.Kind, attempt.To is not null, now);
            sent = null;
        }

        return next;
    }

    /// <summary>The attempt has a job.</summary>
    public void HasWork(TimeSpan now)
    {
        if (rising is { } attempt)
        {
            rising = attempt with { WorkSince = attempt.WorkSince ?? now };
        }
    }

    /// <summary>
    /// The attempt is to be given the chips now: there is nothing else to hash, or it is wanted, or it is proven.
    /// </summary>
    /// <param name="deadline">When to ask again.</param>
    public bool IsToTakeOver(TimeSpan now, out TimeSpan deadline)
    {
        deadline = TimeSpan.MaxValue;
        if (rising is not { WorkSince: { } since } attempt)
        {
            return false;
        }

        var proven = since + endpoints[attempt.Pool].TrialTime;
        deadline = mining is null || attempt.Kind == AttemptKind.Work ? now : proven;
        return deadline <= now;
    }

    /// <summary>The attempt has had its time without giving a job, and nobody may wait for it any longer.</summary>
    /// <param name="deadline">When to ask again.</param>
    public bool IsToBeGivenUp(TimeSpan now, out TimeSpan deadline)
    {
        deadline = rising is { WorkSince: null } attempt ? attempt.Since + WithoutJobMax : TimeSpan.MaxValue;
        return deadline <= now;
    }

    /// <summary>The attempt is the pool in use from now on.</summary>
    public void TookOver(TimeSpan now)
    {
        if (rising is not { } attempt)
        {
            return;
        }

        if (mining is { } old)
        {
            endpoints[old.Pool].Left(now - (old.WorkSince ?? now));
        }

        mining = attempt with { UsedSince = now };
        rising = null;
        sent = null;
        favourite = attempt.Pool;
    }

    /// <summary>The attempt has ended.</summary>
    public void AttemptEnded(Ending how, TimeSpan now)
    {
        if (rising is not { } attempt)
        {
            return;
        }

        rising = null;
        if (attempt.WasSent)
        {
            // Where a pool sends us is its affair, what the owner gave is known: there we stay, or go back to.
            var isThere = mining is { WasSent: false } stayed && stayed.Pool == attempt.Pool;
            sent = isThere ? null : new(attempt.Pool, attempt.Kind, To: null, endpoints[attempt.Pool].NotBefore);
            return;
        }

        Blame(attempt, how, now);
    }

    /// <summary>The pool in use has ended.</summary>
    public void Lost(TimeSpan now)
    {
        if (mining is not { } lost)
        {
            return;
        }

        mining = null;
        favouriteSince = now;
        var worked = now - (lost.WorkSince ?? now);
        if (sent is null && rising is not { Kind: AttemptKind.Work })
        {
            endpoints[lost.Pool].Failed(Ending.Lost, worked, now);
            endpoints[lost.Pool].WasInUse(now - lost.UsedSince, lost.Kind == AttemptKind.Trial);
        }
        else
        {
            endpoints[lost.Pool].Left(worked); // It had told us to go, and we were about to.
        }
    }

    /// <summary>
    /// The pool in use wants us elsewhere, or here anew. It keeps its work until the new connection has some.
    /// </summary>
    /// <returns>False where it is not obeyed: it has asked too often, or we are about to leave it anyway.</returns>
    public bool SentAway(PoolAddress to, TimeSpan now)
    {
        if (mining is not { } current || rising is { Kind: AttemptKind.Work } || sent is not null)
        {
            return false;
        }

        sent = Obey(current with { Kind = AttemptKind.Work }, to, now);
        return sent is not null;
    }

    /// <summary>The attempt is sent elsewhere before it could take over: it has ended by this.</summary>
    public void AttemptSentAway(PoolAddress to, TimeSpan now)
    {
        if (rising is not { } attempt)
        {
            return;
        }

        rising = null;
        sent = Obey(attempt, to, now);
        if (sent is null)
        {
            Blame(attempt, Ending.Refused, now);
        }
    }

    /// <summary>One that keeps sending us about goes back to where its owner put it, and is not heard there.</summary>
    private Sent? Obey(in Running pool, PoolAddress to, TimeSpan now)
    {
        var endpoint = endpoints[pool.Pool];
        return endpoint.MaySendUs(now, out var notBefore) ? new(pool.Pool, pool.Kind, to, notBefore)
            : pool.WasSent ? new(pool.Pool, pool.Kind, To: null, endpoint.NotBefore)
            : null;
    }

    private void Blame(in Running attempt, Ending how, TimeSpan now)
    {
        endpoints[attempt.Pool].Failed(how, now - (attempt.WorkSince ?? now), now);
        if (mining is { } old && attempt.Kind == AttemptKind.Work)
        {
            sent = Elsewhere(old.Pool, now);
        }
    }

    private Attempt? Follow(in Sent order, TimeSpan now, out TimeSpan deadline)
    {
        deadline = order.NotBefore;
        return deadline <= now
            ? new Attempt(order.Pool, mining is null ? AttemptKind.Work : order.Kind, order.To)
            : null;
    }

    /// <summary>The pool in use is to be left: for the next that may be tried, or for a fresh start.</summary>
    private Sent Elsewhere(int pool, TimeSpan now)
    {
        var endpoint = endpoints[pool];
        if (endpoint.HasFavour || endpoints.Length == 1)
        {
            return new(pool, AttemptKind.Work, To: null, endpoint.NotBefore);
        }

        var next = Best(now, except: pool);
        return new(next, AttemptKind.Work, To: null, endpoints[next].NotBefore);
    }

    /// <summary>The pools before the one in use, each when its pause is over.</summary>
    private Attempt? Try(int current, TimeSpan now, out TimeSpan deadline)
    {
        deadline = TimeSpan.MaxValue;
        for (var i = 0; i < current; i++)
        {
            if (endpoints[i].NotBefore <= now)
            {
                return new Attempt(i, AttemptKind.Trial);
            }

            deadline = Sooner(deadline, endpoints[i].NotBefore);
        }

        return null;
    }

    /// <summary>No pool is in use: the favourite as long as it has favour, then the next.</summary>
    private Attempt? Favourite(TimeSpan now, out TimeSpan deadline)
    {
        if (favourite is { } current && endpoints.Length > 1 && now >= favouriteSince + WithoutJobMax)
        {
            endpoints[current].OutOfFavour();
        }

        if (favourite is not { } chosen || !endpoints[chosen].HasFavour)
        {
            chosen = Best(now, except: null);
            favouriteSince = chosen == favourite ? favouriteSince : now;
            favourite = chosen;
        }

        deadline = endpoints[chosen].NotBefore;
        return deadline <= now ? new Attempt(chosen, AttemptKind.Work) : null;
    }

    private int Best(TimeSpan now, int? except)
    {
        var best = except == 0 ? 1 : 0;
        for (var i = best + 1; i < endpoints.Length; i++)
        {
            best = i != except && Earlier(i, best, now) ? i : best;
        }

        return best;
    }

    /// <summary>
    /// Those in favour first, in order of preference; among those out of favour who may be tried now, the healthier.
    /// </summary>
    private bool Earlier(int pool, int other, TimeSpan now)
    {
        var (one, two) = (endpoints[pool], endpoints[other]);
        if (one.HasFavour != two.HasFavour)
        {
            return one.HasFavour;
        }

        if (one.HasFavour)
        {
            return pool < other;
        }

        var (mayOne, mayTwo) = (Later(one.NotBefore, now), Later(two.NotBefore, now));
        return mayOne != mayTwo ? mayOne < mayTwo
            : one.Health.Score != two.Health.Score ? one.Health.Score > two.Health.Score
            : pool < other;
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Sooner(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private readonly record struct Running(
        int Pool,
        AttemptKind Kind,
        bool WasSent,
        TimeSpan Since,
        TimeSpan? WorkSince = null,
        TimeSpan UsedSince = default);

    private readonly record struct Sent(int Pool, AttemptKind Kind, PoolAddress? To, TimeSpan NotBefore);
}
