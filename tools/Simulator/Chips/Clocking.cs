using System.Numerics;

namespace Simulator.Chips;

/// <summary>What a chip's registers say about hashing at one moment.</summary>
/// <param name="Megahertz">The hash clock.</param>
/// <param name="CountingNumber">Ticks of 80 ns until the cores go on to the next versions; 0 halts them.</param>
/// <param name="TicketMask">The register as written.</param>
/// <param name="VersionBits">The 16 mask bits of the version roller; 0 where it is off.</param>
/// <param name="Cores">One bit a core: enabled, and its quarter's result gate open.</param>
internal readonly record struct Clocking(
    double Megahertz,
    uint CountingNumber,
    uint TicketMask,
    int VersionBits,
    UInt128 Cores)
{
    public bool Hashes => Megahertz > 0 && CountingNumber > 0 && Cores != 0;

    /// <summary>How many zero bits a ticket demands beyond the hard-wired ones.</summary>
    public int TicketBits => BitOperations.PopCount(TicketMask);
}

/// <summary>A hash that met the ticket.</summary>
/// <param name="Nonce">As the chip sends it: core in bits 31-25, counter below.</param>
/// <param name="RolledBits">The version bits as the chip sends them.</param>
/// <param name="SmallCore">Which of the core's hash units it was.</param>
/// <param name="Excess">Twice the zero bits beyond the ticket's.</param>
internal readonly record struct ChipResult(byte JobId, uint Nonce, ushort RolledBits, byte SmallCore, byte Excess);
