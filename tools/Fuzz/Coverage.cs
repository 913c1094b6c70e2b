using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Fuzz;

/// <summary>
/// Which branches an execution took, and which were ever taken. Code that SharpFuzz has instrumented counts each
/// branch, together with the one before it, in one byte of a map. How often matters roughly: 1, 2, 3, 4–7, 8–15,
/// 16–31, 32–127 and more are different ways.
/// </summary>
internal sealed unsafe class Coverage
{
    public const int Size = 65_536;

    private static readonly byte[] Classes = [.. Enumerable.Range(0, 256).Select(ClassOf)];

    private readonly byte[] seen = new byte[Size];

    /// <summary>Branches ever taken.</summary>
    public int Edges { get; private set; }

    private static Span<byte> Counts => new(Trace.SharedMem, Size);

    /// <summary>Gives instrumented code its map; none may run before. The map lives as long as the process.</summary>
    public static void Prepare()
    {
        if (Trace.SharedMem == null)
        {
            Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(Size);
        }
    }

    /// <summary>Forgets what was counted so far: what follows is what matters.</summary>
    public static void Forget()
    {
        Counts.Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Whether the execution since <see cref="Forget"/> went a way that none before it went.</summary>
    public bool TakeNew()
    {
        var any = false;
        var counts = Counts;
        for (var at = Next(counts, 0); at < Size; at = Next(counts, at + 1))
        {
            var way = Classes[counts[at]];
            if ((seen[at] & way) == 0)
            {
                Edges += seen[at] == 0 ? 1 : 0;
                seen[at] |= way;
                any = true;
            }
        }

        return any;
    }

    private static int Next(ReadOnlySpan<byte> counts, int from)
    {
        var found = counts[from..].IndexOfAnyExcept((byte)0);
        return found < 0 ? Size : from + found;
    }

    private static byte ClassOf(int count) => count switch
    {
        0 => 0,
        1 => 0x01,
        2 => 0x02,
        3 => 0x04,
        < 8 => 0x08,
        < 16 => 0x10,
        < 32 => 0x20,
        < 128 => 0x40,
        _ => 0x80,
    };
}
