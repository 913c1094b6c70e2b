using System.Text;
using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>What came of bytes or of time passing.</summary>
public readonly ref struct SessionStep
{
    /// <summary>What it means for each chain, in the order of the terms. Valid until the next call.</summary>
    public required ReadOnlySpan<ChannelStep> Chains { get; init; }

    /// <summary>Call <see cref="PoolSession.Tick"/> then, or earlier.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>Why the session is over, in one sentence; null while it goes on.</summary>
    public required string? Ended { get; init; }
}

/// <summary>
/// One connection to a pool from its first byte to its end, as a pure step: received bytes and time in; jobs and a
/// deadline out; what is to be sent goes to the wire. Its owner is one thread; shares come from the chains' threads.
/// </summary>
public sealed class PoolSession : IDisposable
{
    /// <summary>Of handshake, setup and opening each (SV2 reference §4.11, and so the times below).</summary>
    public static readonly TimeSpan StageMax = TimeSpan.FromSeconds(10);

    /// <summary>From an open channel to its first job.</summary>
    public static readonly TimeSpan FirstJobMax = TimeSpan.FromSeconds(30);

    /// <summary>From a new tip without a job to that job (SV2 reference §4.7).</summary>
    public static readonly TimeSpan NextJobMax = TimeSpan.FromSeconds(5);

    /// <summary>From a frame's first byte to its last.</summary>
    public static readonly TimeSpan FrameMax = TimeSpan.FromSeconds(30);

    /// <summary>A silent pool is asked for a sign of life …</summary>
    public static readonly TimeSpan ProbeAfter = TimeSpan.FromSeconds(120);

    /// <summary>… and left where it stays silent.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(300);

    /// <summary>A pool that sends more of what nobody asked for, in one second, is left.</summary>
    public const int IgnoredASecondMax = 1000;

    private const string UnverifiedTime =
        "The time of the pool's certificate is not checked, for nothing keeps this machine's clock: let NTP set it.";

    private const uint Flags = SetupConnection.RequiresStandardJobs | SetupConnection.RequiresVersionRolling;

    private readonly SessionTerms terms;
    private readonly Uplink uplink;
    private readonly SessionChannels channels;
    private readonly byte[] act2 = new byte[NoiseInitiator.Act2Size];
    private readonly NoiseInitiator? initiator;
    private NoiseSession? noise;
    private FrameOpener? opener;
    private int act2Count;
    private TimeSpan stageEnds;
    private TimeSpan frameEnds = TimeSpan.MaxValue;
    private TimeSpan lastFrameAt;
    private TimeSpan ignoringSince;
    private int ignoredLately;
    private bool probed;
    private string? ended;

    /// <summary>Begins at once: the connection stands.</summary>
    public PoolSession(SessionTerms terms, IWire wire, ShareTotals totals, TimeSpan now)
    {
        this.terms = terms;
        uplink = new Uplink(wire);
        channels = new SessionChannels(terms, uplink, totals);
        lastFrameAt = now;
        if (terms.Pool.Insecure)
        {
            BeginSetup(now);
        }
        else
        {
            stageEnds = now + StageMax;
            initiator = new NoiseInitiator(terms.Pool.Keys);
            uplink.SendRaw(initiator.Act1, now);
        }
    }

    public SessionStage Stage { get; private set; }

    /// <summary>Where the socket receives to, before <see cref="Received"/>.</summary>
    public Span<byte> Free => opener is null ? act2.AsSpan(act2Count) : opener.Free;

    /// <summary>Ciphertext waits for the kernel: call <see cref="Flush"/> when it takes bytes again.</summary>
    public bool HasUnsent => uplink.HasUnsent;

    /// <summary>The session ended because the pool wants us to connect to the same place again.</summary>
    public bool IsAskedBack { get; private set; }

    /// <summary>Shares the pool has not spoken of yet.</summary>
    public int Pending => channels.Pending;

    /// <summary>The certificate's time could not be checked for want of a trusted clock.</summary>
    public bool TimeUnverified => noise is { TimeUnverified: true };

    /// <summary>Frames of no use: of unknown kind, for unknown channels or shares, out of turn.</summary>
    public long Ignored { get; private set; }

    /// <summary>Acknowledgements whose count was not ours.</summary>
    public long Disagreements => channels.Disagreements;

    /// <summary>What the pool said of the last share it refused, fit to be shown.</summary>
    public string? LastRejection => channels.LastRejection;

    /// <summary>
    /// Something odd that does not end the session, in one sentence; the newest. Null where all is well.
    /// </summary>
    public string? Notice => channels.Notice ?? (TimeUnverified ? UnverifiedTime : null);

    /// <summary>Of the first channel; null before it is open, and where its target is one that no hash meets.</summary>
    public double? Difficulty =>
        channels.FirstTarget is { } target && target != UInt256.Zero ? Targets.Difficulty(target) : null;

    /// <summary>So many bytes were put to the start of <see cref="Free"/>.</summary>
    /// <param name="clock">The wall clock, for the server's certificate alone.</param>
    public SessionStep Received(int count, ClockView clock, TimeSpan now)
    {
        channels.BeginStep();
        try
        {
            if (opener is { } frames)
            {
                frames.Received(count);
                noise?.VerifyTime(clock);
                ReceiveFrames(frames, now);
            }
            else
            {
                ReceiveAct2(count, clock, now);
            }
        }
        catch (ProtocolException broken)
        {
            End(broken.Message);
        }

        return Finish(now);
    }

    /// <summary>Time has passed.</summary>
    public SessionStep Tick(TimeSpan now)
    {
        channels.BeginStep();
        return Finish(now);
    }

    /// <summary>The connection is gone.</summary>
    public SessionStep Lost(string reason, TimeSpan now)
    {
        channels.BeginStep();
        End(opener is null ? NoiseInitiator.Unfinished(act2.AsSpan(0, act2Count)).Message : reason);
        return Finish(now);
    }

    /// <summary>The kernel takes bytes again.</summary>
    public void Flush(TimeSpan now) => uplink.Flush(now);

    /// <summary>Tells the pool that we go (SV2 reference §4.9).</summary>
    public void SayGoodbye(TimeSpan now) => channels.SayGoodbye(now);

    /// <summary>Ends the session, if it has not ended, and wipes its keys.</summary>
    public void Dispose()
    {
        End("Ended by us.");
        initiator?.Dispose();
        lock (uplink.Gate)
        {
            noise?.Dispose();
        }
    }

    private void ReceiveAct2(int count, ClockView clock, TimeSpan now)
    {
        act2Count += count;
        if (act2Count == act2.Length)
        {
            noise = initiator!.ReceiveAct2(act2, clock);
            BeginSetup(now);
        }
    }

    private void BeginSetup(TimeSpan now)
    {
        opener = new FrameOpener(noise?.Receiving, Receiver.Client);
        uplink.Secure(new FrameSealer(noise?.Sending));
        Enter(SessionStage.Setup, now);
        lastFrameAt = now;
        uplink.Send(
            new SetupConnection
            {
                Protocol = SetupConnection.MiningProtocol,
                MinVersion = SetupConnection.Version,
                MaxVersion = SetupConnection.Version,
                Flags = Flags,
                EndpointHost = Encoding.UTF8.GetBytes(terms.Pool.Host),
                EndpointPort = terms.Pool.Port,
                Vendor = Encoding.UTF8.GetBytes(Product.Vendor),
                HardwareVersion = Encoding.UTF8.GetBytes(terms.Hardware),
                Firmware = Encoding.UTF8.GetBytes(terms.Firmware),
                DeviceId = default,
            },
            now);
    }

    private void ReceiveFrames(FrameOpener frames, TimeSpan now)
    {
        var any = false;
        while (ended is null && frames.TryOpen(out var frame))
        {
            any = true;
            Receive(frame, now);
        }

        if (any)
        {
            lastFrameAt = now;
            probed = false;
            frameEnds = TimeSpan.MaxValue;
        }

        frameEnds = !frames.Partial ? TimeSpan.MaxValue
            : frameEnds == TimeSpan.MaxValue ? now + FrameMax
            : frameEnds;
    }

    private void Receive(in Frame frame, TimeSpan now)
    {
        switch (frame.CoreType)
        {
            case MessageType.SetupConnectionSuccess when Stage == SessionStage.Setup:
                SetUp(frame.Read<SetupConnectionSuccess>(), now);
                break;
            case MessageType.SetupConnectionError when Stage == SessionStage.Setup:
                var error = frame.Read<SetupConnectionError>();
                End($"The pool refuses the connection: {WireText.Sanitise(error.ErrorCode)} (flags {error.Flags:X}).");
                break;
            case MessageType.Reconnect when Stage != SessionStage.Setup:
                Redirect(frame.Read<Reconnect>(), now);
                break;
            case { } type when Stage is not SessionStage.Setup:
                ReceiveMining(type, frame, now);
                break;
            default:
                Ignore(now);
                break;
        }
    }

    private void ReceiveMining(MessageType type, in Frame frame, TimeSpan now)
    {
        if (!channels.TryReceive(type, frame, now, out var leave))
        {
            Ignore(now);
        }

        if (leave is not null)
        {
            End(leave);
        }
        else if (channels.HadWork)
        {
            Stage = SessionStage.Mining;
            stageEnds = channels.AreAnswered ? TimeSpan.MaxValue : stageEnds;
        }
        else if (channels.AreAnswered && Stage == SessionStage.Opening)
        {
            Stage = SessionStage.AwaitingJob; // How long it may take is the channels' affair.
            stageEnds = TimeSpan.MaxValue;
        }
    }

    private void SetUp(SetupConnectionSuccess message, TimeSpan now)
    {
        if (message.UsedVersion != SetupConnection.Version)
        {
            End($"The pool speaks version {message.UsedVersion}, and we speak {SetupConnection.Version}.");
        }
        else if ((message.Flags & SetupConnectionSuccess.RequiresExtendedChannels) != 0)
        {
            End("The pool takes extended channels only, and this firmware opens standard ones: use another pool.");
        }
        else if ((message.Flags & SetupConnectionSuccess.RequiresFixedVersion) != 0)
        {
            // SV2 reference §4.1. 2^32 nonces are nothing to a chip: it would stand still and be taken for broken.
            End("The pool forbids version rolling, though we asked for it: use another pool.");
        }
        else
        {
            Enter(SessionStage.Opening, now);
            channels.Open(StandardChannel.GeneralPurposeVersionBits, now);
        }
    }

    /// <summary>Here again is done; elsewhere is not, for nothing in this message says who lives there.</summary>
    private void Redirect(in Reconnect message, TimeSpan now)
    {
        var here = message.NewHost.IsEmpty || message.NewHost.SequenceEqual(Encoding.UTF8.GetBytes(terms.Pool.Host));
        if (here && (message.NewPort == 0 || message.NewPort == terms.Pool.Port))
        {
            IsAskedBack = true;
            End("The pool asked us to connect again.");
        }
        else
        {
            Ignore(now);
        }
    }

    private void Ignore(TimeSpan now)
    {
        Ignored++;
        if (now - ignoringSince >= TimeSpan.FromSeconds(1))
        {
            ignoringSince = now;
            ignoredLately = 0;
        }

        if (++ignoredLately > IgnoredASecondMax)
        {
            End("The pool floods us with messages of no use.");
        }
    }

    private void Enter(SessionStage stage, TimeSpan now)
    {
        Stage = stage;
        stageEnds = now + StageMax;
    }

    private SessionStep Finish(TimeSpan now)
    {
        if (ended is null && Overdue(now) is { } reason)
        {
            End(reason);
        }

        if (ended is null && !probed && now >= lastFrameAt + ProbeAfter)
        {
            probed = true;
            channels.Probe(now);
        }

        return new() { Chains = channels.Steps, Deadline = Deadline(), Ended = ended };
    }

    private string? Overdue(TimeSpan now) =>
        uplink.Trouble
        ?? (now >= stageEnds ? LateStage()
            : now >= frameEnds ? $"The pool did not finish a message within {FrameMax.TotalSeconds:0} s."
            : now >= channels.WorkBy ? "The pool sent no job for the channel in time."
            : now >= uplink.StallsAt ? $"The connection takes no bytes since {Uplink.StallMax.TotalSeconds:0} s."
            : now >= lastFrameAt + SilenceMax ? $"The pool is silent since {SilenceMax.TotalSeconds:0} s."
            : null);

    private string LateStage() => Stage switch
    {
        SessionStage.Handshake => NoiseInitiator.Unfinished(act2.AsSpan(0, act2Count)).Message,
        SessionStage.Setup => $"The pool did not answer the setup within {StageMax.TotalSeconds:0} s.",
        _ => $"The pool did not open the channel within {StageMax.TotalSeconds:0} s.",
    };

    private TimeSpan Deadline()
    {
        Span<TimeSpan> all =
        [
            stageEnds, frameEnds, channels.WorkBy, uplink.StallsAt, lastFrameAt + (probed ? SilenceMax : ProbeAfter),
        ];
        var first = TimeSpan.MaxValue;
        foreach (var deadline in all)
        {
            first = deadline < first ? deadline : first;
        }

        return first;
    }

    private void End(string reason)
    {
        if (ended is null)
        {
            ended = reason;
            Stage = SessionStage.Ended;
            uplink.Close();
            channels.Abandon();
        }
    }
}
