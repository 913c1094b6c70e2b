using System.Numerics;
using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>Version bits that the chips do not roll: the work table counts through them.</summary>
public class VersionSplitTests
{
    private const uint Bip320 = 0x1FFF_E000;
    private const uint Bip323 = 0x1FFF_FFE0;
    private const uint FirstNTime = 1_700_000_000;

    private static readonly TimeSpan Start = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Lasts = TimeSpan.FromMilliseconds(3);

    [Theory]
    [InlineData(Bip320, 16, Bip320)]
    [InlineData(Bip323, 16, Bip320)] // What a full-header chip can be told of: bits 28 to 13.
    [InlineData(Bip320, 2, 0x1800_0000)]
    [InlineData(Bip320, 1, 0x1000_0000)]
    [InlineData(Bip320, 0, 0)]
    [InlineData(0, 2, 0)]
    [InlineData(0x0000_2000, 2, 0x0000_2000)]
    public void TheChipsGetTheHighestBits(uint mask, int rolledBits, uint rolled)
    {
        var split = new VersionSplit(mask, rolledBits);

        Assert.Equal(rolled, split.Rolled);
        Assert.Equal(mask, split.Rolled | split.Counted);
        Assert.Equal(1UL << (BitOperations.PopCount(mask) - BitOperations.PopCount(rolled)), split.Windows);
    }

    [Fact]
    public void EveryVersionLiesInOneWindowWhateverTheVersionOfThePool()
    {
        var split = new VersionSplit(0x0014_E000, 2);
        var seen = new HashSet<uint>();
        for (var window = 0UL; window < split.Windows; window++)
        {
            var version = split.Of(0x3FFF_FFFF, window);
            Assert.Equal(0x3FFF_FFFF & ~split.Counted, version & ~split.Counted);
            Assert.True(seen.Add(version & split.Counted));
        }

        Assert.Equal(8, seen.Count);
    }

    [Fact]
    public void WindowsComeBeforeRootsAndRootsBeforeSeconds()
    {
        var roots = new CountedRoots(aSecond: 2);
        var table = NewTable(rolledBits: 2);
        table.Take(NewJob(mask: 0x0000_F000) with { Roots = roots });
        var works = Works(table, TimeSpan.FromSeconds(2));

        var expected = Enumerable.Range(0, 16).Select(number => (uint)number).Select(
            number => (FirstNTime + number / 8, number / 4, number % 4 << 12));
        Assert.Equal(
            expected,
            works.Select(work => (work.Header.NTime, (uint)work.Header.MerkleRoot.Low, work.Header.Version)));
        Assert.All(works, work => Assert.Equal(0x0000_C000u, work.VersionMask));
    }

    [Fact]
    public void AJobThatComesBackGoesOnAtTheNextWindow()
    {
        var table = NewTable(rolledBits: 0);
        table.Take(NewJob(mask: Bip320));
        Assert.Equal(10, Works(table, 10 * Lasts).Count);
        table.Take(NewJob(mask: Bip320) with { Id = 2 });

        var now = Start + 10 * Lasts;
        Assert.Equal(now, table.NextDue(now)); // Under its new name at once, and not from its beginning.
        Assert.True(table.TryNext(now, out _, out var work));
        Assert.Equal(10u << 13, work.Header.Version);
        Assert.Equal(FirstNTime, work.Header.NTime);
    }

    [Fact]
    public void AJobThatComesBackIsKnownAfterManyOthers()
    {
        var table = NewTable(rolledBits: 16);
        table.Take(NewJob(Bip320));
        table.TryNext(Start, out _, out _);
        for (var other = 1u; other < UsedContent.Kept; other++)
        {
            table.Take(NewJob(Bip320, merkle: other));
            Assert.True(table.TryNext(Start, out _, out _));
        }

        table.Take(NewJob(Bip320));
        Assert.False(table.TryNext(Start, out _, out _));
    }

    [Fact]
    public void ContentThatLooksTheSameAtFirstSightIsNotTakenForTheSame()
    {
        var table = NewTable(rolledBits: 16);
        var one = NewJob(Bip320);
        var root = one.Header.MerkleRoot;
        foreach (var high in new ulong[] { 1, 2, 3 })
        {
            table.Take(one with { Header = one.Header with { MerkleRoot = root with { High = high } } });
            Assert.True(table.TryNext(Start, out _, out _));
        }

        table.Take(one with { Header = one.Header with { MerkleRoot = root with { High = 1 } } });
        Assert.False(table.TryNext(Start, out _, out _));
    }

    [Fact]
    public void TheSameHeaderWithOtherBitsInTheMaskIsTheSameContent()
    {
        var table = NewTable(rolledBits: 16);
        table.Take(NewJob(Bip320));
        table.TryNext(Start, out _, out _);
        var rolled = NewJob(Bip320);
        table.Take(rolled with { Header = rolled.Header with { Version = 0x0000_2000 } });

        Assert.False(table.TryNext(Start, out _, out _));
    }

    [Fact]
    public void CountedVersionsAllocateNothing()
    {
        var table = NewTable(rolledBits: 2);
        table.Take(NewJob(Bip320));
        table.TryNext(Start, out _, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < 100; i++)
        {
            table.TryNext(Start + i * Lasts, out _, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static WorkTable NewTable(int rolledBits) => new(slots: 4, () => Lasts, rolledBits);

    private static List<Work> Works(WorkTable table, TimeSpan duration)
    {
        var works = new List<Work>();
        for (var now = Start; now < Start + duration; now += TimeSpan.FromMilliseconds(1))
        {
            if (table.TryNext(now, out _, out var work))
            {
                works.Add(work);
            }
        }

        return works;
    }

    private static Job NewJob(uint mask, uint merkle = 0) => new(
        1,
        new BlockHeader { NTime = FirstNTime, MerkleRoot = new UInt256(merkle, 0, 0, 0) },
        mask,
        Target: UInt256.Max,
        NetworkTarget: UInt256.Zero,
        ActiveSince: Start,
        Sink: new Nowhere());

    private sealed class CountedRoots(int aSecond) : IRootRoller
    {
        private uint next;
        private uint second;
        private int given;

        public bool TryNext(uint ntime, out Extranonce extranonce, out UInt256 merkleRoot)
        {
            given = ntime == second ? given : 0;
            second = ntime;
            extranonce = default;
            merkleRoot = new UInt256(next, 0, 0, 0);
            next += given < aSecond ? 1u : 0;
            return given++ < aSecond;
        }
    }

    private sealed class Nowhere : IShareSink
    {
        public bool TrySubmit(in Share share, TimeSpan now) => throw new InvalidOperationException("Nobody asked.");
    }
}
