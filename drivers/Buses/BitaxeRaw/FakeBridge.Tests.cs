namespace Drivers.Buses.BitaxeRaw;

/// <summary>
/// A bridge's wire with a clock of its own: waiting for a byte that does not come moves the clock, nothing else does.
/// </summary>
internal sealed class FakeBridge : TimeProvider, IBridgeWire
{
    private readonly Queue<(TimeSpan After, string Pieces)> script = [];
    private readonly Queue<(TimeSpan At, byte[] Bytes)> coming = [];

    public TimeSpan Now { get; private set; }

    public List<string> Requests { get; } = [];

    public bool Babbling { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Answers the next request after a while, in pieces a millisecond apart where "|" parts them.</summary>
    public void WillAnswer(string hex, int afterMilliseconds = 1) =>
        script.Enqueue((TimeSpan.FromMilliseconds(afterMilliseconds), hex));

    /// <summary>Sends by itself.</summary>
    public void Says(string hex, int afterMilliseconds = 0) =>
        coming.Enqueue((Now + TimeSpan.FromMilliseconds(afterMilliseconds), Bytes(hex)));

    public void Send(ReadOnlySpan<byte> request)
    {
        Requests.Add(Convert.ToHexString(request));
        if (script.TryDequeue(out var answer))
        {
            var at = Now + answer.After;
            foreach (var piece in answer.Pieces.Split('|'))
            {
                coming.Enqueue((at, Bytes(piece)));
                at += TimeSpan.FromMilliseconds(1);
            }
        }
    }

    public int Receive(Span<byte> buffer, TimeSpan patience)
    {
        buffer.Fill(0xFF);
        if (Babbling)
        {
            Now += TimeSpan.FromMilliseconds(1);
            return 64;
        }

        if (!coming.TryPeek(out var next) || next.At > Now + patience)
        {
            Now += patience;
            return 0;
        }

        Now = next.At > Now ? next.At : Now;
        coming.Dequeue();
        next.Bytes.CopyTo(buffer);
        return next.Bytes.Length;
    }

    public override long GetTimestamp() => Now.Ticks;

    public void Dispose()
    {
    }

    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
