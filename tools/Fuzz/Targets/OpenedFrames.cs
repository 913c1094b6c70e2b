using Firmware.StratumV2;
using Firmware.StratumV2.Noise;

namespace Fuzz.Targets;

/// <summary>What came out of a connection's bytes: how many frames, their content, and whether it broke.</summary>
internal readonly record struct OpenedFrames(int Frames, int Digest, bool IsBroken)
{
    /// <param name="piece">How many bytes arrive at once.</param>
    public static OpenedFrames Of(ReadOnlySpan<byte> wire, int piece, CipherState? cipher, Receiver receiver)
    {
        var opener = new FrameOpener(cipher, receiver);
        var digest = default(HashCode);
        var frames = 0;
        try
        {
            while (!wire.IsEmpty)
            {
                var free = opener.Free;
                var count = Math.Min(Math.Min(piece, free.Length), wire.Length);
                wire[..count].CopyTo(free);
                opener.Received(count);
                wire = wire[count..];
                while (opener.TryOpen(out var frame))
                {
                    var most = receiver == Receiver.Client ? MessageBounds.ClientMax : MessageBounds.ServerMax;
                    BrokenPromise.Unless(frame.Payload.Length <= most, "no frame is longer than its bounds.");
                    digest.Add(frame.ExtensionType << 8 | frame.Type);
                    digest.AddBytes(frame.Payload);
                    frames++;
                }
            }

            return new(frames, digest.ToHashCode(), IsBroken: false);
        }
        catch (ProtocolException)
        {
            return new(frames, digest.ToHashCode(), IsBroken: true);
        }
    }
}
