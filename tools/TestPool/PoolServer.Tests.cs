using System.Net;
using System.Text;
using Drivers.Hashing;
using Firmware;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace TestPool;

public class PoolServerTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task AMinerGoesFromHandshakeToAnAcknowledgedShare()
    {
        await using var pool = PoolServer.Start(new PoolOptions
        {
            Seed = 1,
            Scenario = Scenario.Default with { AcknowledgeCount = 2 },
            AcknowledgeAfter = TestMiner.Patience,
        });
        using var miner = new TestMiner(pool);
        var job = miner.Open(pool);

        miner.Send(job.Find());
        miner.Send(job.Find());

        var success = miner.ReceiveNext<SubmitSharesSuccess>();
        Assert.Equal(new SubmitSharesSuccess(job.ChannelId, 2, 2, success.NewSharesSum), success);
        Assert.Equal((2, 0, 1), (pool.Accepted, pool.Rejected, pool.Connections));
        Assert.All(pool.Verdicts, verdict => Assert.True(verdict.Accepted));
        Assert.NotNull(pool.LastShareAt);

        // Act 1, SetupConnection, OpenStandardMiningChannel and two shares of 62 bytes each; and the answers.
        Assert.Equal(64 + 67 + 88 + 2 * 62, pool.Ledger.BytesIn);
        Assert.Equal(234 + 44 + 83 + 83 + 86 + 58, pool.Ledger.BytesOut);
    }

    [Fact]
    public async Task ABadShareIsRefusedAndTheConnectionStays()
    {
        await using var pool = PoolServer.Start(new PoolOptions { Seed = 1 });
        using var miner = new TestMiner(pool);
        var job = miner.Open(pool);
        var share = job.Find();

        miner.Send(share);
        miner.Send(share with { SequenceNumber = 2 });

        var error = miner.ReceiveNext<SubmitSharesError>();
        Assert.Equal("duplicate-share", Encoding.ASCII.GetString(error.ErrorCode));
        Assert.Equal(2u, error.SequenceNumber);
        Assert.Equal(1u, miner.ReceiveNext<SubmitSharesSuccess>().NewSubmitsAcceptedCount);
        Assert.Equal((1, 1), (pool.Accepted, pool.Rejected));
    }

    [Fact]
    public async Task TwoChannelsAndTwoConnectionsAreKeptApart()
    {
        await using var pool = PoolServer.Start(new PoolOptions { Seed = 1 });
        using var first = new TestMiner(pool);
        using var second = new TestMiner(pool);
        var jobs = new[] { first.Open(pool), first.OpenChannel(2, 1000), second.Open(pool) };

        first.Send(jobs[0].Find());
        first.Send(jobs[1].Find());
        second.Send(jobs[2].Find());
        _ = first.ReceiveNext<SubmitSharesSuccess>();
        _ = first.ReceiveNext<SubmitSharesSuccess>();
        _ = second.ReceiveNext<SubmitSharesSuccess>();

        Assert.Equal(3, jobs.Select(job => job.ChannelId).Distinct().Count());
        Assert.Equal((3, 0, 2, 2), (pool.Accepted, pool.Rejected, pool.Connections, pool.LiveConnections));
    }

    [Fact]
    public async Task ABlockOnDemandMakesOldSharesStale()
    {
        await using var pool = PoolServer.Start(new PoolOptions { Seed = 1 });
        using var miner = new TestMiner(pool);
        var job = miner.Open(pool);

        pool.FindBlock();
        Assert.NotEqual(job.Header.PreviousHash, UInt256.Read(miner.ReceiveNext<SetNewPrevHash>().PrevHash));
        miner.Send(job.Find());

        Assert.Equal("stale-share", Encoding.ASCII.GetString(miner.ReceiveNext<SubmitSharesError>().ErrorCode));
    }

    [Fact]
    public async Task JobsAndBlocksComeByThemselves()
    {
        await using var pool = PoolServer.Start(new PoolOptions
        {
            JobInterval = TimeSpan.FromMilliseconds(100),
            BlockInterval = TimeSpan.FromMilliseconds(300),
        });
        using var miner = new TestMiner(pool);
        var job = miner.Open(pool);

        while (miner.ReceiveNext<NewMiningJob>().MinNTime is null)
        {
        }

        Assert.NotEqual(job.JobId, miner.ReceiveNext<SetNewPrevHash>().JobId);
    }

    [Theory]
    [InlineData("wrong-authority", NoiseFault.WrongAuthority)]
    [InlineData("expired-certificate", NoiseFault.CertificateExpired)]
    [InlineData("future-certificate", NoiseFault.CertificateNotYetValid)]
    [InlineData("certificate-version-1", NoiseFault.CertificateVersion)]
    [InlineData("reversed-certificate", NoiseFault.CertificateWindowReversed)]
    public async Task ABadCertificateIsBadInTheWayTheScenarioSays(string scenario, NoiseFault fault)
    {
        await using var pool = PoolServer.Start(new PoolOptions { Scenario = Scenario.Named(scenario)! });
        using var miner = new TestMiner(pool);

        Assert.Equal(fault, Assert.Throws<NoiseException>(() => miner.Handshake(pool)).Fault);
    }

    [Fact]
    public async Task APoolThatStallsInTheHandshakeTakesBytesAndGivesNone()
    {
        await using var pool = PoolServer.Start(new PoolOptions { Scenario = Scenario.Named("stall-at-handshake")! });
        using var miner = new TestMiner(pool);
        miner.SpeakPlain();
        miner.SendSetup();
        miner.SendSetup();

        Assert.True(miner.HearsNothingFor(Moment));
    }

    [Fact]
    public async Task ASilentPoolTakesASharesAndSaysNothing()
    {
        await using var pool = PoolServer.Start(new PoolOptions
        {
            Scenario = Scenario.Named("silent")!,
            AcknowledgeAfter = TimeSpan.FromMilliseconds(1),
        });
        using var miner = new TestMiner(pool);
        var job = miner.Open(pool);
        miner.Send(job.Find());
        pool.FindBlock();

        Assert.True(miner.HearsNothingFor(Moment));
        Assert.Equal(1, pool.Accepted);
    }

    [Theory]
    [InlineData("refuse")]
    [InlineData("close-after-open")]
    public async Task APoolThatEndsTheConnectionSaysItsLastWordFirst(string scenario)
    {
        await using var pool = PoolServer.Start(new PoolOptions { Scenario = Scenario.Named(scenario)! });
        using var miner = new TestMiner(pool);
        miner.Handshake(pool);
        miner.SendSetup();
        if (scenario == "refuse")
        {
            var refusal = miner.ReceiveNext<SetupConnectionError>();
            Assert.Equal("unsupported-protocol", Encoding.ASCII.GetString(refusal.ErrorCode));
        }
        else
        {
            miner.SendOpen(1, 1000);
            Assert.Equal(1u, miner.ReceiveNext<OpenStandardMiningChannelSuccess>().RequestId);
        }

        Assert.True(miner.IsClosedByPool());
    }

    [Fact]
    public async Task APlainPoolAnswersAHandshakeWithAPlainErrorAsLongAsAct2()
    {
        await using var pool = PoolServer.Start(new PoolOptions { Scenario = Scenario.Named("plaintext")! });
        using var miner = new TestMiner(pool);

        var exception = Assert.Throws<NoiseException>(() => miner.Handshake(pool));

        Assert.Equal(NoiseFault.OtherProtocol, exception.Fault);
        Assert.True(miner.IsClosedByPool());
    }

    [Fact]
    public async Task APlainPoolServesAPlainMiner()
    {
        await using var pool = PoolServer.Start(new PoolOptions { Scenario = Scenario.Named("plaintext")! });
        using var miner = new TestMiner(pool);
        miner.SpeakPlain();
        miner.SendSetup();
        _ = miner.ReceiveNext<SetupConnectionSuccess>();
        miner.Send(miner.OpenChannel(1, 1000).Find());

        Assert.Equal(1u, miner.ReceiveNext<SubmitSharesSuccess>().NewSubmitsAcceptedCount);
    }

    [Fact]
    public async Task AMinerThatBreaksTheProtocolIsDroppedAndTheNextOneServed()
    {
        using var log = new StringWriter();
        await using var pool = PoolServer.Start(new PoolOptions { Log = log });
        using var broken = new TestMiner(pool);
        _ = broken.Open(pool);
        broken.SpeakPlain(); // From here on its frames are no longer sealed.
        broken.SendSetup();
        Assert.True(broken.IsClosedByPool());

        using var next = new TestMiner(pool);
        next.Send(next.Open(pool).Find());

        Assert.Equal(1u, next.ReceiveNext<SubmitSharesSuccess>().NewSubmitsAcceptedCount);
        Assert.Contains("connection 1: the miner broke the protocol", log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MinersThatLeaveWhileJobsAreSentDoNotStopThePoolsClock()
    {
        await using var pool = PoolServer.Start(new PoolOptions { JobInterval = TimeSpan.FromMilliseconds(1) });
        for (var i = 0; i < 5; i++)
        {
            using var leaving = new TestMiner(pool);
            _ = leaving.Open(pool);
            Parallel.For(0, 200, _ => pool.FindBlock());
        }

        using var miner = new TestMiner(pool);
        _ = miner.Open(pool);
        Assert.NotNull(miner.ReceiveNext<NewMiningJob>().MinNTime);
    }

    [Fact]
    public async Task CuttingConnectionsLeavesThePoolOpenForNewOnes()
    {
        await using var pool = PoolServer.Start(new PoolOptions());
        using var miner = new TestMiner(pool);
        _ = miner.Open(pool);

        pool.CloseConnections();

        Assert.True(miner.IsClosedByPool());
        using var next = new TestMiner(pool);
        _ = next.Open(pool);
        Assert.Equal(2, pool.Connections);
    }

    [Fact]
    public async Task OneSeedMakesOneKeyAndASecretItsOwn()
    {
        await using var first = PoolServer.Start(new PoolOptions { Seed = 5 });
        await using var second = PoolServer.Start(new PoolOptions { Seed = 5 });
        await using var third = PoolServer.Start(new PoolOptions { Seed = 6 });
        await using var known = PoolServer.Start(new PoolOptions
        {
            AuthoritySecret = [.. Enumerable.Repeat((byte)0x44, 32)],
        });

        Assert.Equal(KeyOf(first), KeyOf(second));
        Assert.NotEqual(KeyOf(first), KeyOf(third));

        // SV2 reference 3.5: the authority whose secret is 0x44 thirty-two times.
        Assert.Equal("9axyEG5bASfivgHzqZTvGPnforoki8Z1qXvSAe6CbAK3wFAVETn", KeyOf(known));
    }

    [Fact]
    public async Task APortThatIsTakenIsOneSentence()
    {
        await using var pool = PoolServer.Start(new PoolOptions());

        var exception = Assert.Throws<StartException>(
            () => PoolServer.Start(new PoolOptions { Listen = pool.Endpoint }));

        Assert.Contains(pool.Endpoint.ToString(), exception.Message, StringComparison.Ordinal);
        Assert.NotEqual(0, pool.Endpoint.Port);
        Assert.Equal(IPAddress.Loopback, pool.Endpoint.Address);
    }

    private static string KeyOf(PoolServer pool) => pool.Url[(pool.Url.LastIndexOf('/') + 1)..];
}
