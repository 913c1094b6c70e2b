namespace Drivers.Hashing.Bm13xx;

/// <summary>
/// Asks the chips for their hash counters, all at once on short chains and one after the other on long ones, so that
/// answers never hold results up for long.
/// </summary>
internal sealed class Telemetry(ChainWire wire)
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    /// <summary>Three of these in 100 ms are 33 bytes of answers on long chains.</summary>
    private static readonly TimeSpan BetweenChips = TimeSpan.FromMilliseconds(34);

    /// <summary>A counter that ran faster than so many times the healthy rate was reset in between.</summary>
    private const double BelievableMax = 3;

    private const int LongBit = 31;
    private const uint RateNotReady = 0x007F_FFFF;

    private int next;

    public TimeSpan Due { get; private set; }

    public void Begin() => Due = wire.Now + Round;

    /// <summary>Writes the question that is due.</summary>
    public void Ask()
    {
        var register = wire.Model.Counter.Register;
        if (wire.AsksAllAtOnce)
        {
            Due = wire.Now + Round;
            wire.Wrote(wire.Model.Commands.ReadAll(register, wire.Room));
            foreach (var chip in wire.Chips)
            {
                Note(chip);
            }

            return;
        }

        Due = wire.Now + BetweenChips;
        next = (next + 1) % wire.Chips.Length;
        var one = wire.Chips[next];
        if (one.IsPresent)
        {
            wire.Wrote(wire.Model.Commands.Read(one.Address, register, wire.Room));
            Note(one);
        }
    }

    /// <summary>False where nobody had asked.</summary>
    public bool Hear(in Response response)
    {
        if (response.Register != wire.Model.Counter.Register || Answering(response) is not { IsAsked: true } chip)
        {
            return false;
        }

        chip.IsAsked = false;
        chip.Unanswered = 0;
        if (wire.Model.Counter.IsRate)
        {
            HearRate(chip, response.Value);
        }
        else
        {
            HearCount(chip, response.Value);
        }

        return true;
    }

    private static void Note(ChipRecord chip)
    {
        chip.Unanswered += chip.IsAsked ? 1 : 0;
        chip.IsAsked = true;
    }

    private ChipRecord? Answering(in Response response) =>
        wire.Model.NamesAnswers ? wire.At(response.Chip) : wire.Chips[next];

    private void HearRate(ChipRecord chip, uint value)
    {
        var rate = value.Field(LongBit - 1, 0);
        if (!value.Bit(LongBit) && rate != RateNotReady)
        {
            chip.CountedHashRate = rate * wire.Model.Counter.Unit * wire.Config.Simulated;
        }
    }

    private void HearCount(ChipRecord chip, uint value)
    {
        if (chip.CounterAt is { } before)
        {
            var seconds = (wire.Now - before).TotalSeconds;
            if (seconds < 1)
            {
                return; // Too short to tell; the older value stays.
            }

            var rate = unchecked(value - chip.CounterValue) * wire.Model.Counter.Unit / seconds;
            var healthy = chip.Clock.Value * 1e6 * wire.Model.HashUnits;
            chip.CountedHashRate = rate <= BelievableMax * healthy ? rate * wire.Config.Simulated : null;
        }

        chip.CounterValue = value;
        chip.CounterAt = wire.Now;
    }
}
