namespace Firmware.StratumV2;

/// <summary>A view of SEQ0_64K[B0_16M] (spec 3.1): transactions of any length; nothing is copied.</summary>
public readonly ref struct TransactionSequence
{
    /// <param name="bytes">Each transaction behind its U24 length, without the count.</param>
    /// <exception cref="ArgumentException">The last transaction is cut: our mistake.</exception>
    public TransactionSequence(ReadOnlySpan<byte> bytes)
        : this(bytes, CountOf(bytes))
    {
    }

    /// <summary>For a reader, which has walked over them.</summary>
    internal TransactionSequence(ReadOnlySpan<byte> bytes, int count)
    {
        Bytes = bytes;
        Count = count;
    }

    /// <summary>Each transaction behind its U24 length.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    public int Count { get; }

    public Enumerator GetEnumerator() => new(Bytes);

    private static int CountOf(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var count = 0;
            foreach (var _ in new TransactionSequence(bytes, count: 0))
            {
                count++;
            }

            return count;
        }
        catch (ProtocolException cut)
        {
            throw new ArgumentException($"{bytes.Length} bytes are no whole transactions.", nameof(bytes), cut);
        }
    }

    /// <summary>Goes from one transaction to the next.</summary>
    public ref struct Enumerator(ReadOnlySpan<byte> bytes)
    {
        private PayloadReader items = new(bytes);

        /// <summary>One transaction, without its length.</summary>
        public ReadOnlySpan<byte> Current { get; private set; }

        public bool MoveNext()
        {
            if (items.Rest.IsEmpty)
            {
                return false;
            }

            Current = items.B016M();
            return true;
        }
    }
}
