namespace Drivers.Hashing.Bm13xx;

/// <summary>Walks the hash clock to where it is wanted, and with each step tells the chips how far to count.</summary>
internal sealed class ClockRamp(ChipModel model, int chips)
{
    /// <summary>Where silicon stands after reset, and the lowest clock asked for.</summary>
    public const double LowestMegahertz = 50;

    public static readonly TimeSpan StepTime = TimeSpan.FromMilliseconds(100);

    private const double StepMegahertz = 6.25;

    private double nominal = LowestMegahertz;

    /// <summary>The clock that the PLL was last told; zero before the first step.</summary>
    public Megahertz Clock { get; private set; }

    /// <summary>What belongs to that clock.</summary>
    public HashCountingNumber Counting { get; private set; }

    /// <summary>After a reset: nothing was told.</summary>
    public void Reset()
    {
        nominal = LowestMegahertz;
        Clock = default;
        Counting = default;
    }

    public bool IsAt(Megahertz wanted) => Clock.Value > 0 && nominal == Reachable(wanted);

    /// <summary>Writes the frames of the next step towards the wanted clock and returns their length.</summary>
    /// <param name="hashing">False keeps the cores stopped: they are told to count to 0.</param>
    public int Step(Megahertz wanted, bool hashing, Span<byte> frames)
    {
        var distance = Reachable(wanted) - nominal;
        nominal = Math.Abs(distance) <= StepMegahertz
            ? Reachable(wanted)
            : nominal + Math.CopySign(StepMegahertz, distance);

        var pll = Pll.Solve(model, new Megahertz(nominal));
        Clock = pll.Core;
        Counting = hashing ? NonceSpace.CountingNumber(model, chips, pll) : default;

        // To stop, the count goes first: it alone ends the hashing.
        var length = hashing ? Commands.WriteAll(pll, frames) : Commands.WriteAll(Counting, frames);
        var rest = frames[length..];
        return length + (hashing ? Commands.WriteAll(Counting, rest) : Commands.WriteAll(pll, rest));
    }

    private static double Reachable(Megahertz wanted) => Math.Max(wanted.Value, LowestMegahertz);
}
