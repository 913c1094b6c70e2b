using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>The place that a session's pool wants us to connect to instead: one at a time.</summary>
internal sealed class RedirectOffer
{
    /// <summary>Null where there is none to follow.</summary>
    public PoolAddress? Target { get; private set; }

    /// <summary>
    /// Why the first refused message was; no other is said: a pool that goes on with it must not fill the log.
    /// </summary>
    public string? Refusal { get; private set; }

    /// <summary>False where the message is of no use.</summary>
    public bool TryTake(in Reconnect message, RedirectPolicy policy)
    {
        if (Target is not null)
        {
            return false;
        }

        if (policy.TryDecide(message, out var target, out var refusal))
        {
            Target = target;
            return true;
        }

        Refusal ??= refusal;
        return false;
    }

    /// <summary>It led nowhere: the next message is heard again.</summary>
    public void Drop() => Target = null;
}
