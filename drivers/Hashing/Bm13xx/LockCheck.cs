namespace Drivers.Hashing.Bm13xx;

/// <summary>
/// Reads back what the PLLs were told. One that did not lock is written again, then given a lower clock, and at last
/// named and left out.
/// </summary>
internal sealed class LockCheck(ChainWire wire)
{
    private const double LowerMegahertz = 12.5;
    private const int AsksMax = 3;

    /// <summary>How often a chip is read unlocked: first it is told again, then it gets lower clocks.</summary>
    private const int UnlockedMax = 4;

    private static readonly TimeSpan LockTime = TimeSpan.FromMilliseconds(10);

    public IEnumerable<Move> Run()
    {
        yield return new(LockTime);
        var register = wire.Model.Pll.Register;
        if (wire.AsksAllAtOnce && wire.Chips.Count(chip => chip.LockIsDue) > 1)
        {
            yield return wire.AskAll(register);
            Weigh();
        }

        foreach (var chip in wire.Chips)
        {
            for (var asks = 0; asks < AsksMax && chip is { LockIsDue: true, IsClocked: true }; asks++)
            {
                yield return wire.AskOne(register, chip);
                Weigh();
            }

            // Who does not answer at all is known as mute by the same count as elsewhere.
            chip.Unanswered = chip.LockIsDue && chip.IsClocked ? ChipRecord.UnansweredMax : chip.Unanswered;
            chip.LockIsDue = false;
        }
    }

    private void Weigh()
    {
        foreach (var (address, value) in wire.Inquiry.Answers)
        {
            if (wire.At(address) is { LockIsDue: true, IsClocked: true, Divider: { } told } chip)
            {
                Weigh(chip, told, value);
            }
        }
    }

    private void Weigh(ChipRecord chip, PllDivider told, uint read)
    {
        chip.LockIsDue = false;
        chip.Unanswered = 0;
        if (PllDivider.IsLocked(read) && PllDivider.WithoutLock(read) == told.ToBits(wire.Model.Pll.Coding))
        {
            chip.Unlocked = 0;
            return;
        }

        chip.Unlocked++;
        if (chip.Unlocked >= UnlockedMax)
        {
            chip.Fault = $"chip {Array.IndexOf(wire.Chips, chip)} (address 0x{chip.Address:X2}): its clock does not "
                + $"lock at {told.Core}; it is left out. Raise the core voltage, lower the clock, or replace it.";
            return;
        }

        chip.LoweredMegahertz += chip.Unlocked > 1 ? LowerMegahertz : 0;
        chip.IsTold = false; // The walk tells it again.
    }
}
