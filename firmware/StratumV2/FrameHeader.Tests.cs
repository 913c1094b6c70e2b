using CsCheck;

namespace Firmware.StratumV2;

public class FrameHeaderTests
{
    [Fact] // The headers of NewMiningJob and RequestExtensions, SRI stratum 26802203.
    public void ReadsExtensionChannelBitTypeAndLength()
    {
        Assert.Equal(new FrameHeader(0, ChannelBit: true, 0x15, 45), FrameHeader.Read([0x00, 0x80, 0x15, 0x2D, 0, 0]));
        Assert.Equal(new FrameHeader(1, ChannelBit: false, 0x00, 6), FrameHeader.Read([0x01, 0x00, 0x00, 0x06, 0, 0]));
    }

    [Fact]
    public void EveryVectorsHeaderTellsItsLengthAndIsWrittenAgain()
    {
        foreach (var frame in FrameVectors.All.Values)
        {
            var written = new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
            var header = FrameHeader.Read(frame);
            header.Write(written);

            Assert.Equal(frame.Length, FrameHeader.Size + header.PayloadLength);
            Assert.Equal(frame[..FrameHeader.Size], written);
        }
    }

    [Fact]
    public void EverySixBytesAreAHeaderAndSurviveTheTrip() => Gen.Byte.Array[FrameHeader.Size].Sample(bytes =>
    {
        var written = new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
        FrameHeader.Read(bytes).Write(written);
        return written.AsSpan().SequenceEqual(bytes);
    });

    [Fact]
    public void AHeaderThatSaysSomethingElseIsNeverWritten()
    {
        Assert.ThrowsAny<ArgumentException>(() => new FrameHeader(0x8000, false, 0, 0).Write(new byte[6]));
        Assert.ThrowsAny<ArgumentException>(() => new FrameHeader(0, false, 0, 0x100_0000).Write(new byte[6]));
        Assert.ThrowsAny<ArgumentException>(() => new FrameHeader(0, false, 0, -1).Write(new byte[6]));
    }

    [Fact]
    public void FramesOfOtherProtocolsAndExtensionsHaveNoCoreType()
    {
        Assert.Null(FrameVectors.Parse(FrameVectors.All["NewTemplate"]).CoreType);
        Assert.Null(FrameVectors.Parse(FrameVectors.All["DeclareMiningJob"]).CoreType);
        Assert.Null(FrameVectors.Parse(FrameVectors.All["RequestExtensions"]).CoreType);
        Assert.Null(new Frame(0, true, 0x1E, []).CoreType); // Reserved.
        Assert.Null(new Frame(0, true, 0x26, []).CoreType);
        Assert.Equal(MessageType.SetTarget, FrameVectors.Parse(FrameVectors.All["SetTarget"]).CoreType);
    }

    [Fact]
    public void AMiningConnectionKnowsEveryCommonAndMiningNumberAndNoOther() => Assert.Equal(
        Enum.GetValues<MessageType>().Where(type => type < MessageType.AllocateMiningJobToken),
        Enumerable.Range(0, 256).Select(number => (MessageType)number).Where(type => type.IsKnown));
}
