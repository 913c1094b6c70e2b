using Drivers;

namespace Firmware.Guard;

/// <summary>What was proven of one board, each by reading it back.</summary>
/// <param name="Output">The rail's measured output; null where it could not be read.</param>
/// <param name="RailOff">Where there is no rail: no thread hashes.</param>
public sealed record SafeOffProof(string Board, bool RailOff, Volts? Output, bool ResetHeld, bool FansFull)
{
    /// <summary>
    /// False on a board of which nothing can be switched off, and which is safe when it does not hash.
    /// </summary>
    public bool HasRail { get; init; } = true;

    /// <summary>False where nothing on the board measures the rail: then its switch is all there is to read.</summary>
    public bool IsMeasured { get; init; } = true;

    public bool IsProven => RailOff && ResetHeld && FansFull && (OutputIsOff || !HasRail || !IsMeasured);

    private bool OutputIsOff => Output is { } output && Math.Abs(output.Value) < PowerSequence.OffBelow.Value;

    public override string ToString()
    {
        if (!HasRail)
        {
            return RailOff ? $"{Board}: safe: nothing hashes" : $"{Board}: NOT PROVEN SAFE: it still hashes";
        }

        var measured = Output?.ToString() ?? "nothing";
        var output = IsMeasured ? $"{measured} measured{(OutputIsOff ? "" : " (NOT off)")}" : "which nothing measures";
        return $"{Board}: {(IsProven ? "safe" : "NOT PROVEN SAFE")}: "
            + $"rail {(RailOff ? "off" : "NOT off")}, {output}, "
            + $"reset {(ResetHeld ? "low" : "NOT low")}, fans {(FansFull ? "full" : "NOT full")}";
    }
}

/// <summary>
/// Leaves boards cold: rail off, reset low, fans full, each read back. The verb `safe-off` does it with handles of its
/// own, and guard when it ends; whatever a board or a part does, the others get the same.
/// </summary>
public static class SafeOff
{
    /// <summary>Within which a rail has to have died away.</summary>
    public static readonly TimeSpan ProofWithin = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25);

    /// <summary>So often may a part that takes its time be asked until it has told a dead rail.</summary>
    private const int ExchangesMax = 4;

    public static SafeOffProof[] Run(IReadOnlyList<GuardParts> boards, Func<TimeSpan> clock, Action<TimeSpan> pause)
    {
        var begun = clock();
        var within = ProofWithin + Slowest(boards) * ExchangesMax;
        var ios = boards.Select(board => new BoardIo(board)).ToArray();

        // All of them first, then proof: no board waits for another one's proof.
        var proofs = Array.ConvertAll(ios, Command);
        while (!Array.TrueForAll(proofs, proof => proof.IsProven) && clock() - begun < within)
        {
            pause(Pace);
            for (var i = 0; i < ios.Length; i++)
            {
                proofs[i] = proofs[i].IsProven ? proofs[i] : Command(ios[i]);
            }
        }

        return proofs;
    }

    private static TimeSpan Slowest(IReadOnlyList<GuardParts> boards) =>
        boards.Max(board => board.Rail?.Part.AnswerTime) ?? TimeSpan.Zero;

    /// <summary>One go, without waiting for the rail to die away.</summary>
    internal static SafeOffProof Command(GuardParts board) => Command(new BoardIo(board));

    private static SafeOffProof Command(BoardIo io)
    {
        io.LimitTrouble(GuardLoop.BusBudget);
        var railOff = io.TurnOff();
        var resetHeld = io.HoldReset();
        var fansFull = io.Drive(DutyCycle.Full) && io.ReadsFull();
        var output = io.ReadRail().Output;
        io.LimitTrouble(TimeSpan.MaxValue); // Whoever asks next is not to pay for what failed here.
        return new(io.Parts.Key, railOff, output, resetHeld, fansFull)
        {
            HasRail = io.Parts.Rail is not null,
            IsMeasured = io.Parts.Rail?.Part.MeasuresOutput ?? true,
        };
    }
}
