using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>
/// A pool at the other end of a session, in memory and in simulated time. It does what the story says, right or wrong;
/// what arrives there is opened with the pool's own cipher, so a frame out of order or changed fails the test.
/// </summary>
internal sealed class InMemoryPool : IWire, IDisposable
{
    public const uint Group = 1;
    public const uint FirstChannel = 2;
    public const uint NTime = 1_700_000_000;

    public static readonly UInt256 Target = Targets.FromDifficulty(512);
    public static readonly ClockView Clock = new(1_767_300_000, Trusted: true);

    private static readonly KeyPair Authority = Key(0x44);
    private static readonly KeyPair Server = Key(0x33);

    private readonly Queue<byte[]> arrived = new();
    private readonly List<byte> raw = [];
    private readonly FrameOpener? plainOpener;
    private NoiseSession? noise;
    private FrameOpener? opener;
    private FrameSealer sealer = new(null);

    /// <param name="change">What is not as always with the terms.</param>
    /// <param name="retryFlags">Of the attempt before.</param>
    public InMemoryPool(
        int chains = 1,
        bool insecure = false,
        Func<SessionTerms, SessionTerms>? change = null,
        uint? retryFlags = null)
    {
        var address = PoolAddress.Parse(insecure
            ? "stratum2+tcp+insecure://pool.example:3333"
            : $"stratum2+tcp://pool.example:3333/{Authority.Authority}");
        var rates = Enumerable.Repeat(1.07e12, chains).ToArray();
        Terms = new SessionTerms(address, "account.worker", "Bitaxe Gamma 601", "sv2fw 1.2.3", rates);
        Terms = change?.Invoke(Terms) ?? Terms;
        plainOpener = insecure ? new FrameOpener(null, Receiver.Server) : null;
        opener = plainOpener;
        Session = new PoolSession(Terms, this, Totals, Now, retryFlags);
        Deadline = Session.Tick(Now).Deadline;
    }

    /// <summary>What the board's own clock says, and whether to believe it.</summary>
    public ClockView BoardClock { get; set; } = Clock;

    /// <summary>The server's static key, x-only.</summary>
    public static byte[] ServerKey => Server.XOnly.ToArray();

    public SessionTerms Terms { get; }

    public ShareTotals Totals { get; } = new();

    public PoolSession Session { get; }

    /// <summary>Nobody's zero: the process has been up for a while when a connection is made.</summary>
    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    public TimeSpan Deadline { get; private set; }

    public string? Ended { get; private set; }

    /// <summary>
    /// What the last steps meant for each chain, one for each time that something was received or passed.
    /// </summary>
    public List<ChannelStep> Steps { get; } = [];

    public ChannelStep LastStep => Steps[^1];

    /// <summary>Of the last step.</summary>
    public bool TipIsNear { get; private set; }

    /// <summary>How many bytes the kernel takes; the rest stays with the session.</summary>
    public int Room { get; set; } = int.MaxValue;

    public bool IsBroken { get; set; }

    /// <summary>Changes each plain frame before it is sealed: header, payload and all.</summary>
    public Func<byte[], byte[]> Distort { get; set; } = frame => frame;

    public int CallsForAttention { get; private set; }

    /// <summary>How many bytes of the act 2 that the pool would send go out, and how much it is changed.</summary>
    public byte[]? Act2 { get; private set; }

    public int Send(ReadOnlySpan<byte> bytes)
    {
        if (IsBroken)
        {
            return -1;
        }

        var taken = Math.Min(Room, bytes.Length);
        Room -= Room == int.MaxValue ? 0 : taken;
        Arrive(bytes[..taken]);
        return taken;
    }

    public void CallForAttention() => CallsForAttention++;

    /// <summary>
    /// The payloads of the messages that arrived since the last question, which must all be of one type.
    /// </summary>
    public List<byte[]> Take(MessageType type)
    {
        var payloads = new List<byte[]>();
        while (arrived.TryDequeue(out var frame))
        {
            Assert.Equal(type, (MessageType)frame[0]);
            payloads.Add(frame[1..]);
        }

        return payloads;
    }

    /// <summary>The types of the messages that arrived since the last question, in their order.</summary>
    public MessageType[] TakeTypes()
    {
        var types = arrived.Select(frame => (MessageType)frame[0]).ToArray();
        arrived.Clear();
        return types;
    }

    /// <summary>What arrived and is of no interest, up to the first message of that type.</summary>
    public InMemoryPool SkipTo(MessageType type)
    {
        while (arrived.TryPeek(out var frame) && (MessageType)frame[0] != type)
        {
            arrived.Dequeue();
        }

        return this;
    }

    public T Only<T>()
        where T : IMessage<T>
    {
        var payload = new PayloadReader(Assert.Single(Take(T.Type)));
        return T.Read(ref payload);
    }

    /// <summary>Up to the first job's moment: handshake, setup, open channels.</summary>
    public InMemoryPool Opened(uint setupFlags = 0)
    {
        AnswerHandshake();
        AnswerSetup(setupFlags);
        AnswerOpen();
        return this;
    }

    public InMemoryPool AnswerHandshake()
    {
        if (plainOpener is null)
        {
            GiveRaw(MakeAct2());
        }

        return this;
    }

    public byte[] MakeAct2(
        KeyPair? signer = null, uint validFrom = 1_767_225_600, uint validTo = 1_798_761_600, ushort version = 0) =>
        MakeAct2(Certificate.Issue(signer ?? Authority, Server.XOnly, validFrom, validTo, version));

    public byte[] MakeAct2(Certificate certificate)
    {
        using var responder = new NoiseResponder(Server, certificate);
        Act2 = new byte[NoiseResponder.Act2Size];
        noise = responder.ReceiveAct1(raw.ToArray(), Act2);
        raw.Clear();
        opener = new FrameOpener(noise.Receiving, Receiver.Server);
        sealer = new FrameSealer(noise.Sending);
        return Act2;
    }

    public void AnswerSetup(uint flags = 0, ushort version = 2)
    {
        Take(MessageType.SetupConnection);
        Give(new SetupConnectionSuccess(version, flags));
    }

    /// <param name="first">The number of the first channel; the others follow.</param>
    public void AnswerOpen(UInt256? target = null, uint first = FirstChannel)
    {
        var requests = Take(MessageType.OpenStandardMiningChannel);
        for (var i = 0; i < requests.Count; i++)
        {
            var reader = new PayloadReader(requests[i]);
            var request = OpenStandardMiningChannel.Read(ref reader);
            Give(new OpenStandardMiningChannelSuccess
            {
                RequestId = request.RequestId,
                ChannelId = first + (uint)i,
                Target = Bytes(target ?? Target),
                ExtranoncePrefix = new byte[] { 1, 2, 3, 4 },
                GroupChannelId = Group,
            });
        }
    }

    /// <summary>Opens the extended channel that was asked for, and gives it work.</summary>
    /// <param name="rolls">The wire's byte for whether the version may be rolled.</param>
    public Job WorkExtended(byte rolls = 1)
    {
        var reader = new PayloadReader(Assert.Single(Take(MessageType.OpenExtendedMiningChannel)));
        Give(new OpenExtendedMiningChannelSuccess
        {
            RequestId = OpenExtendedMiningChannel.Read(ref reader).RequestId,
            ChannelId = FirstChannel,
            Target = Bytes(Target),
            ExtranonceSize = ExtendedJobs.RolledSize,
            ExtranoncePrefix = ExtendedJobs.ExtranoncePrefix,
            GroupChannelId = Group,
        });
        var frame = new byte[1024];
        var length = FrameWriter.Write(ExtendedJobs.Job(channel: FirstChannel), frame);
        frame[FrameHeader.Size + 13] = rolls; // Behind channel, job, no time and version.
        GiveRaw(SealedFrame(frame[..length]));
        GiveTip(ExtendedJobs.JobId, channel: Group);
        return LastStep.Start!;
    }

    public void GiveFutureJob(uint id, uint channel = FirstChannel, byte root = 7) => GiveJob(id, null, channel, root);

    public void GiveJob(uint id, uint? ntime = NTime, uint channel = FirstChannel, byte root = 7) => Give(
        new NewMiningJob
        {
            ChannelId = channel,
            JobId = id,
            MinNTime = ntime,
            Version = 0x2000_0000,
            MerkleRoot = Filled(root),
        });

    public void GiveTip(uint job, byte hash = 9, uint channel = FirstChannel, uint nbits = 0x1703_4219) => Give(
        new SetNewPrevHash
        {
            ChannelId = channel,
            JobId = job,
            PrevHash = Filled(hash),
            MinNTime = NTime,
            NBits = nbits,
        });

    public void GiveTarget(UInt256 target, uint channel = FirstChannel) =>
        Give(new SetTarget { ChannelId = channel, MaximumTarget = Bytes(target) });

    public void Reject(uint sequence, string code, uint channel = FirstChannel) => Give(new SubmitSharesError
    {
        ChannelId = channel,
        SequenceNumber = sequence,
        ErrorCode = System.Text.Encoding.UTF8.GetBytes(code),
    });

    public void Confirm(uint last, uint count, uint channel = FirstChannel) =>
        Give(new SubmitSharesSuccess(channel, last, count, 512UL * count));

    /// <summary>Seals one message and lets the session have it.</summary>
    public void Give<T>(scoped in T message)
        where T : IMessage<T>, allows ref struct => GiveRaw(Sealed(message));

    public byte[] Sealed<T>(scoped in T message)
        where T : IMessage<T>, allows ref struct
    {
        var plain = new byte[4096];
        return SealedFrame(Distort(plain[..FrameWriter.Write(message, plain)]));
    }

    public byte[] SealedFrame(byte[] plain)
    {
        var wire = new byte[FrameSealer.SealedLength(plain.Length)];
        return wire[..sealer.Seal(plain, wire)];
    }

    /// <summary>Bytes reach the session, as few at a time as the story wants.</summary>
    public void GiveRaw(ReadOnlySpan<byte> bytes, int atOnce = int.MaxValue)
    {
        while (!bytes.IsEmpty && Ended is null)
        {
            var free = Session.Free;
            var count = Math.Min(Math.Min(atOnce, free.Length), bytes.Length);
            bytes[..count].CopyTo(free);
            Note(Session.Received(count, BoardClock, Now));
            bytes = bytes[count..];
        }
    }

    /// <summary>Time passes, with a tick at every deadline on the way.</summary>
    public void Pass(TimeSpan time)
    {
        for (var end = Now + time; Now < end && Ended is null;)
        {
            Now = Deadline < end && Deadline > Now ? Deadline : end;
            Note(Session.Tick(Now));
        }
    }

    public void HangUp() => Note(Session.Lost("The pool closed the connection.", Now));

    public static byte[] Filled(byte value) => Enumerable.Repeat(value, 32).ToArray();

    public static byte[] Bytes(UInt256 number)
    {
        var bytes = new byte[UInt256.Size];
        number.Write(bytes);
        return bytes;
    }

    public void Dispose()
    {
        Session.Dispose();
        noise?.Dispose();
    }

    private static KeyPair Key(byte value) => new(Filled(value));

    private void Note(SessionStep step)
    {
        TipIsNear = step.TipIsNear;
        Deadline = step.Deadline;
        Ended = step.Ended;
        Steps.AddRange(step.Chains);
    }

    private void Arrive(ReadOnlySpan<byte> bytes)
    {
        if (opener is null)
        {
            raw.AddRange(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            var count = Math.Min(opener.Free.Length, bytes.Length);
            bytes[..count].CopyTo(opener.Free);
            opener.Received(count);
            bytes = bytes[count..];
            while (opener.TryOpen(out var frame))
            {
                arrived.Enqueue([frame.Type, .. frame.Payload]);
            }
        }
    }
}
