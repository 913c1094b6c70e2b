using System.Text.Json;

namespace Drivers.Hashing.Bm13xx;

public class CrcTests
{
    [Fact]
    public void EveryCommandOfTheCollectionHasItsCrc()
    {
        var frames = ChipVectors.Root.GetProperty("command_frames").EnumerateArray().ToArray();

        Assert.Equal(67, frames.Length);
        Assert.All(frames, frame => Assert.Equal(frame.Hex("crc5")[0], Crc.Crc5(frame.Hex("body"))));
    }

    [Fact]
    public void OverAWholeResponseTheCrcIsZero()
    {
        var frames = ChipVectors.Root.GetProperty("response_frames").EnumerateArray().ToArray();

        Assert.Equal(39, frames.Length);
        Assert.All(frames, frame => Assert.Equal(0, Crc.Crc5(Whole(frame))));
        Assert.All(frames, frame => Assert.NotEqual(0, Crc.Crc5(Broken(frame))));
    }

    [Fact] // The check value of the CRC catalogue for CRC-16/CCITT-FALSE ("IBM-3740").
    public void TheJobCrcIsCcittFalse() => Assert.Equal(0x29B1, Crc.Crc16("123456789"u8));

    [Fact] // Captured: Bitaxe Gamma; computed: the frame of block 839900.
    public void TheJobFramesOfTheCollectionHaveTheirCrc()
    {
        var share = ChipVectors.Root.GetProperty("bm1370_share").Hex("tx");
        var block = ChipVectors.Root.GetProperty("bm1366_block839900").Hex("job_frame_id18");

        Assert.Equal(0x721C, Crc.Crc16(share.AsSpan(2..^2)));
        Assert.Equal(0x5ABC, Crc.Crc16(block.AsSpan(2..^2)));
    }

    private static byte[] Whole(JsonElement frame) => [.. frame.Hex("body"), .. frame.Hex("last")];

    private static byte[] Broken(JsonElement frame)
    {
        var whole = Whole(frame);
        whole[2] ^= 0x10;
        return whole;
    }
}
