using System.Text;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>Reconnect on a running session (SV2 reference §4.10, and §2.7 for its old number).</summary>
public sealed class SessionRedirectTests : IDisposable
{
    private const byte OldNumber = 0x25;

    private readonly InMemoryPool pool = new();

    [Fact] // Statement 76
    public void AReconnectWithoutHostAndPortMeansTheSamePlaceAndANewConnection()
    {
        Mine(pool);
        Send(pool, "", 0);

        Assert.Equal(pool.Terms.Pool, pool.Session.RedirectTo);
        Assert.True(pool.Session.WantsReplacement);
    }

    [Fact] // Statement 77
    public void AReconnectToAnotherHostKeepsTheAuthority()
    {
        Mine(pool);
        Send(pool, "other.example", 4444);

        Assert.Equal("other.example:4444", pool.Session.RedirectTo?.ToString());
        Assert.Equal(pool.Terms.Pool.Keys, pool.Session.RedirectTo?.Keys);
    }

    [Fact]
    public void TheSessionGoesOnUntilTheNewOneHasWork()
    {
        Mine(pool);
        var sink = pool.LastStep.Start!.Sink;
        Send(pool, "other.example", 0);

        Assert.Null(pool.Ended);
        Assert.Equal(SessionStage.Mining, pool.Session.Stage);
        Assert.Equal(default, pool.LastStep); // The work in hand stays.
        Assert.True(sink.TrySubmit(default, pool.Now));
        pool.GiveJob(2);
        Assert.Equal(2u, pool.LastStep.Start?.Id);

        pool.HangUp();
        Assert.False(pool.Session.WantsReplacement);
        Assert.NotNull(pool.Session.RedirectTo);
    }

    [Fact]
    public void AReconnectThatLedNowhereIsForgottenAndTheNextOneIsHeard()
    {
        Mine(pool);
        Send(pool, "other.example", 0);
        Send(pool, "third.example", 0);
        Assert.Equal("other.example", pool.Session.RedirectTo?.Host);
        Assert.Equal(1, pool.Session.Ignored);

        pool.Session.DropRedirect();
        Assert.False(pool.Session.WantsReplacement);
        Send(pool, "third.example", 0);
        Assert.Equal("third.example", pool.Session.RedirectTo?.Host);
    }

    [Theory] // B45, B48
    [InlineData("127.0.0.1")]
    [InlineData("169.254.0.1")]
    [InlineData("192.168.0.9")]
    [InlineData("user@pool.example")]
    [InlineData("pool.example\n")]
    [InlineData("b\u00fccher.example")]
    public void ARefusedReconnectIsCountedAndSaidOnceAndTheSessionGoesOn(string host)
    {
        Mine(pool);
        Send(pool, host, 0);
        var notice = pool.Session.Notice;
        Send(pool, host, 0);

        Assert.NotNull(notice);
        Assert.DoesNotContain(notice, char.IsControl);
        Assert.Same(notice, pool.Session.Notice);
        Assert.Equal(2, pool.Session.Ignored);
        Assert.Null(pool.Session.RedirectTo);
        Assert.Null(pool.Ended);
    }

    [Fact] // B48
    public void AHostOf255BytesIsRefused()
    {
        Mine(pool);
        Send(pool, new string('a', 255), 0);

        Assert.Null(pool.Session.RedirectTo);
        Assert.InRange(pool.Session.Notice!.Length, 1, 200);
    }

    [Fact] // B47
    public void AnUnauthenticatedSessionIsNotLedToAnotherHost()
    {
        using var plain = new InMemoryPool(insecure: true);
        Mine(plain);
        Send(plain, "other.example", 0);
        Assert.Null(plain.Session.RedirectTo);

        Send(plain, "", 4444);
        Assert.Equal("pool.example:4444", plain.Session.RedirectTo?.ToString());
    }

    [Fact]
    public void AReconnectBeforeTheSetupIsIgnored()
    {
        pool.AnswerHandshake();
        Send(pool, "", 0);

        Assert.Null(pool.Session.RedirectTo);
        Assert.Equal(1, pool.Session.Ignored);
    }

    [Theory]
    [InlineData("", 3333)]
    [InlineData("a.b", 0xD05)]
    [InlineData("a.bc", 3333)]
    [InlineData("127.0.0.1", 3333)]
    [InlineData("pool.example", 3333)]
    public void TheReconnectOfBefore2024IsToldByItsShapeAndNeverObeyed(string host, ushort port)
    {
        byte[] payload = [(byte)host.Length, .. Encoding.ASCII.GetBytes(host), (byte)(port & 0xFF), (byte)(port >> 8)];
        Assert.True(OldNumbers.IsReconnect(payload));

        Mine(pool);
        SendRaw(pool, OldNumber, payload);

        Assert.Null(pool.Session.RedirectTo);
        Assert.Equal(1, pool.Session.Ignored);
        Assert.Null(pool.Ended);
        pool.GiveTip(job: 99, hash: 10, channel: InMemoryPool.Group);
        Assert.True(pool.LastStep.StopOldWork); // Still in its group.
    }

    [Fact]
    public void TheSetGroupChannelOfBefore2024MovesAChannelWhereThePoolIsKnownToSpeakSo()
    {
        using var old = new InMemoryPool(
            change: terms => terms with { Profile = new PoolProfile { UnderstandsOldReconnect = true } });
        foreach (var (each, group) in ((InMemoryPool, uint)[])[(old, 0x26u), (pool, InMemoryPool.Group)])
        {
            Mine(each);
            SendRaw(each, 0x26, [0x26, 0, 0, 0, 1, 0, (byte)InMemoryPool.FirstChannel, 0, 0, 0]);
            each.GiveTip(job: 99, hash: 10, channel: group);
            Assert.True(each.LastStep.StopOldWork);
        }

        Assert.Equal(0, old.Session.Ignored);
        Assert.Equal(1, pool.Session.Ignored);
    }

    [Theory]
    [InlineData("07000000 0100 02000000")]
    [InlineData("07000000 0000")]
    [InlineData("63626103 0000")]
    [InlineData("07000000 0100 02000000 AABBCC")]
    public void ASetGroupChannelIsNotTakenForAnOldReconnect(string hex) =>
        Assert.False(OldNumbers.IsReconnect(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));

    [Theory]
    [InlineData("")]
    [InlineData("07")]
    [InlineData("0361006200")]
    [InlineData("0361")]
    [InlineData("03610062FFFF")]
    public void AMalformedMessageOfEitherShapeIsNeither(string hex) =>
        Assert.False(OldNumbers.IsReconnect(Convert.FromHexString(hex)));

    public void Dispose() => pool.Dispose();

    private static void Mine(InMemoryPool pool)
    {
        pool.Opened();
        pool.GiveFutureJob(1);
        pool.GiveTip(job: 1);
    }

    private static void Send(InMemoryPool pool, string host, ushort port) =>
        pool.Give(new Reconnect { NewHost = Encoding.UTF8.GetBytes(host), NewPort = port });

    private static void SendRaw(InMemoryPool pool, byte type, byte[] payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(0, false, type, payload.Length).Write(frame);
        payload.CopyTo(frame, FrameHeader.Size);
        pool.GiveRaw(pool.SealedFrame(frame));
    }
}
