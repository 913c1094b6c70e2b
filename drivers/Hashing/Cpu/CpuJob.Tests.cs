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
        var job = new CpuJob(slot: 3, new Work(Header, mask), pieceBits: 28);
        var seen = new HashSet<(uint, uint)>();
        while (job.TryTake(out var versionBits, out var first))
        {
            Assert.Equal(0u, versionBits & ~mask);
            Assert.Equal(0u, first % job.PieceSize);
            Assert.Equal(Header with { Version = Header.Version & ~mask | versionBits }, job.Header(versionBits));
            Assert.True(seen.Add((versionBits, first)));
        }

        Assert.Equal(versions * 16, seen.Count);
        Assert.False(job.TryTake(out _, out _));
    }

    [Fact]
    public void ThreadsThatTakeAtOnceTakeDifferentPieces()
    {
        var job = new CpuJob(slot: 0, new Work(Header, 0x0000_6000), pieceBits: 18);
        var taken = new HashSet<(uint, uint)>[4];
        Parallel.For(0, taken.Length, thread =>
        {
            taken[thread] = [];
            while (job.TryTake(out var versionBits, out var first))
            {
                taken[thread].Add((versionBits, first));
            }
        });

        Assert.Equal(4 << 14, taken.Sum(pieces => pieces.Count));
        Assert.Equal(4 << 14, taken.SelectMany(pieces => pieces).Distinct().Count());
    }
}
