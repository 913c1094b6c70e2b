using System.Buffers.Binary;
using Firmware.Link;

namespace Firmware.Pool;

public class CoinbaseOutputsTests
{
    private const string Witness20 = "0014751e76e8199196d454941c45d1b3a323f1433bd6";

    [Theory] // Addresses: BIP173 and BIP350 test vectors, the genesis block's key, a well-known script hash.
    [InlineData(Witness20, ScriptKind.P2wpkh, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")]
    [InlineData(
        "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
        ScriptKind.P2wsh,
        "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3")]
    [InlineData(
        "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        ScriptKind.P2tr,
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0")]
    [InlineData("6002751e", ScriptKind.Witness, "bc1sw50qgdz25j")]
    [InlineData(
        "76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac", ScriptKind.P2pkh, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")]
    [InlineData(
        "a914e9c3dd0c07aac76179ebc76a6c78d4d67c6c160a87", ScriptKind.P2sh, "3P14159f73E4gFr7JterCCQh9QjiTjiZrG")]
    [InlineData("6a0548656c6c6f", ScriptKind.Data, "OP_RETURN 0548656c6c6f")]
    [InlineData("6a", ScriptKind.Data, "OP_RETURN ")]
    [InlineData(
        "6a24aa21a9ed2222222222222222222222222222222222222222222222222222222222222222",
        ScriptKind.Commitment,
        "OP_RETURN 24aa21a9ed2222222222222222222222222222222222222222222222222222222222222222")]
    [InlineData(
        "210279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798ac",
        ScriptKind.P2pk,
        "210279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798ac")]
    [InlineData("", ScriptKind.Unknown, "")]
    [InlineData(
        "0013751e76e8199196d454941c45d1b3a323f1433b", ScriptKind.Unknown, "0013751e76e8199196d454941c45d1b3a323f1433b")]
    [InlineData("0014751e76e8", ScriptKind.Unknown, "0014751e76e8")]
    [InlineData("51", ScriptKind.Unknown, "51")]
    public void AScriptIsShownAsPeopleKnowIt(string script, ScriptKind kind, string text)
    {
        var output = Assert.Single(new CoinbaseOutputs(Outputs((5_000_000_000, Convert.FromHexString(script)))).Shown);

        Assert.Equal(new CoinbaseOutput(5_000_000_000, kind, text), output);
    }

    [Fact]
    public void ALongScriptIsCutAndSaysHowLongItIs()
    {
        var outputs = new CoinbaseOutputs(Outputs((0, [0x6A, .. Enumerable.Repeat((byte)0xCC, 60_000)])));
        var text = Assert.Single(outputs.Shown).Text;

        Assert.StartsWith("OP_RETURN cccc", text, StringComparison.Ordinal);
        Assert.EndsWith("… (60000 bytes)", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 0, 120);
    }

    [Fact]
    public void OfThousandsOfOutputsTheFirstSixteenAreShownAndAllAreCounted()
    {
        var outputs = new CoinbaseOutputs(Outputs([.. Enumerable.Repeat((3UL, new byte[] { 0x51 }), 5000)]));

        Assert.Equal(5000, outputs.Count);
        Assert.Equal(CoinbaseOutputs.ShownMax, outputs.Shown.Count);
        Assert.Equal(15_000UL, outputs.TotalSats);
        Assert.Same(outputs.Shown, outputs.Shown);
    }

    [Fact]
    public void TheStatusSaysWhatTheOutputsDo()
    {
        var outputs = new CoinbaseOutputs(Outputs((7, Convert.FromHexString(Witness20)), (0, [0x6A])));

        Assert.Equal(7UL, outputs.Status.Sats);
        Assert.Equal(2, outputs.Status.Count);
        Assert.Equal(
            [
                new OutputStatus(7, "p2wpkh", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
                new OutputStatus(0, "data", "OP_RETURN "),
            ],
            outputs.Status.Outputs);
        Assert.Same(outputs.Status, outputs.Status); // It is asked for four times a second.
    }

    [Fact]
    public void ASumBeyondSixtyFourBitsStopsThere() => Assert.Equal(
        ulong.MaxValue, new CoinbaseOutputs(Outputs((ulong.MaxValue, [0x51]), (7, [0x51]))).TotalSats);

    [Fact]
    public void AScriptIsPaidWhereAnOutputHasItAndGivesItSomething()
    {
        var ours = Convert.FromHexString(Witness20);
        var notOurs = (byte[])ours.Clone();
        notOurs[^1] ^= 1;

        Assert.True(new CoinbaseOutputs(Outputs((1, notOurs), (1, ours))).Pays(ours));
        Assert.False(new CoinbaseOutputs(Outputs((1, notOurs))).Pays(ours));
        Assert.False(new CoinbaseOutputs(Outputs((0, ours))).Pays(ours));
        Assert.False(new CoinbaseOutputs(Outputs((1, [.. ours, 0]))).Pays(ours));
    }

    [Fact]
    public void APaymentBehindTheOutputsThatAreShownIsFound()
    {
        var ours = Convert.FromHexString(Witness20);

        Assert.True(new CoinbaseOutputs(Outputs([.. Enumerable.Repeat((1UL, new byte[] { 0x51 }), 300), (1, ours)]))
            .Pays(ours));
    }

    [Fact]
    public void OutputsCutAnywhereOrGrownAreRefused()
    {
        var whole = Outputs((1, Convert.FromHexString(Witness20)), (2, new byte[300]));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<ArgumentException>(() => new CoinbaseOutputs(whole.AsMemory(..length)));
        }

        Assert.Throws<ArgumentException>(() => new CoinbaseOutputs((byte[])[.. whole, 0]));
        Assert.Equal(2, new CoinbaseOutputs(whole).Count);
    }

    [Theory]
    [InlineData("00")] // nobody
    [InlineData("FD0100" + "0100000000000000" + "00")] // a count that is longer than it must be
    [InlineData("01" + "0100000000000000" + "FD0100" + "51")] // a script length that is
    [InlineData("FFFFFFFFFFFFFFFFFF" + "0100000000000000" + "00")] // 2^64 − 1 outputs
    [InlineData("01" + "0100000000000000" + "FFFFFFFFFFFFFFFFFF")] // a script of 2^64 − 1 bytes
    [InlineData("01" + "0100000000000000" + "FE00000100" + "51")] // 65536 bytes, and one is there
    public void LengthsThatLieAreRefused(string bytes) =>
        Assert.Throws<ArgumentException>(() => new CoinbaseOutputs(Convert.FromHexString(bytes)));

    private static byte[] Outputs(params (ulong Sats, byte[] Script)[] outputs) =>
        [.. CompactSize(outputs.Length), .. outputs.SelectMany(output => Output(output.Sats, output.Script))];

    private static byte[] Output(ulong sats, byte[] script) =>
        [.. BitConverter.GetBytes(sats), .. CompactSize(script.Length), .. script];

    private static byte[] CompactSize(int value)
    {
        var bytes = new byte[3];
        bytes[0] = 0xFD;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(1), (ushort)value);
        return value < 0xFD ? [(byte)value] : bytes;
    }
}
