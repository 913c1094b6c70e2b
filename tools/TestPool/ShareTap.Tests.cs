using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace TestPool;

/// <summary>
/// Stands at the miner's end of a plain connection and knows, from the frames alone, which jobs the miner may send
/// shares of: the current block's, of channels that are open.
/// </summary>
internal sealed class ShareTap
{
    private readonly FrameOpener opener = new(null, Receiver.Server);
    private readonly Dictionary<uint, Channel> channels = [];

    /// <summary>Shares that the miner sent.</summary>
    public int Shares { get; private set; }

    /// <summary>Blocks that the miner read of.</summary>
    public int Blocks { get; private set; }

    /// <summary>Shares of jobs, or of channels, whose end the miner had read before.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>A frame that the miner reads now.</summary>
    public void Read(byte[] bytes)
    {
        var frame = Talk.Parse(bytes);
        switch (frame.CoreType)
        {
            case MessageType.OpenStandardMiningChannelSuccess:
                var standard = frame.Read<OpenStandardMiningChannelSuccess>();
                channels[standard.ChannelId] = new Channel(standard.ChannelId, standard.GroupChannelId);
                break;
            case MessageType.OpenExtendedMiningChannelSuccess:
                var extended = frame.Read<OpenExtendedMiningChannelSuccess>();
                channels[extended.ChannelId] = new Channel(extended.ChannelId, extended.GroupChannelId ?? 0);
                break;
            case MessageType.NewMiningJob:
                var job = frame.Read<NewMiningJob>();
                TakeJob(job.ChannelId, job.JobId, isFuture: job.MinNTime is null);
                break;
            case MessageType.NewExtendedMiningJob:
                var extendedJob = frame.Read<NewExtendedMiningJob>();
                TakeJob(extendedJob.ChannelId, extendedJob.JobId, isFuture: extendedJob.MinNTime is null);
                break;
            case MessageType.SetNewPrevHash:
                TakeBlock(frame.Read<SetNewPrevHash>());
                break;
            case MessageType.SetGroupChannel when frame.Payload.Length == 6 + (4 * frame.Payload[4]): // Else older: D6.
                Move(frame.Read<SetGroupChannel>());
                break;
            case MessageType.CloseChannel:
                var ended = frame.Read<CloseChannel>().ChannelId;
                Addressed(ended).ForEach(channel => _ = channels.Remove(channel.Id));
                break;
        }
    }

    /// <summary>Bytes that the miner sends now.</summary>
    public void Sent(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var taken = bytes[..Math.Min(bytes.Length, opener.Free.Length)];
            taken.CopyTo(opener.Free);
            opener.Received(taken.Length);
            bytes = bytes[taken.Length..];
            while (opener.TryOpen(out var frame))
            {
                Check(frame);
            }
        }
    }

    private void Check(Frame frame)
    {
        // Channel, sequence number and job come first in shares of both kinds.
        if (frame.CoreType is not (MessageType.SubmitSharesStandard or MessageType.SubmitSharesExtended))
        {
            return;
        }

        var payload = new PayloadReader(frame.Payload);
        var (channel, sequence, job) = (payload.U32(), payload.U32(), payload.U32());
        Shares++;
        if (!channels.TryGetValue(channel, out var known))
        {
            Faults.Add($"share {sequence} of channel {channel}, which is not open");
        }
        else if (!known.Live.Contains(job))
        {
            Faults.Add($"share {sequence} of channel {channel} for job {job}, which is not live");
        }
    }

    private void TakeJob(uint address, uint job, bool isFuture)
    {
        foreach (var channel in Addressed(address))
        {
            _ = (isFuture ? channel.Future : channel.Live).Add(job);
        }
    }

    private void Move(SetGroupChannel message)
    {
        for (var i = 0; i < message.ChannelIds.Count; i++)
        {
            if (channels.TryGetValue(message.ChannelIds.U32(i), out var channel))
            {
                channels[channel.Id] = channel with { Group = message.GroupChannelId };
            }
        }
    }

    private void TakeBlock(SetNewPrevHash block)
    {
        Blocks++;
        foreach (var channel in Addressed(block.ChannelId))
        {
            var known = channel.Future.Contains(block.JobId);
            channel.Live.Clear();
            channel.Future.Clear();
            if (known)
            {
                _ = channel.Live.Add(block.JobId);
            }
        }
    }

    private List<Channel> Addressed(uint id) =>
        [.. channels.Values.Where(channel => channel.Id == id || channel.Group == id)];

    private sealed record Channel(uint Id, uint Group)
    {
        public HashSet<uint> Live { get; } = [];

        public HashSet<uint> Future { get; } = [];
    }
}
