using System.Buffers.Binary;
using Firmware.Link;

namespace Firmware.Pool;

/// <summary>One output of a coinbase, as it is shown to people.</summary>
/// <param name="Text">
/// The address on mainnet; where the script has none, its bytes in hexadecimal, cut where they are many.
/// </param>
public readonly record struct CoinbaseOutput(ulong Sats, ScriptKind Kind, string Text);

/// <summary>
/// Whom a coinbase pays, read where it stands: CompactSize count, then of each output 8 bytes of value in satoshi, a
/// CompactSize length and the script. Never changes, so any thread may read it.
/// </summary>
public sealed class CoinbaseOutputs
{
    /// <summary>A coinbase of 64 KB has thousands; so many are decoded for people.</summary>
    public const int ShownMax = 16;

    private const int ValueSize = sizeof(ulong);

    private readonly ReadOnlyMemory<byte> bytes;
    private IReadOnlyList<CoinbaseOutput>? shown;
    private CoinbaseStatus? status;

    /// <exception cref="ArgumentException">The bytes end early, or go on behind the last output.</exception>
    public CoinbaseOutputs(ReadOnlyMemory<byte> bytes)
    {
        if (!TryMeasure(bytes.Span, out var length) || length != bytes.Length)
        {
            throw new ArgumentException("A count and so many outputs are expected, and nothing else.", nameof(bytes));
        }

        this.bytes = bytes;
        Count = (int)new OutputReader(bytes.Span).Count;
    }

    public int Count { get; }

    /// <summary>The first <see cref="ShownMax"/>. Decoded when first asked for.</summary>
    public IReadOnlyList<CoinbaseOutput> Shown => shown ??= Decode();

    /// <summary>The same for the status page; made when first asked for.</summary>
    public CoinbaseStatus Status => status ??= new CoinbaseStatus(
        TotalSats,
        Count,
        [.. Shown.Select(each => new OutputStatus(each.Sats, each.Kind.ToString().ToLowerInvariant(), each.Text))]);

    /// <summary>Of all outputs together, in satoshi; at most 2^64 − 1, whatever the pool writes.</summary>
    public ulong TotalSats
    {
        get
        {
            var total = 0UL;
            var reader = new OutputReader(bytes.Span);
            while (reader.TryRead(out var sats, out _))
            {
                total = sats > ulong.MaxValue - total ? ulong.MaxValue : total + sats;
            }

            return total;
        }
    }

    /// <summary>Whether an output with this very script gets at least one satoshi.</summary>
    public bool Pays(ReadOnlySpan<byte> script)
    {
        var reader = new OutputReader(bytes.Span);
        while (reader.TryRead(out var sats, out var paid))
        {
            if (sats > 0 && paid.SequenceEqual(script))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many bytes the outputs at the start take; false where they end early, or are none.</summary>
    internal static bool TryMeasure(ReadOnlySpan<byte> bytes, out int length)
    {
        var reader = new OutputReader(bytes);
        while (reader.TryRead(out _, out _))
        {
        }

        length = reader.Position;
        return reader is { Count: > 0, Left: 0 };
    }

    private CoinbaseOutput[] Decode()
    {
        var outputs = new CoinbaseOutput[Math.Min(Count, ShownMax)];
        var reader = new OutputReader(bytes.Span);
        for (var i = 0; i < outputs.Length && reader.TryRead(out var sats, out var script); i++)
        {
            outputs[i] = new CoinbaseOutput(sats, OutputScript.KindOf(script), OutputScript.Text(script));
        }

        return outputs;
    }

    private ref struct OutputReader
    {
        private readonly ReadOnlySpan<byte> bytes;
        private int position;

        public OutputReader(ReadOnlySpan<byte> bytes)
        {
            this.bytes = bytes;
            Count = TryCompactSize(out var count) ? count : 0;
            Left = Count;
        }

        /// <summary>What the bytes claim; they may hold fewer.</summary>
        public ulong Count { get; }

        public ulong Left { get; private set; }

        public readonly int Position => position;

        /// <summary>False at the end, and for good where the next output is cut.</summary>
        public bool TryRead(out ulong sats, out ReadOnlySpan<byte> script)
        {
            sats = 0;
            script = default;
            if (Left == 0 || bytes.Length - position < ValueSize)
            {
                return false;
            }

            sats = BinaryPrimitives.ReadUInt64LittleEndian(bytes[position..]);
            position += ValueSize;
            if (!TryCompactSize(out var length) || length > (ulong)(bytes.Length - position))
            {
                position = bytes.Length;
                return false;
            }

            script = bytes.Slice(position, (int)length);
            position += (int)length;
            Left--;
            return true;
        }

        /// <summary>One byte, or FD, FE, FF and 2, 4, 8 bytes: the shortest that does.</summary>
        private bool TryCompactSize(out ulong value)
        {
            value = 0;
            var rest = bytes[position..];
            var size = rest.IsEmpty ? int.MaxValue : rest[0] switch { 0xFF => 9, 0xFE => 5, 0xFD => 3, _ => 1 };
            if (rest.Length < size)
            {
                return false;
            }

            value = size switch
            {
                9 => BinaryPrimitives.ReadUInt64LittleEndian(rest[1..]),
                5 => BinaryPrimitives.ReadUInt32LittleEndian(rest[1..]),
                3 => BinaryPrimitives.ReadUInt16LittleEndian(rest[1..]),
                _ => rest[0],
            };
            position += size;
            return size == 1 || value >= (size == 3 ? 0xFDUL : 1UL << ((size >> 1) * 8));
        }
    }
}
