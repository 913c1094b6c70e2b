using CsCheck;

namespace Firmware.StratumV2.Messages;

/// <summary>What holds for all messages, checked on the frames of SRI stratum 26802203 and on any others.</summary>
public class EveryMessageTests
{
    private static readonly Dictionary<MessageType, Func<byte[], byte[]>> Trips = new()
    {
        [MessageType.SetupConnection] = Trip<SetupConnection>,
        [MessageType.SetupConnectionSuccess] = Trip<SetupConnectionSuccess>,
        [MessageType.SetupConnectionError] = Trip<SetupConnectionError>,
        [MessageType.ChannelEndpointChanged] = Trip<ChannelEndpointChanged>,
        [MessageType.Reconnect] = Trip<Reconnect>,
        [MessageType.OpenStandardMiningChannel] = Trip<OpenStandardMiningChannel>,
        [MessageType.OpenStandardMiningChannelSuccess] = Trip<OpenStandardMiningChannelSuccess>,
        [MessageType.OpenMiningChannelError] = Trip<OpenMiningChannelError>,
        [MessageType.OpenExtendedMiningChannel] = Trip<OpenExtendedMiningChannel>,
        [MessageType.OpenExtendedMiningChannelSuccess] = Trip<OpenExtendedMiningChannelSuccess>,
        [MessageType.NewMiningJob] = Trip<NewMiningJob>,
        [MessageType.UpdateChannel] = Trip<UpdateChannel>,
        [MessageType.UpdateChannelError] = Trip<UpdateChannelError>,
        [MessageType.CloseChannel] = Trip<CloseChannel>,
        [MessageType.SetExtranoncePrefix] = Trip<SetExtranoncePrefix>,
        [MessageType.SubmitSharesStandard] = Trip<SubmitSharesStandard>,
        [MessageType.SubmitSharesExtended] = Trip<SubmitSharesExtended>,
        [MessageType.SubmitSharesSuccess] = Trip<SubmitSharesSuccess>,
        [MessageType.SubmitSharesError] = Trip<SubmitSharesError>,
        [MessageType.NewExtendedMiningJob] = Trip<NewExtendedMiningJob>,
        [MessageType.SetNewPrevHash] = Trip<SetNewPrevHash>,
        [MessageType.SetTarget] = Trip<SetTarget>,
        [MessageType.SetCustomMiningJob] = Trip<SetCustomMiningJob>,
        [MessageType.SetCustomMiningJobSuccess] = Trip<SetCustomMiningJobSuccess>,
        [MessageType.SetCustomMiningJobError] = Trip<SetCustomMiningJobError>,
        [MessageType.SetGroupChannel] = Trip<SetGroupChannel>,
    };

    public static TheoryData<string> Names => [.. FrameVectors.CommonAndMining];

    [Fact]
    public void EveryTypeHasAVectorAndAMessage()
    {
        var types = Enum.GetValues<MessageType>();

        Assert.Equal(types, Trips.Keys.Order());
        Assert.Equal(types, FrameVectors.CommonAndMining.Select(TypeOf).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void IsReadAndWrittenAgainByteForByte(string name)
    {
        var frame = FrameVectors.All[name];

        Assert.Equal(Hex(frame), Hex(Trips[TypeOf(name)](frame)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void CutAnywhereIsAProtocolErrorAndNothingElse(string name)
    {
        var frame = FrameVectors.All[name];
        var type = TypeOf(name);
        for (var length = FrameHeader.Size; length < frame.Length; length++)
        {
            if (type == MessageType.OpenExtendedMiningChannelSuccess && length == frame.Length - sizeof(uint))
            {
                continue; // That is the whole message of older servers, see below.
            }

            var cut = frame[..length];
            Assert.Throws<ProtocolException>(() => Trips[type](cut));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void BytesAfterTheLastFieldAreIgnored(string name)
    {
        var frame = FrameVectors.All[name];

        Assert.Equal(Hex(frame), Hex(Trips[TypeOf(name)]([.. frame, 0x02, 0x00, 0x01, 0xFF])));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AWrongChannelBitIsIgnoredAndTheRightOneSent(string name)
    {
        var frame = FrameVectors.All[name];
        byte[] wrong = [frame[0], (byte)(frame[1] ^ 0x80), .. frame[2..]];

        Assert.Equal(Hex(frame), Hex(Trips[TypeOf(name)](wrong)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void FrameOfAnotherTypeOrExtensionIsAProtocolError(string name)
    {
        var frame = FrameVectors.All[name];
        byte[] otherType = [.. frame[..2], 0x50, .. frame[3..]];
        byte[] otherExtension = [0x01, .. frame[1..]];

        Assert.Throws<ProtocolException>(() => Trips[TypeOf(name)](otherType));
        Assert.Throws<ProtocolException>(() => Trips[TypeOf(name)](otherExtension));
    }

    [Fact]
    public void AnOlderServersExtendedChannelHasNoGroup()
    {
        var frame = FrameVectors.All["OpenExtendedMiningChannel.Success"];
        byte[] older = [.. frame[..3], (byte)(frame[3] - sizeof(uint)), .. frame[4..^sizeof(uint)]];

        Assert.Null(FrameVectors.Parse(older).Read<OpenExtendedMiningChannelSuccess>().GroupChannelId);
        Assert.Equal(Hex(older), Hex(Trips[MessageType.OpenExtendedMiningChannelSuccess](older)));
    }

    [Fact]
    public void EveryMessageThatCanBeIsReadAndWrittenAgainByteForByte() => AnyMessage.Frame.Sample(
        frame => Trips[(MessageType)frame[2]](frame).AsSpan().SequenceEqual(frame),
        iter: 5000,
        print: frame => Hex(frame));

    [Fact]
    public void AnyBytesAreAMessageOrAProtocolError() => Gen
        .Select(Gen.Enum<MessageType>(), Gen.Byte.Array[0, 300])
        .Sample(
            (type, payload) =>
            {
                try
                {
                    FrameText.Describe(new Frame(0, false, (byte)type, payload));
                    Trips[type]([0, 0, (byte)type, 0, 0, 0, .. payload]);
                }
                catch (ProtocolException)
                {
                }
                catch (ArgumentOutOfRangeException refused)
                    when (refused.Message.StartsWith("F32", StringComparison.Ordinal))
                {
                    // NaN, infinite or negative: read as it came, and refused by our writer.
                }
            },
            iter: 20_000);

    private static byte[] Trip<T>(byte[] bytes)
        where T : IMessage<T>, allows ref struct
    {
        var dirty = new byte[bytes.Length];
        dirty.AsSpan().Fill(0xFF);
        var length = FrameWriter.Write(FrameVectors.Parse(bytes).Read<T>(), dirty);
        return dirty[..length];
    }

    private static MessageType TypeOf(string name) => (MessageType)FrameVectors.All[name][2];

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
