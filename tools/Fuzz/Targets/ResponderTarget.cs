using Firmware.StratumV2;
using Firmware.StratumV2.Noise;

namespace Fuzz.Targets;

/// <summary>
/// The pool's side of the handshake, which our test pool is: act 1 and what follows it, or an honest act 1 and frames.
/// </summary>
internal sealed class ResponderTarget : ITarget
{
    private const int Act1 = NoiseResponder.Act1Size;

    public string Name => "responder";

    public string About => "The pool's handshake; an act 1 is answered, and nothing opens that the peer did not seal.";

    public int LengthMax => 2048;

    public long AllocatedMax => 16 * 1024 * 1024;

    public IReadOnlyList<byte[]> Words { get; } = [new byte[32], [.. Enumerable.Repeat((byte)0xFF, 32)]];

    public IEnumerable<byte[]> Seeds()
    {
        using var client = NoiseParties.Client();
        yield return [0, .. client.Act1, .. new byte[40]];
        yield return [0, .. new byte[Act1]];
        foreach (var frame in EncodedMessages.All.Where(frame => frame.Length < LengthMax - 4))
        {
            yield return [1, .. FrameScript.Spell(frame)];
        }
    }

    public void Try(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        if (input[0] % 2 == 0)
        {
            TryStranger(input[1..]);
        }
        else
        {
            TryFrames(input[1..]);
        }
    }

    private static void TryStranger(ReadOnlySpan<byte> input)
    {
        var act1 = new byte[Act1];
        var taken = Math.Min(Act1, input.Length);
        input[..taken].CopyTo(act1);
        using var pool = NoiseParties.Pool(NoiseParties.Honest);
        using var session = pool.ReceiveAct1(act1, new byte[NoiseResponder.Act2Size]);
        var opened = OpenedFrames.Of(input[taken..], 4096, session.Receiving, Receiver.Server);
        BrokenPromise.Unless(opened.Frames == 0, "no frame opens that nobody sealed.");
    }

    private static void TryFrames(ReadOnlySpan<byte> script)
    {
        using var here = NoiseParties.ClientEnd();
        using var there = NoiseParties.PoolEnd();
        var plain = OpenedFrames.Of(FrameScript.Plain(script), 4096, cipher: null, Receiver.Server);
        var opened = OpenedFrames.Of(FrameScript.Seal(script, here.Sending), 4096, there.Receiving, Receiver.Server);
        BrokenPromise.Unless(plain == opened, "sealed frames come out as they went in, and plain ones alike.");
    }
}
