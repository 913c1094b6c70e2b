namespace Drivers.Hashing.Bm13xx;

/// <summary>A host's serial port: which rates its clock can be divided to.</summary>
/// <param name="Name">Names it in messages.</param>
/// <param name="ClockHertz">The clock that is divided; 0 where any rate is made (USB bridges, and most others).</param>
/// <param name="Steps">The smallest divider is one of these; greater ones are whole multiples.</param>
/// <param name="Fraction">Into how many parts the divider itself is cut; 1 where it is a whole number.</param>
public sealed record HostUart(string Name, int ClockHertz, int[] Steps, int Fraction)
{
    /// <summary>Beyond this the two ends of a wire lose each other within a byte on a long chain.</summary>
    public const double ErrorMax = 0.02;

    public static readonly HostUart Any = new("host", 0, [], 1);

    /// <summary>BeagleBone: 48 MHz through a whole number and 16 or 13.</summary>
    public static readonly HostUart Am335x = new("am335x", 48_000_000, [16, 13], 1);

    /// <summary>Raspberry Pi: 48 MHz through 16 and a divider with six binary places.</summary>
    public static readonly HostUart Pl011 = new("pl011", 48_000_000, [16], 64);

    private static readonly HostUart[] All = [Any, Am335x, Pl011];

    /// <summary>Those that a board file names; without a name it is <see cref="Any"/>.</summary>
    public static IEnumerable<string> Names => All.Skip(1).Select(host => host.Name);

    public static HostUart? Find(string name) => Array.Find(All, host => host.Name == name);

    /// <summary>The rate this port makes that is nearest to the one asked for.</summary>
    public double Nearest(double baud)
    {
        var best = ClockHertz == 0 ? baud : 0;
        foreach (var step in Steps)
        {
            var divider = Math.Max(Math.Round((double)ClockHertz * Fraction / (step * baud)), Fraction);
            var made = (double)ClockHertz * Fraction / (step * divider);
            best = Math.Abs(made - baud) < Math.Abs(best - baud) ? made : best;
        }

        return best;
    }

    /// <summary>How far off the nearest rate is: −0.04 is 4 % too slow.</summary>
    public double Error(double baud) => Nearest(baud) / baud - 1;

    public bool Makes(double baud) => Math.Abs(Error(baud)) <= ErrorMax;
}
