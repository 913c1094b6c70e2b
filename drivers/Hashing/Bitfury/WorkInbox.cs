namespace Drivers.Hashing.Bitfury;

/// <summary>
/// Works on their way from whoever brings them, one thread at a time, to the chain's thread, without a lock: the one
/// moves the head, the other the tail.
/// </summary>
internal sealed class WorkInbox
{
    private const int Capacity = 256;

    private readonly (int Slot, Work Work)[] places = new (int, Work)[Capacity];
    private uint head;
    private uint tail;

    public int Count => (int)unchecked(Volatile.Read(ref head) - Volatile.Read(ref tail));

    /// <summary>False where it is full: the work is lost, and more will be asked for once there is room.</summary>
    public bool TryAdd(int slot, in Work work)
    {
        if (Count >= Capacity)
        {
            return false;
        }

        places[head % Capacity] = (slot, work);
        Volatile.Write(ref head, unchecked(head + 1));
        return true;
    }

    public bool TryTake(out int slot, out Work work)
    {
        if (Count == 0)
        {
            (slot, work) = (0, default);
            return false;
        }

        (slot, work) = places[tail % Capacity];
        Volatile.Write(ref tail, unchecked(tail + 1));
        return true;
    }
}
