namespace Firmware.StratumV2;

/// <summary>Layouts of the types: spec 3.1.</summary>
public class PayloadReaderTests
{
    /// <summary>Reads one field and shows it, so that one test may go over all types.</summary>
    private delegate string Field(scoped ref PayloadReader payload);

    private static readonly (string Hex, string Value, Field Read)[] Examples =
    [
        ("01", "True", (scoped ref payload) => payload.Bool().ToString()),
        ("12", "18", (scoped ref payload) => payload.U8().ToString()),
        ("3412", "4660", (scoped ref payload) => payload.U16().ToString()),
        ("563412", "1193046", (scoped ref payload) => payload.U24().ToString()),
        ("FFFFFF", "16777215", (scoped ref payload) => payload.U24().ToString()),
        ("78563412", "305419896", (scoped ref payload) => payload.U32().ToString()),
        ("FFFFFFFFFFFFFFFF", "18446744073709551615", (scoped ref payload) => payload.U64().ToString()),
        ("0000C03F", "1.5", (scoped ref payload) => payload.F32().ToString()),
        ("0000C07F", "NaN", (scoped ref payload) => payload.F32().ToString()),
        ("00", "", (scoped ref payload) => payload.OptionalU32().ToString()!),
        ("0178563412", "305419896", (scoped ref payload) => payload.OptionalU32().ToString()!),
        ("03616263", "616263", (scoped ref payload) => Convert.ToHexString(payload.Str0255())),
        ("00", "", (scoped ref payload) => Convert.ToHexString(payload.B032())),
        ("20" + Zeros32, Zeros32, (scoped ref payload) => Convert.ToHexString(payload.B032())),
        ("0212FE", "12FE", (scoped ref payload) => Convert.ToHexString(payload.B0255())),
        ("020012FE", "12FE", (scoped ref payload) => Convert.ToHexString(payload.B064K())),
        ("02000012FE", "12FE", (scoped ref payload) => Convert.ToHexString(payload.B016M())),
        (Zeros32, Zeros32, (scoped ref payload) => Convert.ToHexString(payload.U256())),
        ("02" + "0100" + "0200", "2 of 01000200", (scoped ref payload) => Show(payload.Seq0255(itemSize: 2))),
        ("0100" + Zeros32, "1 of " + Zeros32, (scoped ref payload) => Show(payload.Seq064K(itemSize: 32))),
    ];

    private const string Zeros32 = "0000000000000000000000000000000000000000000000000000000000000000";

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Examples.Length)];

    [Theory]
    [MemberData(nameof(Indices))]
    public void EveryTypeIsReadAndLeavesWhatFollows(int index)
    {
        var (hex, value, read) = Examples[index];
        var payload = new PayloadReader([.. Convert.FromHexString(hex), 0xFF]);

        Assert.Equal(value, read(ref payload));
        Assert.Equal([0xFF], payload.Rest.ToArray());
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void EveryCutTypeIsAProtocolErrorAndNothingElse(int index)
    {
        var (hex, _, read) = Examples[index];
        var whole = Convert.FromHexString(hex);
        for (var length = 0; length < whole.Length; length++)
        {
            var cut = whole[..length];
            Assert.Throws<ProtocolException>(() =>
            {
                var payload = new PayloadReader(cut);
                return read(ref payload);
            });
        }
    }

    [Theory]
    [InlineData(0x00, false)]
    [InlineData(0x01, true)]
    [InlineData(0x02, false)]
    [InlineData(0x03, true)]
    [InlineData(0xFE, false)]
    [InlineData(0xFF, true)]
    public void OnlyBit0OfABoolCounts(byte wire, bool value) => Assert.Equal(value, new PayloadReader([wire]).Bool());

    [Fact]
    public void AnOptionOfMoreThanOneIsMalformed()
    {
        for (var count = 2; count <= byte.MaxValue; count++)
        {
            var wire = new byte[1 + (4 * count)];
            wire[0] = (byte)count;
            Assert.Throws<ProtocolException>(() => new PayloadReader(wire).OptionalU32());
        }
    }

    [Fact]
    public void AB032OfMoreThan32BytesIsMalformed()
    {
        for (var length = 33; length <= byte.MaxValue; length++)
        {
            var wire = new byte[1 + length];
            wire[0] = (byte)length;
            Assert.Throws<ProtocolException>(() => { new PayloadReader(wire).B032(); });
        }
    }

    [Fact]
    public void ACountIsBelievedOnlyAsFarAsThereAreBytesAndCostsNoMemory()
    {
        byte[] wire = [0xFF, 0xFF, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        Assert.Throws<ProtocolException>(() => { new PayloadReader(wire).Seq064K(itemSize: 32); });

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ProtocolException>(() => { new PayloadReader(wire).Seq064K(itemSize: 32); });

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);
    }

    [Fact]
    public void ASequenceHandsOutItsItems()
    {
        var ids = new PayloadReader([0x02, 0x00, 0x07, 0, 0, 0, 0x08, 0, 0, 0x80]).Seq064K(itemSize: 4);

        Assert.Equal(2, ids.Count);
        Assert.Equal(7u, ids.U32(0));
        Assert.Equal(0x8000_0008u, ids.U32(1));
        Assert.Equal([0x08, 0, 0, 0x80], ids[1].ToArray());
    }

    private static string Show(ItemSequence items) => $"{items.Count} of {Convert.ToHexString(items.Bytes)}";
}
