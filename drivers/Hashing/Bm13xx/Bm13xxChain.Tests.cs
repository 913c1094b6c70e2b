using System.Buffers.Binary;

namespace Drivers.Hashing.Bm13xx;

public class Bm13xxChainTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly byte[] Share = Convert.FromHexString("AA554C0352750CD205A29C"); // Captured: Bitaxe Gamma

    private readonly Bm13xxChain chain = new(Gamma) { WantedClock = new Megahertz(62.5) };
    private readonly FakeChips chips = new();

    private static Bm13xxConfig Gamma =>
        new(ChipModel.Bm1370, Chips: 1, Baud: 1_000_000, TicketMask.FromDifficulty(256));

    [Fact]
    public void AChainSaysWhatItsResultsAreWorth()
    {
        var simulated = new Bm13xxChain(Gamma with { Ticket = TicketMask.FromDifficulty(64), ZeroBits = 10 });

        Assert.Equal((40, 16), (chain.ReportedZeroBits, chain.Slots));
        Assert.Equal((16, 16), (simulated.ReportedZeroBits, simulated.Slots));
    }

    [Fact] // 525 MHz × 2040 units; the reference says about 1.07 TH/s.
    public void AHealthyGammaHashesAtItsClockTimesItsUnits()
    {
        var now = RunTo(525);

        Assert.Equal(1.071e12, chain.Status.HashRate, tolerance: 1e6);
        Assert.Equal(new Megahertz(525), chain.Status.Clock);
        Assert.InRange(now.TotalSeconds, 7.6, 10);
    }

    [Fact] // 261.7 s to the repeat, of which a tenth is kept in reserve; at 50 MHz the chip counts longer.
    public void AJobLastsAlmostUntilTheSearchSpaceRepeats()
    {
        RunTo(525);

        Assert.Equal(261.7 * 0.9, chain.JobLifetime.TotalSeconds, tolerance: 0.05);
    }

    [Fact]
    public void AJobThatMayRollFewerBitsBringsItsMaskAndLastsShorter()
    {
        RunTo(525);
        var dirty = new byte[chain.JobFrameSize];

        Assert.Equal(88, Encode(0x1FFF_E000, dirty));
        Assert.Equal(99, Encode(0x0001_E000, dirty));
        Assert.Equal("55AA510900A49000000F01", Convert.ToHexString(dirty, 0, 11));
        Assert.Equal("55AA2156", Convert.ToHexString(dirty, 11, 4));
        Assert.Equal(261.7 * 0.9 / 4096, chain.JobLifetime.TotalSeconds, tolerance: 0.001);
        Assert.Equal(99, Encode(0x1FFF_E000, dirty));
        Assert.Equal("55AA510900A49000FFFF1C", Convert.ToHexString(dirty, 0, 11));
    }

    [Fact] // Captured: the job was sent as id 0x68.
    public void TheJobOfTheAcceptedShareIsTheCapturedFrame()
    {
        var share = ChipVectors.Root.GetProperty("bm1370_share");
        var header = BlockHeader.Read(share.Hex("header")) with { Version = 0x2000_0000 };
        var frame = new byte[chain.JobFrameSize];

        var length = chain.Encode(13, new Work(header, VersionRolling.HeaderMask), frame);

        Assert.Equal(share.Text("tx"), Convert.ToHexString(frame, 0, length));
        Assert.Throws<ArgumentOutOfRangeException>(() => chain.Encode(16, default, frame));
    }

    [Fact]
    public void TheAcceptedShareIsAClaimThatHashesToItsDifficulty()
    {
        var now = RunTo(62.5);
        ReadOnlySpan<byte> received = Share;

        Assert.True(chain.Receive(ref received, now + Second, out var found));
        Assert.True(received.IsEmpty);
        Assert.Equal(new FoundNonce(13, 0x7552_034C, 0x00B4_4000, Chip: 0, Core: 0x26), found);

        var share = ChipVectors.Root.GetProperty("bm1370_share");
        var header = BlockHeader.Read(share.Hex("header"));
        Assert.Equal(header.Version, 0x2000_0000u | found.VersionBits);
        Assert.Equal(header.Nonce, found.Nonce);
        Assert.Equal(29588.01, Targets.Difficulty(header.Hash()), tolerance: 0.01);
        Assert.Equal(0, chain.Status.LeftAside.SmallCores);
    }

    [Fact] // Computed for the reference: how a BM1370 would have reported block 839900.
    public void TheBlockIsAClaimToo()
    {
        var now = RunTo(62.5);
        ReadOnlySpan<byte> received = Convert.FromHexString("AA55178560D2003354B395");

        Assert.True(chain.Receive(ref received, now + Second, out var found));

        var (work, _) = ChipVectors.Block839900().First();
        var header = work with { Version = 0x2000_0000 | found.VersionBits, Nonce = found.Nonce };
        Assert.Equal(
            "000000000000000000023dfafae2b6e6b5ecf9d1365fafa075dec49625721f37", header.Hash().ToString());
    }

    [Fact]
    public void SeveralClaimsInOneReadComeOneByOne()
    {
        var now = RunTo(62.5) + Second;
        ReadOnlySpan<byte> received = [.. Share, .. Share, .. Share.AsSpan(0, 5)];

        Assert.True(chain.Receive(ref received, now, out _));
        Assert.Equal(16, received.Length);
        Assert.True(chain.Receive(ref received, now, out _));
        Assert.False(chain.Receive(ref received, now, out _));
        Assert.True(received.IsEmpty);
    }

    [Fact]
    public void NothingIsBelievedThatNobodyAskedFor()
    {
        ReadOnlySpan<byte> early = Share;
        Assert.False(chain.Receive(ref early, Second, out _));

        var now = RunTo(62.5) + Second;
        ReadOnlySpan<byte> unasked = Convert.FromHexString("AA55137000000000000010");
        Assert.False(chain.Receive(ref unasked, now, out _));

        Assert.Equal((1, 1), (chain.Status.LeftAside.Disbelieved, chain.Status.LeftAside.Unasked));
    }

    [Fact]
    public void WhatArrivesWhileThePllMovesIsCountedAndNotBelieved()
    {
        var now = RunTo(62.5);
        chain.WantedClock = new Megahertz(68.75);
        now += Second;
        Assert.Equal(22, chain.Step(now).Send.Length);

        ReadOnlySpan<byte> during = Share;
        Assert.False(chain.Receive(ref during, now + TimeSpan.FromMilliseconds(20), out _));
        Assert.Equal(1, chain.Status.LeftAside.Disbelieved);
        ReadOnlySpan<byte> after = Share;
        Assert.True(chain.Receive(ref after, now + TimeSpan.FromMilliseconds(30), out _));
    }

    [Theory] // Captures: one BM1362 result in twelve is wrong by 4 there, and nothing is wrong with it.
    [InlineData("BM1362", 0, 4, 0)]
    [InlineData("BM1362", 0, 1, 1)]
    [InlineData("BM1366", 0, 4, 1)]
    public void ABitThatAModelOftenTellsWrongIsNoSign(string model, int small, int version, long mismatches)
    {
        var config = new Bm13xxConfig(ChipModel.Find(model)!, 1, 115_200, new TicketMask(0));
        var wire = new ChainWire(config);
        var filter = new AnswerFilter(wire, new Telemetry(wire), new JobEncoder(config.Model));

        Assert.True(filter.Believes(new(true, 0x0200_0000, 0, (byte)small, (ushort)version), isRunning: true, out _));
        Assert.Equal(mismatches, filter.LeftAside.SmallCores);
    }

    [Fact] // Two chips, where a host read the results of the empty job after its first work had gone.
    public void WhatWasFoundOfTheEmptyJobIsNobodysThoughWorkHasItsSlotMeanwhile()
    {
        var config = new Bm13xxConfig(ChipModel.Bm1370, 2, 115_200, TicketMask.FromDifficulty(16), ZeroBits: 8);
        var jobs = new JobEncoder(config.Model);
        var wire = new ChainWire(config) { HadEmptyJob = true };
        var filter = new AnswerFilter(wire, new Telemetry(wire), jobs);
        var frame = new byte[jobs.FrameSize];
        var target = Targets.FromZeroBits(8 + 4);
        var ofNothing = Enumerable.Range(0, 1 << 20).First(nonce => Sha256d.Hash(default, 0, (uint)nonce) <= target);
        bool Believes(int nonce) => filter.Believes(
            new(true, BinaryPrimitives.ReverseEndianness((uint)nonce), 0, 0, 0), isRunning: true, out _);

        jobs.Encode(0, new Work(default, VersionRolling.HeaderMask), frame);
        Assert.False(Believes(ofNothing));
        Assert.Equal(1, filter.LeftAside.Disbelieved);
        Assert.True(Believes(ofNothing + 1)); // Of the work, or a mistake of the chip's: to be hashed.

        for (var slot = 1; slot <= config.Model.Slots; slot++)
        {
            jobs.Encode(slot % config.Model.Slots, new Work(default, VersionRolling.HeaderMask), frame);
        }

        Assert.True(Believes(ofNothing)); // Nothing of it is on its way any more.
    }

    [Fact]
    public void AResultWithTwoSmallCoresIsCountedAndPassedOn()
    {
        var now = RunTo(62.5);
        ReadOnlySpan<byte> received = Convert.FromHexString("AA55178560D2003054B392"); // sub 0, version …3

        Assert.True(chain.Receive(ref received, now + Second, out _));
        Assert.Equal(1, chain.Status.LeftAside.SmallCores);
    }

    [Fact]
    public void TheClockFollowsStepByStepAndTheCountWithIt()
    {
        var now = RunTo(62.5);
        chips.Heard.Clear();

        chain.WantedClock = new Megahertz(50);
        now = chips.Run(chain, now, now + Second);
        Assert.Equal(
            ["55AA5109000840BD026501", "55AA510900100071C6101E", "55AA5109000840A802650F", "55AA51090010007FFEF41D"],
            chips.Orders);
        Assert.Equal(ChainState.Running, chain.Status.State);

        chips.Heard.Clear();
        chain.WantedClock = new Megahertz(58);
        chips.Run(chain, now, now + Second);
        Assert.Equal(4, chips.Orders.Count());
        Assert.Equal("55AA5109000840BD026501", chips.Orders.First());
        Assert.Equal(58, chain.Status.Clock.Value, tolerance: 0.2);
    }

    [Fact]
    public void AClockBelowTheLowestIsTheLowest()
    {
        RunTo(0);

        Assert.Equal(new Megahertz(50), chain.Status.Clock);
    }

    [Fact]
    public void StoppingEndsTheHashingFirstAndThenWalksTheClockDown()
    {
        var now = RunTo(62.5);
        chips.Heard.Clear();

        chain.Stop(now);
        Assert.Equal(ChainState.Off, chain.Status.State);
        chips.Run(chain, now, now + Second);

        Assert.Equal(
            [
                "55AA510900100000000011", "55AA5109000840BD026501",
                "55AA510900100000000011", "55AA5109000840A802650F",
                "55AA510900100000000011", "55AA5109000840A802650F",
            ],
            chips.Heard);
        Assert.Equal((0, ChainState.Off), (chain.Status.HashRate, chain.Status.State));
    }

    [Fact]
    public void AStoppedChainStartsAgainLikeTheFirstTime()
    {
        var now = RunTo(62.5);
        chain.Stop(now);
        now = chips.Run(chain, now, now + Second);

        chips.Reset();
        chain.Start(now);
        chips.Run(chain, now, now + 10 * Second, () => chain.Status.State == ChainState.Running);

        Assert.Equal(ChainState.Running, chain.Status.State);
    }

    [Fact]
    public void NothingIsAllocatedOnceItRuns()
    {
        var now = RunTo(62.5) + Second;
        var frame = new byte[chain.JobFrameSize];
        var stream = (byte[])[.. Share, 0xAA, .. Share];
        Mine(now, frame, stream);
        chain.WantedClock = new Megahertz(75);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Mine(now + Second, frame, stream);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
    }

    private void Mine(TimeSpan now, byte[] frame, byte[] stream)
    {
        chain.Step(now);
        Encode(VersionRolling.HeaderMask, frame);
        ReadOnlySpan<byte> received = stream;
        while (chain.Receive(ref received, now, out _))
        {
        }

        _ = chain.Status;
        _ = chain.JobLifetime;
    }

    private int Encode(uint mask, byte[] frame) => chain.Encode(3, new Work(default, mask), frame);

    private TimeSpan RunTo(double megahertz)
    {
        chain.WantedClock = new Megahertz(megahertz);
        chain.Start(TimeSpan.Zero);
        var now = chips.Run(chain, TimeSpan.Zero, 60 * Second, () => chain.Status.State == ChainState.Running);
        Assert.Equal(ChainState.Running, chain.Status.State);
        return chips.Run(chain, now, now + TimeSpan.FromMilliseconds(50)); // The PLL was looked at.
    }
}
