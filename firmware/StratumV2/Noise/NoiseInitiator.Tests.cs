using System.Text;

namespace Firmware.StratumV2.Noise;

public sealed class NoiseInitiatorTests : IDisposable
{
    private const uint From = 1_780_000_000;
    private const uint To = From + 3600;

    private static readonly ClockView Now = new(From, Trusted: true);

    private readonly KeyPair authority = new(NoiseVectors.FixedKeys.Bytes("ca_priv"));
    private readonly KeyPair server = new(NoiseVectors.FixedKeys.Bytes("rs_priv"));

    public void Dispose()
    {
        authority.Dispose();
        server.Dispose();
    }

    [Fact]
    public void BothSidesUnderstandEachOtherAfterwards()
    {
        using var initiator = Initiator();
        var (act2, there) = Answer(initiator);
        using var here = initiator.ReceiveAct2(act2, Now);

        AssertTalks(here, there);
        AssertTalks(there, here);
        Assert.Equal(authority.Authority, here.Authority);
        Assert.False(here.TimeUnverified);
        there.Dispose();
    }

    [Fact]
    public void EveryConnectionHasAKeyOfItsOwn()
    {
        using var first = Initiator();
        using var second = Initiator();

        Assert.NotEqual(NoiseVectors.Hex(first.Act1), NoiseVectors.Hex(second.Act1));
    }

    [Fact]
    public void AFlippedBitInAnyByteOfAct2EndsTheHandshake()
    {
        var vector = NoiseVectors.Handshakes[0];
        var good = vector.Bytes("message2_responder");
        var key = AuthorityKey.Parse(vector.Text("authority_base58check"));
        for (var i = 0; i < good.Length; i++)
        {
            var bad = good.ToArray();
            bad[i] ^= (byte)(1 << i % 8);
            using var initiator = new NoiseInitiator(
                [key],
                ephemeral: new KeyPair(
                    vector.Bytes("initiator_ephemeral_secret"), vector.Bytes("initiator_ephemeral_ellswift")));
            Assert.Equal(NoiseFault.Handshake, Refusal(initiator, bad, Now).Fault);
        }
    }

    [Fact]
    public void AnAnswerToSomebodyElseIsRefused()
    {
        using var initiator = Initiator();
        using var other = Initiator();
        var (act2, there) = Answer(other);
        there.Dispose();

        Assert.Equal(NoiseFault.Handshake, Refusal(initiator, act2, Now).Fault);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void AnotherLengthThanAct2sIsOurMistake(int difference)
    {
        using var initiator = Initiator();
        Assert.Throws<ArgumentOutOfRangeException>(
            () => initiator.ReceiveAct2(new byte[NoiseInitiator.Act2Size + difference], Now));
    }

    [Fact]
    public void OneHandshakeIsAllThatAnInitiatorIsGoodFor()
    {
        using var initiator = Initiator();
        var (act2, there) = Answer(initiator);
        initiator.ReceiveAct2(act2, Now).Dispose();
        there.Dispose();

        Assert.Throws<ObjectDisposedException>(() => initiator.ReceiveAct2(act2, Now));
    }

    [Fact]
    public void WithoutAKeyToTrustThereIsNoHandshake() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new NoiseInitiator([]));

    [Fact]
    public void ACertificateOutOfItsTimeEndsTheHandshake()
    {
        Assert.Equal(NoiseFault.CertificateNotYetValid, Refused(Now with { UnixSeconds = From - 11 }).Fault);
        Assert.Equal(NoiseFault.CertificateExpired, Refused(Now with { UnixSeconds = To + 11 }).Fault);
        Assert.Equal(
            NoiseFault.CertificateExpired, Refused(Now with { UnixSeconds = To + 1 }, TimeSpan.Zero).Fault);
    }

    [Fact]
    public void AnotherAuthoritysServerIsRefusedWhateverTheClockSays()
    {
        using var stranger = KeyPair.Generate();
        foreach (var trusted in (bool[])[true, false])
        {
            using var initiator = new NoiseInitiator([stranger.Authority]);
            var (act2, there) = Answer(initiator);
            there.Dispose();
            var refusal = Refusal(initiator, act2, new ClockView(From, trusted));

            Assert.Equal(NoiseFault.WrongAuthority, refusal.Fault);
        }
    }

    [Fact] // a device without a clock chip wakes in 1970
    public void AnUntrustedClockLeavesTheTimeOpenUntilThereIsABetterOne()
    {
        using var session = Session(new ClockView(5, Trusted: false));
        Assert.True(session.TimeUnverified);

        session.VerifyTime(new ClockView(6, Trusted: false));
        Assert.True(session.TimeUnverified);

        session.VerifyTime(Now);
        Assert.False(session.TimeUnverified);
    }

    [Fact]
    public void ATimeThatTurnsOutWrongIsAFaultEvenLater()
    {
        using var session = Session(new ClockView(0, Trusted: false));

        var refusal = Assert.Throws<NoiseException>(() => session.VerifyTime(Now with { UnixSeconds = To + 11 }));
        Assert.Equal(NoiseFault.CertificateExpired, refusal.Fault);
        Assert.True(session.TimeUnverified);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html>", "web server")]
    [InlineData("<!DOCTYPE html>", "web server")]
    [InlineData("{\"id\":null,\"method\":\"mining.notify\"}\n", "Stratum V1")]
    [InlineData("{ \"error\": [20, \"parse error\", null] }\n", "Stratum V1")]
    [InlineData("\u0015\u0003\u0001\0\u0002\u0002\u0016", "TLS")]
    [InlineData("\0\0\u0002\u001E\0\0\u0004\0\0\0", "plain Stratum V2")]
    [InlineData("\0\0\u0002", "plain Stratum V2")]
    public void AServerThatSpeaksSomethingElseIsToldApart(string banner, string named)
    {
        var bytes = Encoding.Latin1.GetBytes(banner);
        var unfinished = NoiseInitiator.Unfinished(bytes);
        Assert.Equal(NoiseFault.OtherProtocol, unfinished.Fault);
        Assert.Contains(named, unfinished.Message, StringComparison.Ordinal);

        var whole = NoiseHandshakeTests.Dirt(NoiseInitiator.Act2Size);
        bytes.CopyTo(whole, 0);
        if (bytes.Length >= FrameHeader.Size)
        {
            using var initiator = Initiator();
            Assert.Contains(named, Refusal(initiator, whole, Now).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void EveryCutAct2IsUnfinishedAndNothingElse()
    {
        var act2 = NoiseVectors.FixedKeys.Bytes("act2");
        for (var length = 0; length < act2.Length; length++)
        {
            Assert.Equal(NoiseFault.Unfinished, NoiseInitiator.Unfinished(act2.AsSpan(0, length)).Fault);
        }
    }

    private NoiseInitiator Initiator() => new([authority.Authority]);

    private (byte[] Act2, NoiseSession There) Answer(NoiseInitiator initiator)
    {
        using var responder = new NoiseResponder(server, Certificate.Issue(authority, server.XOnly, From, To));
        var act2 = NoiseHandshakeTests.Dirt(NoiseResponder.Act2Size);
        return (act2, responder.ReceiveAct1(initiator.Act1, act2));
    }

    private NoiseSession Session(ClockView clock)
    {
        using var initiator = Initiator();
        var (act2, there) = Answer(initiator);
        there.Dispose();
        return initiator.ReceiveAct2(act2, clock);
    }

    private NoiseException Refused(ClockView clock, TimeSpan? leeway = null)
    {
        using var initiator = new NoiseInitiator([authority.Authority], leeway);
        var (act2, there) = Answer(initiator);
        there.Dispose();
        return Refusal(initiator, act2, clock);
    }

    private static NoiseException Refusal(NoiseInitiator initiator, byte[] act2, ClockView clock) =>
        Assert.Throws<NoiseException>(() => initiator.ReceiveAct2(act2, clock));

    private static void AssertTalks(NoiseSession from, NoiseSession to)
    {
        var plain = FrameSealerTests.Plain(24);
        var opener = new FrameOpener(to.Receiving, Receiver.Client);
        opener.Received(new FrameSealer(from.Sending).Seal(plain, opener.Free));

        Assert.True(opener.TryOpen(out var frame));
        Assert.Equal(plain.AsSpan(FrameHeader.Size), frame.Payload);
    }
}
