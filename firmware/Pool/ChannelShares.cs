using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Messages.Extensions;

namespace Firmware.Pool;

/// <summary>
/// The shares of one channel, from the chip's thread to the wire and back as the pool's word on them. Sequence numbers
/// and the order on the wire are one, for both are made under the uplink's lock.
/// </summary>
/// <param name="isExtended">Shares carry their extranonce, even where it is empty.</param>
internal sealed class ChannelShares(SharePath path, uint channelId, bool isExtended, UInt256 target) : IShareSink
{
    private readonly ShareLedger ledger = new();
    private readonly List<(uint Sequence, Share Share)> blocks = new(BlockBook.Kept);
    private UInt256 newestTarget = target;
    private TimeSpan retiredBefore = TimeSpan.MinValue;
    private Job? dropped;
    private bool closed;
    private bool isNamed = true;

    /// <summary>Shares the pool has not spoken of yet.</summary>
    public int Pending => ledger.Pending;

    /// <inheritdoc/>
    public bool TrySubmit(in Share share, TimeSpan now)
    {
        bool sent;
        lock (path.Uplink.Gate)
        {
            sent = path.Uplink.IsOpen && !closed;
            if (sent && IsLate(share))
            {
                path.Totals.CountStale();
                return true;
            }

            if (sent && !IsWelcome(share, now))
            {
                path.Totals.CountWithheld();
                return true;
            }

            if (sent)
            {
                Send(share, now);
            }
        }

        if (share.IsBlock)
        {
            path.Totals.Blocks.Tell(share, sent ? BlockFate.Sent : BlockFate.NotSent);
            path.Uplink.CallForAttention(urgently: true); // It is to be logged.
        }
        else
        {
            path.Uplink.CallForAttention();
        }

        return sent;
    }

    /// <summary>
    /// The work in hand has lost its worth: from here on no share of it goes out, not even one that is being judged
    /// while the pool's message is read. Blocks do.
    /// </summary>
    /// <param name="now">Jobs that became active before are over.</param>
    public void Retire(TimeSpan now)
    {
        lock (path.Uplink.Gate)
        {
            retiredBefore = now;
        }
    }

    /// <summary>The channel's target for jobs to come; where the pool rejudges, for the others too.</summary>
    public void Retarget(UInt256 newest)
    {
        lock (path.Uplink.Gate)
        {
            newestTarget = newest;
        }
    }

    /// <summary>Whether the worker's name goes with the shares, where the pool takes names at all.</summary>
    public void Name(bool named)
    {
        lock (path.Uplink.Gate)
        {
            isNamed = named;
        }
    }

    /// <summary>The pool does not know this job: what the chips still find of it is not sent.</summary>
    public void Drop(Job job)
    {
        lock (path.Uplink.Gate)
        {
            dropped = job;
        }
    }

    /// <summary>Returns how many shares that accepts.</summary>
    public int Accept(uint last)
    {
        int accepted;
        Share[] settled;
        lock (path.Uplink.Gate)
        {
            accepted = ledger.Accept(last);
            path.Totals.CountAccepted(accepted);
            settled = TakeSettledBlocks();
        }

        Tell(settled, BlockFate.Accepted);
        return accepted;
    }

    /// <summary>False for a share that does not wait for an answer.</summary>
    /// <param name="job">What the share was made from.</param>
    public bool Reject(uint sequenceNumber, ShareRefusal why, out Job? job)
    {
        Share[] settled;
        lock (path.Uplink.Gate)
        {
            if (!ledger.Reject(sequenceNumber, out job))
            {
                return false;
            }

            settled = TakeSettledBlocks();

            // A job keeps its target; a pool that thinks otherwise shows it by this.
            if (why == ShareRefusal.TooLow && job is not null && job.Target > newestTarget)
            {
                path.LearnThatItRejudges();
            }
        }

        Tell(settled, BlockFate.Refused);
        if (why == ShareRefusal.Stale)
        {
            path.Totals.CountStale();
        }
        else
        {
            path.Totals.CountRejected();
        }

        return true;
    }

    /// <summary>The channel has ended: nothing more is sent, and what waits stays unconfirmed.</summary>
    public void Close()
    {
        Share[] settled;
        lock (path.Uplink.Gate)
        {
            closed = true;
            path.Totals.CountUnconfirmed(ledger.Abandon());
            settled = TakeSettledBlocks();
        }

        Tell(settled, BlockFate.Unconfirmed);
    }

    private bool IsLate(in Share share) => !share.IsBlock && share.Job is { } job && job.ActiveSince < retiredBefore;

    private bool IsWelcome(in Share share, TimeSpan now) =>
        (share.IsBlock
            || ((dropped is null || !ReferenceEquals(share.Job, dropped))
                && (!path.RejudgesAtOnce || share.Hash <= newestTarget)))
        && path.TryPass(share.IsBlock, now);

    private void Send(in Share share, TimeSpan now)
    {
        var forgotten = ledger.Forgotten;
        var sequence = ledger.Submit(share.Job);
        if (isExtended)
        {
            Span<byte> extranonce = stackalloc byte[Extranonce.SizeMax];
            var core = new SubmitSharesExtended
            {
                ChannelId = channelId,
                SequenceNumber = sequence,
                JobId = share.JobId,
                Nonce = share.Nonce,
                NTime = share.NTime,
                Version = share.Version,
                Extranonce = extranonce[..share.Extranonce.CopyTo(extranonce)],
            };
            path.Uplink.Send(new NamedShare { Share = core, Worker = isNamed ? path.Worker.Span : default }, now);
        }
        else
        {
            path.Uplink.Send(
                new SubmitSharesStandard(channelId, sequence, share.JobId, share.Nonce, share.NTime, share.Version),
                now);
        }

        path.Totals.CountUnconfirmed(ledger.Forgotten - forgotten);
        if (share.IsBlock)
        {
            Keep(sequence, share);
        }
    }

    private void Keep(uint sequence, in Share block)
    {
        if (blocks.Count == BlockBook.Kept)
        {
            blocks.RemoveAt(0);
        }

        blocks.Add((sequence, block));
    }

    /// <summary>Blocks whose shares do not wait any more. Where there is none, nothing is allocated.</summary>
    private Share[] TakeSettledBlocks()
    {
        if (blocks.Count == 0)
        {
            return [];
        }

        Share[] settled = [.. blocks.Where(each => !ledger.IsWaiting(each.Sequence)).Select(each => each.Share)];
        blocks.RemoveAll(each => !ledger.IsWaiting(each.Sequence));
        return settled;
    }

    /// <summary>Outside the uplink's lock: no thread holds two.</summary>
    private void Tell(Share[] settled, BlockFate fate)
    {
        foreach (var block in settled)
        {
            path.Totals.Blocks.Tell(block, fate);
        }
    }
}
