using System.Text.Json;

namespace Firmware.StratumV2.Noise;

/// <summary>Both sides byte for byte against the transcripts of SRI and sv2-tp.</summary>
public class NoiseHandshakeTests
{
    public static TheoryData<int> Transcripts => [.. Enumerable.Range(0, NoiseVectors.Handshakes.Length)];

    [Theory]
    [MemberData(nameof(Transcripts))]
    public void TheInitiatorAcceptsTheTranscriptAndHasItsKeys(int number)
    {
        var vector = NoiseVectors.Handshakes[number];
        using var initiator = Initiator(vector);
        Assert.Equal(vector.Text("message1_initiator"), NoiseVectors.Hex(initiator.Act1));

        using var session = initiator.ReceiveAct2(
            vector.Bytes("message2_responder"), new ClockView(vector.GetProperty("now").GetInt64(), Trusted: true));

        Assert.False(session.TimeUnverified);
        Assert.Equal(vector.Text("authority_base58check"), session.Authority!.ToString());
        AssertSameKey(vector.Bytes("k1_initiator_to_responder"), session.Sending);
        AssertSameKey(vector.Bytes("k2_responder_to_initiator"), session.Receiving);
    }

    [Theory]
    [MemberData(nameof(Transcripts))]
    public void TheResponderSendsTheTranscriptAndHasItsKeys(int number)
    {
        var vector = NoiseVectors.Handshakes[number];
        using var staticKey = Pair(vector, "responder_static");
        using var responder = new NoiseResponder(staticKey, CertificateOf(vector), Pair(vector, "responder_ephemeral"));
        var act2 = Dirt(NoiseResponder.Act2Size);

        using var session = responder.ReceiveAct1(vector.Bytes("message1_initiator"), act2);

        Assert.Equal(vector.Text("message2_responder"), NoiseVectors.Hex(act2));
        AssertSameKey(vector.Bytes("k2_responder_to_initiator"), session.Sending);
        AssertSameKey(vector.Bytes("k1_initiator_to_responder"), session.Receiving);
    }

    [Theory]
    [MemberData(nameof(Transcripts))]
    public void EveryStepOfTheTranscriptIsReproduced(int number)
    {
        var vector = NoiseVectors.Handshakes[number];
        using var state = new SymmetricState();
        foreach (var step in vector.GetProperty("steps").EnumerateArray())
        {
            Take(step.Text("step"), step.GetProperty("detail"), state);
            Assert.Equal(step.Text("h"), NoiseVectors.Hex(state.Hash));
            if (!step.Text("step").StartsWith("split", StringComparison.Ordinal))
            {
                Assert.Equal(step.Text("ck"), NoiseVectors.Hex(state.ChainingKey));
            }
        }
    }

    [Fact] // sv2-tp 1be45c4 with secrets of repeated bytes, stratum-v2 reference 3.5
    public void TheFixedKeysGiveTheTranscriptThatTheReferenceServerAccepts()
    {
        var vector = NoiseVectors.FixedKeys;
        using var authority = new KeyPair(vector.Bytes("ca_priv"));
        using var staticKey = new KeyPair(vector.Bytes("rs_priv"), vector.Bytes("rs64"));
        Assert.Equal(vector.Text("ca_xonly"), NoiseVectors.Hex(authority.XOnly));
        Assert.Equal(vector.Text("rs_xonly"), NoiseVectors.Hex(staticKey.XOnly));

        var certificate = Certificate.Issue(
            authority, staticKey.XOnly, 1_767_225_600, 1_798_761_600, version: 0, aux: new byte[32]);
        Assert.Equal(vector.Text("cert"), NoiseVectors.Hex(certificate.Bytes));

        using var initiator = new NoiseInitiator(
            [authority.Authority], ephemeral: new KeyPair(vector.Bytes("e_priv"), vector.Bytes("e64")));
        using var responder = new NoiseResponder(
            staticKey, certificate, new KeyPair(vector.Bytes("re_priv"), vector.Bytes("re64")));
        var act2 = Dirt(NoiseResponder.Act2Size);
        using var server = responder.ReceiveAct1(initiator.Act1, act2);
        Assert.Equal(vector.Text("act2"), NoiseVectors.Hex(act2));

        using var client = initiator.ReceiveAct2(act2, new ClockView(1_767_225_600, Trusted: true));
        Assert.Equal(vector.Text("setup_cipher"), Sealed(client, vector.Bytes("setup_plain")));
        Assert.Equal(vector.Text("succ_cipher"), Sealed(server, vector.Bytes("succ_plain")));
    }

    [Theory]
    [MemberData(nameof(Transcripts))]
    public void TheFramesOfTheTranscriptSealToItsBytesAndOpenAgain(int number)
    {
        var vector = NoiseVectors.Handshakes[number];
        AssertFrames(vector.GetProperty("frames_initiator_to_responder"), vector.Bytes("k1_initiator_to_responder"));
        AssertFrames(vector.GetProperty("frames_responder_to_initiator"), vector.Bytes("k2_responder_to_initiator"));
    }

    internal static byte[] Dirt(int length)
    {
        var dirt = new byte[length];
        dirt.AsSpan().Fill(0xFF);
        return dirt;
    }

    private static void AssertFrames(JsonElement frames, byte[] key)
    {
        using var sealing = new CipherState(key);
        using var opening = new CipherState(key);
        var sealer = new FrameSealer(sealing);
        var opener = new FrameOpener(opening, Receiver.Client);
        foreach (var vector in frames.EnumerateArray())
        {
            Assert.Equal(vector.GetProperty("first_nonce").GetUInt64(), sealing.Counter);
            var plain = Plain(vector.GetProperty("plain"));
            var wire = Dirt(FrameSealer.SealedLength(plain.Length - FrameHeader.Size));
            Assert.Equal(wire.Length, sealer.Seal(plain, wire));
            NoiseVectors.AssertMatches(vector.GetProperty("wire"), wire);
            Assert.Equal(
                vector.GetProperty("first_nonce").GetUInt64() + vector.GetProperty("nonces_used").GetUInt64(),
                sealing.Counter);
            NoiseVectors.AssertMatches(vector.GetProperty("plain"), OpenAlone(wire, opener));
        }
    }

    /// <summary>Opens one frame; returns header and payload as they were before sealing.</summary>
    private static byte[] OpenAlone(byte[] wire, FrameOpener opener)
    {
        for (var rest = wire.AsSpan(); !rest.IsEmpty;)
        {
            var free = opener.Free;
            var taken = Math.Min(free.Length, rest.Length);
            rest[..taken].CopyTo(free);
            opener.Received(taken);
            rest = rest[taken..];
            if (opener.TryOpen(out var frame))
            {
                Assert.True(rest.IsEmpty);
                return Plain(frame);
            }
        }

        throw new InvalidOperationException("The frame did not open.");
    }

    private static byte[] Plain(Frame frame)
    {
        var plain = Dirt(FrameHeader.Size + frame.Payload.Length);
        new FrameHeader(frame.ExtensionType, frame.ChannelBit, frame.Type, frame.Payload.Length).Write(plain);
        frame.Payload.CopyTo(plain.AsSpan(FrameHeader.Size));
        return plain;
    }

    /// <summary>Long frames follow the pattern that their name tells.</summary>
    private static byte[] Plain(JsonElement plain)
    {
        if (plain.TryGetProperty("hex", out var hex))
        {
            return Convert.FromHexString(hex.GetString()!);
        }

        var bytes = new byte[plain.GetProperty("len").GetInt32()];
        new FrameHeader(0x0ABC, false, 1, bytes.Length - FrameHeader.Size).Write(bytes);
        for (var i = FrameHeader.Size; i < bytes.Length; i++)
        {
            bytes[i] = unchecked((byte)((i - FrameHeader.Size) * 7));
        }

        NoiseVectors.AssertMatches(plain, bytes);
        return bytes;
    }

    private static string Sealed(NoiseSession session, byte[] plain)
    {
        var wire = Dirt(FrameSealer.SealedLength(plain.Length - FrameHeader.Size));
        new FrameSealer(session.Sending).Seal(plain, wire);
        return NoiseVectors.Hex(wire);
    }

    private static void Take(string step, JsonElement detail, SymmetricState state)
    {
        if (step.Contains("MixHash(", StringComparison.Ordinal) && detail.TryGetProperty("mixed", out _))
        {
            state.MixHash(detail.Bytes("mixed"));
        }
        else if (step.Contains("MixKey", StringComparison.Ordinal))
        {
            state.MixKey(detail.Bytes("ikm"));
        }
        else if (step.StartsWith("act1: EncryptAndHash", StringComparison.Ordinal))
        {
            state.MixHash([]);
        }
        else if (step.Contains("EncryptAndHash", StringComparison.Ordinal))
        {
            var sealedBytes = Dirt(detail.Bytes("plaintext").Length + CipherState.TagSize);
            state.EncryptAndHash(detail.Bytes("plaintext"), sealedBytes);
            Assert.Equal(detail.Text("ciphertext"), NoiseVectors.Hex(sealedBytes));
        }
        else if (step.StartsWith("split", StringComparison.Ordinal))
        {
            var (fromInitiator, fromResponder) = state.Split();
            AssertSameKey(detail.Bytes("k1"), fromInitiator);
            AssertSameKey(detail.Bytes("k2"), fromResponder);
        }
        else
        {
            Assert.StartsWith("init", step, StringComparison.Ordinal);
        }
    }

    /// <summary>A cipher does not give its key away, so both seal the same.</summary>
    private static void AssertSameKey(byte[] expected, CipherState actual)
    {
        using var reference = new CipherState(expected);
        var (ours, theirs) = (new byte[21], new byte[21]);
        reference.Seal("proof"u8, theirs);
        actual.Seal("proof"u8, ours);
        Assert.Equal(theirs, ours);
    }

    private static NoiseInitiator Initiator(JsonElement vector) => new(
        [AuthorityKey.Parse(vector.Text("authority_base58check"))], ephemeral: Pair(vector, "initiator_ephemeral"));

    private static KeyPair Pair(JsonElement vector, string name) =>
        new(vector.Bytes(name + "_secret"), vector.Bytes(name + "_ellswift"));

    private static Certificate CertificateOf(JsonElement vector) => Certificate.Read(
        [.. vector.Bytes("certificate_signed_bytes")[..10], .. vector.Bytes("certificate_signature")]);
}
