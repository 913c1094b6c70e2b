using System.Buffers.Binary;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>Statements 19 to 26 and hostile inputs B1 to B7 of the SV2 reference, on a session.</summary>
public sealed class SessionFramesTests : IDisposable
{
    private const byte UnknownType = 0x7E;

    private readonly InMemoryPool pool = new();

    /// <summary>What a pool sends on a mining connection, by the spec's name.</summary>
    public static TheoryData<string> FromPools =>
    [
        "OpenStandardMiningChannel.Success", "OpenMiningChannel.Error", "NewMiningJob active", "NewMiningJob future",
        "CloseChannel", "SubmitShares.Success", "SubmitShares.Error", "SetNewPrevHash", "SetTarget",
        "SetGroupChannel", "Reconnect",
    ];

    [Fact] // Statement 19
    public void EachFrameLeavesWithTheChannelBitOfTheTable()
    {
        var wire = new RecordingWire();
        using var session = Running(wire, out var job);
        job.Sink.TrySubmit(default, TimeSpan.Zero);
        session.Tick(TimeSpan.FromSeconds(200)); // The probe
        session.SayGoodbye(TimeSpan.FromSeconds(200));

        Assert.Equal(
            [
                "0000 SetupConnection", "0000 OpenStandardMiningChannel", "8000 SubmitSharesStandard",
                "8000 UpdateChannel", "8000 CloseChannel",
            ],
            wire.Frames());
    }

    [Fact] // Statement 20
    public void KnownMessagesAreTakenWithEitherChannelBit()
    {
        pool.Distort = frame => [frame[0], (byte)(frame[1] ^ 0x80), .. frame[2..]];
        Mine(pool);
        pool.GiveJob(2);
        Assert.Equal(2u, pool.LastStep.Start?.Id);

        pool.Give(new CloseChannel { ChannelId = InMemoryPool.Group, ReasonCode = "over"u8 });
        Assert.True(pool.LastStep.StopOldWork);
        Assert.Equal(0, pool.Session.Ignored);
    }

    [Theory] // Statement 21, B5
    [InlineData(0, false, UnknownType)]
    [InlineData(0, true, 0xFF)]
    [InlineData(0, false, 0x26)]
    [InlineData(0, false, (byte)MessageType.NewTemplate)]
    [InlineData(1, false, 1)]
    [InlineData(2, true, (byte)MessageType.NewMiningJob)]
    [InlineData(0x4242, false, 0)]
    [InlineData(0x4242, true, (byte)MessageType.SetNewPrevHash)]
    [InlineData(0x7FFF, true, 0xFF)]
    public void UnknownTypesAndExtensionsAreDiscardedAndCounted(ushort extension, bool channelBit, byte type)
    {
        Mine(pool);
        foreach (var length in new[] { 0, 1, 49, 5000 })
        {
            SendRaw(extension, channelBit, type, length);
            Assert.Equal(default, pool.LastStep);
        }

        Assert.Null(pool.Ended);
        Assert.Equal(4, pool.Session.Ignored);
        pool.GiveJob(2);
        Assert.Equal(2u, pool.LastStep.Start?.Id);
    }

    [Fact] // Statement 22, B54: a thousand empty TLVs, and one that claims more than there is.
    public void BytesBehindTheLastFieldAreIgnored()
    {
        var bomb = Enumerable.Repeat<byte[]>([0x34, 0x12, 0x01, 0x00, 0x00], 1000).SelectMany(tlv => tlv).ToArray();
        byte[] trailing = [.. bomb, 0x02, 0x00, 0x01, 0xFF, 0xFF];
        pool.Distort = frame => WithLength([.. frame, .. trailing]);

        Mine(pool);
        Assert.Equal(1u, pool.LastStep.Start?.Id);
        pool.GiveTarget(InMemoryPool.Target);
        pool.Confirm(last: 0, count: 0);
        Assert.Null(pool.Ended);
        Assert.Equal(0, pool.Session.Ignored);
    }

    [Theory] // Statement 23, B6: every length that is too short for the fields.
    [MemberData(nameof(FromPools))]
    public void EveryCutMessageClosesTheConnectionAndNothingElse(string name)
    {
        var whole = FrameVectors.All[name];
        for (var length = 0; length < whole.Length - FrameHeader.Size; length++)
        {
            using var cut = new InMemoryPool(insecure: true);
            Mine(cut);
            cut.GiveRaw(WithLength(whole[..(FrameHeader.Size + length)]));
            Assert.NotNull(cut.Ended);
            Assert.Equal(SessionStage.Ended, cut.Session.Stage);
        }
    }

    [Theory] // Statement 23, B10
    [InlineData(2)]
    [InlineData(255)]
    public void AnOptionOfMoreThanOneClosesTheConnection(byte count)
    {
        Mine(pool);
        SendRaw(0, true, (byte)MessageType.NewMiningJob, 49, payload => payload[8] = count);

        Assert.Contains("OPTION", pool.Ended, StringComparison.Ordinal);
    }

    [Theory] // Statement 23, B10
    [InlineData(33)]
    [InlineData(255)]
    public void AnExtranoncePrefixOfMoreThan32BytesClosesTheConnection(byte length)
    {
        pool.AnswerHandshake();
        pool.AnswerSetup();
        SendRaw(
            0,
            false,
            (byte)MessageType.OpenStandardMiningChannelSuccess,
            400,
            payload =>
            {
                BinaryPrimitives.WriteUInt32LittleEndian(payload, 1);
                payload[40] = length;
            });

        Assert.Contains("B0_32", pool.Ended, StringComparison.Ordinal);
    }

    [Fact] // B7
    public void ASequenceThatClaimsMoreThanThereIsClosesTheConnection()
    {
        Mine(pool);
        SendRaw(0, false, (byte)MessageType.SetGroupChannel, 16, payload => payload[4..6].Fill(0xFF));

        Assert.NotNull(pool.Ended);
    }

    [Theory] // Statement 26, B1, B2
    [InlineData((byte)MessageType.SetTarget, FrameHeader.PayloadLengthMax)]
    [InlineData((byte)MessageType.SetTarget, 36 + MessageBounds.TrailingMax + 1)]
    [InlineData((byte)MessageType.SetupConnectionSuccess, 6 + MessageBounds.TrailingMax + 1)]
    [InlineData(UnknownType, FrameHeader.PayloadLengthMax)]
    [InlineData(UnknownType, MessageBounds.ClientMax + 1)]
    public void ALengthBeyondItsBoundClosesTheConnectionBeforeAnythingIsAllocated(byte type, int length)
    {
        Mine(pool);
        var header = new byte[FrameHeader.Size];
        new FrameHeader(0, false, type, length).Write(header);
        var wire = pool.SealedFrame([.. header, .. new byte[length]]).AsSpan(0, 22); // The sealed header alone.
        wire.CopyTo(pool.Session.Free);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var step = pool.Session.Received(wire.Length, InMemoryPool.Clock, pool.Now);

        Assert.NotNull(step.Ended);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16_000); // An exception and its sentence.
    }

    [Fact] // B3
    public void AnEmptyFrameOfAKnownTypeClosesTheConnection()
    {
        foreach (var type in Enum.GetValues<MessageType>().Where(IsFromPools))
        {
            using var other = new InMemoryPool(insecure: true);
            Mine(other);
            other.GiveRaw(WithLength([0, 0, (byte)type, 0, 0, 0]));
            Assert.NotNull(other.Ended);
        }
    }

    [Fact] // B3
    public void AnEmptyFrameOfAnUnknownTypeIsIgnored()
    {
        Mine(pool);
        SendRaw(0, false, UnknownType, 0);

        Assert.Null(pool.Ended);
        Assert.Equal(1, pool.Session.Ignored);
    }

    [Fact] // SV2 reference §14, B4: a thousand unknown frames a second, on the session's side of the socket.
    public void AThousandUnknownFramesASecondForTenSecondsAreEnduredAndCostNoMemory()
    {
        const int Warm = 100;
        const int Count = 10_000;
        Mine(pool);
        var frames = new byte[Count + Warm][];
        for (var i = 0; i < frames.Length; i++)
        {
            frames[i] = pool.SealedFrame(Frame((ushort)(i % 3), i % 2 == 0, UnknownType, i % 64));
        }

        long before = 0;
        for (var i = 0; i < frames.Length; i++)
        {
            before = i == Warm ? GC.GetAllocatedBytesForCurrentThread() : before;
            frames[i].CopyTo(pool.Session.Free);
            var now = pool.Now + TimeSpan.FromMilliseconds(i);
            if (pool.Session.Received(frames[i].Length, InMemoryPool.Clock, now).Ended is { } reason)
            {
                Assert.Fail(reason);
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(frames.Length, pool.Session.Ignored);
    }

    [Fact] // B4
    public void AMillionUnknownFramesASecondCloseTheConnectionWithinMilliseconds()
    {
        Mine(pool);
        var sent = 0;
        for (; pool.Ended is null && sent < 10_000; sent++)
        {
            SendRaw(0, false, UnknownType, 10);
            pool.Pass(TimeSpan.FromMicroseconds(1));
        }

        Assert.InRange(sent, UselessFrames.AtOnceMax, UselessFrames.AtOnceMax + 10);
        Assert.Contains("floods", pool.Ended, StringComparison.Ordinal);
    }

    [Fact] // B4
    public void AFloodForChannelsThatAreNotOursIsAFloodToo()
    {
        Mine(pool);
        for (var i = 0; i <= UselessFrames.AtOnceMax && pool.Ended is null; i++)
        {
            pool.GiveTarget(InMemoryPool.Target, channel: 77);
        }

        Assert.Contains("floods", pool.Ended, StringComparison.Ordinal);
    }

    public void Dispose() => pool.Dispose();

    private static void Mine(InMemoryPool pool)
    {
        pool.Opened();
        pool.GiveFutureJob(1);
        pool.GiveTip(job: 1);
    }

    /// <summary>What a pool may send in a running session.</summary>
    private static bool IsFromPools(MessageType type) => type
        is MessageType.Reconnect
        or MessageType.ChannelEndpointChanged
        or MessageType.OpenStandardMiningChannelSuccess
        or MessageType.OpenMiningChannelError
        or MessageType.OpenExtendedMiningChannelSuccess
        or MessageType.NewMiningJob
        or MessageType.UpdateChannelError
        or MessageType.CloseChannel
        or MessageType.SetExtranoncePrefix
        or MessageType.SubmitSharesSuccess
        or MessageType.SubmitSharesError
        or MessageType.NewExtendedMiningJob
        or MessageType.SetNewPrevHash
        or MessageType.SetTarget
        or MessageType.SetGroupChannel;

    private static PoolSession Running(IWire wire, out Job job)
    {
        using var pool = new InMemoryPool(insecure: true);
        var session = new PoolSession(pool.Terms, wire, new ShareTotals(), TimeSpan.Zero);
        Give(session, new SetupConnectionSuccess(2, 0));
        Give(session, new OpenStandardMiningChannelSuccess
        {
            RequestId = 1,
            ChannelId = InMemoryPool.FirstChannel,
            Target = InMemoryPool.Filled(1),
            ExtranoncePrefix = default,
            GroupChannelId = InMemoryPool.Group,
        });
        Give(session, new NewMiningJob
        {
            ChannelId = InMemoryPool.FirstChannel,
            JobId = 1,
            MinNTime = null,
            Version = 0x2000_0000,
            MerkleRoot = InMemoryPool.Filled(7),
        });
        job = Give(session, new SetNewPrevHash
        {
            ChannelId = InMemoryPool.Group,
            JobId = 1,
            PrevHash = InMemoryPool.Filled(9),
            MinNTime = InMemoryPool.NTime,
            NBits = 0x1703_4219,
        })!;
        return session;
    }

    private static Job? Give<T>(PoolSession session, scoped in T message)
        where T : IMessage<T>, allows ref struct
    {
        var length = FrameWriter.Write(message, session.Free);
        var step = session.Received(length, InMemoryPool.Clock, TimeSpan.Zero);
        Assert.Null(step.Ended);
        return step.Chains[0].Start;
    }

    private static byte[] Frame(ushort extension, bool channelBit, byte type, int length)
    {
        var frame = new byte[FrameHeader.Size + length];
        new FrameHeader(extension, channelBit, type, length).Write(frame);
        return frame;
    }

    /// <summary>The header's length made that of the payload that follows it.</summary>
    private static byte[] WithLength(byte[] frame)
    {
        var header = FrameHeader.Read(frame);
        (header with { PayloadLength = frame.Length - FrameHeader.Size }).Write(frame);
        return frame;
    }

    private void SendRaw(
        ushort extension, bool channelBit, byte type, int length, Action<Span<byte>>? fill = null)
    {
        var frame = Frame(extension, channelBit, type, length);
        fill?.Invoke(frame.AsSpan(FrameHeader.Size));
        pool.GiveRaw(pool.SealedFrame(frame));
    }

    private sealed class RecordingWire : IWire
    {
        private readonly List<byte> sent = [];

        public int Send(ReadOnlySpan<byte> bytes)
        {
            sent.AddRange(bytes);
            return bytes.Length;
        }

        public void CallForAttention() => throw new InvalidOperationException("Nothing was left behind.");

        /// <summary>The first field of each header as it was on the wire, and the type.</summary>
        public List<string> Frames()
        {
            var frames = new List<string>();
            for (ReadOnlySpan<byte> rest = sent.ToArray(); !rest.IsEmpty;)
            {
                var header = FrameHeader.Read(rest);
                frames.Add($"{BinaryPrimitives.ReadUInt16LittleEndian(rest):X4} {(MessageType)header.Type}");
                rest = rest[(FrameHeader.Size + header.PayloadLength)..];
            }

            return frames;
        }
    }
}
