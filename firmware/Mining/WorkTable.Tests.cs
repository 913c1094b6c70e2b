using Drivers.Hashing;

namespace Firmware.Mining;

public class WorkTableTests
{
    private const uint FirstNTime = 1_700_000_000;

    private static readonly TimeSpan Start = TimeSpan.FromSeconds(100);

    private readonly WorkTable table = new(slots: 4);

    [Fact]
    public void AJobStartsWithItsLowestNTimeAtOnce()
    {
        var job = NewJob(1);
        table.Take(job);

        Assert.Equal(Start, table.NextDue(Start));
        Assert.True(table.TryNext(Start, out _, out var work));
        Assert.Equal(job.Header, work.Header);
        Assert.Equal(job.VersionMask, work.VersionMask);
    }

    [Fact]
    public void NTimeGrowsByOneASecondAndNeverFaster()
    {
        table.Take(NewJob(1));
        var ntimes = new List<uint>();
        for (var now = Start; now < Start + TimeSpan.FromSeconds(3); now += TimeSpan.FromMilliseconds(50))
        {
            if (table.TryNext(now, out _, out var work))
            {
                ntimes.Add(work.Header.NTime);
            }
        }

        Assert.Equal([FirstNTime, FirstNTime + 1, FirstNTime + 2], ntimes);
    }

    [Fact]
    public void AfterAPauseNTimeIsWhereTheClockIs()
    {
        table.Take(NewJob(1));
        table.TryNext(Start, out _, out _);

        var later = Start + TimeSpan.FromSeconds(12.5);
        Assert.True(table.TryNext(later, out _, out var work));
        Assert.Equal(FirstNTime + 12, work.Header.NTime);
        Assert.Equal(Start + TimeSpan.FromSeconds(13), table.NextDue(later));
    }

    [Fact]
    public void NoHeaderIsEverHandedOutTwice()
    {
        table.Take(NewJob(1));
        table.TryNext(Start, out _, out var first);

        // The same content under another id, or the same job again: both would find the same nonces.
        table.Take(NewJob(2));
        Assert.False(table.TryNext(Start + TimeSpan.FromMilliseconds(900), out _, out _));
        Assert.True(table.TryNext(Start + TimeSpan.FromSeconds(1), out var slot, out var second));
        Assert.NotEqual(first.Header, second.Header);
        Assert.Equal(2u, table.At(slot).Newest.Job?.Id);
    }

    [Fact]
    public void AJobThatComesBackAfterAnotherGoesOnWhereItWas()
    {
        table.Take(NewJob(1));
        table.TryNext(Start, out _, out _);
        table.Take(NewJob(2, merkle: 2)); // Never handed out: the next one comes too soon.
        table.Take(NewJob(3));
        Assert.False(table.TryNext(Start, out _, out _));

        var second = Start + TimeSpan.FromSeconds(1);
        Assert.True(table.TryNext(second, out _, out var work));
        Assert.Equal(FirstNTime + 1, work.Header.NTime);

        table.Take(NewJob(4, merkle: 4));
        Assert.True(table.TryNext(second, out _, out _));
        table.Take(NewJob(5));
        Assert.False(table.TryNext(second, out _, out _));
        Assert.True(table.TryNext(Start + TimeSpan.FromSeconds(2), out _, out _));
    }

    [Fact]
    public void AJobThatComesBackAfterItWasRetiredGoesOnWhereItWas()
    {
        table.Take(NewJob(1));
        table.TryNext(Start, out _, out _);
        table.Retire();
        table.Take(NewJob(1));

        Assert.False(table.TryNext(Start, out _, out _));
        Assert.True(table.TryNext(Start + TimeSpan.FromSeconds(1), out _, out _));
    }

    [Fact]
    public void NTimeStopsInsteadOfWrapping()
    {
        table.Take(NewJob(1, uint.MaxValue - 1));
        Assert.True(table.TryNext(Start, out _, out _));
        Assert.True(table.TryNext(Start + TimeSpan.FromSeconds(1), out _, out var last));
        Assert.Equal(uint.MaxValue, last.Header.NTime);
        Assert.False(table.TryNext(Start + TimeSpan.FromDays(1), out _, out _));
        Assert.Equal(TimeSpan.MaxValue, table.NextDue(Start));
    }

    [Fact]
    public void ASlotRemembersWhatItHeldBefore()
    {
        for (var i = 0u; i <= 4; i++)
        {
            table.Take(NewJob(i, merkle: i));
            table.TryNext(Start, out _, out _);
        }

        Assert.Equal(4u, table.At(0).Newest.Job?.Id);
        Assert.Equal(0u, table.At(0).Before.Job?.Id);
        Assert.Null(table.At(1).Before.Job);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(int.MaxValue)]
    public void ASlotThatIsNoneIsEmpty(int slot) => Assert.Null(table.At(slot).Newest.Job);

    [Fact]
    public void RetiredWorkIsMarkedAndNotHandedOutAnyMore()
    {
        table.Take(NewJob(1));
        table.TryNext(Start, out var slot, out _);
        table.Retire();

        Assert.True(table.At(slot).Newest.Retired);
        Assert.False(table.TryNext(Start + TimeSpan.FromSeconds(5), out _, out _));
        Assert.Equal(TimeSpan.MaxValue, table.NextDue(Start));

        table.Take(NewJob(2, merkle: 2));
        Assert.True(table.TryNext(Start, out var next, out _));
        Assert.False(table.At(next).Newest.Retired);
        Assert.True(table.At(slot).Newest.Retired);
    }

    [Fact]
    public void APastJobOnTheSameTipStaysGood()
    {
        table.Take(NewJob(1));
        table.TryNext(Start, out var slot, out _);
        table.Take(NewJob(2, merkle: 2));
        table.TryNext(Start, out _, out _);

        Assert.False(table.At(slot).Newest.Retired);
    }

    [Fact]
    public void RolledWorkAllocatesNothing()
    {
        table.Take(NewJob(1));
        table.TryNext(Start, out _, out _);
        table.TryNext(Start + TimeSpan.FromSeconds(1), out _, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var second = 2; second < 100; second++)
        {
            table.TryNext(Start + TimeSpan.FromSeconds(second), out _, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Job NewJob(uint id, uint ntime = FirstNTime, uint merkle = 7) => new(
        id,
        new BlockHeader { Version = 0x2000_0000, NTime = ntime, MerkleRoot = new UInt256(merkle, 0, 0, 0) },
        VersionMask: 0x1FFF_E000,
        Target: UInt256.Max,
        NetworkTarget: UInt256.Zero,
        ActiveSince: Start,
        Sink: new Nowhere());

    private sealed class Nowhere : IShareSink
    {
        public bool TrySubmit(in Share share, TimeSpan now) => throw new InvalidOperationException("Nobody asked.");
    }
}
