using Drivers.Buses;

namespace Storm;

/// <summary>mine's end of the wire to the chips.</summary>
internal sealed class StormPort(StormBoard board) : IChainPort
{
    public string Path => "storm";

    public int Descriptor => -1;

    public int Baud => 1_000_000;

    public int Pending => 0;

    public PortErrors Errors => default;

    public int SetBaud(int baud) => baud;

    public int Read(Span<byte> buffer) => 0; // Whoever drives the miner hands it what came.

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        if (board.Troubles.PortGone || board.Troubles.Unplugged)
        {
            throw new IOException("The port is gone.");
        }

        if (!board.Troubles.WireDead && board.IsPowered && !board.Held)
        {
            board.Chips.Receive(bytes);
        }

        return bytes.Length;
    }

    public bool Drain(TimeSpan patience) => true;

    public void DiscardInput() => board.Chips.DropAnswers();

    public void Dispose()
    {
        // Nothing is open.
    }
}
