using System.Text;
using Drivers.Hashing;
using Firmware.StratumV2.Messages;

namespace TestPool;

/// <summary>The channels of one connection: opens them, knows them by their ids, and closes them.</summary>
internal sealed class PoolChannels
{
    /// <summary>What the pool gives a miner to roll, unless it asks for more …</summary>
    public const int ExtranonceSize = 8;

    /// <summary>… which it may up to here.</summary>
    public const int ExtranonceSizeMax = 16;

    private const int ChannelsMax = 64;
    private const int RequestsMax = 899;
    private const int ClosedMax = 64;

    private readonly int connection;
    private readonly PoolOptions options;
    private readonly BlockChain chain;
    private readonly Outbox outbox;
    private readonly PoolGroup group;
    private readonly Dictionary<uint, PoolChannel> open = [];
    private readonly Dictionary<uint, TimeSpan> closed = [];
    private readonly HashSet<uint> requests = [];

    public PoolChannels(int connection, PoolOptions options, BlockChain chain, Outbox outbox)
    {
        this.connection = connection;
        this.options = options;
        this.chain = chain;
        this.outbox = outbox;
        group = new PoolGroup(unchecked((uint)connection * 1000), options, chain);
    }

    public int Count => open.Count;

    /// <summary>The oldest channel's; 0 where none is open.</summary>
    public uint FirstId => open.Count == 0 ? 0 : open.Keys.Min();

    public PoolChannel? Find(uint id) => open.GetValueOrDefault(id);

    /// <summary>When the pool closed that channel; null where it did not.</summary>
    public TimeSpan? ClosedAt(uint id) => closed.TryGetValue(id, out var at) ? at : null;

    /// <summary>Everything that is due: jobs, blocks, targets, acknowledgements.</summary>
    public void Step(TimeSpan now)
    {
        foreach (var channel in open.Values)
        {
            channel.Step(outbox, now);
        }

        if (options.Scenario.AddressesGroup)
        {
            group.Step(open.Values, outbox, now);
        }
    }

    public void SetTarget(UInt256 target)
    {
        foreach (var channel in open.Values)
        {
            channel.SetTarget(target, outbox);
        }
    }

    public void Open(OpenStandardMiningChannel message, TimeSpan now)
    {
        var code = Refusal(message.RequestId, message.UserIdentity, message.NominalHashRate, message.MaxTarget)
            ?? (options.Scenario.RequiresExtended ? "standard-channels-not-supported" : null);
        if (code is not null)
        {
            Refuse(message.RequestId, code);
            return;
        }

        var channel = Add(null, TargetFor(message.NominalHashRate, message.MaxTarget), now);
        Span<byte> target = stackalloc byte[UInt256.Size];
        channel.WriteTarget(channel.Target, target);
        outbox.Send(new OpenStandardMiningChannelSuccess
        {
            RequestId = message.RequestId,
            ChannelId = channel.Id,
            Target = target,
            ExtranoncePrefix = [],
            GroupChannelId = group.Id,
        });
    }

    /// <param name="standardJobsOnly">The miner has said in its setup that it takes no extended jobs.</param>
    public void Open(OpenExtendedMiningChannel message, bool standardJobsOnly, TimeSpan now)
    {
        var code = standardJobsOnly && !options.Scenario.RequiresExtended
            ? "extended-channels-not-supported-for-standard-jobs"
            : Refusal(message.RequestId, message.UserIdentity, message.NominalHashRate, message.MaxTarget)
                ?? (message.MinExtranonceSize > ExtranonceSizeMax ? "min-extranonce-size-too-large" : null);
        if (code is not null)
        {
            Refuse(message.RequestId, code);
            return;
        }

        var prefix = new byte[] { (byte)(connection & 0xFF), (byte)(connection >> 8 & 0xFF), (byte)requests.Count, 0 };
        var space = new ExtranonceSpace(prefix, Math.Max(ExtranonceSize, (int)message.MinExtranonceSize));
        var channel = Add(space, TargetFor(message.NominalHashRate, message.MaxTarget), now);
        Span<byte> target = stackalloc byte[UInt256.Size];
        channel.WriteTarget(channel.Target, target);
        outbox.Send(new OpenExtendedMiningChannelSuccess
        {
            RequestId = message.RequestId,
            ChannelId = channel.Id,
            Target = target,
            ExtranonceSize = (ushort)space.Size,
            ExtranoncePrefix = prefix,
            GroupChannelId = options.Scenario.Layouts.HasFlag(OldLayouts.NoGroupId) ? null : group.Id,
        });
    }

    public void Refuse(uint requestId, string code)
    {
        options.Log.WriteLine($"connection {connection}: channel refused: {code}");
        outbox.Send(new OpenMiningChannelError { RequestId = requestId, ErrorCode = Encoding.ASCII.GetBytes(code) });
    }

    public void Update(UpdateChannel message)
    {
        var channel = Find(message.ChannelId);
        var code = channel is null ? ShareErrors.InvalidChannelId
            : options.Scenario.RefusesUpdates || !IsHashRate(message.NominalHashRate) ? "invalid-nominal-hashrate"
            : null;
        if (code is null)
        {
            var target = options.Scenario.KeepsTarget
                ? channel!.Target
                : TargetFor(message.NominalHashRate, message.MaximumTarget);
            channel!.Update(target, outbox);
            return;
        }

        options.Log.WriteLine($"connection {connection}: update of channel {message.ChannelId} refused: {code}");
        outbox.Send(new UpdateChannelError
        {
            ChannelId = message.ChannelId,
            ErrorCode = Encoding.ASCII.GetBytes(code),
        });
    }

    /// <summary>The miner has closed a channel, or by its group all of them.</summary>
    public void Remove(uint id)
    {
        if (id == group.Id)
        {
            open.Clear();
        }

        _ = open.Remove(id);
    }

    /// <summary>The oldest channel, or the whole group in one message.</summary>
    public void Close(bool all, TimeSpan now)
    {
        if (open.Count == 0)
        {
            return;
        }

        var ids = all ? [.. open.Keys] : new[] { FirstId };
        outbox.Send(new CloseChannel
        {
            ChannelId = all ? group.Id : ids[0],
            ReasonCode = "the scenario closes it"u8,
        });
        foreach (var id in ids)
        {
            _ = open.Remove(id);
            closed[id] = now;
        }

        while (closed.Count > ClosedMax)
        {
            _ = closed.Remove(closed.MinBy(entry => entry.Value).Key);
        }
    }

    public void Regroup() => group.Move(open.Values, outbox);

    private PoolChannel Add(ExtranonceSpace? space, UInt256 target, TimeSpan now)
    {
        var id = unchecked((uint)(connection * 1000 + requests.Count));
        var channel = new PoolChannel(connection, id, space, target, options, chain, now);
        open.Add(id, channel);
        return channel;
    }

    private string? Refusal(uint requestId, ReadOnlySpan<byte> user, float hashRate, ReadOnlySpan<byte> easiest)
    {
        if (requests.Count <= RequestsMax && !requests.Add(requestId))
        {
            return "request-id-used-twice";
        }

        return user.IsEmpty ? "invalid-user-identity"
            : !IsHashRate(hashRate) ? "invalid-nominal-hashrate"
            : UInt256.Read(easiest) == UInt256.Zero ? "max-target-out-of-range"
            : open.Count == ChannelsMax || requests.Count > RequestsMax ? "channel-capacity-exhausted"
            : null;
    }

    /// <summary>Never easier than the miner tolerates.</summary>
    private UInt256 TargetFor(float hashRate, ReadOnlySpan<byte> easiest)
    {
        var target = PoolTarget.FromHashRate(hashRate, options.SharesPerMinute);
        var limit = UInt256.Read(easiest);
        return target < limit ? target : limit;
    }

    private static bool IsHashRate(float hashRate) => float.IsFinite(hashRate) && hashRate >= 0;
}
