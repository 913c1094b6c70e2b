using Firmware.StratumV2;
using Firmware.StratumV2.Noise;

namespace Fuzz.Targets;

/// <summary>
/// The miner's side of the handshake: a kind, then what the server sends. The bytes of act 2; or a certificate that an
/// otherwise honest server sends; or changes to an honest act 2; or frames behind an honest handshake.
/// </summary>
internal sealed class InitiatorTarget : ITarget
{
    private const int Act2 = NoiseInitiator.Act2Size;

    public string Name => "initiator";

    public string About => "The miner's handshake; only the pool's own certificate, whole and unchanged, is accepted.";

    public int LengthMax => 2048;

    public long AllocatedMax => 16 * 1024 * 1024; // Curve arithmetic with big integers: about 1 MB a handshake.

    public IReadOnlyList<byte[]> Words { get; } = [[0, 0], "HTTP/1.1 400 "u8.ToArray(), "{\"id\":"u8.ToArray()];

    public IEnumerable<byte[]> Seeds()
    {
        yield return [0, .. NoiseParties.HonestAct2];
        yield return [1, .. NoiseParties.Honest.Bytes];
        yield return [2, 200, 1];
        yield return [0, .. "HTTP/1.1 400 Bad Request\r\n\r\n"u8];
        yield return [0, 0x15, 0x03, 0x03, 0x00];
        foreach (var frame in EncodedMessages.All.Where(frame => frame.Length < LengthMax - 4))
        {
            yield return [3, .. FrameScript.Spell(frame)];
        }
    }

    public void Try(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        var body = input[1..];
        switch (input[0] % 4)
        {
            case 0:
                var act2 = new byte[Act2];
                body[..Math.Min(Act2, body.Length)].CopyTo(act2);
                Accepts(act2, body);
                break;
            case 1:
                TryCertificate(body);
                break;
            case 2:
                TryChanged(body);
                break;
            default:
                TryFrames(body);
                break;
        }
    }

    private static void TryCertificate(ReadOnlySpan<byte> body)
    {
        var bytes = new byte[Certificate.Size];
        body[..Math.Min(bytes.Length, body.Length)].CopyTo(bytes);
        var accepted = Accepts(NoiseParties.Act2Of(Certificate.Read(bytes)), body);
        BrokenPromise.Unless(
            accepted == NoiseParties.Honest.Bytes.SequenceEqual(bytes),
            "the pool's own certificate is accepted alone.");
    }

    /// <summary>Pairs of a place and what changes there.</summary>
    private static void TryChanged(ReadOnlySpan<byte> body)
    {
        var wire = NoiseParties.HonestAct2.ToArray();
        for (var i = 0; i + 1 < body.Length; i += 2)
        {
            wire[body[i] % Act2] ^= body[i + 1];
        }

        BrokenPromise.Unless(
            Accepts(wire, body) == NoiseParties.HonestAct2.AsSpan().SequenceEqual(wire), "a changed act 2 is refused.");
    }

    private static void TryFrames(ReadOnlySpan<byte> script)
    {
        using var pool = NoiseParties.PoolEnd();
        using var client = NoiseParties.ClientEnd();
        var plain = OpenedFrames.Of(FrameScript.Plain(script), 4096, cipher: null, Receiver.Client);
        var opened = OpenedFrames.Of(FrameScript.Seal(script, pool.Sending), 4096, client.Receiving, Receiver.Client);
        BrokenPromise.Unless(plain == opened, "sealed frames come out as they went in, and plain ones alike.");
    }

    private static bool Accepts(ReadOnlySpan<byte> act2, ReadOnlySpan<byte> body)
    {
        BrokenPromise.Unless(
            NoiseInitiator.Unfinished(body[..Math.Min(body.Length, Act2 - 1)]).Message.Length > 0,
            "an unfinished handshake is told in a sentence.");
        try
        {
            using var client = NoiseParties.Client();
            using var session = client.ReceiveAct2(act2, NoiseParties.Clock);
            return true;
        }
        catch (NoiseException)
        {
            return false;
        }
    }
}
