using System.Text;
using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace TestPool;

/// <summary>The pool's side of one connection, spoken to message by message, in a time of its own.</summary>
internal sealed class Talk
{
    public const uint StartTime = 1_700_000_000;
    public const float HashRate = 1e4f;

    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan TickTime = TimeSpan.FromMilliseconds(100);

    private uint requests;

    public Talk(string scenario, int connection = 3, ulong seed = 1)
        : this(new PoolOptions { Scenario = Scenario.Named(scenario)! }, connection, seed)
    {
    }

    public Talk(PoolOptions options, int connection = 3, ulong seed = 1)
    {
        Options = options;
        Chain = new BlockChain(
            seed, options.Scenario.BlockInterval ?? options.BlockInterval, TimeSpan.Zero, StartTime);
        Pool = new PoolConversation(connection, options, Chain, Ledger, seed);
    }

    public PoolOptions Options { get; }

    public BlockChain Chain { get; }

    public Ledger Ledger { get; } = new();

    public PoolConversation Pool { get; }

    public TimeSpan Now { get; private set; }

    public ShareVerdict Last => Ledger.Verdicts[^1];

    /// <summary>The flags of the answer.</summary>
    public uint SetUp(uint flags = SetupConnection.RequiresVersionRolling)
    {
        Send(new SetupConnection
        {
            Protocol = SetupConnection.MiningProtocol,
            MinVersion = 2,
            MaxVersion = 2,
            Flags = flags,
            EndpointHost = "localhost"u8,
            EndpointPort = 3333,
            Vendor = "Acme"u8,
            HardwareVersion = [],
            Firmware = [],
            DeviceId = [],
        });
        return Next<SetupConnectionSuccess>().Flags;
    }

    /// <summary>Asks for a standard channel; the answer is the next frame.</summary>
    public void AskStandard() => Send(new OpenStandardMiningChannel
    {
        RequestId = ++requests,
        UserIdentity = "me"u8,
        NominalHashRate = HashRate,
        MaxTarget = Any,
    });

    /// <summary>Asks for an extended channel; the answer is the next frame.</summary>
    public void AskExtended(ushort minExtranonceSize = 4) => Send(new OpenExtendedMiningChannel
    {
        RequestId = ++requests,
        UserIdentity = "me"u8,
        NominalHashRate = HashRate,
        MaxTarget = Any,
        MinExtranonceSize = minExtranonceSize,
    });

    /// <summary>Sets up, opens, and takes everything up to the first block.</summary>
    public TalkMiner Mine(bool extended = false, uint flags = SetupConnection.RequiresVersionRolling)
    {
        SetUp(flags);
        return MineAnother(extended);
    }

    public TalkMiner MineAnother(bool extended = false)
    {
        if (extended)
        {
            AskExtended();
        }
        else
        {
            AskStandard();
        }

        return new TalkMiner(this).Take(Drain());
    }

    /// <summary>Time passes, with ticks on the way; what the pool says stays in its outbox.</summary>
    public void Pass(TimeSpan time)
    {
        for (var end = Now + time; Now < end;)
        {
            Now = Now + TickTime < end ? Now + TickTime : end;
            Chain.Step(Now);
            Pool.Tick(Now);
        }
    }

    public void Send<T>(T message)
        where T : IMessage<T>, allows ref struct
    {
        var buffer = new byte[1024];
        buffer.AsSpan().Fill(0xFF);
        var frame = buffer.AsSpan(0, FrameWriter.Write(message, buffer));
        Pool.Receive(new Frame(FrameHeader.Read(frame), frame[FrameHeader.Size..]), Now);
    }

    public T Next<T>()
        where T : IMessage<T>, allows ref struct
    {
        Assert.True(Pool.Outbox.TryTake(out var frame), $"The pool says nothing where {typeof(T).Name} is due.");
        return Parse(frame).Read<T>();
    }

    /// <summary>The error code of a refused opening.</summary>
    public string NextRefusal() => Encoding.ASCII.GetString(Next<OpenMiningChannelError>().ErrorCode);

    public List<byte[]> Drain()
    {
        var frames = new List<byte[]>();
        while (Pool.Outbox.TryTake(out var frame))
        {
            frames.Add(frame);
        }

        return frames;
    }

    /// <summary>The types of what the pool has said, as two hex digits each.</summary>
    public string Types() => string.Join(' ', Drain().Select(frame => frame[2].ToString("x2")));

    /// <summary>The last of what the pool has said that is of a type.</summary>
    public static Frame LastOf(List<byte[]> said, MessageType type) =>
        Parse(said.FindLast(frame => frame[2] == (byte)type) ?? throw new InvalidDataException($"No {type} was said."));

    public static Frame Parse(byte[] frame) => new(FrameHeader.Read(frame), frame.AsSpan(FrameHeader.Size));

    private static byte[] Any { get; } = [.. Enumerable.Repeat((byte)0xFF, UInt256.Size)];
}
