using System.Buffers.Binary;

namespace Fuzz;

/// <summary>Makes inputs from inputs: a few small changes, sometimes on a cross of two.</summary>
/// <param name="lengthMax">No result is longer, in bytes.</param>
/// <param name="words">Pieces of the input's language.</param>
internal sealed class Mutator(Random random, int lengthMax, IReadOnlyList<byte[]> words)
{
    private const int ChangesMax = 8;
    private const int BlockMax = 64;

    /// <summary>Where lengths, counts and signs go wrong.</summary>
    private static readonly uint[] Edges =
    [
        0, 1, 2, 31, 32, 33, 64, 127, 128, 254, 255, 256, 4095, 4096, 32_767, 32_768, 65_519, 65_520, 65_535, 65_536,
        0x00FF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF,
    ];

    private readonly byte[] buffer = new byte[lengthMax];
    private int length;

    /// <param name="other">Lends a piece.</param>
    public ReadOnlySpan<byte> Mutate(ReadOnlySpan<byte> input, ReadOnlySpan<byte> other)
    {
        length = Math.Min(input.Length, lengthMax);
        input[..length].CopyTo(buffer);
        var changes = 1 << random.Next(4);
        for (var i = 0; i < Math.Min(changes, ChangesMax); i++)
        {
            Change(other);
        }

        return buffer.AsSpan(0, length);
    }

    private void Change(ReadOnlySpan<byte> other)
    {
        switch (length == 0 ? 7 : random.Next(10))
        {
            case 0:
                buffer[random.Next(length)] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                buffer[random.Next(length)] = (byte)random.Next(256);
                break;
            case 2:
                Step();
                break;
            case 3:
                PutEdge();
                break;
            case 4:
                Delete();
                break;
            case 5:
                Insert(buffer.AsSpan(0, length), copyOf: true);
                break;
            case 6:
                Insert(other, copyOf: false);
                break;
            case 7:
                Span<byte> noise = stackalloc byte[1 + random.Next(BlockMax)];
                random.NextBytes(noise);
                Insert(noise, copyOf: false);
                break;
            default:
                PutWord();
                break;
        }
    }

    /// <summary>A byte a little up or down: lengths that are off by one.</summary>
    private void Step()
    {
        ref var place = ref buffer[random.Next(length)];
        place = unchecked((byte)(place + random.Next(-4, 5)));
    }

    private void PutEdge()
    {
        Span<byte> edge = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(edge, Edges[random.Next(Edges.Length)]);
        Overwrite(edge[..(1 + random.Next(4))]);
    }

    private void PutWord()
    {
        if (words.Count == 0)
        {
            PutEdge();
            return;
        }

        var word = words[random.Next(words.Count)];
        if (random.Next(2) == 0)
        {
            Overwrite(word);
        }
        else
        {
            Insert(word, copyOf: false, whole: true);
        }
    }

    private void Overwrite(ReadOnlySpan<byte> bytes)
    {
        var at = random.Next(length + 1);
        var count = Math.Min(bytes.Length, length - at);
        bytes[..count].CopyTo(buffer.AsSpan(at));
    }

    private void Delete()
    {
        var at = random.Next(length);
        var count = Math.Min(1 + random.Next(random.Next(3) == 0 ? length : BlockMax), length - at);
        buffer.AsSpan(at + count, length - at - count).CopyTo(buffer.AsSpan(at));
        length -= count;
    }

    /// <summary>Puts a piece of <paramref name="source"/> between two bytes.</summary>
    /// <param name="copyOf">The source is the input itself, which moves.</param>
    private void Insert(ReadOnlySpan<byte> source, bool copyOf, bool whole = false)
    {
        if (source.IsEmpty)
        {
            return;
        }

        var from = whole ? 0 : random.Next(source.Length);
        var most = Math.Min(source.Length - from, lengthMax - length);
        var count = whole ? most : Math.Min(most, 1 + random.Next(random.Next(4) == 0 ? source.Length : BlockMax));
        var piece = copyOf ? source.Slice(from, count).ToArray() : source.Slice(from, count);
        var at = random.Next(length + 1);
        buffer.AsSpan(at, length - at).CopyTo(buffer.AsSpan(at + count));
        piece.CopyTo(buffer.AsSpan(at));
        length += count;
    }
}
