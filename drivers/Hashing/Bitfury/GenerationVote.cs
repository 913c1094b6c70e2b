namespace Drivers.Hashing.Bitfury;

/// <summary>
/// Which generation a chip is of, from what stands in its result words before it hashes anything of ours
/// (REFERENCE.md, "Generations"; weak). The first where nothing speaks for the second.
/// </summary>
internal sealed class GenerationVote
{
    private const uint Told = 0xE03F_FFFF;

    private static readonly uint[] First = [0x4006_0F87, 0x6000_54E0, 0x8015_6423, 0x801A_BCED, 0xA004_B2A0];
    private static readonly uint[] Second = [0xE030_81A3, 0xE003_DF88];

    private int ofFirst;
    private int ofSecond;

    public Generation Generation => ofSecond > ofFirst ? Generation.Second : Generation.First;

    public void Hear(in Answer answer)
    {
        for (var i = 0; i < ResultRing.Size; i++)
        {
            var known = new ResultWord(answer[i]).Decoded & Told;
            ofFirst += First.Contains(known) ? 1 : 0;
            ofSecond += Second.Contains(known) ? 1 : 0;
        }
    }
}
