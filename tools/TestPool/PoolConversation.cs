using System.Text;
using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Messages.Extensions;

namespace TestPool;

/// <summary>
/// One miner's connection once frames can be read: frames and time in, frames out. Holds no socket, reads no clock.
/// </summary>
public sealed class PoolConversation
{
    private const uint SupportedFlags =
        SetupConnection.RequiresStandardJobs | SetupConnection.RequiresVersionRolling;

    private readonly int connection;
    private readonly PoolOptions options;
    private readonly Scenario scenario;
    private readonly Ledger ledger;
    private readonly PoolChannels channels;
    private readonly PoolMischief mischief;
    private bool isSetUp;
    private bool standardJobsOnly;

    /// <param name="connection">
    /// The pool's number of the connection, from 1; its channels are numbered after it.
    /// </param>
    /// <param name="seed">Of everything that the scenario leaves to chance.</param>
    public PoolConversation(int connection, PoolOptions options, BlockChain chain, Ledger ledger, ulong seed = 0)
    {
        this.connection = connection;
        this.options = options;
        this.ledger = ledger;
        scenario = options.Scenario;
        Outbox = new Outbox(scenario.Layouts);
        channels = new PoolChannels(connection, options, chain, Outbox);
        mischief = new PoolMischief(connection, options, channels, Outbox, ledger, seed);
    }

    /// <summary>What is to be sent, in order.</summary>
    public Outbox Outbox { get; }

    /// <summary>Why the pool ends the connection once the outbox is empty; null while it goes on.</summary>
    public string? Ended { get; private set; }

    /// <summary>Frames of extensions, and of numbers nobody knows.</summary>
    public int Ignored { get; private set; }

    /// <exception cref="ProtocolException">The frame is malformed.</exception>
    public void Receive(Frame frame, TimeSpan now)
    {
        if (!mischief.PutsAside(frame, now))
        {
            TakeBack();
            Take(frame, now);
            if (Ended is null && IsShare(frame))
            {
                channels.Step(now); // A tenth share, or a block, is acknowledged at once.
            }
        }
    }

    /// <summary>Everything that is due without a frame: jobs, blocks, acknowledgements.</summary>
    public void Tick(TimeSpan now)
    {
        if (Ended is not null || mischief.IsStalled(now))
        {
            return;
        }

        TakeBack();
        channels.Step(now);
        if (mischief.Step(now) is { } end)
        {
            End(end);
        }
    }

    /// <summary>The same target for every channel, from the next job on.</summary>
    public void SetTarget(UInt256 target) => channels.SetTarget(target);

    /// <summary>What came in a stall is read first, in its order, and judged as of the time it came.</summary>
    private void TakeBack()
    {
        while (Ended is null && mischief.TryTakeBack(out var frame, out var at))
        {
            Take(new Frame(FrameHeader.Read(frame), frame.AsSpan(FrameHeader.Size)), at);
        }
    }

    private void Take(Frame frame, TimeSpan now)
    {
        if (frame.CoreType is not { } type)
        {
            ReceiveForeign(frame);
        }
        else if (frame.ChannelBit != type.HasChannelBit)
        {
            End($"{type} came with a wrong channel bit");
        }
        else if (type == MessageType.SetupConnection)
        {
            Receive(frame.Read<SetupConnection>());
        }
        else if (!isSetUp)
        {
            End($"{type} came before SetupConnection");
        }
        else
        {
            ReceiveMining(frame, type, now);
        }
    }

    private void ReceiveMining(Frame frame, MessageType type, TimeSpan now)
    {
        switch (type)
        {
            case MessageType.OpenStandardMiningChannel or MessageType.OpenExtendedMiningChannel:
                ReceiveOpen(frame, type, now);
                break;
            case MessageType.SubmitSharesStandard:
                Judge(frame.Read<SubmitSharesStandard>(), [], now);
                break;
            case MessageType.SubmitSharesExtended:
                var share = frame.Read<SubmitSharesExtended>();
                Judge(
                    new(
                        share.ChannelId, share.SequenceNumber, share.JobId, share.Nonce, share.NTime, share.Version),
                    share.Extranonce,
                    now);
                break;
            case MessageType.UpdateChannel when scenario.IsSilent(PoolStage.Mining):
                break;
            case MessageType.UpdateChannel:
                channels.Update(frame.Read<UpdateChannel>());
                break;
            case MessageType.CloseChannel:
                channels.Remove(frame.Read<CloseChannel>().ChannelId);
                break;
            default:
                End($"{type} is not for a pool");
                break;
        }
    }

    private void ReceiveOpen(Frame frame, MessageType type, TimeSpan now)
    {
        if (scenario.IsSilent(PoolStage.Open))
        {
            return;
        }

        var before = channels.Count;
        if (type == MessageType.OpenStandardMiningChannel)
        {
            channels.Open(frame.Read<OpenStandardMiningChannel>(), now);
        }
        else
        {
            channels.Open(frame.Read<OpenExtendedMiningChannel>(), standardJobsOnly, now);
        }

        if (scenario.ClosesAfterOpen && channels.Count > before)
        {
            End("the scenario closes every connection after its first channel");
            return;
        }

        channels.Step(now);
        mischief.Begin(now);
    }

    private void Receive(SetupConnection message)
    {
        if (isSetUp)
        {
            End("SetupConnection came twice");
            return;
        }

        if (scenario.IsSilent(PoolStage.Setup))
        {
            return;
        }

        var supported = scenario.RefusesStandardJobs
            ? SupportedFlags & ~SetupConnection.RequiresStandardJobs
            : SupportedFlags;
        var foreign = message.Flags & ~supported;
        var code = scenario.RefusesSetup ? "unsupported-protocol" : Refusal(message, foreign);
        if (code is not null)
        {
            Outbox.Send(new SetupConnectionError { Flags = foreign, ErrorCode = Encoding.ASCII.GetBytes(code) });
            End($"SetupConnection refused: {code}");
            return;
        }

        isSetUp = true;
        standardJobsOnly = (message.Flags & SetupConnection.RequiresStandardJobs) != 0;
        Outbox.Send(new SetupConnectionSuccess(
            SetupConnection.Version,
            (scenario.RequiresFixedVersion ? SetupConnectionSuccess.RequiresFixedVersion : 0)
            | (scenario.RequiresExtended ? SetupConnectionSuccess.RequiresExtendedChannels : 0)));
    }

    private static string? Refusal(SetupConnection message, uint foreignFlags)
    {
        if (message.Protocol != SetupConnection.MiningProtocol)
        {
            return "unsupported-protocol";
        }

        if (message.MinVersion > SetupConnection.Version || message.MaxVersion < SetupConnection.Version)
        {
            return "protocol-version-mismatch";
        }

        return foreignFlags != 0 ? "unsupported-feature-flags"
            : message.Vendor.IsEmpty ? "missing-vendor"
            : null;
    }

    /// <summary>
    /// A question for extensions is answered where the scenario knows one, and passed over where it does not.
    /// </summary>
    private void ReceiveForeign(Frame frame)
    {
        if (!scenario.KnowsWorkerIds
            || frame.ExtensionType != RequestExtensions.ExtensionType
            || frame.Type != (byte)RequestExtensions.Type)
        {
            Ignored++;
            return;
        }

        const ushort WorkerIds = 0x0002;
        var request = frame.Read<RequestExtensions>();
        var known = false;
        for (var i = 0; i < request.RequestedExtensions.Count; i++)
        {
            known |= request.RequestedExtensions.U16(i) == WorkerIds;
        }

        if (known)
        {
            Outbox.Send(new RequestExtensionsSuccess
            {
                RequestId = request.RequestId,
                SupportedExtensions = new ItemSequence([(byte)WorkerIds, 0], sizeof(ushort)),
            });
        }
        else
        {
            Outbox.Send(new RequestExtensionsError
            {
                RequestId = request.RequestId,
                UnsupportedExtensions = request.RequestedExtensions,
                RequiredExtensions = new ItemSequence([], sizeof(ushort)),
            });
        }
    }

    private void Judge(in SubmitSharesStandard share, ReadOnlySpan<byte> extranonce, TimeSpan now)
    {
        if (channels.Find(share.ChannelId) is { } channel)
        {
            Record(channel.Submit(share, extranonce, Outbox, now));
            return;
        }

        Record(ShareValidator.RefuseChannel(connection, share, now, channels.ClosedAt(share.ChannelId)));
        Outbox.Send(new SubmitSharesError
        {
            ChannelId = share.ChannelId,
            SequenceNumber = share.SequenceNumber,
            ErrorCode = Encoding.ASCII.GetBytes(ShareErrors.InvalidChannelId),
        });
    }

    private void Record(ShareVerdict verdict)
    {
        ledger.Add(verdict);
        if (!verdict.Accepted)
        {
            options.Log.WriteLine(verdict);
        }
    }

    private static bool IsShare(Frame frame) =>
        frame.CoreType is MessageType.SubmitSharesStandard or MessageType.SubmitSharesExtended;

    private void End(string reason) => Ended ??= reason;
}
