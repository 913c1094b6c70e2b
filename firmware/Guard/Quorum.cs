using System.Numerics;

namespace Firmware.Guard;

/// <summary>
/// So many of the last samples have to agree before they are believed: one that was damaged on its way is never enough,
/// and neither does one that was healthy in between make a fault go away.
/// </summary>
/// <param name="needed">Of the last <paramref name="of"/>, at most 32.</param>
public sealed class Quorum(int needed, int of)
{
    private readonly uint window = of >= 32 ? uint.MaxValue : (1u << of) - 1;
    private uint samples;

    /// <summary>True where enough of the last samples, this one included, say yes, and this one does.</summary>
    public bool Step(bool sample)
    {
        samples = ((samples << 1) | (sample ? 1u : 0)) & window;
        return sample && BitOperations.PopCount(samples) >= needed;
    }
}
