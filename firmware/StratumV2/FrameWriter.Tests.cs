using Firmware.StratumV2.Messages;

namespace Firmware.StratumV2;

public class FrameWriterTests
{
    private const int Rounds = 100;

    private static readonly byte[] Root = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];

    [Fact] // SRI stratum 26802203
    public void WritesHeaderAndPayloadAndNothingBehindThem()
    {
        Span<byte> dirty = stackalloc byte[64];
        dirty.Fill(0xFF);
        Span<byte> root = stackalloc byte[32];
        Root.CopyTo(root);

        var length = FrameWriter.Write(Job(minNTime: null, root), dirty);

        Assert.Equal(FrameVectors.All["NewMiningJob future"], dirty[..length].ToArray());
        Assert.Equal(-1, dirty[length..].IndexOfAnyExcept((byte)0xFF));
    }

    [Fact]
    public void AFrameThatDoesNotFitIsOurMistake()
    {
        for (var size = 0; size < FrameHeader.Size + 49; size++)
        {
            Assert.ThrowsAny<ArgumentException>(() => FrameWriter.Write(Job(minNTime: 1, Root), new byte[size]));
        }
    }

    [Fact]
    public void TheHotMessagesAreReadWithoutAllocation()
    {
        var job = FrameVectors.All["NewMiningJob active"];
        var tip = FrameVectors.All["SetNewPrevHash"];
        var target = FrameVectors.All["SetTarget"];
        var accepted = FrameVectors.All["SubmitShares.Success"];
        var refused = FrameVectors.All["SubmitShares.Error"];
        var share = FrameVectors.All["SubmitSharesStandard"];
        var extended = FrameVectors.All["NewExtendedMiningJob"];

        AssertAllocatesNothing(() =>
        {
            var sum = FrameVectors.Parse(job).Read<NewMiningJob>().JobId;
            sum += FrameVectors.Parse(tip).Read<SetNewPrevHash>().JobId;
            sum += FrameVectors.Parse(target).Read<SetTarget>().ChannelId;
            sum += FrameVectors.Parse(accepted).Read<SubmitSharesSuccess>().LastSequenceNumber;
            sum += FrameVectors.Parse(refused).Read<SubmitSharesError>().SequenceNumber;
            sum += FrameVectors.Parse(share).Read<SubmitSharesStandard>().JobId;
            sum += FrameVectors.Parse(extended).Read<NewExtendedMiningJob>().JobId;
            MessageBounds.Check(Receiver.Client, FrameHeader.Read(job));
            return sum;
        });
    }

    [Fact]
    public void TheHotMessagesAreWrittenWithoutAllocation()
    {
        var frame = new byte[128];

        AssertAllocatesNothing(() =>
        {
            var length = FrameWriter.Write(new SubmitSharesStandard(1, 2, 3, 4, 5, 6), frame);
            length += FrameWriter.Write(new SubmitSharesSuccess(1, 2, 3, 4), frame);
            length += FrameWriter.Write(Job(minNTime: 7, Root), frame);
            return (uint)length;
        });
    }

    private static NewMiningJob Job(uint? minNTime, ReadOnlySpan<byte> merkleRoot) => new()
    {
        ChannelId = 2,
        JobId = 9,
        MinNTime = minNTime,
        Version = 0x2000_0000,
        MerkleRoot = merkleRoot,
    };

    private static void AssertAllocatesNothing(Func<uint> work)
    {
        var sum = work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++)
        {
            sum += work();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(0u, sum);
    }
}
