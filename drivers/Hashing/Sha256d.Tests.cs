using System.Security.Cryptography;
using CsCheck;

namespace Drivers.Hashing;

public class Sha256dTests
{
    private static readonly BlockHeader Genesis = new()
    {
        Version = 1,
        MerkleRoot = UInt256.Read(
            Convert.FromHexString("3BA3EDFD7A7B12B27AC72C3E67768F617FC81BC3888A51323A9FB8AA4B1E5E4A")),
        NTime = 1231006505,
        NBits = 0x1D00FFFF,
        Nonce = 2083236893,
    };

    [Fact]
    public void TheGenesisBlockHasTheHashThatEveryNodeKnows() =>
        Assert.Equal("000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f", Genesis.Hash().ToString());

    [Fact]
    public void EveryPublishedChipResultOfBlock839900HashesToItsDifficulty()
    {
        var results = ChipVectors.Block839900().ToArray();

        Assert.Equal(57, results.Length);
        Assert.All(results, result => AssertDifficulty(result.Difficulty, result.Header));
        Assert.Contains(results, result =>
            result.Header.Hash().ToString() == "000000000000000000023dfafae2b6e6b5ecf9d1365fafa075dec49625721f37");
    }

    [Fact]
    public void TheHeadersOfTheStratumLogHashToTheirDifficulty() =>
        Assert.All(ChipVectors.Stratum(), result => AssertDifficulty(result.Difficulty, result.Header));

    [Fact] // Made for the project's reference with an independent implementation.
    public void TheHeaderOfTheWorkVectorHasItsHash()
    {
        var header = BlockHeader.Read(Convert.FromHexString(
            "0020002081CD02AB7E569E8BCD9317E2FE99F2DE44D49AB2B8851BA4A308000000000000CE3DEE934A7966BB9392737394ECA2" +
            "4868B533BD90349AEDF59B79953E90B55600F15365FFFF001DE1F60200"));

        var expected = Convert.FromHexString("9158352260F74C834CF3A67EFDB9269CE0D435B7A9643EB3BF65A94C0B040000");
        Assert.Equal(UInt256.Read(expected), header.Hash());
    }

    [Fact]
    public void EveryHeaderHashesAsTheFrameworkHashesIt() =>
        Gen.Byte.Array[BlockHeader.Size].Sample(bytes =>
            BlockHeader.Read(bytes).Hash() == UInt256.Read(SHA256.HashData(SHA256.HashData(bytes))));

    [Fact]
    public void AHeaderServesEveryVersionAndNonceThatChipsRoll() =>
        Assert.Equal((Genesis with { Version = 0x2000_2000, Nonce = 7 }).Hash(), Sha256d.Hash(Genesis, 0x2000_2000, 7));

    [Fact]
    public void AMidstateServesEveryNonce()
    {
        var bytes = new byte[BlockHeader.Size];
        Genesis.Write(bytes);
        var midstate = Sha256d.Midstate(bytes.AsSpan(0, Sha256d.MidstateBytes));
        var tail = bytes.AsSpan(Sha256d.MidstateBytes);

        Assert.Equal(Genesis.Hash(), Sha256d.FinishHeader(midstate, tail));
        Assert.Equal((Genesis with { Nonce = 7 }).Hash(), Sha256d.FinishHeader(midstate, tail, nonce: 7));
        Assert.NotEqual(Genesis.Hash(), Sha256d.FinishHeader(midstate, tail, nonce: 7));
    }

    [Theory]
    [InlineData(63)]
    [InlineData(65)]
    public void AMidstateCoversExactly64Bytes(int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Sha256d.Midstate(new byte[length]));

    [Fact]
    public void HashingAllocatesNothing()
    {
        var header = Genesis;
        header.Hash();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (uint nonce = 0; nonce < 100; nonce++)
        {
            (header with { Nonce = nonce }).Hash();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void AssertDifficulty(double expected, BlockHeader header) =>
        Assert.Equal(1, Targets.Difficulty(header.Hash()) / expected, tolerance: 1e-9);
}
