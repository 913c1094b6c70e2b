using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>
/// A channel with one header for each job. Its merkle root comes from the pool, or, where the job is for a whole group,
/// is made from the coinbase with this channel's extranonce prefix (SV2 reference §6).
/// </summary>
/// <param name="id">Given by the pool.</param>
/// <param name="group">The group it belongs to; messages to the group are for it too.</param>
/// <param name="target">Of the jobs that become active until a SetTarget.</param>
/// <param name="versionMask">Version bits that may be rolled; 0 where the pool forbids it.</param>
/// <param name="sink">Where the shares of this channel's jobs go.</param>
public sealed class StandardChannel(uint id, uint group, UInt256 target, uint versionMask, IShareSink sink)
    : IMiningChannel
{
    /// <summary>BIP320: what every pool takes (SV2 reference §4.4).</summary>
    public const uint GeneralPurposeVersionBits = 0x1FFF_E000;

    private readonly ChannelJobs jobs = new(target, extranonceSize: 0, sink);
    private ReadOnlyMemory<byte> extranoncePrefix;

    public uint Id => id;

    public uint Group { get; private set; } = group;

    public bool IsOpen { get; private set; } = true;

    public UInt256 Target => jobs.Target;

    public CoinbaseOutputs? Outputs => jobs.Outputs;

    /// <summary>The whole of the channel's extranonce; of use only where the pool sends jobs to the group.</summary>
    public ReadOnlyMemory<byte> ExtranoncePrefix { get => extranoncePrefix; init => extranoncePrefix = value; }

    public bool IsAddressedBy(uint channelId) => IsOpen && (channelId == id || channelId == Group);

    public ChannelStep Receive(in NewMiningJob message, TimeSpan now) => jobs.Take(
        new PoolJob(message.JobId, message.Version, versionMask, UInt256.Read(message.MerkleRoot)),
        message.MinNTime,
        now);

    public ChannelStep Receive(in NewExtendedMiningJob message, TimeSpan now) =>
        jobs.Take(message, extranoncePrefix.Span, versionMask, now);

    public ChannelStep Receive(in SetNewPrevHash message, TimeSpan now) => jobs.Take(message, now);

    public bool Receive(in SetTarget message)
    {
        jobs.Target = UInt256.Read(message.MaximumTarget);
        return true;
    }

    public bool Receive(in SetGroupChannel message)
    {
        var isListed = ChannelJobs.Lists(message, id);
        Group = isListed ? message.GroupChannelId : Group;
        return isListed;
    }

    public ChannelStep Receive(in SetExtranoncePrefix message)
    {
        extranoncePrefix = message.ExtranoncePrefix.ToArray();
        return default;
    }

    public ChannelStep Drop(uint jobId) => jobs.Drop(jobId);

    public ChannelStep Close()
    {
        IsOpen = false;
        jobs.Clear();
        return new(StopOldWork: true);
    }
}
