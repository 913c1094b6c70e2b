namespace Drivers.Hashing.Bm13xx;

public class JobFrameTests
{
    [Fact] // Captured: Bitaxe Gamma, the job of a share that its pool accepted.
    public void TheJobOfTheAcceptedShareIsTheCapturedFrame()
    {
        var share = ChipVectors.Root.GetProperty("bm1370_share");
        var header = BlockHeader.Read(share.Hex("header")) with { Version = 0x2000_0000, Nonce = 0 };

        Assert.Equal(share.Text("tx"), Written(0x68, header));
    }

    [Fact]
    public void TheJobOfBlock839900IsTheFrameOfTheReference()
    {
        var (header, _) = ChipVectors.Block839900().First();

        Assert.Equal(
            ChipVectors.Root.GetProperty("bm1366_block839900").Text("job_frame_id18"),
            Written(0x18, header with { Version = 0x2000_0000 }));
    }

    private static string Written(byte id, BlockHeader header)
    {
        var dirty = new byte[JobFrame.Size];
        dirty.AsSpan().Fill(0xFF);
        Assert.Equal(JobFrame.Size, JobFrame.Write(id, header, dirty));
        return Convert.ToHexString(dirty);
    }
}
