namespace Drivers.Hashing.Bm13xx;

public class JobEncoderTests
{
    private const uint TwoBits = 0x1000_2000;

    private static readonly BlockHeader Header = new() { Version = 0x2000_0000, NTime = 1_700_000_000 };

    private readonly byte[] frame = new byte[MidstateFrame.SizeMax];

    [Theory] // §9.3: what a chip answers for slot 27, and which midstate of the job it names.
    [InlineData("bm1397", TwoBits, 3, TwoBits)]
    [InlineData("bm1397", TwoBits, 2, 0x1000_0000)]
    [InlineData("bm1397", TwoBits, 1, 0x0000_2000)]
    [InlineData("bm1397", TwoBits, 0, 0)]
    [InlineData("bm1387", TwoBits, 3, TwoBits)]
    [InlineData("bm1387", 0x0000_2000, 1, 0x0000_2000)]
    [InlineData("bm1387", 0, 0, 0)]
    public void AMidstateIsReportedAsTheVersionBitsThatItStandsFor(string name, uint mask, int midstate, uint bits)
    {
        var model = ChipModel.Find(name)!;
        var encoder = new JobEncoder(model);
        encoder.Encode(27, new Work(Header, mask), frame);

        var found = encoder.Found(new Response(true, 0x0102_0304, 0, (byte)(27 << 2 | midstate), 0), chips: 1);

        Assert.Equal((27, 0x0403_0201u, bits), (found.Slot, found.Nonce, found.VersionBits));
    }

    [Theory]
    [InlineData("bm1397", TwoBits, 152)]
    [InlineData("bm1397", 0x2000, 56)] // No two midstates on a BM1397: the first alone.
    [InlineData("bm1397", 0, 56)]
    [InlineData("bm1387", TwoBits, 150)]
    [InlineData("bm1387", 0x2000, 86)]
    [InlineData("bm1387", 0, 54)]
    public void AMaskHasAsManyMidstatesAsItsBitsMake(string name, uint mask, int size)
    {
        var encoder = new JobEncoder(ChipModel.Find(name)!);

        Assert.Equal(size, encoder.Encode(0, new Work(Header, mask), frame));
        Assert.InRange(size, 1, encoder.FrameSize);
    }

    [Fact] // The whole way: a nonce that hashes with the version that the encoder gave to midstate 2.
    public void TheHeaderThatAClaimNamesIsTheOneThatTheChipHashed()
    {
        var encoder = new JobEncoder(ChipModel.Bm1397);
        var work = new Work(Header with { Version = Header.Version | TwoBits }, TwoBits);
        encoder.Encode(3, work, frame);
        Span<byte> bytes = stackalloc byte[BlockHeader.Size];
        var found = encoder.Found(new Response(true, 0x9B04_4C0A, 0, 3 << 2 | 2, 0), chips: 1);

        var version = (work.Header.Version & ~work.VersionMask) | found.VersionBits;
        (work.Header with { Version = version, Nonce = found.Nonce }).Write(bytes);
        var reversed = Convert.ToHexString(frame, 22 + 2 * 32, 32).Chunk(8).Reverse().SelectMany(word => word);
        Assert.Equal(Words(Sha256d.Midstate(bytes[..64])), new string([.. reversed]));
        Assert.Equal("9B044C0A", Convert.ToHexString(bytes[76..]));
    }

    [Fact]
    public void EncodingMidstatesAllocatesNothing()
    {
        var encoder = new JobEncoder(ChipModel.Bm1387);
        var work = new Work(Header, TwoBits);
        encoder.Encode(0, work, frame);

        var before = GC.GetAllocatedBytesForCurrentThread();
        encoder.Encode(1, work, frame);
        encoder.Found(new Response(true, 1, 0, 4, 0), chips: 63);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Words(Midstate midstate) => string.Concat(
        Enumerable.Range(0, 8).Select(word => $"{(word < 4 ? midstate.Abcd[word] : midstate.Efgh[word - 4]):X8}"));
}
