using System.Text;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace TestPool;

/// <summary>What a scenario does to a connection beside mining: closes, redirects, stalls, makes noise.</summary>
internal sealed class PoolMischief
{
    /// <summary>How long one stall takes.</summary>
    public static readonly TimeSpan StallTime = TimeSpan.FromSeconds(3);

    private const int FramesAsideMax = 10_000;

    /// <summary>Nobody should follow a pool there (SV2 reference §4.10, B45 and B48).</summary>
    private static readonly string[] Nowhere =
    [
        "169.254.1.1", "224.0.0.1", "user@pool.example", "pool example", "pool.example\n", new('x', byte.MaxValue),
    ];

    private readonly int connection;
    private readonly PoolOptions options;
    private readonly PoolChannels channels;
    private readonly Outbox outbox;
    private readonly Ledger ledger;
    private readonly ulong seed;
    private readonly Queue<(byte[] Frame, TimeSpan At)> aside = [];
    private ActSchedule? schedule;
    private FrameNoise? unknown;
    private FrameNoise? ofExtensions;
    private TimeSpan stalledUntil;
    private int nowhere;
    private bool began;

    public PoolMischief(
        int connection, PoolOptions options, PoolChannels channels, Outbox outbox, Ledger ledger, ulong seed)
    {
        this.connection = connection;
        this.options = options;
        this.channels = channels;
        this.outbox = outbox;
        this.ledger = ledger;
        this.seed = unchecked((seed * 1_000_003) + (ulong)connection);
    }

    /// <summary>The first channel has been asked for: from here on time counts.</summary>
    public void Begin(TimeSpan now)
    {
        if (began)
        {
            return;
        }

        began = true;
        var scenario = options.Scenario;
        if (scenario.Acts is { } plan && connection <= plan.ConnectionsMax)
        {
            schedule = new ActSchedule(plan, seed, now);
        }

        if (scenario.UnknownFramesASecond > 0)
        {
            unknown = new FrameNoise(scenario.UnknownFramesASecond, ofExtensions: false, seed, now);
        }

        if (scenario.ExtensionFramesASecond > 0)
        {
            ofExtensions = new FrameNoise(scenario.ExtensionFramesASecond, ofExtensions: true, seed, now);
        }
    }

    public bool IsStalled(TimeSpan now) => now < stalledUntil;

    /// <summary>What comes in a stall is not read before its end.</summary>
    public bool PutsAside(Frame frame, TimeSpan now)
    {
        if (!IsStalled(now) || aside.Count == FramesAsideMax)
        {
            return false;
        }

        var bytes = new byte[FrameHeader.Size + frame.Payload.Length];
        new FrameHeader(frame.ExtensionType, frame.ChannelBit, frame.Type, frame.Payload.Length).Write(bytes);
        frame.Payload.CopyTo(bytes.AsSpan(FrameHeader.Size));
        aside.Enqueue((bytes, now));
        return true;
    }

    /// <summary>The next frame that came in a stall, header and payload, and when; false where none is left.</summary>
    public bool TryTakeBack(out byte[] frame, out TimeSpan at)
    {
        var any = aside.TryDequeue(out var first);
        (frame, at) = any ? first : ([], default);
        return any;
    }

    /// <returns>Why the connection ends, or null.</returns>
    public string? Step(TimeSpan now)
    {
        unknown?.Step(channels.FirstId, outbox, now);
        ofExtensions?.Step(channels.FirstId, outbox, now);
        string? end = null;
        while (end is null && !IsStalled(now) && schedule?.Next(now) is { } act)
        {
            options.Log.WriteLine($"connection {connection}: {act}");
            end = Perform(act, now);
            ledger.CountInterruption();
        }

        return end;
    }

    private string? Perform(PoolAct act, TimeSpan now)
    {
        switch (act)
        {
            case PoolAct.CloseChannel or PoolAct.CloseGroup:
                channels.Close(act == PoolAct.CloseGroup, now);
                return null;
            case PoolAct.Reconnect:
                outbox.Send(new Reconnect { NewHost = [], NewPort = 0 });
                return null;
            case PoolAct.ReconnectElsewhere when options.Elsewhere is { } other:
                var host = Encoding.ASCII.GetBytes(other.Address.ToString());
                outbox.Send(new Reconnect { NewHost = host, NewPort = (ushort)other.Port });
                return null;
            case PoolAct.ReconnectNowhere:
                var name = Encoding.ASCII.GetBytes(Nowhere[nowhere++ % Nowhere.Length]);
                outbox.Send(new Reconnect { NewHost = name, NewPort = 3333 });
                return null;
            case PoolAct.Regroup:
                channels.Regroup();
                return null;
            case PoolAct.Stall:
                stalledUntil = now + StallTime;
                return null;
            case PoolAct.Cut:
                return "the scenario cuts it";
            default:
                throw new InvalidOperationException($"{options.Scenario.Name} has nowhere to send miners.");
        }
    }
}
