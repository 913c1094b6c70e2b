using System.Security.Cryptography;

namespace Firmware.StratumV2.Noise;

/// <summary>
/// Statements 3, 4, 5 and 12 of the SV2 reference §13, on its fixed keys (§3.5): each value here was calculated apart,
/// and the whole exchange was accepted by sv2-tp 1be45c4.
/// </summary>
public class NoiseStatementsTests
{
    private static readonly byte[] Act1 = Fixed("e64");
    private static readonly byte[] Act2 = Fixed("act2");

    [Fact] // Statement 3
    public void BothAgreementsAreBip324sWithTheInitiatorsEncodingFirstOnBothSides()
    {
        using var client = new KeyPair(Fixed("e_priv"), Act1);
        using var server = new KeyPair(Fixed("re_priv"), Fixed("re64"));
        using var known = new KeyPair(Fixed("rs_priv"), Fixed("rs64"));

        Assert.Equal(Text("ecdh_ee"), Agreed(client, theirs: Fixed("re64"), responder: Fixed("re64")));
        Assert.Equal(Text("ecdh_ee"), Agreed(server, theirs: Act1, responder: Fixed("re64")));
        Assert.Equal(Text("ecdh_es"), Agreed(client, theirs: Fixed("rs64"), responder: Fixed("rs64")));
        Assert.Equal(Text("ecdh_es"), Agreed(known, theirs: Act1, responder: Fixed("rs64")));
    }

    [Fact] // Statement 4
    public void EachOfTheTwoSealedPartsOfActTwoIsSealedWithNonceZero()
    {
        var beforeStatic = SHA256.HashData([.. Fixed("h_after_act1"), .. Act2[..64]]);
        var beforeCertificate = SHA256.HashData([.. beforeStatic, .. Act2[64..144]]);

        Assert.Equal(Text("rs64"), Opened(Fixed("k_after_ee"), Act2[64..144], beforeStatic));
        Assert.Equal(Text("cert"), Opened(Fixed("k_after_es"), Act2[144..], beforeCertificate));
    }

    [Fact] // Statement 5
    public void TheFirstKeyOfTheSplitIsTheClientsDirectionTheSecondTheServersAndBothCountFromZero()
    {
        using var authority = new KeyPair(Fixed("ca_priv"));
        using var initiator = new NoiseInitiator(
            [authority.Authority], ephemeral: new KeyPair(Fixed("e_priv"), Act1));
        using var client = initiator.ReceiveAct2(Act2, new ClockView(1_767_225_600, Trusted: true));
        var header = new byte[FrameHeader.Size + CipherState.TagSize];

        client.Sending.Seal(Fixed("setup_plain").AsSpan(0, FrameHeader.Size), header);
        Assert.Equal(Text("setup_cipher")[..(2 * header.Length)], NoiseVectors.Hex(header));
        Assert.Equal(Text("setup_plain")[..12], Opened(Fixed("k_i2r"), header, []));

        var answer = new byte[FrameHeader.Size];
        client.Receiving.Open(Fixed("succ_cipher").AsSpan(0, header.Length), answer);
        Assert.Equal(Text("succ_plain")[..12], NoiseVectors.Hex(answer));
        Assert.Equal(Text("succ_plain")[..12], Opened(Fixed("k_r2i"), Fixed("succ_cipher")[..header.Length], []));
    }

    [Fact] // Statement 12
    public void AnEmptyPayloadHasNoBlockAndTheNextHeaderTakesTheNextNonce()
    {
        using var there = new CipherState(Fixed("k_r2i"));
        using var here = new CipherState(Fixed("k_r2i"));
        var sealer = new FrameSealer(there);
        var opener = new FrameOpener(here, Receiver.Client);
        var wire = new byte[100];
        for (var i = 0; i < 3; i++)
        {
            var length = sealer.Seal([0x00, 0x00, 0x7F, 0, 0, 0], wire); // Of no known type: any length is good.

            Assert.Equal(22, length);
            Assert.Equal((ulong)i + 1, there.Counter);
            wire.AsSpan(0, length).CopyTo(opener.Free);
            opener.Received(length);
            Assert.True(opener.TryOpen(out var frame));
            Assert.True(frame.Payload.IsEmpty);
            Assert.Equal((ulong)i + 1, here.Counter);
        }
    }

    private static byte[] Fixed(string name) => NoiseVectors.FixedKeys.Bytes(name);

    private static string Text(string name) => NoiseVectors.FixedKeys.Text(name);

    private static string Agreed(KeyPair ours, byte[] theirs, byte[] responder)
    {
        var shared = NoiseHandshakeTests.Dirt(32);
        EllSwift.Agree(ours.Scalar, theirs, initiator: Act1, responder, shared);
        return NoiseVectors.Hex(shared);
    }

    /// <summary>By a cipher that has opened nothing before.</summary>
    private static string Opened(byte[] key, byte[] sealedBytes, byte[] associated)
    {
        using var cipher = new CipherState(key);
        var plain = NoiseHandshakeTests.Dirt(sealedBytes.Length - CipherState.TagSize);
        cipher.Open(sealedBytes, plain, associated);
        return NoiseVectors.Hex(plain);
    }
}
