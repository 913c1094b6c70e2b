using Firmware.Mining;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>
/// The shares of one channel, from the chip's thread to the wire and back as the pool's word on them. Sequence numbers
/// and the order on the wire are one, for both are made under the uplink's lock.
/// </summary>
internal sealed class ChannelShares(Uplink uplink, uint channelId, ShareTotals totals) : IShareSink
{
    private readonly ShareLedger ledger = new();

    /// <summary>Shares the pool has not spoken of yet.</summary>
    public int Pending => ledger.Pending;

    /// <inheritdoc/>
    public bool TrySubmit(in Share share, TimeSpan now)
    {
        lock (uplink.Gate)
        {
            if (!uplink.IsOpen)
            {
                return false;
            }

            var forgotten = ledger.Forgotten;
            uplink.Send(
                new SubmitSharesStandard(
                    channelId, ledger.Submit(), share.JobId, share.Nonce, share.NTime, share.Version),
                now);
            totals.CountUnconfirmed(ledger.Forgotten - forgotten);
        }

        uplink.CallForAttention();
        return true;
    }

    /// <summary>Returns how many shares that accepts.</summary>
    public int Accept(uint last)
    {
        lock (uplink.Gate)
        {
            var accepted = ledger.Accept(last);
            totals.CountAccepted(accepted);
            return accepted;
        }
    }

    /// <summary>False for a share that does not wait for an answer.</summary>
    public bool Reject(uint sequenceNumber, bool isStale)
    {
        lock (uplink.Gate)
        {
            if (!ledger.Reject(sequenceNumber))
            {
                return false;
            }
        }

        if (isStale)
        {
            totals.CountStale();
        }
        else
        {
            totals.CountRejected();
        }

        return true;
    }

    /// <summary>The session has ended: what waits stays unconfirmed.</summary>
    public void Abandon()
    {
        lock (uplink.Gate)
        {
            totals.CountUnconfirmed(ledger.Abandon());
        }
    }
}
