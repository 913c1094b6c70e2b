using System.Diagnostics;
using Firmware.Boards;

namespace Firmware.Guard;

/// <summary>The verb `safe-off`: makes boards cold with handles of its own, whoever had them before.</summary>
public static class SafeOffCommand
{
    /// <summary>A guard that was just killed may still hold its port for a moment.</summary>
    private static readonly TimeSpan HolderPatience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25);

    /// <summary>0 only where every board is proven safe; one line for each on stderr.</summary>
    /// <exception cref="UsageException">A board file is wrong.</exception>
    public static int Run(string[] boardFiles)
    {
        var configs = BoardConfig.Load(boardFiles);
        return Run([.. configs.Select(OpenBoard.Later)], Console.Error);
    }

    /// <summary>The same for boards that are opened some other way.</summary>
    internal static int Run(IReadOnlyList<Func<GuardParts>> openings, TextWriter tell)
    {
        var time = Stopwatch.StartNew();
        var boards = new List<GuardParts>(openings.Count);
        try
        {
            foreach (var open in openings)
            {
                TryOpen(open, time, boards, tell);
            }

            var proofs = SafeOff.Run(boards, () => time.Elapsed, Thread.Sleep);
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

    /// <summary>A board that cannot be opened is told, and the others are made safe all the same.</summary>
    private static void TryOpen(Func<GuardParts> open, Stopwatch time, List<GuardParts> boards, TextWriter tell)
    {
        while (true)
        {
            try
            {
                boards.Add(open());
                return;
            }
            catch (StartException refusal) when (time.Elapsed >= HolderPatience)
            {
                tell.WriteLine($"safe-off: {refusal.Message}");
                return;
            }
            catch (StartException)
            {
                Thread.Sleep(Pace);
            }
        }
    }
}
