namespace Drivers.Hashing.Bitfury;

/// <summary>One sentence on the chips that do not do their part. Made anew only where that changed.</summary>
internal sealed class ChainNote(BitfuryChip[] chips)
{
    private readonly ChipTrouble[] troubles = new ChipTrouble[chips.Length];
    private readonly string?[] faults = new string?[chips.Length];

    public string? Text { get; private set; }

    public string? FaultOf(int chip) => faults[chip];

    public void Update()
    {
        var changed = false;
        for (var i = 0; i < chips.Length; i++)
        {
            var trouble = chips[i].Health.Trouble;
            if (trouble != troubles[i])
            {
                troubles[i] = trouble;
                faults[i] = ChainFaults.Of(i, trouble);
                changed = true;
            }
        }

        if (changed)
        {
            // A break takes all chips behind it along: only the first of them has something wrong with it.
            var first = Array.LastIndexOf(troubles, ChipTrouble.None) + 1;
            var isBreak = first < chips.Length - 1 && Array.TrueForAll(troubles[first..], IsMute);
            Text = isBreak ? ChainFaults.Break(first, chips.Length - 1) : Array.Find(faults, one => one is not null);
        }
    }

    private static bool IsMute(ChipTrouble trouble) => trouble == ChipTrouble.Mute;
}
