using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>A session from the first byte on. Requirements are those of the SV2 reference §4 and §13.</summary>
public sealed class PoolSessionTests : IDisposable
{
    private readonly InMemoryPool pool = new();

    [Fact]
    public void OnlyActOneIsSentBeforeActTwo()
    {
        Assert.Equal(SessionStage.Handshake, pool.Session.Stage);
        Assert.Equal(NoiseInitiator.Act2Size, pool.Session.Free.Length);
        Assert.Empty(pool.Take(MessageType.SetupConnection));
    }

    [Fact]
    public void AConnectionMadeHoursAfterTheStartHasTheSameTimeForItsHandshake()
    {
        pool.Pass(PoolSession.StageMax - TimeSpan.FromSeconds(1));
        Assert.Null(pool.Ended);

        pool.AnswerHandshake();
        Assert.Equal(SessionStage.Setup, pool.Session.Stage);
    }

    [Fact]
    public void TheChannelIsAskedForAtOnceWithARealHashRate()
    {
        pool.AnswerHandshake();
        pool.AnswerSetup();

        var reader = new PayloadReader(Assert.Single(pool.Take(MessageType.OpenStandardMiningChannel)));
        var open = OpenStandardMiningChannel.Read(ref reader);
        Assert.Equal("account.worker"u8, open.UserIdentity);
        Assert.Equal(1.07e12f, open.NominalHashRate);
        Assert.Equal(UInt256.Max, UInt256.Read(open.MaxTarget));
    }

    [Fact]
    public void AFutureJobStartsWithItsTip()
    {
        pool.Opened();
        pool.GiveFutureJob(3);
        Assert.Equal(default, pool.LastStep);
        Assert.Equal(SessionStage.AwaitingJob, pool.Session.Stage);

        pool.GiveTip(job: 3);

        var job = pool.LastStep.Start!;
        Assert.Equal(3u, job.Id);
        Assert.Equal(InMemoryPool.NTime, job.Header.NTime);
        Assert.Equal(0x1FFF_E000u, job.VersionMask);
        Assert.Equal(InMemoryPool.Target, job.Target);
        Assert.True(pool.LastStep.StopOldWork);
        Assert.Equal(SessionStage.Mining, pool.Session.Stage);
    }

    [Fact]
    public void AJobForATipToComeSaysThatItIsNearAndNothingElseDoes()
    {
        pool.Opened();

        pool.GiveFutureJob(1);
        Assert.True(pool.TipIsNear);
        pool.GiveTip(job: 1);
        Assert.False(pool.TipIsNear);
        pool.GiveJob(2);
        Assert.False(pool.TipIsNear);
        pool.GiveFutureJob(3, channel: 77); // Nobody's.
        Assert.False(pool.TipIsNear);
        pool.GiveFutureJob(3, channel: InMemoryPool.Group);
        Assert.True(pool.TipIsNear);
        pool.GiveFutureJob(4);
        pool.Pass(TimeSpan.FromSeconds(1));
        Assert.False(pool.TipIsNear);
    }

    [Fact]
    public void BytesOneByOneMeanTheSameAsAllTogether()
    {
        pool.GiveRaw(pool.MakeAct2(), atOnce: 1);
        pool.Take(MessageType.SetupConnection);
        pool.GiveRaw(pool.Sealed(new SetupConnectionSuccess(2, 0)), atOnce: 1);
        pool.AnswerOpen();
        var job = pool.Sealed(new NewMiningJob
        {
            ChannelId = InMemoryPool.FirstChannel,
            JobId = 3,
            MinNTime = null,
            Version = 0x2000_0000,
            MerkleRoot = InMemoryPool.Filled(7),
        });
        pool.GiveRaw(job, atOnce: 1);
        pool.GiveTip(job: 3);

        Assert.Equal(3u, pool.LastStep.Start?.Id);
    }

    [Fact]
    public void ManyFramesInOneSegmentAreOneStepWithTheNewestJob()
    {
        pool.Opened();
        pool.GiveFutureJob(1);
        pool.GiveTip(job: 1);
        byte[] flood = [];
        for (var id = 2u; id < 20; id++)
        {
            flood = [.. flood, .. pool.Sealed(new NewMiningJob
            {
                ChannelId = InMemoryPool.FirstChannel,
                JobId = id,
                MinNTime = InMemoryPool.NTime + id,
                Version = 0x2000_0000,
                MerkleRoot = InMemoryPool.Filled((byte)id),
            })];
        }

        var before = pool.Steps.Count;
        pool.GiveRaw(flood);

        Assert.Equal(before + 1, pool.Steps.Count);
        Assert.Equal(19u, pool.LastStep.Start?.Id);
    }

    [Fact]
    public void APlainConnectionSendsTheSetupAtOnce()
    {
        using var plain = new InMemoryPool(insecure: true);
        plain.Opened();
        plain.GiveFutureJob(1);
        plain.GiveTip(job: 1);

        Assert.Equal(1u, plain.LastStep.Start?.Id);
    }

    [Fact]
    public void ARefusedChannelEndsTheSession()
    {
        pool.AnswerHandshake();
        pool.AnswerSetup();
        pool.Give(new OpenMiningChannelError { RequestId = 1, ErrorCode = "unknown-user"u8 });

        Assert.Contains("unknown-user", pool.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAnswerToAnotherRequestIsIgnored()
    {
        pool.AnswerHandshake();
        pool.AnswerSetup();
        foreach (var stranger in new[] { 0u, 2u, uint.MaxValue })
        {
            pool.Give(new OpenMiningChannelError { RequestId = stranger, ErrorCode = "unknown-user"u8 });
        }

        Assert.Null(pool.Ended);
        Assert.Equal(3, pool.Session.Ignored);
        pool.AnswerOpen();
        Assert.Equal(SessionStage.AwaitingJob, pool.Session.Stage);
    }

    [Fact]
    public void EachChainHasAChannelOfItsOwnAndOneConnection()
    {
        using var two = new InMemoryPool(chains: 2);
        two.Opened();
        two.GiveFutureJob(1, channel: 2, root: 1);
        two.GiveFutureJob(1, channel: 3, root: 2);
        two.GiveTip(job: 1, channel: InMemoryPool.Group);

        var steps = two.Steps.TakeLast(2).ToArray();
        Assert.Equal(UInt256.Read(InMemoryPool.Filled(1)), steps[0].Start?.Header.MerkleRoot);
        Assert.Equal(UInt256.Read(InMemoryPool.Filled(2)), steps[1].Start?.Header.MerkleRoot);
        Assert.NotSame(steps[0].Start?.Sink, steps[1].Start?.Sink);
    }

    [Fact]
    public void OneRefusedChannelLeavesTheOthersAlone()
    {
        using var two = new InMemoryPool(chains: 2);
        two.AnswerHandshake();
        two.AnswerSetup();
        two.Give(new OpenMiningChannelError { RequestId = 1, ErrorCode = "channel-capacity-exhausted"u8 });
        two.Give(new OpenStandardMiningChannelSuccess
        {
            RequestId = 2,
            ChannelId = 9,
            Target = InMemoryPool.Bytes(UInt256.Max),
            ExtranoncePrefix = default,
            GroupChannelId = 1,
        });
        two.GiveFutureJob(1, channel: 9);
        two.GiveTip(job: 1, channel: 9);

        Assert.Null(two.Ended);
        Assert.Equal([null, 1u], two.Steps.TakeLast(2).Select(step => step.Start?.Id));
    }

    [Fact]
    public void SayingGoodbyeClosesTheChannelWithAReason()
    {
        pool.Opened();
        pool.Session.SayGoodbye(pool.Now);

        var reader = new PayloadReader(Assert.Single(pool.Take(MessageType.CloseChannel)));
        var close = CloseChannel.Read(ref reader);
        Assert.Equal(InMemoryPool.FirstChannel, close.ChannelId);
        Assert.Equal("client shutting down"u8, close.ReasonCode);
    }

    [Fact]
    public void ATargetThatAllowsNoShareInAnHourIsAnAlarm()
    {
        pool.AnswerHandshake();
        pool.AnswerSetup();
        pool.AnswerOpen(Targets.FromDifficulty(1e9));

        Assert.True(pool.Terms.Alarms.IsRaised(PoolAlarm.UnreachableTarget));
        Assert.Null(pool.Ended);
    }

    [Fact]
    public void ATargetThatNoHashMeetsHasNoDifficultyToShow()
    {
        pool.Opened();
        Assert.Equal(512, pool.Session.Difficulty!.Value, tolerance: 0.01);

        // Infinity is no number in JSON: a status that holds it cannot be sent.
        pool.GiveTarget(UInt256.Zero);
        Assert.Null(pool.Session.Difficulty);
    }

    [Fact]
    public void AJobCostsAtMostHalfAKilobyteAndAcknowledgementsCostNothing()
    {
        pool.Opened();
        pool.GiveFutureJob(1);
        pool.GiveTip(job: 1);
        var jobs = Enumerable.Range(2, 60)
            .Select(id => pool.Sealed(new NewMiningJob
            {
                ChannelId = InMemoryPool.FirstChannel,
                JobId = (uint)id,
                MinNTime = InMemoryPool.NTime,
                Version = 0x2000_0000,
                MerkleRoot = InMemoryPool.Filled((byte)id),
            }))
            .ToArray();
        var acknowledgement = Enumerable.Range(0, 60)
            .Select(_ => pool.Sealed(new SubmitSharesSuccess(InMemoryPool.FirstChannel, 0, 0, 0)))
            .ToArray();

        Assert.InRange(Cost(jobs), 1, 512);
        Assert.Equal(0, Cost(acknowledgement));
    }

    [Fact]
    public void ATipAndItsFutureJobTogetherCostAtMostAKilobyte()
    {
        pool.Opened();
        var tips = new List<byte[]>();
        for (var id = 1u; id <= 30; id++)
        {
            var future = pool.Sealed(new NewMiningJob
            {
                ChannelId = InMemoryPool.FirstChannel,
                JobId = id,
                MinNTime = null,
                Version = 0x2000_0000,
                MerkleRoot = InMemoryPool.Filled((byte)id),
            });
            tips.Add([.. future, .. pool.Sealed(new SetNewPrevHash
            {
                ChannelId = InMemoryPool.FirstChannel,
                JobId = id,
                PrevHash = InMemoryPool.Filled((byte)id),
                MinNTime = InMemoryPool.NTime,
                NBits = 0x1703_4219,
            })]);
        }

        Assert.InRange(Cost([.. tips]), 1, 1024);
    }

    public void Dispose() => pool.Dispose();

    /// <summary>Bytes allocated for each, after the first half has warmed everything up.</summary>
    private long Cost(byte[][] messages)
    {
        var warm = messages.Length / 2;
        long before = 0;
        for (var i = 0; i < messages.Length; i++)
        {
            if (i == warm)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            messages[i].CopyTo(pool.Session.Free);
            Assert.Null(pool.Session.Received(messages[i].Length, InMemoryPool.Clock, pool.Now).Ended);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / (messages.Length - warm);
    }
}
