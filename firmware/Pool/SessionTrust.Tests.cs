using Drivers;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>Whom the session believes, and by which clock: wrong certificates, boards without one.</summary>
public sealed class SessionTrustTests : IDisposable
{
    // The certificates of InMemoryPool hold through 2026.
    private const uint From = 1_767_225_600;
    private const uint To = 1_798_761_600;

    private readonly InMemoryPool pool = new();

    public static TheoryData<string, uint, uint, ushort, string> BadCertificates => new()
    {
        { "expired", From - 1_000_000, From - 900_000, 0, "expired at" },
        { "not yet valid", To - 10, To, 0, "is valid from" },
        { "version 1", From, To, 1, "is of version 1" },
        { "from > to", To, From, 0, "ends before it begins" },
        { "wrong authority", From, To, 0, "not signed by the configured authority key" },
        { "bad signature", From, To, 0, "not signed by the configured authority key" },
    };

    [Theory] // SV2 reference §14, B37
    [MemberData(nameof(BadCertificates))]
    public void EachBadCertificateEndsTheSessionWithASentenceOfItsOwnBeforeAnyFrameIsSent(
        string kind, uint from, uint to, ushort version, string said)
    {
        pool.GiveRaw(Act2(kind, from, to, version));

        Assert.Contains(said, pool.Ended, StringComparison.Ordinal);
        Assert.Equal(SessionStage.Ended, pool.Session.Stage);
        Assert.Empty(pool.Take(MessageType.SetupConnection));
        pool.Pass(TimeSpan.FromMinutes(1));
        Assert.Empty(pool.Take(MessageType.SetupConnection));
    }

    [Theory] // SV2 reference §13, 7: ten seconds of leeway, and not eleven
    [InlineData(From - 10L, true)]
    [InlineData(From - 11L, false)]
    [InlineData(To + 10L, true)]
    [InlineData(To + 11L, false)]
    public void ACertificateHoldsTenSecondsBesideItsTimeAndNotEleven(long now, bool holds)
    {
        Receive(pool.MakeAct2(), new ClockView(now, Trusted: true));

        Assert.Equal(holds ? SessionStage.Setup : SessionStage.Ended, pool.Session.Stage);
        Assert.False(pool.Session.TimeUnverified);
    }

    [Fact] // SV2 reference §14, B38
    public void ABoardWhoseClockSays1970AndIsNotTrustedMinesAndSaysThatTheTimeIsUnverified()
    {
        Receive(pool.MakeAct2(), new ClockView(5, Trusted: false));

        Assert.Equal(SessionStage.Setup, pool.Session.Stage);
        Assert.True(pool.Session.TimeUnverified);
        Assert.True(pool.Terms.Alarms.IsRaised(PoolAlarm.TimeUnverified));
        Assert.Contains("let NTP set it", Assert.Single(pool.Terms.Alarms.Current), StringComparison.Ordinal);
    }

    [Fact] // SV2 reference §3.2, rule 3: the signature is never skipped
    public void AnUntrustedClockDoesNotExcuseAWrongAuthority()
    {
        Receive(Act2("wrong authority"), new ClockView(5, Trusted: false));

        Assert.Contains("authority key", pool.Ended, StringComparison.Ordinal);
    }

    [Fact] // SV2 reference §14, B38
    public void ATrustedClockThatSays1970IsToldToBeChecked()
    {
        Receive(pool.MakeAct2(), new ClockView(5, Trusted: true));

        Assert.Contains("check this device's clock", pool.Ended, StringComparison.Ordinal);
    }

    [Fact] // SV2 reference §13, 17
    public void ThePoolsNTimeNeitherSetsNorVouchesForTheClock()
    {
        Receive(pool.MakeAct2(), new ClockView(5, Trusted: false));
        pool.AnswerSetup();
        pool.AnswerOpen();
        var clock = KernelClock.View();
        pool.GiveFutureJob(7);
        pool.Give(new SetNewPrevHash
        {
            ChannelId = InMemoryPool.FirstChannel,
            JobId = 7,
            PrevHash = InMemoryPool.Filled(9),
            MinNTime = From + 60, // A pool that tells the right time, inside the certificate's.
            NBits = 0x1703_4219,
        });

        Assert.Equal(SessionStage.Mining, pool.Session.Stage);
        Assert.True(pool.Session.TimeUnverified);
        Assert.True(pool.Terms.Alarms.IsRaised(PoolAlarm.TimeUnverified));
        Assert.InRange(KernelClock.View().UnixSeconds, clock.UnixSeconds, clock.UnixSeconds + 30);
    }

    [Fact] // SV2 reference §13, 17
    public void NoCallThatCouldSetTheClockIsImportedAnywhere()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Sv2Firmware.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        string[] setters = ["clock_settime", "settimeofday", "stime\"", "clock_adjtime", "ntp_adjtime"];
        string[] folders = ["firmware", "drivers"];
        var sources = folders
            .Select(folder => Path.Combine(root, folder))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.EndsWith(".Tests.cs", StringComparison.Ordinal))
            .ToArray();

        Assert.True(sources.Length > 100);
        Assert.All(sources, file => Assert.DoesNotContain(
            setters, setter => File.ReadAllText(file).Contains(setter, StringComparison.Ordinal)));
        Assert.Equal(0u, default(Linux.TimeState).Modes); // What KernelClock asks adjtimex with: nothing is changed.
    }

    [Fact]
    public void TheAlarmIsOverOnceSomebodyHasSetTheClock()
    {
        Receive(pool.MakeAct2(), new ClockView(5, Trusted: false));
        pool.BoardClock = InMemoryPool.Clock;
        pool.AnswerSetup();

        Assert.False(pool.Session.TimeUnverified);
        Assert.False(pool.Terms.Alarms.IsRaised(PoolAlarm.TimeUnverified));
    }

    [Fact]
    public void AClockThatIsSetTooLateForTheCertificateEndsTheSession()
    {
        Receive(pool.MakeAct2(validFrom: From - 100, validTo: From - 50), new ClockView(5, Trusted: false));
        Assert.Equal(SessionStage.Setup, pool.Session.Stage);

        pool.BoardClock = InMemoryPool.Clock;
        pool.AnswerSetup();

        Assert.Contains("expired", pool.Ended, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(From, null)]
    [InlineData(From - 50, "expired")]
    public void AClockThatIsSetWhileThePoolIsSilentIsEnough(uint validTo, string? end)
    {
        Receive(pool.MakeAct2(null, From - 100, validTo), new ClockView(5, Trusted: false));
        pool.Session.SeeClock(() => new ClockView(From - 1, Trusted: true), pool.Now + TimeSpan.FromSeconds(1));

        Assert.Equal(end is not null, pool.Session.TimeUnverified);
        var ended = pool.Session.Tick(pool.Now).Ended;
        Assert.Equal(end is null, ended is null);
        Assert.Contains(end ?? "", ended ?? "", StringComparison.Ordinal);
    }

    public void Dispose() => pool.Dispose();

    private byte[] Act2(string kind, uint from = From, uint to = To, ushort version = 0)
    {
        using var stranger = KeyPair.Generate();
        if (kind != "bad signature")
        {
            return pool.MakeAct2(kind == "wrong authority" ? stranger : null, from, to, version);
        }

        byte[] bytes = [.. Certificate.Issue(stranger, InMemoryPool.ServerKey, from, to).Bytes];
        bytes.AsSpan(^64..).Fill(0xFF);
        return pool.MakeAct2(Certificate.Read(bytes));
    }

    private void Receive(byte[] bytes, ClockView clock)
    {
        pool.BoardClock = clock;
        pool.GiveRaw(bytes);
    }
}
