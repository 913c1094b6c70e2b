namespace Drivers.Hashing.Cpu;

public class CpuJobTests
{
    private static readonly BlockHeader Header = new() { Version = 0x3FFF_FFFF, NTime = 7 };

    [Theory]
    [InlineData(0u, 1)]
    [InlineData(0x0000_2000u, 2)]
    [InlineData(0x1000_2000u, 4)]
    public void EveryNonceOfEveryVersionIsGivenOutOnceAndNothingElse(uint mask, int versions)
    {
        var job = new CpuJob(pieceBits: 28);
        job.Give(3, new Work(Header, mask));
        var seen = new HashSet<(uint, uint)>();
        while (job.TryTake(out var piece, out _))
        {
            Assert.Equal(3, piece.Slot);
            Assert.Equal(0u, piece.VersionBits & ~mask);
            Assert.Equal(0u, piece.FirstNonce % job.PieceSize);
            Assert.Equal(Header with { Version = Header.Version & ~mask | piece.VersionBits }, piece.Header);
            Assert.True(seen.Add((piece.VersionBits, piece.FirstNonce)));
        }

        Assert.Equal(versions * 16, seen.Count);
        Assert.False(job.TryTake(out _, out _));
    }

    [Fact]
    public void ThreadsThatTakeAtOnceTakeDifferentPieces()
    {
        var job = new CpuJob(pieceBits: 18);
        job.Give(0, new Work(Header, 0x0000_6000));
        var taken = new HashSet<(uint, uint)>[4];
        Parallel.For(0, taken.Length, thread =>
        {
            taken[thread] = [];
            while (job.TryTake(out var piece, out _))
            {
                taken[thread].Add((piece.VersionBits, piece.FirstNonce));
            }
        });

        Assert.Equal(4 << 14, taken.Sum(pieces => pieces.Count));
        Assert.Equal(4 << 14, taken.SelectMany(pieces => pieces).Distinct().Count());
    }

    [Fact]
    public void TheNextWorkBeginsAtItsFirstNonceUnderAnotherNumber()
    {
        var job = new CpuJob(pieceBits: 20);
        Assert.False(job.TryTake(out _, out var none));
        job.Give(1, new Work(Header, 0));
        Assert.True(job.TryTake(out var first, out var one));
        Assert.True(job.TryTake(out _, out _));

        job.Give(2, new Work(Header with { NTime = 8 }, 0));
        Assert.True(job.TryTake(out var next, out var two));

        Assert.Equal((1, 7u, 0u), (first.Slot, first.Header.NTime, first.FirstNonce));
        Assert.Equal((2, 8u, 0u), (next.Slot, next.Header.NTime, next.FirstNonce));
        Assert.Equal(3, new[] { none, one, two }.Distinct().Count());
        job.Clear();
        Assert.False(job.TryTake(out _, out _));
    }

    /// <summary>A piece is of one work: never the slot of one and the header of another.</summary>
    [Fact]
    public void WorkThatIsGivenWhileThreadsTakePiecesIsNeverTorn()
    {
        var job = new CpuJob(pieceBits: 24);
        job.Give(0, WorkOf(0));
        var (torn, done) = (0, false);
        var takers = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                if (job.TryTake(out var piece, out var _) && !IsWhole(piece))
                {
                    Interlocked.Increment(ref torn);
                }
            }
        })).ToArray();
        Array.ForEach(takers, taker => taker.Start());
        for (var i = 0; i < 200_000; i++)
        {
            job.Give(i % 32, WorkOf((uint)i % 32));
        }

        Volatile.Write(ref done, true);
        Array.ForEach(takers, taker => taker.Join());
        Assert.Equal(0, torn);

        static bool IsWhole(in CpuPiece piece) =>
            piece.Header.NTime == (uint)piece.Slot && piece.Header.MerkleRoot.High == (ulong)piece.Slot;

        static Work WorkOf(uint slot) =>
            new(new BlockHeader { NTime = slot, MerkleRoot = new UInt256(slot, slot, slot, slot) }, 0x6000);
    }
}
