namespace Drivers.Hashing.Bm13xx;

/// <summary>What went wrong between reset and hashing, for people: what was seen, and what helps.</summary>
internal static class BringUpFault
{
    private const int Slow = Bm13xxConfig.SlowBaud;

    /// <summary>The chips were counted, and they are not the ones of the board file.</summary>
    public static string WrongCount(Bm13xxConfig config, int answered, ushort? stranger) => (answered, stranger) switch
    {
        (_, { } model) =>
            $"A chip answered as {model:X4}, not as a {config.Model.Name} ({config.Model.Id:X4}): "
            + "use the board file of this board.",
        (0, _) =>
            $"No chip answered at {Slow} baud: check core voltage, reset and the two data wires, "
            + "then reset and start again.",
        _ when answered < config.Chips =>
            $"{answered} of {config.Chips} chips answered: the link after chip {answered} is broken. "
            + $"Check the supply and the joints there, or set chips = {answered} in the board file.",
        _ =>
            $"{answered} chips answered, the board file says {config.Chips}: use the board file of this board.",
    };

    /// <summary>Nobody answered at the slow rate, so the fast one was tried.</summary>
    public static string Silence(Bm13xxConfig config, int answeredFast) => answeredFast > 0
        ? $"No chip answered at {Slow} baud, but {answeredFast} did at {config.FastUart.Baud}: "
            + "the reset did not reach them. Check its wire, then reset and start again."
        : $"No chip answered, neither at {Slow} nor at {config.FastUart.Baud} baud: "
            + "check core voltage, reset and the two data wires, then reset and start again.";

    public static string LostInSwitch(Bm13xxConfig config) =>
        $"The chips were told to change to {config.FastUart.Baud} baud and answer neither there nor at {Slow}: "
        + $"reset and start again; the next start stays at {Slow}.";

    /// <summary>No fault: the chain runs, but slower on the wire than it should.</summary>
    public static string StaysSlow(Bm13xxConfig config) =>
        $"Runs at {Slow} baud: at {config.FastUart.Baud} the chips did not answer. Check the data wires, "
        + "or set a lower baud in the board file.";
}
