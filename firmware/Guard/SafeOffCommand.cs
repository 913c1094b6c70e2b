using System.Diagnostics;
using Drivers;
using Firmware.Boards;

namespace Firmware.Guard;

/// <summary>The verb `safe-off`: makes boards cold with handles of its own, whoever had them before.</summary>
public static class SafeOffCommand
{
    /// <summary>Heat and power go before everything else on the machine, whoever of the two holds them.</summary>
    internal const int Priority = 10;

    /// <summary>A guard that was just killed may still hold its port for a moment.</summary>
    private static readonly TimeSpan HolderPatience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25);

    /// <summary>0 only where every board is proven safe; one line for each on stderr.</summary>
    /// <exception cref="UsageException">The one board file is wrong.</exception>
    public static int Run(string[] boardFiles)
    {
        _ = Linux.TryGoFirst(Priority);
        return Run(Openings(boardFiles), Console.Error);
    }

    /// <summary>Each file for itself: one of several that is wrong must not keep the others' power on.</summary>
    internal static Func<GuardParts>[] Openings(string[] boardFiles)
    {
        try
        {
            return [.. BoardConfig.Load(boardFiles).Select(OpenBoard.Later)];
        }
        catch (UsageException) when (boardFiles.Length > 1)
        {
            return [.. boardFiles.Distinct(StringComparer.Ordinal).Select(Alone)];
        }

        static Func<GuardParts> Alone(string file) => () => OpenBoard.Later(BoardConfig.Load([file])[0])();
    }

    /// <summary>The same for boards that are opened some other way.</summary>
    internal static int Run(IReadOnlyList<Func<GuardParts>> openings, TextWriter tell)
    {
        var time = Stopwatch.StartNew();
        var boards = new List<GuardParts>(openings.Count);
        var troubles = new List<string>();
        try
        {
            Open(openings, time, boards, troubles);
            var proofs = SafeOff.Run(boards, () => time.Elapsed, Thread.Sleep);

            // Told last: a reader who does not read must not come between a board and its power-off.
            troubles.ForEach(trouble => tell.WriteLine($"safe-off: {trouble}"));
            foreach (var proof in proofs)
            {
                tell.WriteLine($"safe-off: {proof}");
            }

            return proofs.Length == openings.Count && Array.TrueForAll(proofs, proof => proof.IsProven) ? 0 : 1;
        }
        finally
        {
            boards.ForEach(board => board.Dispose());
        }
    }

    /// <summary>Each board loses its power as soon as it can be opened, whatever the others wait for.</summary>
    private static void Open(
        IReadOnlyList<Func<GuardParts>> openings, Stopwatch time, List<GuardParts> boards, List<string> troubles)
    {
        for (var waiting = openings; waiting.Count > 0; Thread.Sleep(Pace))
        {
            var patient = time.Elapsed < HolderPatience;
            var still = new List<Func<GuardParts>>();
            foreach (var open in waiting)
            {
                try
                {
                    var board = open();
                    boards.Add(board);
                    _ = SafeOff.Command(board);
                }
                catch (StartException) when (patient)
                {
                    still.Add(open);
                }
                catch (Exception refusal)
                {
                    troubles.Add(refusal.Message);
                }
            }

            waiting = still;
        }
    }
}
