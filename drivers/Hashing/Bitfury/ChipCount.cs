namespace Drivers.Hashing.Bitfury;

/// <summary>
/// Who is there: every place that may hold a chip, and one more, is set up at the slowest clock and given a job; in the
/// next pass a chip shows its counter and its results, and an empty place all zeros or all ones.
/// </summary>
internal sealed class ChipCount(int expected, WorkMemory memory)
{
    private readonly int[] answersAt = new int[expected + 1];
    private bool sawZeros;
    private bool sawOnes;
    private bool sawGap;

    /// <summary>How many answered in a row from the first on; one more than expected stands for any number.</summary>
    public int Chips { get; private set; }

    /// <summary>What is wrong with the count, and the remedy.</summary>
    public string Fault => ChainFaults.WrongCount(Chips, expected, sawZeros, sawOnes, sawGap);

    public void Write(ref Commands commands, bool settings)
    {
        Span<uint> job = stackalloc uint[JobWords.Count];
        memory.WriteJob(memory.TestJob, job);
        for (var i = 0; i < answersAt.Length; i++)
        {
            commands.NextChip();
            if (settings)
            {
                Settings.WriteAll(ref commands, Oscillator.SlowestBits);
            }

            answersAt[i] = commands.Write(JobWords.Address, job);
        }
    }

    public void Hear(ReadOnlySpan<byte> pass)
    {
        Chips = 0;
        (sawZeros, sawOnes, sawGap) = (false, false, false);
        for (var i = 0; i < answersAt.Length; i++)
        {
            var answer = new Answer(pass.Slice(answersAt[i], Answer.Size));
            var isThere = !answer.IsMute;
            sawZeros |= !isThere && answer[0] == 0;
            sawOnes |= !isThere && answer[0] != 0;
            sawGap |= isThere && Chips < i;
            Chips += isThere && Chips == i ? 1 : 0;
        }
    }
}
