namespace Drivers.Hashing.Bm13xx;

/// <summary>
/// Walks the hash clocks to where they are wanted, and with each step tells the chips how far to count. All chips at
/// once while they stand alike, else one after the other.
/// </summary>
internal sealed class ClockWalk(ChainWire wire)
{
    /// <summary>Where silicon stands after reset, and the lowest clock asked for.</summary>
    public const double LowestMegahertz = 50;

    public static readonly TimeSpan StepTime = TimeSpan.FromMilliseconds(100);

    private const double StepMegahertz = 6.25;

    /// <summary>
    /// While the PLL moves and 20 ms after it, results are garbage that may fit its CRC: nothing is believed. The rest
    /// is what the write itself takes at the slow rate.
    /// </summary>
    private static readonly TimeSpan PllSettle = TimeSpan.FromMilliseconds(23);

    /// <summary>The next chip of a round in which each is told its own.</summary>
    private int next;

    /// <summary>How many writes of a step to all chips have gone.</summary>
    private int written;

    private TimeSpan roundBegan;
    private PllDivider stepDivider;

    /// <summary>Writes before and with the divider: most models need the divider alone.</summary>
    private int Writes => wire.Model.Pll.UserDivider is null ? 1 : 4;

    public void Reset()
    {
        next = 0;
        written = 0;
    }

    public bool IsSettled(Megahertz wanted)
    {
        if (written > 0 || next > 0)
        {
            return false;
        }

        foreach (var chip in wire.Chips)
        {
            if (chip.IsClocked && !IsSettled(chip, wanted))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes what is next of the way to the wanted clock, and returns how long to wait then.</summary>
    public TimeSpan Step(Megahertz wanted)
    {
        if (written > 0 || Uniform(wanted) is not { } alike)
        {
            return written > 0 ? Continue(counts: true) : StepNext(wanted);
        }

        stepDivider = Pll.Solve(wire.Model, new Megahertz(Towards(alike.Nominal, Target(alike, wanted))));
        var nominal = Towards(alike.Nominal, Target(alike, wanted));
        foreach (var chip in wire.Chips)
        {
            if (chip.IsClocked)
            {
                Note(chip, nominal, stepDivider, counts: true);
            }
        }

        return Continue(counts: true);
    }

    /// <summary>A step of all chips towards the lowest clock; told to count to 0, they do not hash.</summary>
    public TimeSpan StepDown()
    {
        if (written == 0)
        {
            var fastest = LowestMegahertz;
            foreach (var chip in wire.Chips)
            {
                fastest = chip.IsClocked ? Math.Max(fastest, chip.Nominal) : fastest;
            }

            var nominal = Towards(fastest, LowestMegahertz);
            stepDivider = Pll.Solve(wire.Model, new Megahertz(nominal));
            foreach (var chip in wire.Chips)
            {
                Note(chip, nominal, stepDivider, counts: false);
            }
        }

        return Continue(counts: false);
    }

    public bool IsDown
    {
        get
        {
            foreach (var chip in wire.Chips)
            {
                if (chip.IsClocked && (!chip.IsTold || chip.Nominal > LowestMegahertz))
                {
                    return false;
                }
            }

            return written == 0;
        }
    }

    private TimeSpan Continue(bool counts)
    {
        var counting = counts ? CountingFor(stepDivider) : default;

        // To stop, the count goes first: it alone ends the hashing.
        if (!counts && written == 0 && wire.Model.Counts)
        {
            wire.ToAll(RegisterWrite.Of(counting));
        }

        wire.ToAll(Part(written, stepDivider));
        written = (written + 1) % Writes;
        if (written > 0)
        {
            return SetupStep.Pace;
        }

        if (counts && wire.Model.Counts)
        {
            wire.ToAll(RegisterWrite.Of(counting));
        }

        return StepTime - (Writes - 1) * SetupStep.Pace;
    }

    private TimeSpan StepNext(Megahertz wanted)
    {
        roundBegan = next == 0 ? wire.Now : roundBegan;
        while (next < wire.Chips.Length)
        {
            var chip = wire.Chips[next++];
            if (chip.IsClocked && !IsSettled(chip, wanted))
            {
                Tell(chip, Towards(chip.Nominal, Target(chip, wanted)));
                return wire.Paced(SetupStep.ChipPace).Pause;
            }
        }

        next = 0;
        var rest = roundBegan + StepTime - wire.Now;
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    private void Tell(ChipRecord chip, double nominal)
    {
        var divider = Pll.Solve(wire.Model, new Megahertz(nominal));
        for (var part = 0; part < Writes; part++)
        {
            wire.ToOne(chip, Part(part, divider));
        }

        Note(chip, nominal, divider, counts: true);
        if (wire.Model.Counts)
        {
            wire.ToOne(chip, RegisterWrite.Of(chip.Counting));
        }
    }

    private void Note(ChipRecord chip, double nominal, PllDivider divider, bool counts)
    {
        chip.Nominal = nominal;
        chip.Divider = divider;
        chip.IsTold = true;
        chip.Counting = counts ? CountingFor(divider) : default;
        chip.MutedUntil = wire.Now + Writes * SetupStep.Pace - SetupStep.Pace + PllSettle;
        chip.LockIsDue = counts;
    }

    private HashCountingNumber CountingFor(PllDivider divider) => wire.Model.Counts
        ? NonceSpace.CountingNumber(wire.Model, wire.Config.Chips, divider)
        : default;

    private RegisterWrite Part(int part, PllDivider divider) => part < Writes - 2
        ? wire.Model.Pll.UserDivider!.Value
        : wire.Model.Pll.Write(divider);

    /// <summary>One of the chips if they all stand alike and have the same way to go, else null.</summary>
    private ChipRecord? Uniform(Megahertz wanted)
    {
        ChipRecord? first = null;
        if (next > 0)
        {
            return null;
        }

        foreach (var chip in wire.Chips)
        {
            if (!chip.IsClocked)
            {
                if (chip.IsPresent)
                {
                    return null; // It would hear what is meant for the others.
                }

                continue;
            }

            first ??= chip;
            if (chip.Nominal != first.Nominal || Target(chip, wanted) != Target(first, wanted)
                || chip.IsTold != first.IsTold)
            {
                return null;
            }
        }

        return first;
    }

    private static bool IsSettled(ChipRecord chip, Megahertz wanted) =>
        chip.IsTold && chip.Nominal == Target(chip, wanted);

    private static double Target(ChipRecord chip, Megahertz wanted) =>
        Math.Max(Math.Min(chip.OwnMegahertz ?? wanted.Value, wanted.Value) - chip.LoweredMegahertz, LowestMegahertz);

    private static double Towards(double from, double target) => Math.Abs(target - from) <= StepMegahertz
        ? target
        : from + Math.CopySign(StepMegahertz, target - from);
}
