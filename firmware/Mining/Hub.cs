using Firmware.Link;

namespace Firmware.Mining;

/// <summary>
/// Where pools and chains meet: which session is the current one, whether there is work worth hashing, and what guard
/// permits. Only the current session may give jobs.
/// </summary>
public sealed class Hub(TimeSpan now)
{
    /// <summary>Work is never hashed for longer once its pool has gone (plan §1).</summary>
    public static readonly TimeSpan WithoutPoolMax = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private ChainDriver[] chains = [];
    private object? current;
    private TimeSpan? withoutPoolSince = now;
    private TimeSpan?[] withoutJobSince = [];

    /// <summary>One for each board, in the order of the command line.</summary>
    public IReadOnlyList<ChainDriver> Chains => chains;

    public ShareTotals Totals { get; } = new();

    public Grants Grants { get; } = new();

    /// <summary>Set when a chain wants something else of guard: whoever tells guard waits on it.</summary>
    public Wake WantChanged { get; } = new();

    /// <summary>When the first job left for the chips, or null.</summary>
    public TimeSpan? FirstJobAt
    {
        get
        {
            TimeSpan? first = null;
            foreach (var chain in chains)
            {
                first = first is null || chain.FirstJobAt < first ? chain.FirstJobAt ?? first : first;
            }

            return first;
        }
    }

    /// <summary>Before anything runs.</summary>
    public void Connect(ChainDriver[] drivers)
    {
        chains = drivers;
        withoutJobSince = new TimeSpan?[drivers.Length];
        Array.Fill(withoutJobSince, withoutPoolSince);
    }

    /// <summary>
    /// A session that now may give jobs, with those that it has given already; whatever another one gives is not heard
    /// any more. The work of the one before is still judged and goes where it came from, but no more of it is made.
    /// </summary>
    /// <param name="jobs">One for each chain, or none at all; null where the session has none for it.</param>
    public void Begin(object session, ReadOnlySpan<Job?> jobs, TimeSpan now)
    {
        lock (gate)
        {
            current = session;
            foreach (ref var since in withoutJobSince.AsSpan())
            {
                since ??= now; // What the former pool gave is worth no more than if that pool were gone.
            }
        }

        for (var i = 0; i < jobs.Length; i++)
        {
            if (jobs[i] is { } job)
            {
                Give(session, i, job, stopOldWork: false, now);
            }
        }
    }

    /// <summary>What the current session says to one chain. Called on the pool's thread.</summary>
    public void Give(object session, int chain, Job? start, bool stopOldWork, TimeSpan now)
    {
        if (!ReferenceEquals(session, Volatile.Read(ref current)))
        {
            return;
        }

        chains[chain].Give(start, stopOldWork, now);
        if (start is not null && withoutJobSince[chain] is not null)
        {
            FindPool(chain);
        }
        else if (start is null && stopOldWork)
        {
            LoseJob(chain, now);
        }
    }

    /// <summary>What each chain does now, in hashes per second, as far as there is room.</summary>
    public void ReadRates(Span<double> rates)
    {
        for (var i = 0; i < rates.Length && i < chains.Length; i++)
        {
            rates[i] = chains[i].Report.KnownHashRate;
        }
    }

    /// <summary>See <see cref="ChainFeed.SeeDrained"/>. Called on the pool's thread before it waits.</summary>
    public void SeeDrained()
    {
        foreach (var chain in chains)
        {
            chain.SeeDrained();
        }
    }

    /// <summary>The session is over. Its last work is hashed on for a while: the next one may be quick.</summary>
    public void End(object session, TimeSpan now)
    {
        lock (gate)
        {
            if (ReferenceEquals(session, current))
            {
                current = null;
                withoutPoolSince ??= now;
                foreach (ref var since in withoutJobSince.AsSpan())
                {
                    since ??= now;
                }
            }
        }
    }

    /// <summary>There is a pool with work, or it has not been gone for long.</summary>
    public bool HasWork(TimeSpan now)
    {
        lock (gate)
        {
            return IsWorth(withoutPoolSince, now);
        }
    }

    /// <summary>The same for one chain: a pool may give a channel to one and refuse it to another.</summary>
    public bool HasWork(ChainDriver chain, TimeSpan now)
    {
        lock (gate)
        {
            return IsWorth(withoutJobSince[Array.IndexOf(chains, chain)], now);
        }
    }

    private static bool IsWorth(TimeSpan? withoutSince, TimeSpan now) =>
        withoutSince is not { } since || now - since < WithoutPoolMax;

    /// <summary>The pool took the work back: it has a while to give other work, and then the board idles.</summary>
    private void LoseJob(int chain, TimeSpan now)
    {
        lock (gate)
        {
            withoutJobSince[chain] ??= now;
            if (Array.TrueForAll(withoutJobSince, static since => since is not null))
            {
                withoutPoolSince ??= now;
            }
        }
    }

    private void FindPool(int chain)
    {
        lock (gate)
        {
            withoutPoolSince = null;
            withoutJobSince[chain] = null;
        }

        chains[chain].Nudge(); // An idle board wakes up.
    }
}
