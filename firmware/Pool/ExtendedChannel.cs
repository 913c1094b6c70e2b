using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>
/// A channel whose merkle roots are ours to make: the pool sends the coinbase around our extranonce, so one job feeds
/// chips of any rate (SV2 reference §6).
/// </summary>
public sealed class ExtendedChannel : IMiningChannel
{
    private readonly uint versionMask;
    private readonly int extranonceSize;
    private readonly ChannelJobs jobs;
    private byte[] extranoncePrefix;

    /// <param name="id">Given by the pool.</param>
    /// <param name="group">The group it belongs to; null from servers that know none.</param>
    /// <param name="target">Of the jobs that become active until a SetTarget.</param>
    /// <param name="versionMask">Version bits that may be rolled in jobs that allow it; 0 for none.</param>
    /// <param name="extranoncePrefix">The pool's part of the extranonce.</param>
    /// <param name="extranonceSize">
    /// Bytes of the extranonce that are ours; 0 leaves one root a job. Where both parts together are too long, the
    /// channel is closed from the beginning.
    /// </param>
    /// <param name="sink">Where the shares of this channel's jobs go.</param>
    public ExtendedChannel(
        uint id,
        uint? group,
        UInt256 target,
        uint versionMask,
        ReadOnlySpan<byte> extranoncePrefix,
        int extranonceSize,
        IShareSink sink)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(extranonceSize);
        Id = id;
        Group = group ?? id;
        this.versionMask = versionMask;
        this.extranonceSize = extranonceSize;
        this.extranoncePrefix = extranoncePrefix.ToArray();
        jobs = new ChannelJobs(target, extranonceSize, sink);
        IsOpen = extranoncePrefix.Length + extranonceSize <= Extranonce.SizeMax;
        CloseBecause = IsOpen
            ? null
            : $"The pool wants an extranonce of {extranoncePrefix.Length + extranonceSize} bytes, and no coinbase may "
                + $"have more than {Extranonce.SizeMax}.";
    }

    public uint Id { get; }

    public uint Group { get; private set; }

    public bool IsOpen { get; private set; }

    /// <summary>Why no work can ever come of the channel, in one sentence, or null: the pool is to be told.</summary>
    public string? CloseBecause { get; private set; }

    public UInt256 Target => jobs.Target;

    public CoinbaseOutputs? Outputs => jobs.Outputs;

    public bool IsAddressedBy(uint channelId) => IsOpen && (channelId == Id || channelId == Group);

    /// <summary>Of no use: a finished merkle root has no extranonce of ours.</summary>
    public ChannelStep Receive(in NewMiningJob message, TimeSpan now) => default;

    /// <summary>The prefix is pinned now: a SetExtranoncePrefix behind it is for later jobs.</summary>
    public ChannelStep Receive(in NewExtendedMiningJob message, TimeSpan now) =>
        jobs.Take(message, extranoncePrefix, versionMask, now);

    public ChannelStep Receive(in SetNewPrevHash message, TimeSpan now) => jobs.Take(message, now);

    public bool Receive(in SetTarget message)
    {
        jobs.Target = UInt256.Read(message.MaximumTarget);
        return true;
    }

    public bool Receive(in SetGroupChannel message)
    {
        var isListed = ChannelJobs.Lists(message, Id);
        Group = isListed ? message.GroupChannelId : Group;
        return isListed;
    }

    /// <summary>
    /// For jobs that come from now on. Another length ends the channel: the scriptSig's length in every coinbase of
    /// the pool would be wrong.
    /// </summary>
    public ChannelStep Receive(in SetExtranoncePrefix message)
    {
        if (message.ExtranoncePrefix.Length != extranoncePrefix.Length)
        {
            CloseBecause = $"The pool changed its extranonce prefix from {extranoncePrefix.Length} to "
                + $"{message.ExtranoncePrefix.Length} bytes, which no coinbase can follow.";
            return Close() with { CloseBecause = CloseBecause };
        }

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
