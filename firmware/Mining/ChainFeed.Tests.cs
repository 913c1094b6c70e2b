using Drivers.Buses;
using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>What stands between the pool's thread and the port, over a real pty.</summary>
public sealed class ChainFeedTests : IDisposable
{
    private static readonly TimeSpan Now = TimeSpan.FromHours(2);

    private readonly Pty pty = new();
    private readonly EasyChain chain = new();
    private readonly ChainFeed feed;
    private readonly Uart uart;

    public ChainFeedTests()
    {
        feed = new ChainFeed(chain);
        uart = Uart.Open(pty.Path, 3_125_000);
        feed.Attach(uart);
        feed.TakeJobs(true, Now);
    }

    [Fact]
    public void APortThatBreaksUnderAJobIsToldOnceAndForgottenWithThePort()
    {
        pty.Dispose();
        Assert.True(feed.Give(NewJob(), stopOldWork: false, Now));
        Assert.NotNull(feed.Trouble);

        // Whoever is still told of it would give up the next port as well.
        feed.Detach(Now);
        Assert.Null(feed.Trouble);
        feed.Step(Now);
        Assert.Null(feed.Trouble);
    }

    [Fact]
    public void TheWorkOfANewTipHasGoneToThePortWhenThePoolsThreadReturns()
    {
        feed.Give(NewJob(), stopOldWork: false, Now);
        Receive();

        // No queue, no other thread: what this costs is in the figure T1.
        feed.Give(NewJob(1_800_000_000), stopOldWork: true, Now);
        Assert.Equal(2, feed.JobsSent);
        Assert.Equal(new EasyChain().JobFrameSize, Receive());
    }

    [Fact]
    public void AJobAsksThePortNothingWhereItWasSeenEmptyBefore()
    {
        var port = new AskedPort();
        feed.Attach(port);
        feed.SeeDrained();
        feed.SeeDrained(); // Nothing was put into it since.
        Assert.Equal(1, port.Asked);

        feed.Give(NewJob(), stopOldWork: false, Now);
        Assert.Equal(1, port.Asked);
        Assert.Equal(1, feed.JobsSent);

        // Now something is in it, and the next job asks for itself, whatever was seen.
        port.Pending = 80;
        feed.SeeDrained();
        feed.Give(NewJob(1_800_000_000), stopOldWork: true, Now);
        Assert.Equal(1, feed.JobsSent);
        port.Pending = 0;
        feed.Step(Now + TimeSpan.FromSeconds(1));
        Assert.Equal(2, feed.JobsSent);
    }

    [Fact]
    public void AnotherPortIsNotEmptyBecauseTheOneBeforeWas()
    {
        feed.Attach(new AskedPort());
        feed.SeeDrained();

        feed.Attach(new AskedPort { Pending = 80 });
        feed.Give(NewJob(), stopOldWork: false, Now);

        Assert.Equal(0, feed.JobsSent);
    }

    [Fact]
    public void APortThatBreaksWhileNobodyWritesIsToldByTheNextJob()
    {
        pty.Dispose();
        feed.SeeDrained();
        Assert.Null(feed.Trouble);

        Assert.True(feed.Give(NewJob(), stopOldWork: false, Now));
        Assert.NotNull(feed.Trouble);
    }

    [Fact]
    public void AJobWhoseNTimeCanGrowNoMoreIsNoWorkToExpectResultsOf()
    {
        feed.Give(NewJob(), stopOldWork: false, Now);
        Assert.True(feed.HasWork(Now));

        feed.Give(NewJob(uint.MaxValue), stopOldWork: true, Now);
        feed.Step(Now + TimeSpan.FromSeconds(1));
        Assert.False(feed.HasWork(Now + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void ChipsThatUseUpWorkInMillisecondsGetOneRootAfterTheOther()
    {
        chain.JobLifetime = TimeSpan.FromMilliseconds(4); // 2^32 nonces at 1.07 TH/s, without a version bit to roll.
        feed.Give(NewJob() with { VersionMask = 0, Roots = new CountedRoots() }, stopOldWork: true, Now);
        var roots = new List<ulong>();
        for (var now = Now; now < Now + TimeSpan.FromSeconds(1); now += TimeSpan.FromMilliseconds(1))
        {
            feed.Step(now);
            roots.AddRange(SentRoots());
        }

        Assert.Equal(Enumerable.Range(0, 250).Select(number => (ulong)number), roots);
        Assert.Equal(250, feed.JobsSent);
    }

    [Fact]
    public void TheNextRootGoesOutWhenTheClockOfTheChipsWantsItAndNotLater()
    {
        chain.JobLifetime = TimeSpan.FromMilliseconds(40);
        feed.Give(NewJob() with { Roots = new CountedRoots() }, stopOldWork: true, Now);
        Assert.Equal(Now + TimeSpan.FromMilliseconds(40), feed.NextDue(Now));

        chain.JobLifetime = TimeSpan.FromMilliseconds(4); // The clock was walked up meanwhile.
        Assert.Equal(Now + TimeSpan.FromMilliseconds(4), feed.NextDue(Now));
    }

    [Fact]
    public void HoweverFastTheChipsWorkComesNoFasterThanTheWireCarriesIt()
    {
        chain.JobLifetime = TimeSpan.FromMicroseconds(1);
        feed.Give(NewJob() with { Roots = new CountedRoots() }, stopOldWork: true, Now);

        // 81 bytes of ten bits at 3,125,000 a second: the chips wait for it, and that is said.
        Assert.Equal(0.2592, (feed.NextDue(Now) - Now).TotalMilliseconds, 0.0001);
        Assert.InRange(feed.Starved(Now + TimeSpan.FromMilliseconds(0.25)).TotalMilliseconds, 0.248, 0.25);
    }

    [Fact]
    public void WorkThatTheChainKeepsWakesTheThreadThatStepsIt()
    {
        chain.KeepsWork = true;
        Assert.True(feed.Give(NewJob(), stopOldWork: false, Now));
        Assert.True(feed.WorkIsKept);

        feed.TakeKept();
        Assert.False(feed.WorkIsKept);
    }

    [Fact]
    public void WorkThatMayBeLostIsFollowedAtOnceWhereThereIsMore()
    {
        feed.Give(NewJob() with { Roots = new CountedRoots() }, stopOldWork: true, Now);
        feed.Hurry();
        Assert.Equal(Now, feed.NextDue(Now));

        feed.Give(NewJob(), stopOldWork: true, Now); // The only header of this second.
        feed.Hurry();
        Assert.Equal(Now + TimeSpan.FromSeconds(1), feed.NextDue(Now));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(1000)]
    public void EverythingThatWasSentLeavesAtTheRateItWasSentFor(int room)
    {
        var narrow = new NarrowPort(room);
        feed.Attach(narrow);
        feed.Send(new byte[200]);
        feed.ChangeBaud(1_000_000, TimeSpan.FromSeconds(1));
        feed.Send(new byte[5]);

        Assert.Equal((200, Math.Min(room, 5)), (narrow.SentAt[115_200], narrow.SentAt[1_000_000]));
    }

    [Fact]
    public void APortThatTakesNothingIsNotSwitched()
    {
        var narrow = new NarrowPort(room: 0);
        feed.Attach(narrow);
        feed.Send(new byte[20]);

        Assert.Throws<IOException>(() => feed.ChangeBaud(1_000_000, TimeSpan.FromSeconds(1)));
        Assert.Equal(115_200, narrow.Baud);
    }

    public void Dispose()
    {
        feed.Detach(Now);
        uart.Dispose();
        pty.Dispose();
    }

    /// <summary>One frame of work; the kernel moves it from end to end in its own time.</summary>
    private int Receive()
    {
        var count = 0;
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                Span<byte> some = stackalloc byte[256];
                count += pty.Read(some);
                return count >= new EasyChain().JobFrameSize;
            },
            TimeSpan.FromSeconds(20)));
        return count;
    }

    private static Job NewJob(uint ntime = 1_700_000_000) => new(
        1,
        new BlockHeader { Version = 0x2000_0000, NTime = ntime },
        VersionMask: 0x1FFF_E000,
        Target: UInt256.Max,
        NetworkTarget: UInt256.Zero,
        ActiveSince: Now,
        Sink: new Nowhere());

    private IEnumerable<ulong> SentRoots()
    {
        var frames = new byte[64 * EasyChain.FrameSize];
        var count = pty.Read(frames);
        return frames[..count]
            .Chunk(EasyChain.FrameSize)
            .Select(frame => BlockHeader.Read(frame.AsSpan(1)).MerkleRoot.Low);
    }

    private sealed class CountedRoots : IRootRoller
    {
        private ulong next;

        public bool TryNext(uint ntime, out Extranonce extranonce, out UInt256 merkleRoot)
        {
            extranonce = new Extranonce([1]);
            merkleRoot = new UInt256(next++, 0, 0, 0);
            return true;
        }
    }

    /// <summary>Takes a few bytes at a time, and more only once they have left.</summary>
    private sealed class NarrowPort(int room) : IChainPort
    {
        public Dictionary<int, int> SentAt { get; } = [];

        public string Path => "narrow";

        public int Descriptor => -1;

        public int Baud { get; private set; } = 115_200;

        public int Pending { get; private set; }

        public PortErrors Errors => default;

        public int SetBaud(int baud) => Baud = baud;

        public int Read(Span<byte> buffer) => 0;

        public int TryWrite(ReadOnlySpan<byte> bytes)
        {
            var taken = Math.Min(bytes.Length, room - Pending);
            Pending += taken;
            SentAt[Baud] = SentAt.GetValueOrDefault(Baud) + taken;
            return taken;
        }

        public bool Drain(TimeSpan patience)
        {
            Pending = 0;
            return true;
        }

        public void DiscardInput()
        {
            // Nothing waits in it.
        }

        public void Dispose()
        {
            // Nothing is open.
        }
    }

    /// <summary>Counts who asks what is left in it.</summary>
    private sealed class AskedPort : IChainPort
    {
        private int pending;

        public int Asked { get; private set; }

        public string Path => "asked";

        public int Descriptor => -1;

        public int Baud => 3_125_000;

        public PortErrors Errors => default;

        public int Pending
        {
            get
            {
                Asked++;
                return pending;
            }
            set => pending = value;
        }

        public int SetBaud(int baud) => baud;

        public int Read(Span<byte> buffer) => 0;

        public int TryWrite(ReadOnlySpan<byte> bytes) => bytes.Length;

        public bool Drain(TimeSpan patience) => true;

        public void DiscardInput()
        {
            // Nothing waits in it.
        }

        public void Dispose()
        {
            // Nothing is open.
        }
    }

    private sealed class Nowhere : IShareSink
    {
        public bool TrySubmit(in Share share, TimeSpan now) => throw new InvalidOperationException("Nobody asked.");
    }
}
