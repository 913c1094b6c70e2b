using Firmware.Link;

namespace Firmware.Guard;

/// <summary>
/// The hands of <see cref="ResetPulse"/>: holds the chips of a board, and lets them go only for a mine that has seen
/// this very bring-up from its beginning.
/// </summary>
/// <param name="clock">Tells when an edge was made.</param>
internal sealed class ChipReset(BoardIo io, Func<TimeSpan> clock)
{
    private const int RefusalsMax = 10;

    private readonly ResetPulse pulse = new();
    private bool holdWasWanted;

    /// <summary>The chips are out of reset and have had their time.</summary>
    public bool IsReleased => pulse.IsReleased;

    /// <summary>When <see cref="Advance"/> has something to do, or null.</summary>
    public TimeSpan? Due(BoardWant? want) => pulse.Due(IsHoldWanted(want));

    /// <summary>A bring-up begins: what was wanted before it says nothing any more.</summary>
    public void Begin(BoardWant? want) => holdWasWanted = want is { Reset: true };

    public void Saw(BoardWant? want) => holdWasWanted |= want is { Reset: true };

    /// <summary>The next edge, where one is due. Returns why the power must go, or null.</summary>
    public FaultCause? Advance(BoardWant? want, TimeSpan now)
    {
        var hold = IsHoldWanted(want);
        if (pulse.Next(hold, now) is not ResetAction.None and var edge)
        {
            var obeyed = edge == ResetAction.Hold ? io.HoldReset() : io.ReleaseReset();
            pulse.Answer(edge, hold, obeyed, clock());
        }

        return pulse.Refusals >= RefusalsMax ? new(FaultKind.Reset, "the reset line does not obey") : null;
    }

    /// <summary>At once, whatever anybody wants; false where the line does not obey.</summary>
    public bool TryHold()
    {
        var isHeld = io.HoldReset();
        pulse.Answer(ResetAction.Hold, hold: true, isHeld, clock());
        return isHeld;
    }

    private bool IsHoldWanted(BoardWant? want) => !holdWasWanted || want is not { Reset: false };
}
