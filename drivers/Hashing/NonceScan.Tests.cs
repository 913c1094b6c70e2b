namespace Drivers.Hashing;

public class NonceScanTests
{
    // Block 125552, whose nonce 2504433986 is the solution.
    private static readonly BlockHeader Block125552 = BlockHeader.Read(Convert.FromHexString(
        "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000e320b6c2fffc8d750423db8b1eb942ae71"
        + "0e951ed797f7affc8892b0f1fc122bc7f5d74df2b9441a42a14695"));

    private static readonly BlockHeader Genesis = new()
    {
        Version = 1,
        MerkleRoot = UInt256.Read(
            Convert.FromHexString("3BA3EDFD7A7B12B27AC72C3E67768F617FC81BC3888A51323A9FB8AA4B1E5E4A")),
        NTime = 1231006505,
        NBits = 0x1D00FFFF,
        Nonce = 2083236893,
    };

    /// <summary>What this machine runs. On arm64 the silicon's own SHA-256 is among them, on x64 the lanes.</summary>
    public static TheoryData<ScanPath> Paths => new(Enum.GetValues<ScanPath>().Where(NonceScan.IsSupported));

    [Fact]
    public void TheBestPathRunsHere() => Assert.True(NonceScan.IsSupported(NonceScan.Best));

    [Theory]
    [MemberData(nameof(Paths))]
    public void TheSolutionsOfRealBlocksAreFoundWhereverTheSearchBegins(ScanPath path)
    {
        var published = ChipVectors.Block839900().Select(result => result.Header);
        foreach (var block in published.Append(Genesis).Append(Block125552))
        {
            var target = block.Hash();
            for (uint before = 0; before < 34; before++)
            {
                Assert.Equal([block.Nonce], Search(path, block, unchecked(block.Nonce - before), 34, target));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void WhatMissesTheTargetByOneIsNoHit(ScanPath path)
    {
        var target = Genesis.Hash();
        Assert.Empty(Search(path, Genesis, Genesis.Nonce, 1, target with { Low = target.Low - 1 }));
        Assert.Equal([Genesis.Nonce], Search(path, Genesis, Genesis.Nonce, 1, target));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void EveryPathFindsWhatOneHashAfterTheOtherFinds(ScanPath path)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var header = AnyHeader(random);
            var target = Targets.FromZeroBits(random.Next(0, 12));
            var first = round % 2 == 0 ? uint.MaxValue - 20 : (uint)random.NextInt64(uint.MaxValue);
            var count = (uint)random.Next(0, 200);

            var expected = Enumerable.Range(0, (int)count)
                .Select(i => unchecked(first + (uint)i))
                .Where(nonce => (header with { Nonce = nonce }).Hash() <= target);
            Assert.True(
                expected.SequenceEqual(Search(path, header, first, count, target)), $"seed {seed}, round {round}");
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void ASearchThatHasNoRoomForMoreHitsSaysWhereItStopped(ScanPath path)
    {
        var (midstate, tail) = Split(Genesis);
        Span<uint> hits = stackalloc uint[40];
        uint next = 7;
        while (next < 207)
        {
            var tried = NonceScan.Run(path, midstate, tail, next, 207 - next, UInt256.Max, hits, out var found);

            Assert.Equal((int)tried, found); // Every hash meets this target.
            Assert.InRange(found, 1, hits.Length);
            for (var i = 0; i < found; i++)
            {
                Assert.Equal(next + (uint)i, hits[i]);
            }

            next += tried;
        }

        Assert.Equal(207u, next);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void SearchingAllocatesNothing(ScanPath path)
    {
        var (midstate, tail) = Split(Genesis);
        var hits = new uint[64];
        NonceScan.Run(path, midstate, tail, 0, 100, UInt256.Zero, hits, out _);

        var target = Targets.FromZeroBits(6);
        var before = GC.GetAllocatedBytesForCurrentThread();
        NonceScan.Run(path, midstate, tail, 0, 1000, target, hits, out var found);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(0, found);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void ManyHeadersAtOnceHaveTheHashesThatTheyHaveAlone(ScanPath path)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var count = 0; count < 40; count++)
        {
            var tail = new byte[Sha256d.TailBytes];
            random.NextBytes(tail);
            var midstates = new Midstate[count];
            var nonces = new uint[count];
            for (var i = 0; i < count; i++)
            {
                midstates[i] = Split(AnyHeader(random)).Midstate;
                nonces[i] = (uint)random.NextInt64(1L << 32);
            }

            var hashes = new UInt256[count];
            Sha256d.FinishHeaders(path, midstates, tail, nonces, hashes);

            for (var i = 0; i < count; i++)
            {
                Assert.True(Sha256d.FinishHeader(midstates[i], tail, nonces[i]) == hashes[i], $"seed {seed}");
            }
        }
    }

    private static uint[] Search(ScanPath path, BlockHeader header, uint first, uint count, UInt256 target)
    {
        var (midstate, tail) = Split(header);
        var hits = new uint[count + 16];
        var tried = NonceScan.Run(path, midstate, tail, first, count, target, hits, out var found);
        Assert.Equal(count, tried);
        return hits[..found];
    }

    private static (Midstate Midstate, byte[] Tail) Split(BlockHeader header)
    {
        var bytes = new byte[BlockHeader.Size];
        header.Write(bytes);
        return (Sha256d.Midstate(bytes.AsSpan(0, Sha256d.MidstateBytes)), bytes[Sha256d.MidstateBytes..]);
    }

    private static BlockHeader AnyHeader(Random random)
    {
        var bytes = new byte[BlockHeader.Size];
        random.NextBytes(bytes);
        return BlockHeader.Read(bytes);
    }
}
