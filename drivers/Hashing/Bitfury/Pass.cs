namespace Drivers.Hashing.Bitfury;

/// <summary>One pass over the chain on its way: what went out, and as much that has to come back.</summary>
internal sealed class Pass(int lengthMax)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>At the slowest clock of a bus that anybody uses, with a factor of two.</summary>
    private static readonly TimeSpan ByteMax = TimeSpan.FromMicroseconds(80);

    private readonly byte[] outgoing = new byte[lengthMax];
    private readonly byte[] answer = new byte[lengthMax];
    private int length;

    /// <summary>Room for what goes out.</summary>
    public Span<byte> Outgoing => outgoing;

    /// <summary>As long as what went out, once <see cref="TakeIn"/> has said so.</summary>
    public ReadOnlySpan<byte> Answer => answer.AsSpan(0, Heard);

    public bool IsOut => length > 0;

    /// <summary>When the port must have brought it back.</summary>
    public TimeSpan AnswerBy { get; private set; }

    /// <summary>Bytes that came back so far.</summary>
    public int Heard { get; private set; }

    /// <summary>Bytes that came back for no pass, or for one that was given up.</summary>
    public long Skipped { get; private set; }

    public ReadOnlySpan<byte> Send(int bytes, TimeSpan now)
    {
        (length, Heard) = (bytes, 0);
        AnswerBy = now + Patience + bytes * ByteMax;
        return outgoing.AsSpan(0, bytes);
    }

    public void GiveUp() => length = 0;

    /// <returns>True where that was the end of the answer.</returns>
    public bool TakeIn(ReadOnlySpan<byte> received)
    {
        var taken = IsOut ? received[..Math.Min(received.Length, length - Heard)] : [];
        Skipped += received.Length - taken.Length;
        if (!IsOut)
        {
            return false;
        }

        taken.CopyTo(answer.AsSpan(Heard));
        Heard += taken.Length;
        if (Heard < length)
        {
            return false;
        }

        length = 0;
        return true;
    }
}
