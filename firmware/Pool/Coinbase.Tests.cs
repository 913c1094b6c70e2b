using CsCheck;
using Drivers.Hashing;
using Firmware.StratumV2.Messages;
using static Firmware.Pool.ExtendedJobs;

namespace Firmware.Pool;

/// <summary>From the two halves of a coinbase to the merkle root (SV2 reference §5.2 and §6).</summary>
public class CoinbaseTests
{
    [Fact] // sv2-vectors-work.json
    public void TheWorkVectorHasItsTransactionIdAndItsRoot()
    {
        var wholePath = Read(Job())!;
        var firstNode = Read(Job(path: MerklePath[..32]))!;
        var noPath = Read(Job(path: []))!;

        Assert.Equal(
            "ade17548763c3ac959034d8c73773d9e15d369319559fd4f4e79088fdeed980a", Hex(noPath.MerkleRoot(Rolled)));
        Assert.Equal(
            "d8718edc029a0269c4179253e71278add22eb2e73ad50925c02b056511d4e9d4", Hex(firstNode.MerkleRoot(Rolled)));
        Assert.Equal(Root, Hex(wholePath.MerkleRoot(Rolled)));
    }

    [Fact]
    public void AnEmptyMerklePathMakesTheRootTheTransactionId() => Assert.Equal(
        RootOf([.. ExtranoncePrefix, .. Rolled], path: []), Bytes(Read(Job(path: []))!.MerkleRoot(Rolled)));

    [Fact]
    public void StrippedAndUnstrippedCoinbasesHaveTheSameRoot()
    {
        Assert.Equal(Root, Hex(Read(Job(prefix: PrefixWithMarker, suffix: SuffixWithWitness))!.MerkleRoot(Rolled)));
        Assert.Equal(Root, Hex(Read(Job(prefix: PrefixWithMarker))!.MerkleRoot(Rolled)));
    }

    [Fact]
    public void AWitnessWithoutItsMarkerIsNotGuessedAway() => AssertRefused(Job(suffix: SuffixWithWitness), "behind");

    [Fact]
    public void APathOfTwoHundredAndFiftyFiveNodesIsTaken()
    {
        var path = Enumerable.Range(0, 255 * 32).Select(value => (byte)(value * 11 & 0xFF)).ToArray();

        Assert.Equal(RootOf([.. ExtranoncePrefix, .. Rolled], path), Bytes(Read(Job(path: path))!.MerkleRoot(Rolled)));
    }

    [Fact]
    public void ASuffixOfSixtyFourKilobytesIsTakenAndAPrefixOfSoManyIsNone()
    {
        // A scriptSig holds 100 bytes at most, so a prefix of 64 KiB is a lie; the suffix may be as long as its field.
        var script = Enumerable.Repeat((byte)0x6A, ushort.MaxValue - 30).ToArray();
        var suffix = (byte[])
        [
            .. Suffix[..4], 1, .. new byte[8], 0xFD, .. BitConverter.GetBytes((ushort)script.Length), .. script,
            .. Suffix[^4..],
        ];
        var rolled = Read(Job(suffix: suffix))!.MerkleRoot(Rolled);

        Assert.Equal(RootOf([.. ExtranoncePrefix, .. Rolled], suffix: suffix), Bytes(rolled));
        AssertRefused(Job(prefix: [.. Prefix, .. new byte[ushort.MaxValue - Prefix.Length]]), "scriptSig");
    }

    [Theory]
    [InlineData(0x24)] // One short: the last byte of the extranonce would be the sequence's first.
    [InlineData(0x26)]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(0xFD)]
    [InlineData(0xFF)]
    public void AScriptSigLengthThatLiesRefusesTheJob(byte length)
    {
        var prefix = (byte[])Prefix.Clone();
        prefix[41] = length;

        AssertRefused(Job(prefix: prefix), "job is of no use");
    }

    [Fact]
    public void AnExtranonceOfAnotherLengthThanTheScriptSigHasRoomForRefusesTheJob()
    {
        Assert.Null(Coinbase.Read(Job(), ExtranoncePrefix, RolledSize - 1, out _));
        Assert.Null(Coinbase.Read(Job(), ExtranoncePrefix, RolledSize + 1, out _));
        Assert.NotNull(Coinbase.Read(Job(), [.. ExtranoncePrefix, .. Rolled], 0, out _));
    }

    [Fact]
    public void TheScriptSigMayGoOnBehindTheExtranonce()
    {
        var prefix = (byte[])Prefix.Clone();
        prefix[41] += 3;
        var suffix = (byte[])[0x02, 0xAB, 0xCD, .. Suffix];

        Assert.Equal(
            RootOf([.. ExtranoncePrefix, .. Rolled], prefix: prefix, suffix: suffix),
            Bytes(Read(Job(prefix: prefix, suffix: suffix))!.MerkleRoot(Rolled)));
    }

    [Fact]
    public void ASecondInputRefusesTheJob()
    {
        var prefix = (byte[])Prefix.Clone();
        prefix[4] = 2;

        AssertRefused(Job(prefix: prefix), "2 inputs");
    }

    [Fact]
    public void ACoinbaseCutAnywhereIsRefusedAndNothingElseHappens()
    {
        for (var length = 0; length < Prefix.Length; length++)
        {
            Assert.Null(Read(Job(prefix: Prefix[..length])));
            Assert.Null(Read(Job(prefix: PrefixWithMarker[..length], suffix: SuffixWithWitness)));
        }

        for (var length = 0; length < Suffix.Length; length++)
        {
            Assert.Null(Read(Job(suffix: Suffix[..length])));
        }

        for (var length = 0; length < SuffixWithWitness.Length; length++)
        {
            // Four bytes of witness might be a locktime; anywhere else it is seen that something is missing.
            var mayBeStripped = length == Suffix.Length;
            var cut = SuffixWithWitness[..length];
            Assert.Equal(mayBeStripped, Read(Job(prefix: PrefixWithMarker, suffix: cut)) is not null);
        }
    }

    [Fact]
    public void AnyBytesAreACoinbaseOrAreRefusedInOneSentence() =>
        Gen.Select(Gen.Byte.Array[0, 80], Gen.Byte.Array[0, 120], Gen.Int[0, 32]).Sample((prefix, suffix, size) =>
        {
            // A start that gets past the first checks more often than chance would.
            var start = prefix.Length > 50 ? (byte[])[.. Prefix[..41], .. prefix] : prefix;
            var coinbase = Coinbase.Read(Job(prefix: start, suffix: suffix), [], size, out var wrong);

            Assert.Equal(coinbase is null, wrong is not null);
            Assert.True(wrong is null || wrong.EndsWith('.'));
        });

    [Fact]
    public void TheOutputsAreReadWhereverTheWitnessStood()
    {
        Assert.Equal(312_500_000UL, Read(Job())!.Outputs.TotalSats);
        Assert.Equal(312_500_000UL, Read(Job(prefix: PrefixWithMarker, suffix: SuffixWithWitness))!.Outputs.TotalSats);
    }

    [Fact]
    public void MakingARootAllocatesNothing()
    {
        var coinbase = Read(Job())!;
        coinbase.MerkleRoot(Rolled);

        var before = GC.GetAllocatedBytesForCurrentThread();
        coinbase.MerkleRoot(Rolled);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Coinbase? Read(in NewExtendedMiningJob job) =>
        Coinbase.Read(job, ExtranoncePrefix, RolledSize, out _);

    private static void AssertRefused(in NewExtendedMiningJob job, string named)
    {
        Assert.Null(Coinbase.Read(job, ExtranoncePrefix, RolledSize, out var wrong));
        Assert.Contains(named, wrong, StringComparison.Ordinal);
        Assert.EndsWith(".", wrong, StringComparison.Ordinal);
    }

    private static string Hex(UInt256 root) => Convert.ToHexStringLower(Bytes(root));

    private static byte[] Bytes(UInt256 root) => InMemoryPool.Bytes(root);
}
