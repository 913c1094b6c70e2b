namespace Firmware.Pool;

/// <summary>What can look wrong with a pool that otherwise works.</summary>
public enum PoolAlarm : byte
{
    /// <summary>The target asks for less than one share an hour.</summary>
    UnreachableTarget,

    /// <summary>The target is zero: no share can ever meet it.</summary>
    ZeroTarget,

    /// <summary>The target makes sense only when its bytes are read the other way round.</summary>
    SwappedTarget,

    /// <summary>The target lets more shares through than we send.</summary>
    EasyTarget,
    AllSharesRejected,
    JobsNeverChange,

    /// <summary>The jobs' time is more than two hours from a trusted clock.</summary>
    NTimeFarFromClock,

    /// <summary>The coinbase does not pay the configured script.</summary>
    PayoutMissing,

    /// <summary>The certificate's time is not checked, for the clock is not trusted.</summary>
    TimeUnverified,
}

/// <summary>An alarm that was raised or cleared since the last look.</summary>
/// <param name="Sentence">What is wrong and the remedy, as it was last said.</param>
/// <param name="IsRaised">False: it is over.</param>
public readonly record struct AlarmNews(PoolAlarm Kind, string Sentence, bool IsRaised);

/// <summary>
/// The alarms of one pool, at most one of each kind: raised once, shown until they are cleared. Sends nothing and logs
/// nothing; whoever logs takes the news. Any thread.
/// </summary>
public sealed class PoolAlarms
{
    private static readonly int Kinds = Enum.GetValues<PoolAlarm>().Length;

    private readonly Lock gate = new();
    private readonly Entry[] entries = new Entry[Kinds];
    private volatile string[] current = [];
    private volatile bool hasNews;

    /// <summary>The sentences of the alarms that stand, in the order of their kinds. A snapshot.</summary>
    public IReadOnlyList<string> Current => current;

    /// <param name="sentenceWithRemedy">
    /// What is wrong and what to do about it. On an alarm that stands, it takes the place of what was said before.
    /// </param>
    /// <returns>True only where the alarm did not stand.</returns>
    public bool Raise(PoolAlarm kind, string sentenceWithRemedy)
    {
        lock (gate)
        {
            ref var entry = ref entries[(int)kind];
            var isNew = !entry.IsRaised;
            if (isNew || entry.Sentence != sentenceWithRemedy)
            {
                Set(ref entry, entry with { Sentence = sentenceWithRemedy, IsRaised = true });
            }

            return isNew;
        }
    }

    /// <returns>True only where the alarm stood.</returns>
    public bool Clear(PoolAlarm kind)
    {
        lock (gate)
        {
            ref var entry = ref entries[(int)kind];
            var stood = entry.IsRaised;
            if (stood)
            {
                Set(ref entry, entry with { IsRaised = false });
            }

            return stood;
        }
    }

    public bool IsRaised(PoolAlarm kind)
    {
        lock (gate)
        {
            return entries[(int)kind].IsRaised;
        }
    }

    /// <summary>
    /// One alarm that was raised or cleared since it was last taken; one that came and went meanwhile is no news.
    /// </summary>
    public bool TryTakeNews(out AlarmNews news)
    {
        news = default;
        if (!hasNews)
        {
            return false;
        }

        lock (gate)
        {
            for (var kind = 0; kind < entries.Length; kind++)
            {
                ref var entry = ref entries[kind];
                if (entry.IsRaised != entry.IsTold)
                {
                    entry = entry with { IsTold = entry.IsRaised };
                    news = new((PoolAlarm)kind, entry.Sentence, entry.IsRaised);
                    return true;
                }
            }

            hasNews = false;
            return false;
        }
    }

    private void Set(ref Entry entry, Entry next)
    {
        entry = next;
        hasNews = true;
        current = [.. entries.Where(each => each.IsRaised).Select(each => each.Sentence)];
    }

    private record struct Entry(string Sentence, bool IsRaised, bool IsTold);
}
