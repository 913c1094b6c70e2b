using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>Shares on their way out and the pool's word on the way back (SV2 reference §4.8).</summary>
public sealed class ChannelSharesTests : IDisposable
{
    private static readonly Share Share = new(1, Nonce: 0xC0FFEE, InMemoryPool.NTime, 0x2000_2000, IsBlock: false);

    private readonly InMemoryPool pool = new(change: terms => terms with { SharesASecondMax = 2000 });
    private readonly IShareSink sink;

    public ChannelSharesTests()
    {
        pool.Opened();
        pool.GiveFutureJob(1);
        pool.GiveTip(job: 1);
        sink = pool.LastStep.Start!.Sink;
    }

    [Fact]
    public void AShareCarriesItsFieldsAndTheFirstSequenceNumberIsOne()
    {
        Assert.True(sink.TrySubmit(Share, pool.Now));

        Assert.Equal(
            new SubmitSharesStandard(InMemoryPool.FirstChannel, 1, 1, 0xC0FFEE, InMemoryPool.NTime, 0x2000_2000),
            pool.Only<SubmitSharesStandard>());
        Assert.Equal(1, pool.Session.Pending);
    }

    [Fact]
    public void SequenceNumbersGrowByOneEachChannelForItself()
    {
        Submit(3);

        Assert.Equal([1u, 2u, 3u], Sequences());

        using var two = new InMemoryPool(chains: 2);
        two.Opened();
        two.GiveFutureJob(1, channel: InMemoryPool.Group);
        two.GiveTip(job: 1, channel: InMemoryPool.Group);
        var sinks = two.Steps.TakeLast(2).Select(step => step.Start!.Sink).ToArray();
        foreach (var channel in new[] { 0, 1, 1, 0, 1 })
        {
            Assert.True(sinks[channel].TrySubmit(Share, two.Now));
        }

        Assert.Equal(
            [(2u, 1u), (3u, 1u), (3u, 2u), (2u, 2u), (3u, 3u)],
            two.Take(MessageType.SubmitSharesStandard).Select(payload =>
            {
                var reader = new PayloadReader(payload);
                var share = SubmitSharesStandard.Read(ref reader);
                return (share.ChannelId, share.SequenceNumber);
            }));
    }

    [Fact]
    public void OneWordConfirmsAWholeBatch()
    {
        Submit(10);
        pool.Confirm(last: 10, count: 10);

        Assert.Equal(10, pool.Totals.Accepted);
        Assert.Equal(0, pool.Session.Pending);
        Assert.Equal(0, pool.Session.Disagreements);
    }

    [Fact]
    public void ARefusalThatComesBeforeItsBatchCountsOnce()
    {
        Submit(10);
        pool.Reject(4, "difficulty-too-low");
        pool.Confirm(last: 10, count: 9);

        Assert.Equal(9, pool.Totals.Accepted);
        Assert.Equal(1, pool.Totals.Rejected);
        Assert.Equal(0, pool.Session.Disagreements);
        Assert.Equal("difficulty-too-low", pool.Session.LastRejection);
    }

    [Fact]
    public void ALateShareIsNoRejection()
    {
        Submit(1);
        pool.Reject(1, "stale-share");

        Assert.Equal(1, pool.Totals.Stale);
        Assert.Equal(0, pool.Totals.Rejected);
    }

    [Fact]
    public void AnAcknowledgementOfTheFutureConfirmsWhatThereIsAndNoMore()
    {
        Submit(3);
        pool.Confirm(last: 500, count: uint.MaxValue);
        pool.Confirm(last: uint.MaxValue, count: 3);

        Assert.Equal(3, pool.Totals.Accepted);
        Assert.Equal(0, pool.Session.Pending);
        Assert.Equal(2, pool.Session.Disagreements);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    [InlineData(uint.MaxValue)]
    public void ARefusalOfAnUnknownShareIsIgnored(uint sequence)
    {
        Submit(1);
        pool.Reject(sequence, "invalid-share");

        Assert.Equal(0, pool.Totals.Rejected);
        Assert.Equal(1, pool.Session.Pending);
        Assert.Equal(1, pool.Session.Ignored);
    }

    [Fact]
    public void SharesWithoutAWordAtTheEndAreUnconfirmed()
    {
        Submit(5);
        pool.Confirm(last: 2, count: 2);
        pool.HangUp();

        Assert.Equal(3, pool.Totals.Unconfirmed);
        Assert.Equal(0, pool.Session.Pending);
    }

    [Fact]
    public void MissingAcknowledgementsAreNoFailure()
    {
        for (var i = 0; i < 100; i++)
        {
            Submit(1);
            pool.GiveTarget(InMemoryPool.Target); // Any sign of life.
            pool.Pass(TimeSpan.FromSeconds(10));
        }

        Assert.Null(pool.Ended);
        Assert.Equal(100, pool.Session.Pending);
    }

    [Fact]
    public void WhatTheKernelDoesNotTakeWaitsAndGoesOutInOrder()
    {
        pool.Room = 100;
        Submit(5);
        Assert.True(pool.Session.HasUnsent);
        Assert.True(pool.CallsForAttention > 0);
        Assert.Single(Sequences());

        pool.Room = int.MaxValue;
        pool.Session.Flush(pool.Now);
        Submit(1);

        Assert.False(pool.Session.HasUnsent);
        Assert.Equal([2u, 3u, 4u, 5u, 6u], Sequences());
    }

    [Fact]
    public void AKernelThatTakesNothingForThirtySecondsIsADeadSession()
    {
        pool.Room = 0;
        Submit(1);
        pool.Pass(TimeSpan.FromSeconds(29.9));
        Assert.Null(pool.Ended);
        pool.Pass(TimeSpan.FromSeconds(0.2));

        Assert.NotNull(pool.Ended);
        Assert.Equal(1, pool.Totals.Unconfirmed);
    }

    [Fact]
    public void AFullOutboxIsADeadSession()
    {
        pool.Room = 0;
        var submitted = 0;
        while (sink.TrySubmit(Share, pool.Now))
        {
            submitted++;
            Assert.InRange(submitted, 0, 2000);
        }

        pool.Pass(TimeSpan.FromMilliseconds(1));
        Assert.NotNull(pool.Ended);
        Assert.Equal(submitted, pool.Totals.Unconfirmed);
    }

    [Fact]
    public void ABrokenConnectionIsNoticedByTheShareThatMeetsIt()
    {
        pool.IsBroken = true;
        Submit(1);
        Assert.True(pool.CallsForAttention > 0);
        Assert.False(sink.TrySubmit(Share, pool.Now));

        pool.Pass(TimeSpan.FromMilliseconds(1));
        Assert.NotNull(pool.Ended);
        Assert.Equal(1, pool.Totals.Unconfirmed);
    }

    [Fact]
    public void ASealedShareAllocatesNothing()
    {
        var wire = new Discarding();
        var uplink = new Uplink(wire);
        uplink.Secure(new FrameSealer(new CipherState(InMemoryPool.Filled(5))));
        var path = new SharePath(uplink, new ShareTotals(), sharesASecondMax: 2000, rejudges: false, new PoolHabits());
        var shares = new ChannelShares(path, 2, isExtended: false, UInt256.Max);
        for (var i = 0; i < 100; i++)
        {
            shares.TrySubmit(Share, pool.Now);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            shares.TrySubmit(Share, pool.Now);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(wire.Bytes > 200 * 60);
    }

    public void Dispose() => pool.Dispose();

    private void Submit(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.True(sink.TrySubmit(Share, pool.Now));
        }
    }

    private IEnumerable<uint> Sequences() => pool.Take(MessageType.SubmitSharesStandard).Select(payload =>
    {
        var reader = new PayloadReader(payload);
        return SubmitSharesStandard.Read(ref reader).SequenceNumber;
    });

    private sealed class Discarding : IWire
    {
        public long Bytes { get; private set; }

        public int Send(ReadOnlySpan<byte> bytes)
        {
            Bytes += bytes.Length;
            return bytes.Length;
        }

        public void CallForAttention() => throw new InvalidOperationException("Nothing was left behind.");
    }
}
