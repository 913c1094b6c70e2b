using CsCheck;
using Firmware.StratumV2.Messages;

namespace Firmware.StratumV2;

public class MessageBoundsTests
{
    private const byte Unknown = 0xE0;

    [Fact]
    public void TheLargestFrameOf24BitsIsRefusedWhateverItsType()
    {
        for (var type = 0; type < 256; type++)
        {
            AssertRefused(Receiver.Client, (byte)type, FrameHeader.PayloadLengthMax);
            AssertRefused(Receiver.Server, (byte)type, FrameHeader.PayloadLengthMax);
        }
    }

    [Theory] // Shortest and longest payloads as the tables of spec 3.6 and 5.3 add up.
    [InlineData(MessageType.SetupConnectionSuccess, 6, 6)]
    [InlineData(MessageType.SetupConnectionError, 5, 260)]
    [InlineData(MessageType.ChannelEndpointChanged, 4, 4)]
    [InlineData(MessageType.Reconnect, 3, 258)]
    [InlineData(MessageType.OpenStandardMiningChannelSuccess, 45, 77)]
    [InlineData(MessageType.OpenMiningChannelError, 5, 260)]
    [InlineData(MessageType.OpenExtendedMiningChannelSuccess, 43, 79)]
    [InlineData(MessageType.NewMiningJob, 45, 49)]
    [InlineData(MessageType.UpdateChannelError, 5, 260)]
    [InlineData(MessageType.CloseChannel, 5, 260)]
    [InlineData(MessageType.SetExtranoncePrefix, 5, 37)]
    [InlineData(MessageType.SubmitSharesSuccess, 20, 20)]
    [InlineData(MessageType.SubmitSharesError, 9, 264)]
    [InlineData(MessageType.NewExtendedMiningJob, 19, 139_253)]
    [InlineData(MessageType.SetNewPrevHash, 48, 48)]
    [InlineData(MessageType.SetTarget, 36, 36)]
    [InlineData(MessageType.SetCustomMiningJobSuccess, 12, 12)]
    [InlineData(MessageType.SetCustomMiningJobError, 9, 264)]
    public void AClientTakesTheShortestAndTheLongestWithItsTrailingBytes(MessageType type, int min, int max) =>
        AssertBounds(Receiver.Client, (byte)type, min, max + MessageBounds.TrailingMax);

    [Theory]
    [InlineData(MessageType.SetupConnection, 16, 1291)]
    [InlineData(MessageType.OpenStandardMiningChannel, 41, 296)]
    [InlineData(MessageType.OpenExtendedMiningChannel, 43, 298)]
    [InlineData(MessageType.UpdateChannel, 40, 40)]
    [InlineData(MessageType.CloseChannel, 5, 260)]
    [InlineData(MessageType.SubmitSharesStandard, 24, 24)]
    [InlineData(MessageType.SubmitSharesExtended, 25, 57)]
    [InlineData(MessageType.SetCustomMiningJob, 69, 74_274)]
    public void AServerTakesTheShortestAndTheLongestWithItsTrailingBytes(MessageType type, int min, int max) =>
        AssertBounds(Receiver.Server, (byte)type, min, max + MessageBounds.TrailingMax);

    [Fact] // The shortest is a Reconnect of before 2024, which had the same number.
    public void AFullGroupIsTheLongestOfAll()
    {
        AssertBounds(Receiver.Client, (byte)MessageType.SetGroupChannel, 3, MessageBounds.ClientMax);
        Assert.True(MessageBounds.ClientMax >= 6 + (65_535 * 4));
    }

    [Fact]
    public void AnUnknownMessageMayBeEmptyAndHasOnlyTheConnectionsLimit()
    {
        AssertBounds(Receiver.Client, Unknown, 0, MessageBounds.ClientMax);
        AssertBounds(Receiver.Server, Unknown, 0, MessageBounds.ServerMax);
        MessageBounds.Check(Receiver.Client, new FrameHeader(1, false, (byte)MessageType.SetTarget, 0));
    }

    [Fact]
    public void EveryVectorPassesAtTheSideThatReceivesIt()
    {
        foreach (var name in FrameVectors.All.Keys)
        {
            var header = FrameHeader.Read(FrameVectors.All[name]);
            MessageBounds.Check(Receiver.Client, header);
            MessageBounds.Check(Receiver.Server, header);
        }
    }

    [Fact]
    public void NoMessageThatCanBeIsRefused() => AnyMessage.Frame.Sample(frame =>
    {
        var header = FrameHeader.Read(frame);
        MessageBounds.Check(Receiver.Client, header);
        MessageBounds.Check(Receiver.Server, header);
    });

    private static void AssertBounds(Receiver receiver, byte type, int min, int max)
    {
        Assert.Equal(min, MessageBounds.Min(receiver, type));
        Assert.Equal(max, MessageBounds.Max(receiver, type));
        MessageBounds.Check(receiver, new FrameHeader(0, true, type, min));
        MessageBounds.Check(receiver, new FrameHeader(0, true, type, max));
        AssertRefused(receiver, type, max + 1);
        if (min > 0)
        {
            AssertRefused(receiver, type, min - 1);
        }
    }

    private static void AssertRefused(Receiver receiver, byte type, int length) =>
        Assert.Throws<ProtocolException>(() => MessageBounds.Check(receiver, new FrameHeader(0, true, type, length)));
}
