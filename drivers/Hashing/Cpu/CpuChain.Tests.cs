namespace Drivers.Hashing.Cpu;

public class CpuChainTests
{
    private static readonly Megahertz Half = new(50);
    private readonly CpuChain chain = new(new CpuConfig(Threads: 2, Nice: 0), hashesPerSecond: 4e6);
    private readonly byte[] answer = new byte[CpuFrames.AnswerSize];

    [Fact]
    public void ItSaysItsDutyAtOnceAndThenFourTimesASecond()
    {
        Start();
        var step = chain.Step(TimeSpan.Zero);

        Assert.Equal(0.5, CpuFrames.ReadDuty(step.Send));
        Assert.True(step.DiscardInput);
        Assert.Equal(CpuChain.WordEvery, step.Deadline);
        Assert.True(chain.Step(CpuChain.WordEvery / 2).Send.IsEmpty);
        Assert.Equal(0.5, CpuFrames.ReadDuty(chain.Step(CpuChain.WordEvery).Send));
    }

    [Fact]
    public void AnotherDutyIsSaidAtOnceAndNoneIsMoreThanAll()
    {
        Start();
        chain.Step(TimeSpan.Zero);
        chain.WantedClock = new Megahertz(625);

        Assert.Equal(1.0, CpuFrames.ReadDuty(chain.Step(TimeSpan.FromTicks(1)).Send));
        Assert.Equal(CpuConfig.FullDuty, chain.Status.Clock);
    }

    [Fact]
    public void StoppedItSaysSoOnceAndClaimsNoHashRate()
    {
        Start();
        chain.Step(TimeSpan.Zero);
        chain.Stop(TimeSpan.FromSeconds(1));
        var step = chain.Step(TimeSpan.FromSeconds(1));

        Assert.Equal(0.0, CpuFrames.ReadDuty(step.Send));
        Assert.Equal(TimeSpan.MaxValue, step.Deadline);
        Assert.Equal((ChainState.Off, 0.0, TimeSpan.Zero),
            (chain.Status.State, chain.Status.HashRate, chain.JobLifetime));
    }

    [Fact]
    public void TheHashRateIsTheMeasuredOneUntilTheThreadsHaveCounted()
    {
        Start();
        chain.Step(TimeSpan.Zero);
        Assert.Equal(4e6, chain.Status.HashRate); // Two threads at half of their time.

        Progress(thread: 0, 2_000_000);
        Progress(thread: 1, 1_000_000);
        Progress(thread: 0, 1_000_000);
        chain.Step(TimeSpan.FromSeconds(2));

        Assert.Equal(2e6, chain.Status.HashRate);
        Assert.Equal((1.5e6, 0.5e6), (chain.Chip(0).CountedHashRate, chain.Chip(1).CountedHashRate));
    }

    [Fact]
    public void AThreadThatGetsNoTimeIsNamed()
    {
        Start();
        for (var second = 0; second <= 40; second += 2)
        {
            Progress(thread: 0, 1000);
            chain.Step(TimeSpan.FromSeconds(second));
        }

        Assert.True(chain.Chip(0).Answers);
        Assert.False(chain.Chip(1).Answers);
        Assert.StartsWith("thread 1 ", chain.Chip(1).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void AClaimIsReadWhereverItIsCut()
    {
        Start();
        var claim = new FoundNonce(Slot: 31, Nonce: 0xDEAD_BEEF, VersionBits: 0x1FFF_E000, Chip: 1, Core: 0);
        CpuFrames.WriteNonce(answer, claim);
        for (var cut = 0; cut <= answer.Length; cut++)
        {
            ReadOnlySpan<byte> first = answer.AsSpan(0, cut);
            ReadOnlySpan<byte> rest = answer.AsSpan(cut);
            var found = chain.Receive(ref first, default, out var nonce)
                || chain.Receive(ref rest, default, out nonce);

            Assert.True(found);
            Assert.Equal(claim, nonce);
            Assert.True(rest.IsEmpty || cut == answer.Length);
        }
    }

    [Fact]
    public void WhatNoThreadOfOursSaidIsNoClaim()
    {
        Start();
        CpuFrames.WriteNonce(answer, new FoundNonce(0, 1, 0, Chip: 2, 0));
        Assert.False(Hear());
        Array.Fill<byte>(answer, 0xFF);
        Assert.False(Hear());

        Assert.Equal(2 * CpuFrames.AnswerSize, chain.Status.SkippedBytes);
    }

    [Fact]
    public void AWorkSurvivesTheWay()
    {
        var work = new Work(new() { Version = 0x2000_0004, NTime = 5, NBits = 6, Nonce = 7 }, 0x1FFF_E000);
        var frame = new byte[chain.JobFrameSize];

        Assert.Equal(frame.Length, chain.Encode(17, work, frame));
        Assert.Equal((17, work), CpuFrames.ReadJob(frame));
    }

    [Fact]
    public void AWorkLastsUntilItsVersionsAreUsedUp()
    {
        Start();
        chain.Step(TimeSpan.Zero);
        chain.Encode(0, new Work(default, 0), new byte[chain.JobFrameSize]);
        Assert.Equal(4294967296 / 4e6, chain.JobLifetime.TotalSeconds, 3);

        chain.Encode(0, new Work(default, 0x6000), new byte[chain.JobFrameSize]);
        Assert.Equal(4 * 4294967296 / 4e6, chain.JobLifetime.TotalSeconds, 3);
    }

    [Theory]
    [InlineData(1e3, 8)]
    [InlineData(1e6, 17)]
    [InlineData(1e12, 32)]
    public void FasterThreadsReportRarerHashes(double rate, int zeroBits) => Assert.Equal(
        zeroBits, new CpuChain(new CpuConfig(Threads: 2, Nice: 0), rate).ReportedZeroBits);

    private void Start()
    {
        chain.WantedClock = Half;
        chain.Start(TimeSpan.Zero);
    }

    private void Progress(int thread, long hashes)
    {
        CpuFrames.WriteProgress(answer, thread, hashes);
        Assert.False(Hear());
    }

    private bool Hear()
    {
        ReadOnlySpan<byte> bytes = answer;
        var found = chain.Receive(ref bytes, TimeSpan.Zero, out _);
        Assert.True(bytes.IsEmpty);
        return found;
    }
}
