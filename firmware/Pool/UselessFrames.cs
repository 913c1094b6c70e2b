using Firmware.StratumV2;

namespace Firmware.Pool;

/// <summary>
/// Frames that a session can do nothing with: of unknown kind, for unknown channels or shares, out of turn. They cost
/// a count; a pool that sends a flood of them is left. Allocates nothing.
/// </summary>
internal sealed class UselessFrames
{
    /// <summary>So many a second are endured for ever; a frame counts once more for each KiB of it.</summary>
    public const int EnduredASecond = 1000;

    /// <summary>So many above that are endured at once: what a network held back comes together.</summary>
    public const int AtOnceMax = 2000;

    /// <summary>
    /// So often in a session a pool may send what only clients send, or a setup message when nothing is set up.
    /// </summary>
    public const int OutOfTurnMax = 3;

    private const int CountsOnce = 1024;

    private static readonly TimeSpan PerFrame = TimeSpan.FromSeconds(1) / EnduredASecond;

    private TimeSpan paidUntil;
    private int outOfTurn;

    public long Count { get; private set; }

    /// <summary>What only clients send, and the setup's messages once it is done.</summary>
    public static bool AreOutOfTurn(MessageType type) => type
        is MessageType.SetupConnection
        or MessageType.SetupConnectionSuccess
        or MessageType.SetupConnectionError
        or MessageType.OpenStandardMiningChannel
        or MessageType.OpenExtendedMiningChannel
        or MessageType.UpdateChannel
        or MessageType.SubmitSharesStandard
        or MessageType.SubmitSharesExtended
        or MessageType.SetCustomMiningJob;

    /// <summary>False where the pool is to be left for a flood.</summary>
    public bool Endures(int payloadLength, TimeSpan now)
    {
        Count++;
        paidUntil = (paidUntil > now ? paidUntil : now) + ((1 + (payloadLength / CountsOnce)) * PerFrame);
        return paidUntil - now <= AtOnceMax * PerFrame;
    }

    /// <summary>False where the pool is to be left for its manners.</summary>
    public bool EnduresOutOfTurn() => ++outOfTurn <= OutOfTurnMax;
}
