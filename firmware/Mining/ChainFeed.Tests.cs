using Drivers.Buses;
using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>What stands between the pool's thread and the port, over a real pty.</summary>
public sealed class ChainFeedTests : IDisposable
{
    private static readonly TimeSpan Now = TimeSpan.FromHours(2);

    private readonly Pty pty = new();
    private readonly ChainFeed feed = new(new EasyChain());
    private readonly Uart uart;

    public ChainFeedTests()
    {
        uart = Uart.Open(pty.Path, 115_200);
        feed.Attach(uart);
        feed.TakesJobs = true;
    }

    [Fact]
    public void APortThatBreaksUnderAJobIsToldOnceAndForgottenWithThePort()
    {
        pty.Dispose();
        Assert.True(feed.Give(NewJob(), stopOldWork: false, Now));
        Assert.NotNull(feed.Trouble);

        // Whoever is still told of it would give up the next port as well.
        feed.Detach();
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
    public void AJobWhoseNTimeCanGrowNoMoreIsNoWorkToExpectResultsOf()
    {
        feed.Give(NewJob(), stopOldWork: false, Now);
        Assert.True(feed.HasWork(Now));

        feed.Give(NewJob(uint.MaxValue), stopOldWork: true, Now);
        feed.Step(Now + TimeSpan.FromSeconds(1));
        Assert.False(feed.HasWork(Now + TimeSpan.FromSeconds(1)));
    }

    public void Dispose()
    {
        feed.Detach();
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

    private sealed class Nowhere : IShareSink
    {
        public bool TrySubmit(in Share share, TimeSpan now) => throw new InvalidOperationException("Nobody asked.");
    }
}
