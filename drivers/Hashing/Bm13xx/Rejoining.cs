namespace Drivers.Hashing.Bm13xx;

/// <summary>
/// Brings chips that fell back to what they are after a reset into a chain that hashes on: the rate of the wire,
/// addresses, registers. The clock is walked up for them afterwards, and then come the steps that follow a ramp.
/// </summary>
internal sealed class Rejoining(ChainWire wire)
{
    private const int DealsMax = 3;

    private readonly Setup setup = new(wire);

    public IEnumerable<Move> Run(ChipRecord[] lost)
    {
        foreach (var chip in lost)
        {
            chip.Forget();
            chip.IsApart = true;
        }

        wire.HoldsWork = true; // Until all stand under their addresses again, where the next work begins.
        IEnumerable<Move>[] parts = [TellBaud(), DealAddresses(lost), Find(lost), SetUp(lost)];
        foreach (var move in parts.SelectMany(part => part))
        {
            yield return move;
        }

        foreach (var chip in lost)
        {
            chip.IsApart = false;
        }
    }

    /// <summary>
    /// All take their addresses anew. Were one of the frames lost, every chip behind would stand under its neighbour's
    /// address and hash what that one hashes: so all are asked, and the addresses are dealt again.
    /// </summary>
    private IEnumerable<Move> DealAddresses(ChipRecord[] lost)
    {
        var versions = SetupStep.Do(wire.Model.RollsVersions ? SetupAction.Versions : SetupAction.Inactive);
        for (var deals = 0; deals < DealsMax && (deals == 0 || !StandAsDealt(lost)); deals++)
        {
            yield return setup.Inactive(SetupStep.Do(SetupAction.Inactive));
            var dealt = setup.DealAddresses(SetupStep.Do(SetupAction.Addresses));
            foreach (var move in dealt.Concat(setup.Run(versions, lost)))
            {
                yield return move;
            }

            yield return wire.AskAll(ChipId.Address);
        }

        wire.HoldsWork = false;
    }

    /// <summary>No address twice, and nobody missing but the lost, who are asked one by one.</summary>
    private bool StandAsDealt(ChipRecord[] lost)
    {
        var heard = new int[byte.MaxValue + 1];
        foreach (var (_, value) in wire.Inquiry.Answers)
        {
            heard[ChipId.FromBits(value).ChipAddress]++;
        }

        return Array.TrueForAll(wire.Chips, chip => heard[chip.Address] <= 1
            && (heard[chip.Address] == 1 || !chip.Answers || Array.IndexOf(lost, chip) >= 0));
    }

    private IEnumerable<Move> Find(ChipRecord[] lost)
    {
        foreach (var chip in lost)
        {
            foreach (var move in wire.AskForId(chip))
            {
                yield return move;
            }

            Judge(chip);
        }
    }

    private IEnumerable<Move> SetUp(ChipRecord[] lost)
    {
        var back = Array.FindAll(lost, chip => chip.IsPresent);
        var steps = back.Length > 0 ? wire.Model.Setup.Select(WithoutBaud) : [];
        foreach (var move in steps.SelectMany(step => setup.Run(step, back)))
        {
            yield return move;
        }
    }

    /// <summary>A setup may hold the rate after reset, which they have left already.</summary>
    private SetupStep WithoutBaud(SetupStep step) => wire.Baud == Bm13xxConfig.SlowBaud ? step : step with
    {
        Writes = Array.FindAll(
            step.Writes, write => !Array.Exists(wire.Config.Fast.Writes, baud => baud.Register == write.Register)),
    };

    /// <summary>
    /// Those that fell back listen at the slow rate and have no address, which is address 0. The others hear nothing
    /// that they understand.
    /// </summary>
    private IEnumerable<Move> TellBaud()
    {
        var fast = wire.Baud;
        if (fast == Bm13xxConfig.SlowBaud)
        {
            yield break;
        }

        yield return wire.GoTo(Bm13xxConfig.SlowBaud);
        foreach (var write in wire.Config.Fast.Writes)
        {
            wire.Wrote(wire.Model.Commands.Write(0, write, wire.Room));
            yield return wire.Paced(SetupStep.ChipPace);
        }

        yield return new(BringUp.BaudSettle);
        yield return wire.SwitchTo(fast);
    }

    private void Judge(ChipRecord chip)
    {
        if (wire.HasAnswered(chip))
        {
            return;
        }

        chip.IsPresent = false;
        chip.Unanswered = ChipRecord.UnansweredMax;
        chip.Fault = $"chip {Array.IndexOf(wire.Chips, chip)} (address 0x{chip.Address:X2}) did not come back: it does "
            + "not answer by its address. Check its supply; a reset of the chain may help.";
    }
}
