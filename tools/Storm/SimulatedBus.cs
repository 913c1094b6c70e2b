using Firmware.Guard;

namespace Storm;

/// <summary>The wires to the parts: what a transfer costs, and whether it arrives.</summary>
internal sealed class SimulatedBus(SimulatedClock clock, Troubles troubles, Dice dice)
{
    // Three to six bytes at 100 kHz, behind a bridge that takes a millisecond of USB.
    private const double TakesLeast = 0.4;
    private const double TakesMost = 1.6;

    /// <summary>One transfer never takes longer (plan §1).</summary>
    private static readonly TimeSpan TimesOutAfter = TimeSpan.FromMilliseconds(50);

    private TimeSpan troubleLeft = GuardLoop.BusBudget;

    /// <summary>See <see cref="GuardParts.LimitTrouble"/>.</summary>
    public void LimitTrouble(TimeSpan atMost) => troubleLeft = atMost;

    /// <summary>A transfer to a part; false where nothing came back.</summary>
    public bool Transfer()
    {
        if (troubles.BusHangs || troubles.Unplugged)
        {
            var lost = troubleLeft < TimesOutAfter ? troubleLeft : TimesOutAfter;
            lost = lost > TimeSpan.Zero ? lost : TimeSpan.Zero;
            clock.Spend(lost);
            troubleLeft -= lost;
            return false;
        }

        clock.Spend(TimeSpan.FromMilliseconds(dice.Between(TakesLeast, TakesMost)));
        return !dice.Chance(troubles.BusNoise);
    }

    /// <summary>A transfer to a pin of the bridge, which is no part of the I2C bus.</summary>
    public bool Pin()
    {
        clock.Spend(TimeSpan.FromMilliseconds(TakesLeast));
        return !troubles.Unplugged;
    }

    /// <summary>What arrived is not what was sent.</summary>
    public bool IsNonsense() => dice.Chance(troubles.BusNoise / 4);
}
