using Drivers.Hashing;

namespace TestPool;

public class CoinbaseTests
{
    // The worked job of the SV2 reference, 5.2: transaction, path and root checked there against independent code.
    private static readonly Coinbase Worked = new(
        Convert.FromHexString("02000000010000000000000000000000000000000000000000000000000000000000000000ffffffff2503"
            + "a0bb0d0b5376322f706f6f6c2f6d2f14"),
        Convert.FromHexString("feffffff02205fa0120000000016001411111111111111111111111111111111111111110000000000000000"
            + "266a24aa21a9ed22222222222222222222222222222222222222222222222222222222222222229fbb0d00"));

    private static readonly byte[] Prefix = [0, 0, 0, 7];
    private static readonly byte[] Rolled = [.. Enumerable.Range(0, 16).Select(value => (byte)value)];

    [Fact]
    public void TheWorkedTransactionHasTheWorkedId() => Assert.Equal(
        Number("ade17548763c3ac959034d8c73773d9e15d369319559fd4f4e79088fdeed980a"),
        Worked.TransactionId([.. Prefix, .. Rolled]));

    [Fact]
    public void TheWorkedJobHasTheWorkedRoot()
    {
        var job = new ExtendedRoot(Worked, [Filled(0xA1), Filled(0xB2)], Prefix, Rolled.Length);

        Assert.Equal(Number("ce3dee934a7966bb9392737394eca24868b533bd90349aedf59b79953e90b556"), job.With(Rolled));
    }

    [Fact]
    public void TheWorkedPathHasTheWorkedHashAfterItsFirstNode()
    {
        var job = new ExtendedRoot(Worked, [Filled(0xA1)], Prefix, Rolled.Length);

        Assert.Equal(Number("d8718edc029a0269c4179253e71278add22eb2e73ad50925c02b056511d4e9d4"), job.With(Rolled));
    }

    [Fact]
    public void WithoutAPathTheRootIsTheTransactionsId()
    {
        var job = new ExtendedRoot(Worked, [], Prefix, Rolled.Length);

        Assert.Equal(Worked.TransactionId([.. Prefix, .. Rolled]), job.With(Rolled));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(20)]
    [InlineData(32)]
    public void OurOwnTransactionIsWellFormedAroundItsExtranonce(int size)
    {
        var coinbase = Coinbase.Make(seed: 7, height: 840_001, size);
        byte[] whole = [.. coinbase.Prefix, .. new byte[size], .. coinbase.Suffix];

        // | version 4 | 1 | outpoint 36 | script's length, script | sequence 4 | 2 outputs | … | locktime 4 |
        const int ScriptOffset = 42;
        var script = whole.AsSpan(ScriptOffset, whole[ScriptOffset - 1]);
        Assert.Equal(1, whole[4]);
        Assert.Equal(3, script[0]);
        Assert.Equal(840_001, script[1] | script[2] << 8 | script[3] << 16); // BIP34
        Assert.Equal(size, script[^(size + 1)]);
        Assert.Equal(2, whole[ScriptOffset + script.Length + 4]);
        Assert.Equal(Coinbase.PayoutScript(7), coinbase.Suffix[14..36]);
    }

    [Fact]
    public void TheWitnessFormAddsMarkerFlagAndWitnessAndNothingElse()
    {
        var bare = Coinbase.Make(seed: 7, height: 840_001, 12);
        var witness = bare.WithWitness();

        Assert.Equal([.. bare.Prefix[..4], 0, 1, .. bare.Prefix[4..]], witness.Prefix);
        Assert.Equal([.. bare.Suffix[..^4], 1, 32, .. new byte[32], .. bare.Suffix[^4..]], witness.Suffix);
    }

    [Fact]
    public void EveryHeightAndEverySeedHasItsOwnTransaction()
    {
        var first = Coinbase.Make(1, 840_001, 12);

        Assert.Equal(first.Suffix, Coinbase.Make(1, 840_001, 12).Suffix);
        Assert.NotEqual(first.Prefix, Coinbase.Make(1, 840_002, 12).Prefix);
        Assert.NotEqual(first.Suffix, Coinbase.Make(2, 840_001, 12).Suffix);
        Assert.NotEqual(Coinbase.PayoutScript(1), Coinbase.PayoutScript(2));
    }

    private static UInt256 Number(string wire) => UInt256.Read(Convert.FromHexString(wire));

    private static UInt256 Filled(byte value) => UInt256.Read(Enumerable.Repeat(value, 32).ToArray());
}
