using System.Buffers.Binary;

namespace Firmware.Pool;

/// <summary>
/// Counts through the extranonces of one channel. All its jobs count on together, so that what one of them has used
/// never comes back in another of the same tip, not even where the pool sends the same content again. Where all were
/// used once, they may be used again with a later ntime. Not safe across threads: the chain that has the job locks.
/// </summary>
internal sealed class ExtranonceCounter(int size)
{
    private const int CountedBytes = sizeof(ulong);

    /// <summary>Of eight bytes and more no one will see the end.</summary>
    private readonly ulong space = size < CountedBytes ? 1UL << (8 * size) : ulong.MaxValue;

    private long tip;
    private ulong next;
    private ulong total;
    private uint latest;
    private ulong withLatest;

    /// <summary>Writes an extranonce not yet used on this tip with this ntime; false where there is none.</summary>
    /// <param name="ofTip">Numbers grow from tip to tip; work for a former one is not worth an extranonce.</param>
    public bool TryNext(long ofTip, uint ntime, Span<byte> extranonce)
    {
        if (ofTip > tip)
        {
            tip = ofTip;
            total = 0;
            latest = 0;
            withLatest = 0;
        }

        if (ntime > latest)
        {
            latest = ntime;
            withLatest = 0;
        }

        var isFresh = total < space || (ntime == latest && withLatest < space);
        if (!isFresh || ofTip < tip)
        {
            return false;
        }

        total = Math.Min(total + 1, space);
        withLatest++;
        Write(next, extranonce);
        next = next + 1 < space ? next + 1 : 0;
        return true;
    }

    private void Write(ulong number, Span<byte> extranonce)
    {
        Span<byte> counted = stackalloc byte[CountedBytes];
        BinaryPrimitives.WriteUInt64BigEndian(counted, number);
        var used = Math.Min(size, CountedBytes);
        extranonce[..size].Clear();
        counted[^used..].CopyTo(extranonce[(size - used)..]);
    }
}
