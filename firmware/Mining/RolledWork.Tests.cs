using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>Work of a job that has more than one merkle root (SV2 reference §6).</summary>
public class RolledWorkTests
{
    private const uint FirstNTime = 1_700_000_000;

    private static readonly TimeSpan Start = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Lasts = TimeSpan.FromMilliseconds(4);

    private readonly FakeRoots roots = new();
    private TimeSpan lasts = Lasts;

    [Fact]
    public void EveryWorkHasARootOfItsOwnAndKnowsItsExtranonce()
    {
        var table = NewTable();
        Assert.True(table.TryNext(Start, out var first, out var work));
        Assert.True(table.TryNext(Start + Lasts, out var second, out var next));

        Assert.Equal(FakeRoots.Root(0), work.Header.MerkleRoot);
        Assert.Equal(FakeRoots.Root(1), next.Header.MerkleRoot);
        Assert.Equal(FakeRoots.Number(0), table.At(first).Newest.Extranonce);
        Assert.Equal(FakeRoots.Number(1), table.At(second).Newest.Extranonce);
    }

    [Fact]
    public void AJobWithoutRootsGoesOnWhereItWasAfterOneWithRoots()
    {
        var table = NewTable();
        Assert.True(table.TryNext(Start, out _, out _));
        var plain = table.Job! with { Roots = null };
        table.Take(plain);
        Assert.True(table.TryNext(Start, out _, out _));

        table.Take(plain with { Id = 2, Roots = roots });
        Assert.True(table.TryNext(Start, out _, out _));
        Assert.True(table.TryNext(Start + Lasts, out _, out _));
        table.Take(plain);

        Assert.False(table.TryNext(Start + 2 * Lasts, out _, out _)); // Its only header of this second was hashed.
        Assert.True(table.TryNext(Start + TimeSpan.FromSeconds(1), out _, out var later));
        Assert.Equal(plain.Header.NTime + 1, later.Header.NTime);
    }

    [Fact]
    public void TheNextRootIsDueWhenTheChipsHaveUsedUpTheWorkAndNotBefore()
    {
        var table = NewTable();
        table.TryNext(Start, out _, out _);

        Assert.Equal(Start + Lasts, table.NextDue(Start));
        Assert.False(table.TryNext(Start + Lasts - TimeSpan.FromTicks(1), out _, out _));
        Assert.True(table.TryNext(Start + Lasts, out _, out _));
    }

    [Fact]
    public void RootsFeedAnyHashRateWhereAJobWithoutThemWaitsForTheNextSecond()
    {
        var table = NewTable();
        var works = 0;
        for (var now = Start; now < Start + TimeSpan.FromSeconds(1); now += TimeSpan.FromMilliseconds(1))
        {
            works += table.TryNext(now, out _, out _) ? 1 : 0;
        }

        Assert.Equal(250, works);
    }

    [Fact]
    public void NTimeStaysWhereTheClockIsHoweverFastTheRootsAreUsedUp()
    {
        var table = NewTable();
        for (var now = Start; now < Start + TimeSpan.FromSeconds(3); now += TimeSpan.FromMilliseconds(1))
        {
            if (table.TryNext(now, out _, out var work))
            {
                Assert.Equal(FirstNTime + (uint)(now - Start).TotalSeconds, work.Header.NTime);
            }
        }
    }

    [Fact]
    public void ASlowChipGetsANewSecondAllTheSame()
    {
        lasts = TimeSpan.FromMinutes(4);
        var table = NewTable();
        table.TryNext(Start, out _, out _);

        Assert.Equal(Start + TimeSpan.FromSeconds(1), table.NextDue(Start));
        Assert.True(table.TryNext(Start + TimeSpan.FromSeconds(1), out _, out var work));
        Assert.Equal(FirstNTime + 1, work.Header.NTime);
        Assert.Equal(FakeRoots.Root(1), work.Header.MerkleRoot);
    }

    [Fact]
    public void NTimeAtItsEndStopsNoRoots()
    {
        var table = NewTable(uint.MaxValue);
        Assert.True(table.TryNext(Start, out _, out _));
        Assert.True(table.TryNext(Start + TimeSpan.FromDays(1), out _, out var work));

        Assert.Equal(uint.MaxValue, work.Header.NTime);
    }

    [Fact]
    public void SpentRootsIdleUntilTheNextSecondInsteadOfRepeating()
    {
        roots.ASecond = 3;
        var table = NewTable();
        var ntimes = new List<uint>();
        for (var now = Start; now < Start + TimeSpan.FromSeconds(2); now += Lasts)
        {
            if (table.TryNext(now, out _, out var work))
            {
                ntimes.Add(work.Header.NTime);
            }
        }

        Assert.Equal(Enumerable.Repeat(FirstNTime, 3).Concat(Enumerable.Repeat(FirstNTime + 1, 3)), ntimes);
        Assert.Equal(2, roots.Refusals);
    }

    [Fact]
    public void ChipsThatDoNotHashUseNothingUp()
    {
        lasts = TimeSpan.Zero;
        var table = NewTable();
        table.TryNext(Start, out _, out _);

        Assert.Equal(Start + TimeSpan.FromSeconds(1), table.NextDue(Start));
    }

    [Fact]
    public void WorkThatLastsAFractionOfAMillisecondIsFollowedInTime()
    {
        lasts = TimeSpan.FromMilliseconds(0.62); // Four midstates of 64 BM1397 (hashing-chips reference §11).
        var table = NewTable();
        table.TryNext(Start, out _, out _);

        Assert.Equal(Start + lasts, table.NextDue(Start));
        Assert.True(table.TryNext(Start + lasts, out _, out _));
    }

    [Fact]
    public void TheShareCarriesTheExtranonceOfItsOwnWork()
    {
        var table = NewTable();
        table.TryNext(Start, out var slot, out _);
        table.TryNext(Start + Lasts, out _, out _);
        var (newest, before) = table.At(slot);
        var judgement = new Judge(UInt256.Max).Weigh(new FoundNonce(slot, 5, 0, 0, 0), newest, before);

        Assert.Equal(FakeRoots.Number(0), judgement.Share.Extranonce);
        Assert.Equal(0, new Extranonce([]).Length);
        Assert.True(default(Share).Extranonce.IsEmpty);
    }

    [Fact]
    public void AnExtranonceIsItsBytesVerbatimAndNoMore()
    {
        for (var size = 0; size <= Extranonce.SizeMax; size++)
        {
            var bytes = Enumerable.Range(0xC0, size).Select(value => (byte)value).ToArray();
            var written = Enumerable.Repeat((byte)0xFF, 40).ToArray();

            Assert.Equal(size, new Extranonce(bytes).CopyTo(written));
            Assert.Equal(bytes, written[..size]);
            Assert.All(written[size..], left => Assert.Equal(0xFF, left));
        }

        Assert.Equal("00ff07", new Extranonce([0, 0xFF, 7]).ToString());
        Assert.NotEqual(new Extranonce([0]), new Extranonce([0, 0]));
        Assert.Throws<ArgumentException>(() => new Extranonce(new byte[33]));
    }

    [Fact]
    public void WorkWithRootsAllocatesNothing()
    {
        var table = NewTable();
        table.TryNext(Start, out _, out _);
        table.TryNext(Start + Lasts, out _, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 2; i < 100; i++)
        {
            table.TryNext(Start + i * Lasts, out _, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private WorkTable NewTable(uint ntime = FirstNTime)
    {
        var table = new WorkTable(slots: 4, () => lasts);
        table.Take(new Job(
            1,
            new BlockHeader { Version = 0x2000_0000, NTime = ntime },
            VersionMask: 0,
            Target: UInt256.Max,
            NetworkTarget: UInt256.Zero,
            ActiveSince: Start,
            Sink: new Nowhere())
        {
            Roots = roots,
        });
        return table;
    }

    /// <summary>Root n for the nth call, and so many with one ntime as the test wants.</summary>
    private sealed class FakeRoots : IRootRoller
    {
        private uint next;
        private uint second;
        private int given;

        public int ASecond { get; set; } = int.MaxValue;

        public int Refusals { get; private set; }

        public static UInt256 Root(uint number) => new(number, 7, 7, 7);

        public static Extranonce Number(uint number) => new(BitConverter.GetBytes(number));

        public bool TryNext(uint ntime, out Extranonce extranonce, out UInt256 merkleRoot)
        {
            given = ntime == second ? given : 0;
            second = ntime;
            Span<byte> bytes = stackalloc byte[4];
            BitConverter.TryWriteBytes(bytes, next);
            extranonce = new Extranonce(bytes);
            merkleRoot = Root(next);
            if (given >= ASecond)
            {
                Refusals++;
                return false;
            }

            given++;
            next++;
            return true;
        }
    }

    private sealed class Nowhere : IShareSink
    {
        public bool TrySubmit(in Share share, TimeSpan now) => throw new InvalidOperationException("Nobody asked.");
    }
}
