using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.Intrinsics;

namespace Drivers.Hashing.Bm13xx;

public class MidstateFrameTests
{
    private readonly byte[] dirty = [.. Enumerable.Repeat((byte)0xFF, MidstateFrame.SizeMax)];

    [Fact] // Vector E of the reference: a BM1397's job with four midstates, and the nonce that its third makes good.
    public void TheJobOfTheReferenceIsWrittenAndItsNonceHashes()
    {
        var job = ChipVectors.Root.GetProperty("bm1397_midstate_job");
        byte[] tail = [.. job.Hex("merkle_tail_wire"), .. job.Hex("ntime_wire"), .. job.Hex("nbits_wire")];
        var zero = new Midstate(Vector128<uint>.Zero, Vector128<uint>.Zero);
        var third = FromWire(job.Hex("midstate2_wire"));

        var length = MidstateFrame.Write(Commands.Bm1397, 0x18, tail, [zero, zero, third, zero], dirty);

        Assert.Equal(152, length);
        Assert.Equal("55AA21961804000000003AAE0517A084736450E37161", Convert.ToHexString(dirty, 0, 22));
        Assert.Equal(job.Text("midstate2_wire"), Convert.ToHexString(dirty, 22 + 2 * 32, 32));
        Assert.Equal(0, Crc.Crc16(dirty.AsSpan(2, 150)));

        byte[] whole = [.. tail, .. job.Hex("nonce_wire")];
        var hash = Sha256d.FinishHeader(third, whole);
        Assert.Equal(job.GetProperty("difficulty").GetDouble(), Targets.Difficulty(hash), tolerance: 0.01);
    }

    [Theory] // braiins' test bench of the BM1387's core: CRCs of jobs with one midstate of zeros.
    [InlineData(0, 0xFF, 0x5FD3)]
    [InlineData(0, 0x00, 0x9899)]
    [InlineData(1, 0x00, 0x8AEF)]
    public void ABm1387sJobsHaveTheCrcsOfItsTestBench(byte id, byte fill, ushort crc)
    {
        var tail = new byte[12];
        tail.AsSpan().Fill(fill);

        var length = MidstateFrame.Write(Commands.Bm1387, id, tail, [default], dirty);

        Assert.Equal(54, length);
        Assert.Equal(0x36, dirty[1]);
        Assert.Equal(crc, BinaryPrimitives.ReadUInt16BigEndian(dirty.AsSpan(52)));
    }

    [Fact] // Captured: what a BM1387 finds of a job of nothing.
    public void TheNoncesOfNothingAreKnown()
    {
        var work = ChipVectors.Root.GetProperty("bm1387_null_work");
        var nonces = work.GetProperty("nonces_wire").EnumerateArray().ToArray();
        var difficulties = work.GetProperty("difficulty").EnumerateArray().ToArray();
        for (var i = 0; i < nonces.Length; i++)
        {
            byte[] tail = [.. work.Hex("tail"), .. Convert.FromHexString(nonces[i].GetString()!)];
            var hash = Sha256d.FinishHeader(FromWire(work.Hex("midstate")), tail);
            Assert.Equal(difficulties[i].GetDouble(), Targets.Difficulty(hash), tolerance: 0.001);
        }
    }

    [Fact]
    public void FramesAreAsLongAsTheReferenceSays()
    {
        var tail = new byte[12];

        Assert.Equal(56, MidstateFrame.Write(Commands.Bm1397, 0, tail, new Midstate[1], dirty));
        Assert.Equal(152, MidstateFrame.Write(Commands.Bm1397, 0, tail, new Midstate[4], dirty));
        Assert.Equal(54, MidstateFrame.Write(Commands.Bm1387, 0, tail, new Midstate[1], dirty));
        Assert.Equal(86, MidstateFrame.Write(Commands.Bm1387, 0, tail, new Midstate[2], dirty));
        Assert.Equal(0x56, dirty[1]);
        Assert.Equal(150, MidstateFrame.Write(Commands.Bm1387, 0, tail, new Midstate[4], dirty));
        Assert.Equal(0x96, dirty[1]);
    }

    [Fact]
    public void EachMidstateIsThatOfItsVersion()
    {
        var share = ChipVectors.Root.GetProperty("bm1370_share");
        var header = BlockHeader.Read(share.Hex("header")) with { Version = 0x2000_0000 | 0x0800_2000 };
        const uint mask = 0x0800_2000; // Two bits apart, both set in the base: they are replaced, not added to.

        MidstateFrame.Write(Commands.Bm1397, 0x10, new Work(header, mask), 4, dirty);

        uint[] versions = [0x2000_0000, 0x2000_2000, 0x2800_0000, 0x2800_2000];
        for (var i = 0; i < versions.Length; i++)
        {
            var bytes = new byte[BlockHeader.Size];
            (header with { Version = versions[i] }).Write(bytes);
            var midstate = FromWire(dirty[(22 + 32 * i)..(54 + 32 * i)]);
            Assert.Equal(Sha256d.Midstate(bytes.AsSpan(0, 64)), midstate);
        }

        Assert.Equal(Convert.ToHexString(share.Hex("header").AsSpan(64, 4)), Convert.ToHexString(dirty, 18, 4));
    }

    [Theory] // The reference's §9.4: counted through the mask of a pool.
    [InlineData(0, 0x00FF_FF00, 0)]
    [InlineData(1, 0x00FF_FF00, 0x0000_0100)]
    [InlineData(4, 0x00FF_FF00, 0x0000_0400)]
    [InlineData(3, 0x1000_2000, 0x1000_2000)]
    [InlineData(2, 0x1000_2000, 0x1000_0000)]
    [InlineData(7, 0x0000_6000, 0x0000_6000)] // What does not fit is lost.
    public void NumbersAreDepositedInMasks(uint number, uint mask, uint bits) =>
        Assert.Equal(bits, MidstateFrame.Deposit(number, mask));

    [Fact]
    public void WritingAJobAllocatesNothing()
    {
        var work = new Work(default, 0x0000_6000);
        MidstateFrame.Write(Commands.Bm1397, 0, work, 4, dirty);

        var before = GC.GetAllocatedBytesForCurrentThread();
        MidstateFrame.Write(Commands.Bm1397, 4, work, 4, dirty);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Midstate FromWire(byte[] wire)
    {
        var words = Enumerable.Range(0, 8)
            .Select(word => uint.Parse(
                Convert.ToHexString(wire, 28 - 4 * word, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            .ToArray();
        return new(Vector128.Create(words), Vector128.Create(words, 4));
    }
}
