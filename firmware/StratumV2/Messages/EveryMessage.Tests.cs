using CsCheck;
using Firmware.StratumV2.Messages.Extensions;
using Firmware.StratumV2.Messages.JobDeclaration;
using Firmware.StratumV2.Messages.TemplateDistribution;

namespace Firmware.StratumV2.Messages;

/// <summary>What holds for all messages, checked on the frames of SRI stratum 26802203 and on any others.</summary>
public class EveryMessageTests
{
    /// <summary>A frame is read, and written again by our writer.</summary>
    internal static readonly Dictionary<(ushort Extension, byte Type), Func<byte[], byte[]>> Trips = new()
    {
        [Core(MessageType.SetupConnection)] = Trip<SetupConnection>,
        [Core(MessageType.SetupConnectionSuccess)] = Trip<SetupConnectionSuccess>,
        [Core(MessageType.SetupConnectionError)] = Trip<SetupConnectionError>,
        [Core(MessageType.ChannelEndpointChanged)] = Trip<ChannelEndpointChanged>,
        [Core(MessageType.Reconnect)] = Trip<Reconnect>,
        [Core(MessageType.OpenStandardMiningChannel)] = Trip<OpenStandardMiningChannel>,
        [Core(MessageType.OpenStandardMiningChannelSuccess)] = Trip<OpenStandardMiningChannelSuccess>,
        [Core(MessageType.OpenMiningChannelError)] = Trip<OpenMiningChannelError>,
        [Core(MessageType.OpenExtendedMiningChannel)] = Trip<OpenExtendedMiningChannel>,
        [Core(MessageType.OpenExtendedMiningChannelSuccess)] = Trip<OpenExtendedMiningChannelSuccess>,
        [Core(MessageType.NewMiningJob)] = Trip<NewMiningJob>,
        [Core(MessageType.UpdateChannel)] = Trip<UpdateChannel>,
        [Core(MessageType.UpdateChannelError)] = Trip<UpdateChannelError>,
        [Core(MessageType.CloseChannel)] = Trip<CloseChannel>,
        [Core(MessageType.SetExtranoncePrefix)] = Trip<SetExtranoncePrefix>,
        [Core(MessageType.SubmitSharesStandard)] = Trip<SubmitSharesStandard>,
        [Core(MessageType.SubmitSharesExtended)] = Trip<SubmitSharesExtended>,
        [Core(MessageType.SubmitSharesSuccess)] = Trip<SubmitSharesSuccess>,
        [Core(MessageType.SubmitSharesError)] = Trip<SubmitSharesError>,
        [Core(MessageType.NewExtendedMiningJob)] = Trip<NewExtendedMiningJob>,
        [Core(MessageType.SetNewPrevHash)] = Trip<SetNewPrevHash>,
        [Core(MessageType.SetTarget)] = Trip<SetTarget>,
        [Core(MessageType.SetCustomMiningJob)] = Trip<SetCustomMiningJob>,
        [Core(MessageType.SetCustomMiningJobSuccess)] = Trip<SetCustomMiningJobSuccess>,
        [Core(MessageType.SetCustomMiningJobError)] = Trip<SetCustomMiningJobError>,
        [Core(MessageType.SetGroupChannel)] = Trip<SetGroupChannel>,
        [Core(MessageType.AllocateMiningJobToken)] = Trip<AllocateMiningJobToken>,
        [Core(MessageType.AllocateMiningJobTokenSuccess)] = Trip<AllocateMiningJobTokenSuccess>,
        [Core(MessageType.ProvideMissingTransactions)] = Trip<ProvideMissingTransactions>,
        [Core(MessageType.ProvideMissingTransactionsSuccess)] = Trip<ProvideMissingTransactionsSuccess>,
        [Core(MessageType.DeclareMiningJob)] = Trip<DeclareMiningJob>,
        [Core(MessageType.DeclareMiningJobSuccess)] = Trip<DeclareMiningJobSuccess>,
        [Core(MessageType.DeclareMiningJobError)] = Trip<DeclareMiningJobError>,
        [Core(MessageType.PushSolution)] = Trip<PushSolution>,
        [Core(MessageType.CoinbaseOutputConstraints)] = Trip<CoinbaseOutputConstraints>,
        [Core(MessageType.NewTemplate)] = Trip<NewTemplate>,
        [Core(MessageType.SetNewPrevHashOfTemplate)] = Trip<TemplateDistribution.SetNewPrevHash>,
        [Core(MessageType.RequestTransactionData)] = Trip<RequestTransactionData>,
        [Core(MessageType.RequestTransactionDataSuccess)] = Trip<RequestTransactionDataSuccess>,
        [Core(MessageType.RequestTransactionDataError)] = Trip<RequestTransactionDataError>,
        [Core(MessageType.SubmitSolution)] = Trip<SubmitSolution>,
        [(1, 0x00)] = Trip<RequestExtensions>,
        [(1, 0x01)] = Trip<RequestExtensionsSuccess>,
        [(1, 0x02)] = Trip<RequestExtensionsError>,
    };

    public static TheoryData<string> Names => [.. FrameVectors.All.Keys];

    [Fact]
    public void EveryTypeHasAVectorAndAMessage()
    {
        (ushort, byte)[] negotiation = [(1, 0x00), (1, 0x01), (1, 0x02)];
        (ushort, byte)[] types = [.. Enum.GetValues<MessageType>().Select(Core), .. negotiation];

        Assert.Equal(45, FrameVectors.All.Count); // A NewMiningJob for now and one for the future.
        Assert.Equal(types, Trips.Keys.Order());
        Assert.Equal(types, FrameVectors.All.Values.Select(TypeOf).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void IsReadAndWrittenAgainByteForByte(string name)
    {
        var frame = FrameVectors.All[name];

        Assert.Equal(Hex(frame), Hex(Trips[TypeOf(frame)](frame)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void CutAnywhereIsAProtocolErrorAndNothingElse(string name)
    {
        var frame = FrameVectors.All[name];
        var type = TypeOf(frame);
        for (var length = FrameHeader.Size; length < frame.Length; length++)
        {
            if (type == Core(MessageType.OpenExtendedMiningChannelSuccess) && length == frame.Length - sizeof(uint))
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

        Assert.Equal(Hex(frame), Hex(Trips[TypeOf(frame)]([.. frame, 0x02, 0x00, 0x01, 0xFF])));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AWrongChannelBitIsIgnoredAndTheRightOneSent(string name)
    {
        var frame = FrameVectors.All[name];
        byte[] wrong = [frame[0], (byte)(frame[1] ^ 0x80), .. frame[2..]];

        Assert.Equal(Hex(frame), Hex(Trips[TypeOf(frame)](wrong)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void FrameOfAnotherTypeOrExtensionIsAProtocolError(string name)
    {
        var frame = FrameVectors.All[name];
        byte[] otherType = [.. frame[..2], 0xE0, .. frame[3..]];
        byte[] otherExtension = [0x20, .. frame[1..]];

        Assert.Throws<ProtocolException>(() => Trips[TypeOf(frame)](otherType));
        Assert.Throws<ProtocolException>(() => Trips[TypeOf(frame)](otherExtension));
    }

    [Fact]
    public void AnOlderServersExtendedChannelHasNoGroup()
    {
        var frame = FrameVectors.All["OpenExtendedMiningChannel.Success"];
        byte[] older = [.. frame[..3], (byte)(frame[3] - sizeof(uint)), .. frame[4..^sizeof(uint)]];

        Assert.Null(FrameVectors.Parse(older).Read<OpenExtendedMiningChannelSuccess>().GroupChannelId);
        Assert.Equal(Hex(older), Hex(Trips[Core(MessageType.OpenExtendedMiningChannelSuccess)](older)));
    }

    [Fact]
    public void EveryMessageThatCanBeIsReadAndWrittenAgainByteForByte() => AnyMessage.Frame.Sample(
        frame => Trips[TypeOf(frame)](frame).AsSpan().SequenceEqual(frame),
        iter: 5000,
        print: frame => Hex(frame));

    [Fact]
    public void AnyBytesAreAMessageOrAProtocolError() => Gen
        .Select(Gen.OneOf([.. Trips.Keys.Select(type => Gen.Const(type))]), Gen.Byte.Array[0, 300])
        .Sample(
            (type, payload) =>
            {
                try
                {
                    FrameText.Describe(new Frame(type.Extension, false, type.Type, payload));
                    Trips[type]([(byte)type.Extension, 0, type.Type, 0, 0, 0, .. payload]);
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

    private static (ushort Extension, byte Type) Core(MessageType type) => (0, (byte)type);

    private static (ushort Extension, byte Type) TypeOf(byte[] frame)
    {
        var header = FrameHeader.Read(frame);
        return (header.ExtensionType, header.Type);
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
