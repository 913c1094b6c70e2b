using Firmware.StratumV2;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>
/// The way to the pool. Frames are sealed and given to the kernel under one lock, in one order; what the kernel does
/// not take waits as ciphertext. Allocates nothing for a frame.
/// </summary>
internal sealed class Uplink(IWire wire)
{
    /// <summary>A thousand shares. A pool that lets so much pile up is dead.</summary>
    public const int UnsentMax = 64 * 1024;

    /// <summary>How long the kernel may refuse to take a byte (SV2 reference §4.11).</summary>
    public static readonly TimeSpan StallMax = TimeSpan.FromSeconds(30);

    /// <summary>Longer than the longest message of a mining client, SetupConnection with full strings.</summary>
    private const int PlainMax = FrameHeader.Size + 1291;

    private readonly byte[] plain = new byte[PlainMax];
    private readonly byte[] wireBytes = new byte[FrameSealer.SealedLength(PlainMax)];
    private readonly byte[] unsent = new byte[UnsentMax];
    private FrameSealer? sealer;
    private int unsentStart;
    private int unsentCount;

    /// <summary>Held while a frame is sealed and sent, and by whoever ties something to that order.</summary>
    public Lock Gate { get; } = new();

    public bool IsOpen { get; private set; } = true;

    /// <summary>The connection broke, or is stuck: one sentence, or null.</summary>
    public string? Trouble { get; private set; }

    public bool HasUnsent => Volatile.Read(ref unsentCount) > 0;

    /// <summary>When the connection is dead if the kernel takes nothing until then.</summary>
    public TimeSpan StallsAt { get; private set; } = TimeSpan.MaxValue;

    /// <param name="frames">Seals frames, or passes them through on a connection without encryption.</param>
    public void Secure(FrameSealer frames) => sealer = frames;

    /// <summary>Sends bytes that are no frame: the handshake.</summary>
    public void SendRaw(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        lock (Gate)
        {
            Give(bytes, now);
        }
    }

    /// <summary>Seals and sends. Does nothing once closed.</summary>
    public void Send<T>(scoped in T message, TimeSpan now)
        where T : IMessage<T>, allows ref struct
    {
        lock (Gate)
        {
            if (IsOpen && sealer is not null)
            {
                var length = FrameWriter.Write(message, plain);
                Give(wireBytes.AsSpan(0, sealer.Seal(plain.AsSpan(0, length), wireBytes)), now);
            }
        }
    }

    /// <summary>Gives the kernel what waits.</summary>
    public void Flush(TimeSpan now)
    {
        lock (Gate)
        {
            if (IsOpen && unsentCount > 0)
            {
                GiveUnsent(now);
            }
        }
    }

    /// <summary>Whoever is left behind in the kernel's queue has to be seen to by the pool's thread.</summary>
    /// <param name="urgently">In any case.</param>
    public void CallForAttention(bool urgently = false)
    {
        if (urgently || HasUnsent || Trouble is not null)
        {
            wire.CallForAttention();
        }
    }

    public void Close()
    {
        lock (Gate)
        {
            IsOpen = false;
            unsentCount = 0;
            StallsAt = TimeSpan.MaxValue;
        }
    }

    private void Give(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        if (!IsOpen)
        {
            return;
        }

        var taken = unsentCount > 0 ? 0 : wire.Send(bytes);
        if (taken < 0)
        {
            Break("The connection broke while sending.");
            return;
        }

        Keep(bytes[taken..], now);
    }

    private void Keep(ReadOnlySpan<byte> rest, TimeSpan now)
    {
        if (rest.IsEmpty)
        {
            return;
        }

        if (rest.Length > UnsentMax - unsentCount)
        {
            Break($"The pool takes nothing: {unsentCount} bytes wait to be sent.");
            return;
        }

        unsent.AsSpan(unsentStart, unsentCount).CopyTo(unsent);
        unsentStart = 0;
        rest.CopyTo(unsent.AsSpan(unsentCount));
        StallsAt = unsentCount == 0 ? now + StallMax : StallsAt;
        Volatile.Write(ref unsentCount, unsentCount + rest.Length);
    }

    private void GiveUnsent(TimeSpan now)
    {
        var taken = wire.Send(unsent.AsSpan(unsentStart, unsentCount));
        if (taken < 0)
        {
            Break("The connection broke while sending.");
            return;
        }

        unsentStart += taken;
        Volatile.Write(ref unsentCount, unsentCount - taken);
        StallsAt = unsentCount == 0 ? TimeSpan.MaxValue : taken > 0 ? now + StallMax : StallsAt;
    }

    private void Break(string trouble)
    {
        IsOpen = false;
        Trouble = trouble;
        unsentCount = 0;
        StallsAt = TimeSpan.MaxValue;
    }
}
