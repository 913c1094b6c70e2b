using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Drivers.Hashing;

/// <summary>
/// The double SHA-256 of a message of any length that comes in parts, such as a coinbase transaction. A value: a copy
/// made after the first parts goes on from there, as often as one likes. Allocates nothing.
/// </summary>
public struct Sha256dMessage
{
    private const int BlockSize = 64;

    /// <summary>The length in bits stands at the end of the last block (FIPS 180-4 §5.1.1).</summary>
    private const int LengthOffset = 56;

    private Midstate state;
    private Block open;
    private int openCount;
    private ulong bytes;

    /// <summary>An empty message.</summary>
    public Sha256dMessage() => state = Sha256.Initial;

    public void Append(ReadOnlySpan<byte> part)
    {
        bytes += (ulong)part.Length;
        Span<byte> block = open;
        if (openCount > 0)
        {
            var taken = Math.Min(part.Length, BlockSize - openCount);
            part[..taken].CopyTo(block[openCount..]);
            part = part[taken..];
            openCount += taken;
            if (openCount < BlockSize)
            {
                return;
            }

            state = Sha256d.Compress(state, block);
        }

        while (part.Length >= BlockSize)
        {
            state = Sha256d.Compress(state, part);
            part = part[BlockSize..];
        }

        part.CopyTo(block);
        openCount = part.Length;
    }

    /// <summary>The hash of what was appended so far; more may follow.</summary>
    public readonly UInt256 Hash()
    {
        var last = this;
        Span<byte> block = last.open;
        block[openCount..].Clear();
        block[openCount] = 0x80;
        if (openCount >= LengthOffset)
        {
            last.state = Sha256d.Compress(last.state, block);
            block.Clear();
        }

        BinaryPrimitives.WriteUInt64BigEndian(block[LengthOffset..], bytes * 8);
        return Sha256d.Again(Sha256d.Compress(last.state, block));
    }

    [InlineArray(BlockSize)]
    private struct Block
    {
        private byte first;
    }
}
