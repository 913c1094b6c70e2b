using System.Text;
using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace TestPool;

/// <summary>
/// One miner's connection once frames can be read: frames and time in, frames out. Holds no socket, reads no clock.
/// </summary>
/// <param name="connection">The pool's number of the connection, from 1; its channels are numbered after it.</param>
public sealed class PoolConversation(int connection, PoolOptions options, BlockChain chain, Ledger ledger)
{
    private const int ChannelsMax = 64;
    private const int RequestsMax = 999;
    private const uint SupportedFlags =
        SetupConnection.RequiresStandardJobs | SetupConnection.RequiresVersionRolling;

    private readonly Dictionary<uint, PoolChannel> channels = [];
    private readonly HashSet<uint> requests = [];
    private bool isSetUp;

    /// <summary>What is to be sent, in order.</summary>
    public Outbox Outbox { get; } = new();

    /// <summary>Why the pool ends the connection once the outbox is empty; null while it goes on.</summary>
    public string? Ended { get; private set; }

    /// <summary>Frames of extensions, and of numbers nobody knows.</summary>
    public int Ignored { get; private set; }

    /// <exception cref="ProtocolException">The frame is malformed.</exception>
    public void Receive(Frame frame, TimeSpan now)
    {
        if (frame.CoreType is not { } type)
        {
            Ignored++;
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

    /// <summary>Everything that is due without a frame: jobs, blocks, acknowledgements.</summary>
    public void Tick(TimeSpan now)
    {
        if (Ended is not null)
        {
            return;
        }

        foreach (var channel in channels.Values)
        {
            channel.Step(Outbox, now);
        }
    }

    /// <summary>The same target for every channel, from the next job on.</summary>
    public void SetTarget(UInt256 target)
    {
        foreach (var channel in channels.Values)
        {
            channel.SetTarget(target, Outbox);
        }
    }

    private void ReceiveMining(Frame frame, MessageType type, TimeSpan now)
    {
        switch (type)
        {
            case MessageType.OpenStandardMiningChannel:
                Receive(frame.Read<OpenStandardMiningChannel>(), now);
                break;
            case MessageType.OpenExtendedMiningChannel:
                RefuseOpen(
                    frame.Read<OpenExtendedMiningChannel>().RequestId,
                    "extended-channels-not-supported-for-standard-jobs");
                break;
            case MessageType.SubmitSharesStandard:
                Receive(frame.Read<SubmitSharesStandard>(), now);
                break;
            case MessageType.UpdateChannel:
                Receive(frame.Read<UpdateChannel>());
                break;
            case MessageType.CloseChannel:
                _ = channels.Remove(frame.Read<CloseChannel>().ChannelId);
                break;
            default:
                End($"{type} is not for a pool");
                break;
        }
    }

    private void Receive(SetupConnection message)
    {
        if (isSetUp)
        {
            End("SetupConnection came twice");
            return;
        }

        if (options.Scenario.IsSilent(PoolStage.Setup))
        {
            return;
        }

        var foreign = message.Flags & ~SupportedFlags;
        var code = options.Scenario.RefusesSetup ? "unsupported-protocol" : Refusal(message, foreign);
        if (code is not null)
        {
            Outbox.Send(new SetupConnectionError { Flags = foreign, ErrorCode = Encoding.ASCII.GetBytes(code) });
            End($"SetupConnection refused: {code}");
            return;
        }

        isSetUp = true;
        Outbox.Send(new SetupConnectionSuccess(SetupConnection.Version, Flags: 0));
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

    private void Receive(OpenStandardMiningChannel message, TimeSpan now)
    {
        if (options.Scenario.IsSilent(PoolStage.Open))
        {
            return;
        }

        if (Refusal(message) is { } code)
        {
            RefuseOpen(message.RequestId, code);
            return;
        }

        var id = (uint)(connection * 1000 + requests.Count);
        var target = TargetFor(message.NominalHashRate, message.MaxTarget);
        Span<byte> bytes = stackalloc byte[UInt256.Size];
        target.Write(bytes);
        Outbox.Send(new OpenStandardMiningChannelSuccess
        {
            RequestId = message.RequestId,
            ChannelId = id,
            Target = bytes,
            ExtranoncePrefix = [],
            GroupChannelId = 0,
        });
        var channel = new PoolChannel(connection, id, target, options, chain, now);
        channels.Add(id, channel);
        if (options.Scenario.ClosesAfterOpen)
        {
            End("the scenario closes every connection after its first channel");
            return;
        }

        channel.Step(Outbox, now);
    }

    private string? Refusal(OpenStandardMiningChannel message)
    {
        if (requests.Count <= RequestsMax && !requests.Add(message.RequestId))
        {
            return "request-id-used-twice";
        }

        return message.UserIdentity.IsEmpty ? "invalid-user-identity"
            : !IsHashRate(message.NominalHashRate) ? "invalid-nominal-hashrate"
            : UInt256.Read(message.MaxTarget) == UInt256.Zero ? "max-target-out-of-range"
            : channels.Count == ChannelsMax || requests.Count > RequestsMax ? "channel-capacity-exhausted"
            : null;
    }

    private void RefuseOpen(uint requestId, string code)
    {
        options.Log.WriteLine($"connection {connection}: channel refused: {code}");
        Outbox.Send(new OpenMiningChannelError { RequestId = requestId, ErrorCode = Encoding.ASCII.GetBytes(code) });
    }

    private void Receive(SubmitSharesStandard share, TimeSpan now)
    {
        if (channels.TryGetValue(share.ChannelId, out var channel))
        {
            Record(channel.Submit(share, Outbox, now));
            return;
        }

        Record(ShareValidator.RefuseChannel(connection, share, now));
        Outbox.Send(new SubmitSharesError
        {
            ChannelId = share.ChannelId,
            SequenceNumber = share.SequenceNumber,
            ErrorCode = Encoding.ASCII.GetBytes(ShareErrors.InvalidChannelId),
        });
    }

    private void Receive(UpdateChannel message)
    {
        if (channels.TryGetValue(message.ChannelId, out var channel) && IsHashRate(message.NominalHashRate))
        {
            channel.Update(TargetFor(message.NominalHashRate, message.MaximumTarget), Outbox);
            return;
        }

        var code = channel is null ? ShareErrors.InvalidChannelId : "invalid-nominal-hashrate";
        options.Log.WriteLine($"connection {connection}: update of channel {message.ChannelId} refused: {code}");
        Outbox.Send(new UpdateChannelError
        {
            ChannelId = message.ChannelId,
            ErrorCode = Encoding.ASCII.GetBytes(code),
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

    private void End(string reason) => Ended ??= reason;

    /// <summary>Never easier than the miner tolerates.</summary>
    private UInt256 TargetFor(float hashRate, ReadOnlySpan<byte> easiest)
    {
        var target = PoolTarget.FromHashRate(hashRate, options.SharesPerMinute);
        var limit = UInt256.Read(easiest);
        return target < limit ? target : limit;
    }

    private static bool IsHashRate(float hashRate) => float.IsFinite(hashRate) && hashRate >= 0;
}
