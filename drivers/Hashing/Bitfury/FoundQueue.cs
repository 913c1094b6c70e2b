namespace Drivers.Hashing.Bitfury;

/// <summary>Claims of one pass that were not asked for yet. There is room for every word of every chip.</summary>
internal sealed class FoundQueue(int chips)
{
    private readonly FoundNonce[] places = new FoundNonce[chips * ResultRing.Size];
    private int count;
    private int taken;

    public void Add(in FoundNonce found)
    {
        places[count] = found;
        count++;
    }

    public bool TryTake(out FoundNonce found)
    {
        if (taken == count)
        {
            Clear();
            found = default;
            return false;
        }

        found = places[taken];
        taken++;
        return true;
    }

    public void Clear() => (count, taken) = (0, 0);
}
