using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Messages.Extensions;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

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

    private readonly SessionTerms terms;
    private readonly Uplink uplink;
    private readonly SessionChannels channels;
    private readonly SessionDeadlines deadlines;
    private readonly SetupNegotiation setup;
    private readonly ExtensionNegotiation extensions;
    private readonly SessionLine line;
    private readonly UselessFrames useless = new();
    private readonly RedirectOffer redirect = new();
    private readonly TimeSpan begun;
    private SetupOutcome agreed;
    private string? ended;

    /// <summary>Begins at once: the connection stands.</summary>
    /// <param name="retryFlags"><see cref="RetryFlags"/> of the attempt before, where it has some.</param>
    public PoolSession(
        SessionTerms terms, IWire wire, ShareTotals totals, TimeSpan now, uint? retryFlags = null)
        : this(terms, wire, totals, now, retryFlags, established: null)
    {
    }

    /// <param name="established">What comes after a handshake can be tried without making one each time.</param>
    internal PoolSession(
        SessionTerms terms,
        IWire wire,
        ShareTotals totals,
        TimeSpan now,
        uint? retryFlags,
        NoiseSession? established)
    {
        this.terms = terms;
        uplink = new Uplink(wire);
        channels = new SessionChannels(terms, uplink, totals);
        deadlines = new SessionDeadlines(terms, now);
        setup = new SetupNegotiation(terms, retryFlags);
        Redirects = new RedirectPolicy(terms.Pool) { AllowPrivate = terms.AllowPrivateRedirect };
        extensions = new ExtensionNegotiation(WorkerIdentity.Encode(terms.Worker), uplink, channels);
        line = new SessionLine(terms.Pool, uplink, terms.Alarms, now, established);
        begun = now;
        BeginSetup(now);
    }

    public SessionStage Stage => ended is null ? deadlines.Stage : SessionStage.Ended;

    /// <summary>Where a Reconnect may lead; whoever knows the connection's addresses gives a stricter one.</summary>
    public RedirectPolicy Redirects { get; init; }

    /// <summary>Where the socket receives to, before <see cref="Received"/>.</summary>
    public Span<byte> Free => line.Free;

    /// <summary>Ciphertext waits for the kernel: call <see cref="Flush"/> when it takes bytes again.</summary>
    public bool HasUnsent => uplink.HasUnsent;

    /// <summary>
    /// Where the pool wants us to connect instead, the same place perhaps. The session goes on meanwhile, as long as
    /// the pool lets it: connect there, and end this one when the new one has work (SV2 reference §4.10).
    /// </summary>
    public PoolAddress? RedirectTo => redirect.Target;

    /// <summary>A new connection to <see cref="RedirectTo"/> is to take over.</summary>
    public bool WantsReplacement => ended is null && RedirectTo is not null;

    /// <summary>
    /// The pool refused the setup for flags that we can do without: so the next attempt may ask. Null elsewhere.
    /// </summary>
    public uint? RetryFlags { get; private set; }

    /// <summary>Shares the pool has not spoken of yet.</summary>
    public int Pending => channels.Pending;

    /// <summary>The certificate's time could not be checked for want of a trusted clock.</summary>
    public bool TimeUnverified => line.TimeUnverified;

    /// <summary>Frames of no use: of unknown kind, for unknown channels or shares, out of turn.</summary>
    public long Ignored => useless.Count;

    /// <summary>Acknowledgements whose count was not ours.</summary>
    public long Disagreements => channels.Disagreements;

    /// <summary>What the pool said of the last share it refused, fit to be shown.</summary>
    public string? LastRejection => channels.LastRejection;

    /// <summary>
    /// Something odd that does not end the session, in one sentence; the newest. Null where all is well.
    /// </summary>
    public string? Notice => channels.Notice ?? redirect.Refusal;

    /// <summary>Of the first channel; null before it is open, and where its target is one that no hash meets.</summary>
    public double? Difficulty =>
        channels.FirstTarget is { } target && target != UInt256.Zero ? Targets.Difficulty(target) : null;

    /// <summary>Whom a block of the first channel would pay; null where the pool does not show it.</summary>
    public CoinbaseOutputs? Outputs => channels.FirstOutputs;

    /// <summary>So many bytes were put to the start of <see cref="Free"/>; the clock is the handshake's.</summary>
    public SessionStep Received(int count, ClockView clock, TimeSpan now)
    {
        channels.BeginStep();
        channels.Clock.Learn(clock, now);
        try
        {
            line.Received(count, clock);
            BeginSetup(now);
            ReceiveFrames(now);
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
        End(line.Frames is null ? line.Unfinished : reason);
        return Finish(now);
    }

    /// <summary>The kernel takes bytes again.</summary>
    public void Flush(TimeSpan now) => uplink.Flush(now);

    /// <summary>The place that the pool sent us to was of no use: the session goes on without it.</summary>
    public void DropRedirect() => redirect.Drop();

    /// <summary>What each chain does now, in hashes per second: the pool hears of it where it has changed.</summary>
    /// <param name="hashRates">In the order of the terms; negative or no number where nobody knows.</param>
    public void Rates(ReadOnlySpan<double> hashRates, TimeSpan now) => channels.SeeRates(hashRates, now);

    /// <summary>Looks at the wall clock where that is due. A system call, so not while a job waits.</summary>
    public void SeeClock(Func<ClockView> clock, TimeSpan now)
    {
        var seen = Stage > SessionStage.Handshake && channels.Clock.WantsLook(now) ? clock() : default;
        channels.Clock.Learn(seen, now);
        try
        {
            line.VerifyTime(seen);
        }
        catch (ProtocolException broken)
        {
            End(broken.Message);
        }
    }

    /// <summary>Tells the pool that we go (SV2 reference §4.9).</summary>
    public void SayGoodbye(TimeSpan now) => channels.SayGoodbye(now);

    /// <summary>Ends the session, if it has not ended, and wipes its keys.</summary>
    public void Dispose()
    {
        End("Ended by us.");
        line.Dispose();
    }

    /// <summary>Once the handshake is done.</summary>
    private void BeginSetup(TimeSpan now)
    {
        if (Stage == SessionStage.Handshake && line.Frames is not null)
        {
            deadlines.Enter(SessionStage.Setup, now);
            setup.Ask(terms, uplink, now);
        }
    }

    private void ReceiveFrames(TimeSpan now)
    {
        if (line.Frames is not { } frames)
        {
            return;
        }

        var any = false;
        while (ended is null && frames.TryOpen(out var frame))
        {
            any = true;
            Receive(frame, now);
        }

        deadlines.Received(any, frames.Partial, now);
    }

    private void Receive(in Frame received, TimeSpan now)
    {
        var frame = terms.Profile.UnderstandsOldReconnect ? OldNumbers.Renew(received) : received;
        switch (frame.CoreType)
        {
            case MessageType.SetupConnectionSuccess when Stage == SessionStage.Setup:
                SetUp(frame.Read<SetupConnectionSuccess>(), now);
                break;
            case MessageType.SetupConnectionError when Stage == SessionStage.Setup:
                Refused(frame.Read<SetupConnectionError>());
                break;
            case { } type when UselessFrames.AreOutOfTurn(type):
                Ignore(frame, now);
                EndIf(!useless.EnduresOutOfTurn(), "The pool keeps sending what has no place in a mining session.");
                break;
            case { } type when Stage > SessionStage.Extensions:
                ReceiveMining(type, frame, now);
                break;
            case null when frame.ExtensionType == RequestExtensions.ExtensionType:
                ReceiveExtensions(frame, now);
                break;
            default:
                Ignore(frame, now);
                break;
        }
    }

    private void ReceiveMining(MessageType type, in Frame frame, TimeSpan now)
    {
        switch (type)
        {
            case MessageType.Reconnect:
                Redirect(frame, now);
                break;
            case MessageType.SetGroupChannel when OldNumbers.IsReconnect(frame.Payload):
                Ignore(frame, now); // Nothing is known of its sender but that it is old.
                break;
            case MessageType.ChannelEndpointChanged:
                if (!extensions.TryReset(frame.Read<ChannelEndpointChanged>(), now))
                {
                    Ignore(frame, now);
                }

                break;
            default:
                ReceiveOnChannels(type, frame, now);
                break;
        }
    }

    private void ReceiveOnChannels(MessageType type, in Frame frame, TimeSpan now)
    {
        if (!channels.TryReceive(type, frame, now, out var leave))
        {
            Ignore(frame, now);
        }

        if (leave is not null)
        {
            End(leave);
        }
        else if (channels.HadWork)
        {
            deadlines.Reach(SessionStage.Mining);
        }
        else if (channels.AnyOpen && Stage == SessionStage.Opening)
        {
            deadlines.Reach(SessionStage.AwaitingJob);
        }
    }

    private void SetUp(SetupConnectionSuccess message, TimeSpan now)
    {
        var outcome = setup.Answer(message);
        if (outcome.Problem is { } problem)
        {
            End(problem);
        }
        else
        {
            agreed = outcome;
            if (outcome.Extended && extensions.TryAsk(now - begun, now))
            {
                deadlines.Enter(SessionStage.Extensions, now);
            }
            else
            {
                OpenChannels(now);
            }
        }
    }

    private void OpenChannels(TimeSpan now)
    {
        deadlines.Reach(SessionStage.Opening);
        channels.Open(agreed.Extended, agreed.VersionMask, now);
    }

    private void ReceiveExtensions(in Frame frame, TimeSpan now)
    {
        if (!extensions.TryReceive(frame, out var leave))
        {
            Ignore(frame, now);
        }
        else if (leave is not null)
        {
            End(leave);
        }
        else if (Stage == SessionStage.Extensions)
        {
            OpenChannels(now);
        }
    }

    private void Refused(in SetupConnectionError message)
    {
        RetryFlags = setup.RetryFlags(message);
        End($"The pool refuses the connection: {WireText.Sanitise(message.ErrorCode)} (flags {message.Flags:X}).");
    }

    private void Redirect(in Frame frame, TimeSpan now)
    {
        if (!redirect.TryTake(frame.Read<Reconnect>(), Redirects))
        {
            Ignore(frame, now);
        }
    }

    private void Ignore(in Frame frame, TimeSpan now) =>
        EndIf(!useless.Endures(frame.Payload.Length, now), "The pool floods us with messages of no use.");

    private SessionStep Finish(TimeSpan now)
    {
        if (Stage == SessionStage.Extensions && now >= extensions.Deadline)
        {
            extensions.GiveUp();
            OpenChannels(now);
        }

        if (ended is null && (Overdue(now) ?? channels.Tick(now)) is { } reason)
        {
            End(reason);
        }

        if (ended is null && deadlines.TakeProbe(now))
        {
            channels.Probe(now);
        }

        return new() { Chains = channels.Steps, TipIsNear = channels.TipIsNear, Deadline = Deadline(), Ended = ended };
    }

    private string? Overdue(TimeSpan now) =>
        uplink.Trouble
        ?? (line.Frames is null && deadlines.IsLate(now) ? line.Unfinished : deadlines.Overdue(now))
        ?? (now >= uplink.StallsAt ? $"The connection takes no bytes since {Uplink.StallMax.TotalSeconds:0} s." : null);

    private TimeSpan Deadline()
    {
        var first = deadlines.Next;
        first = extensions.Deadline < first ? extensions.Deadline : first;
        first = channels.Deadline < first ? channels.Deadline : first;
        return uplink.StallsAt < first ? uplink.StallsAt : first;
    }

    private void EndIf(bool condition, string reason)
    {
        if (condition)
        {
            End(reason);
        }
    }

    private void End(string reason)
    {
        if (ended is null)
        {
            ended = reason;
            uplink.Close();
            channels.Abandon();
        }
    }
}
