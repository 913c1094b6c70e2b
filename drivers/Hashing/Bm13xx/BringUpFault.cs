namespace Drivers.Hashing.Bm13xx;

/// <summary>
/// What went wrong between reset and hashing, for people: what was seen, where, and what helps. Chips are counted from
/// 0, the one nearest the host.
/// </summary>
internal static class BringUpFault
{
    private const int Slow = Bm13xxConfig.SlowBaud;

    public static string NobodyAnswers { get; } =
        $"No chip answered at {Slow} baud: check core voltage, reset and the two data wires, "
        + "then reset and start again.";

    /// <summary>It took too long. By then so many had been asked by their addresses, if any.</summary>
    public static string TooLong(TimeSpan after, int asked, int found) =>
        $"The bring-up was not through after {after.TotalSeconds:0} s"
        + (asked > 0 ? $": {found} of the {asked} chips asked by their addresses answered" : "")
        + ". Check the chips' supply and the data wires, then reset and start again.";

    /// <summary>Others than the chips of the board file, or among them.</summary>
    public static string Strangers(Bm13xxConfig config, ReadOnlySpan<(byte Address, uint Value)> answers)
    {
        var strangers = new List<int>();
        for (var chip = 0; chip < answers.Length; chip++)
        {
            if (!config.Model.Is(ChipId.FromBits(answers[chip].Value).Model))
            {
                strangers.Add(chip);
            }
        }

        var id = ChipId.FromBits(answers[strangers[0]].Value).Model;
        var ours = $"{config.Model.Name} ({config.Model.Id:X4})";
        return strangers.Count == answers.Length
            ? $"A chip answered as {id:X4}, not as a {ours}: use the board file of this board."
            : $"Chip {string.Join(", ", strangers)} of {answers.Length} answered as {id:X4} and the others as {ours}: "
                + "two models are mixed, or the wire is noisy. Replace what does not belong there.";
    }

    public static string TooMany(Bm13xxConfig config, int answered) =>
        $"{answered} chips answered, the board file says {config.Chips}: use the board file of this board.";

    /// <summary>Null where none is. A chain that ends early has a broken link; a hole in it is a mute chip.</summary>
    public static string? Missing(ReadOnlySpan<ChipRecord> chips)
    {
        var mute = new List<string>();
        var last = LastPresent(chips);
        for (var chip = 0; chip < last; chip++)
        {
            if (!chips[chip].IsPresent)
            {
                mute.Add($"{chip} (address 0x{chips[chip].Address:X2})");
            }
        }

        var present = last + 1 - mute.Count;
        var broken = last + 1 < chips.Length
            ? $"nothing answers after chip {last}, so the link from chip {last} to chip {last + 1} is broken. "
                + $"Check the supply and the joints there, or set chips = {last + 1} in the board file. "
            : "";
        var silent = mute.Count > 0
            ? $"chip {string.Join(", ", mute)} takes its address and does not answer. Check its answer line and its "
                + "supply, or replace it."
            : "";
        return mute.Count == 0 && broken.Length == 0
            ? null
            : $"{present} of {chips.Length} chips answered: {broken}{silent}".TrimEnd();
    }

    /// <summary>Nobody answered at the slow rate, so the fast one was tried.</summary>
    public static string Silence(Bm13xxConfig config, int answeredFast) => answeredFast > 0
        ? $"No chip answered at {Slow} baud, but {answeredFast} did at {config.Fast.Baud}: "
            + "the reset did not reach them. Check its wire, then reset and start again."
        : $"No chip answered, neither at {Slow} nor at {config.Fast.Baud} baud: "
            + "check core voltage, reset and the two data wires, then reset and start again.";

    public static string LostInSwitch(Bm13xxConfig config) =>
        $"The chips were told to change to {config.Fast.Baud} baud and answer neither there nor at {Slow}: "
        + $"reset and start again; the next start stays at {Slow}.";

    /// <summary>Each has its fault: it did not come back from a rejoin, or its clock does not lock.</summary>
    public static string NobodyLeft(ReadOnlySpan<ChipRecord> chips) => chips.Length == 1
        ? $"The only chip is lost: {chips[0].Fault}"
        : $"None of the {chips.Length} chips is left to hash. The first of them: {chips[0].Fault}";

    /// <summary>No fault: the chain runs, but slower on the wire than it should.</summary>
    public static string StaysSlow(Bm13xxConfig config) =>
        $"Runs at {Slow} baud: at {config.Fast.Baud} the chips did not answer. Check the data wires, "
        + "or set a lower baud in the board file.";

    private static int LastPresent(ReadOnlySpan<ChipRecord> chips)
    {
        var last = chips.Length - 1;
        while (last >= 0 && !chips[last].IsPresent)
        {
            last--;
        }

        return last;
    }
}
