namespace Drivers.Hashing.Bitfury;

/// <summary>One work in the memory; the default is none. A slot used again makes its old works unknown.</summary>
internal readonly record struct WorkKey(int Slot, long Serial);

/// <summary>
/// What the chips were given, kept so that their results can be hashed: a chip does not say which of its works a result
/// belongs to. The last place holds the job of the first vector, whose results nobody wants.
/// </summary>
internal sealed class WorkMemory
{
    private readonly Entry[] entries;
    private long serial;

    public WorkMemory(int slots)
    {
        entries = new Entry[slots + 1];
        TestJob = Put(slots, FirstVector.Midstate, FirstVector.Tail);
    }

    /// <summary>What chips hash while there is no work.</summary>
    public WorkKey TestJob { get; }

    public WorkKey Put(int slot, in Work work)
    {
        Span<byte> header = stackalloc byte[BlockHeader.Size];
        work.Header.Write(header);
        return Put(slot, Sha256d.Midstate(header[..Sha256d.MidstateBytes]), header[Sha256d.MidstateBytes..]);
    }

    public bool Knows(WorkKey key) => key.Serial > 0 && entries[key.Slot].Serial == key.Serial;

    public void WriteJob(WorkKey key, Span<uint> words) =>
        JobWords.Write(entries[key.Slot].Midstate, entries[key.Slot].Tail, words);

    /// <param name="nonce">As the header's bytes have it, least significant first.</param>
    public UInt256 Hash(WorkKey key, uint nonce) =>
        Sha256d.FinishHeader(entries[key.Slot].Midstate, entries[key.Slot].Tail, nonce);

    private WorkKey Put(int slot, in Midstate midstate, ReadOnlySpan<byte> tail)
    {
        ref var entry = ref entries[slot];
        entry.Tail ??= new byte[Sha256d.TailBytes];
        tail.CopyTo(entry.Tail);
        entry.Midstate = midstate;
        entry.Serial = ++serial;
        return new WorkKey(slot, entry.Serial);
    }

    private struct Entry
    {
        public Midstate Midstate;
        public byte[]? Tail;
        public long Serial;
    }
}
