namespace Drivers.Hashing.Bitfury;

/// <summary>What can be wrong with a chain: what was seen, and what helps. Chip 0 is nearest the host.</summary>
internal static class ChainFaults
{
    public static string WrongCount(int chips, int expected, bool zeros, bool ones, bool gap) => (chips, gap) switch
    {
        (0, false) => $"No chip answers over SPI: MISO stays {Level(zeros, ones)}. "
            + "Check power, MISO, MOSI and SCK, and that spi in the board file names this bus.",
        (_, true) => $"Chip {chips} of {expected} shows nothing, and one behind it does: the answers are damaged. "
            + "Lower spi_hertz in the board file, or shorten the wires.",
        _ when chips > expected => $"More than {expected} chips answer over SPI. Correct chips in the board file.",
        _ => $"{chips} of {expected} chips answer over SPI, and nothing comes from chip {chips} on. "
            + $"Check chip {chips}'s power and its wires to chip {chips - 1}, or correct chips in the board file.",
    };

    public static string Silent(ReadOnlySpan<byte> pass)
    {
        var stuck = pass.IndexOfAnyExcept(pass[^1]) < 0 && pass[^1] is 0x00 or 0xFF;
        return stuck
            ? $"No chip answers over SPI any more: MISO stays {Level(pass[^1] == 0, pass[^1] != 0)}. "
                + "Check power and the wires."
            : "No chip answers over SPI any more: what MISO brings makes no sense. Check power and the wires.";
    }

    public static string PortSilent(int bytes, int passes) =>
        $"The SPI port did not bring back what was sent, {passes} times in a row; the last time it brought {bytes} "
        + "bytes. Is its driver loaded?";

    public static string Break(int chip, int last) =>
        $"Chips {chip} to {last} do not answer: the chain ends before chip {chip}. "
        + $"Check chip {chip}'s power and the wires to it.";

    public static string? Of(int chip, ChipTrouble trouble) => trouble switch
    {
        ChipTrouble.Mute => $"Chip {chip} does not answer. Check its power and its wires.",
        ChipTrouble.StandsStill => $"Chip {chip} answers, and its counter stands still. Check its voltage.",
        ChipTrouble.Confused => $"Chip {chip} answers what cannot be. Check its wires, or lower spi_hertz.",
        ChipTrouble.Hopeless => $"Chip {chip} found nothing but errors, at a low clock as well, and was switched off. "
            + "Check its voltage and cooling.",
        _ => null,
    };

    private static string Level(bool zeros, bool ones) => zeros && ones ? "without a level of its own"
        : ones ? "high"
        : "low";
}
