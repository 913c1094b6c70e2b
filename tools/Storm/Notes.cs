using Firmware.Boards;

namespace Storm;

/// <summary>What stands below the tables: who has no dead-man, and what was seen how.</summary>
internal static class Notes
{
    public static string Text(IReadOnlyList<BoardConfig> boards)
    {
        var bridged = Names(boards.Where(board => board.Bridge is not null));
        var native = Names(boards.Where(board => board.Bridge is null));
        return $"""
            ## Without a dead-man below our processes

            Nothing on these boards cuts the power by itself when the host dies or its cable is pulled, for their
            bridges have no lease that ends; the status of guard says so (`deadMan`):

            {bridged}

            ## Facts by construction

            The row "USB cable out" is measured as far as there is something to measure: nothing reaches the board, its
            rail stays driven and its chips hash on in all five minutes. That no dead-man of the board's ends this is no
            result of the simulation: no firmware of a bridge that we know the words of has a lease, and so neither has
            the simulated one. The same goes for the list above.

            ## Seen in one process only

            Every row above. Between real processes, on pseudo terminals down to the registers of the parts, the stories
            of this folder have seen the Gamma: silent sensors, an open diode, a stalled fan, heat, a dead bus, damaged
            wires, a pulled cable, watts that nothing explains, and the deaths of every process, alone and in pairs; and
            every other board with a bridge in a warm room, in a hot one, and ended by hand. One process alone has seen
            noisy and lying sensors, parts that turn into others at work, rails that take no command or sag, worn fans,
            and all other faults on boards that are no Gamma. On native buses nothing has been seen between processes:

            {native}

            On metal nothing has been seen at all.

            """;
    }

    private static string Names(IEnumerable<BoardConfig> boards) => string.Join(
        Environment.NewLine, boards.Select(board => $"- `{board.Key}`").DefaultIfEmpty("- none of the files yet"));
}
