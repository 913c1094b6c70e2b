using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Messages.Extensions;
using Difficulties = Drivers.Hashing.Targets;

namespace Fuzz.Targets;

/// <summary>Stories of pools that do what they should, for mutation to spoil.</summary>
internal static class HonestStories
{
    private const uint Channel = 2;
    private const uint Group = 1;
    // Manners of a client: chains + 3 × kind of channel + 9 × dialect + 27 × worker + 54 × payout; from 250 on with
    // a handshake before it.
    private const byte ShakesHands = 252;
    private const byte Extended = 6;
    private const byte Worker = 27;
    private const byte Paid = 54;

    private const uint NTime = 1_700_000_000;

    public static IEnumerable<byte[]> All =>
    [
        Story(0, Setup(), Opened(1), FutureJob(1), Tip(1), Act.Shares(3), Acknowledged(3), Job(2), Act.Shares(5)),
        Story(1, Setup(), Opened(1), Opened(2), FutureJob(1), FutureJob(1, Channel + 1), Tip(1), Tip(1, Channel + 1),
            Act.Shares(20), Target(), Job(3), Act.Pass(TimeSpan.FromSeconds(30)), Act.Shares(20), Refused(2)),
        Story(0, Setup(), Opened(1), FutureJob(1), Tip(1), Of(new Reconnect { NewHost = default, NewPort = 0 })),
        Story(0, Setup(), Opened(1), FutureJob(1), Tip(1, Group), Target(Group), Closed(), Act.Goodbye()),
        Story(0, Setup(), Opened(1), Act.Room(10), FutureJob(1), Tip(1), Act.Shares(200),
            Act.Pass(TimeSpan.FromSeconds(29)), Act.Room(ushort.MaxValue), Act.HangUp()),
        Story(0, Setup(2), ExtendedOpened(1), ExtendedJob(1), Tip(1), Act.Shares(3)),
        Story(Extended, Setup(), ExtendedOpened(1), ExtendedJob(1), Tip(1), Act.Shares(3), Prefix(), ExtendedJob(2)),
        Story(Extended + Paid, Setup(), ExtendedOpened(1), ExtendedJob(1), Tip(1), Act.Shares(9), Acknowledged(9)),
        Story(Extended + Worker, Setup(), Extensions(), ExtendedOpened(1), ExtendedJob(1), Tip(1), Act.Shares(3)),
        Story(0, Setup(), Opened(1), Grouped(), ExtendedJob(1, Group), Tip(1, Group), Act.Shares(3)),
        Story(0, Setup(), Opened(1), FutureJob(1), Tip(1), Act.Pass(TimeSpan.FromSeconds(299)), Job(2)),
        Story(0, Of(new SetupConnectionError { Flags = 1, ErrorCode = "unsupported-feature-flags"u8 })),
        Story(0, Setup(), Of(new OpenMiningChannelError { RequestId = 1, ErrorCode = "unknown-user"u8 })),
        Story(0, Act.Raw(0, 0, 1, 6, 0), Act.Pass(TimeSpan.FromSeconds(31))),
        Story(ShakesHands, Setup(), Opened(1), FutureJob(1), Tip(1), Act.Shares(3), Job(2), Act.Shares(5)),
    ];

    private static byte[] Story(byte chains, params byte[][] acts) => [chains, .. acts.SelectMany(act => act)];

    private static byte[] Setup(uint flags = 0) => Of(new SetupConnectionSuccess(2, flags));

    private static byte[] Opened(uint request) => Of(new OpenStandardMiningChannelSuccess
    {
        RequestId = request,
        ChannelId = Channel + request - 1,
        Target = Bytes(Difficulties.FromDifficulty(512)),
        ExtranoncePrefix = [1, 2, 3, 4],
        GroupChannelId = Group,
    });

    private static byte[] ExtendedOpened(uint request) => Of(new OpenExtendedMiningChannelSuccess
    {
        RequestId = request,
        ChannelId = Channel + request - 1,
        Target = Bytes(Difficulties.FromDifficulty(512)),
        ExtranonceSize = 8,
        ExtranoncePrefix = [1, 2, 3, 4],
        GroupChannelId = Group,
    });

    private static byte[] FutureJob(uint id, uint channel = Channel) => Job(id, channel, null);

    private static byte[] Job(uint id, uint channel = Channel, uint? ntime = NTime) => Of(new NewMiningJob
    {
        ChannelId = channel,
        JobId = id,
        MinNTime = ntime,
        Version = 0x2000_0000,
        MerkleRoot = Bytes(UInt256.Difficulty1),
    });

    private static byte[] ExtendedJob(uint id, uint channel = Channel) => Of(new NewExtendedMiningJob
    {
        ChannelId = channel,
        JobId = id,
        MinNTime = null,
        Version = 0x2000_0000,
        VersionRollingAllowed = true,
        MerklePath = new ItemSequence(new byte[64], 32),
        CoinbaseTxPrefix = Convert.FromHexString(
            "02000000010000000000000000000000000000000000000000000000000000000000000000ffffffff1d03a0bb0d0b"
            + "5376322f706f6f6c2f6d2f0c"),
        CoinbaseTxSuffix = Convert.FromHexString(
            "feffffff01205fa01200000000160014111111111111111111111111111111111111111100000000"),
    });

    private static byte[] Tip(uint job, uint channel = Channel) => Of(new SetNewPrevHash
    {
        ChannelId = channel,
        JobId = job,
        PrevHash = Bytes(UInt256.Difficulty1),
        MinNTime = NTime,
        NBits = 0x1703_4219,
    });

    private static byte[] Target(uint channel = Channel) =>
        Of(new SetTarget { ChannelId = channel, MaximumTarget = Bytes(Difficulties.FromDifficulty(1024)) });

    private static byte[] Acknowledged(uint count) => Of(new SubmitSharesSuccess(Channel, count, count, 512UL * count));

    private static byte[] Refused(uint sequence) => Of(new SubmitSharesError
    {
        ChannelId = Channel,
        SequenceNumber = sequence,
        ErrorCode = "difficulty-too-low"u8,
    });

    private static byte[] Prefix() =>
        Of(new SetExtranoncePrefix { ChannelId = Channel, ExtranoncePrefix = [4, 3, 2, 1] });

    private static byte[] Grouped() => Of(new SetGroupChannel
    {
        GroupChannelId = Group,
        ChannelIds = new ItemSequence([2, 0, 0, 0], sizeof(uint)),
    });

    private static byte[] Extensions() => Of(new RequestExtensionsSuccess
    {
        RequestId = 1,
        SupportedExtensions = new ItemSequence([2, 0], sizeof(ushort)),
    });

    private static byte[] Closed() => Of(new CloseChannel { ChannelId = Channel, ReasonCode = "maintenance"u8 });

    private static byte[] Bytes(UInt256 number)
    {
        var bytes = new byte[UInt256.Size];
        number.Write(bytes);
        return bytes;
    }

    private static byte[] Of<T>(scoped in T message)
        where T : IMessage<T>, allows ref struct
    {
        var frame = new byte[1024];
        return Act.Frame(frame[..FrameWriter.Write(message, frame)]);
    }
}
