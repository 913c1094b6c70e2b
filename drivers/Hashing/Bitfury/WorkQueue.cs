namespace Drivers.Hashing.Bitfury;

/// <summary>Works that no chip has yet, oldest first. Those of an old tip are dropped when a new one comes.</summary>
internal sealed class WorkQueue(int capacity, WorkMemory memory)
{
    private readonly Queue<WorkKey> works = new(capacity);
    private UInt256 tip;
    private int turn;

    public int Count => works.Count;

    public void Clear() => works.Clear();

    /// <returns>True where this is the first work on a new tip.</returns>
    public bool Add(WorkKey work, in UInt256 previousHash)
    {
        var isNew = tip != previousHash;
        if (isNew)
        {
            tip = previousHash;
            works.Clear();
        }
        else if (works.Count >= capacity)
        {
            _ = works.Dequeue();
        }

        works.Enqueue(work);
        return isNew;
    }

    /// <summary>Gives every chip that wants work one, as far as they go; the next time others come first.</summary>
    public void HandOut(BitfuryChip[] chips, TimeSpan now)
    {
        for (var i = 0; i < chips.Length; i++)
        {
            var chip = chips[(turn + i) % chips.Length];
            if (chip.Works.IsWanting && !chip.Health.IsOut)
            {
                if (!TryTake(out var work))
                {
                    turn = (turn + i) % chips.Length;
                    return;
                }

                chip.Works.Give(work, now);
            }
        }
    }

    private bool TryTake(out WorkKey work)
    {
        while (works.TryDequeue(out work))
        {
            if (memory.Knows(work))
            {
                return true;
            }
        }

        return false;
    }
}
