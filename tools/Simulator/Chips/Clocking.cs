using System.Numerics;

namespace Simulator.Chips;

/// <summary>What a chip's registers say about hashing at one moment.</summary>
/// <param name="Megahertz">The hash clock.</param>
/// <param name="CountingNumber">Ticks of 80 ns until the cores go on to the next versions; 0 halts them.</param>
/// <param name="TicketMask">The register as written.</param>
/// <param name="VersionBits">The 16 mask bits of the version roller; 0 where it is off.</param>
/// <param name="Cores">Which of them hash and may report.</param>
internal readonly record struct Clocking(
    double Megahertz,
    uint CountingNumber,
    uint TicketMask,
    int VersionBits,
    CoreSet Cores)
{
    public bool Hashes => Megahertz > 0 && CountingNumber > 0 && Cores.Count > 0;

    /// <summary>How many zero bits a ticket demands beyond the hard-wired ones.</summary>
    public int TicketBits => BitOperations.PopCount(TicketMask);
}

/// <summary>Some of a chip's cores. Never changed once it is in use.</summary>
internal sealed class CoreSet
{
    public static readonly CoreSet Empty = new([]);

    private readonly bool[] members;

    public CoreSet(bool[] members)
    {
        this.members = members;
        Count = members.Count(member => member);
    }

    public int Count { get; }

    public bool SameAs(bool[] others) => members.AsSpan().SequenceEqual(others);

    public bool Has(uint core) => core < members.Length && members[core];
}

/// <summary>A hash that met the ticket.</summary>
/// <param name="At">When the silicon had it.</param>
/// <param name="JobId">The job frame's byte.</param>
/// <param name="Nonce">The four bytes as the chip sends them, as a big-endian number.</param>
/// <param name="RolledBits">The version bits as the chip sends them; of a midstate job nothing.</param>
/// <param name="Lane">Which of the headers that a core hashes at a time: small core, or midstate.</param>
/// <param name="Excess">Zero bits beyond the ticket's.</param>
internal readonly record struct ChipResult(
    TimeSpan At, byte JobId, uint Nonce, ushort RolledBits, byte Lane, int Excess);
