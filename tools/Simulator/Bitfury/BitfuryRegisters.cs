using System.Numerics;

namespace Simulator.Bitfury;

/// <summary>
/// The registers of one chip: words at addresses that count bits. After power-on they hold anything, and until every
/// one of them is right nothing is hashed.
/// </summary>
internal sealed class BitfuryRegisters
{
    private const int WordBits = 32;
    private const int AddressBits = 16;
    private const int Oscillator = 0x6000;
    private const int Switches = 0x7000;
    private const int SlowClock = 4;
    private const uint Enabled = 0xE359_6AC1; // C1 6A 59 E3, least significant byte first.

    private static readonly int[] OffSwitches = [1, 2, 3, 6, 7, 8, 9, 10, 11];

    private static readonly (int Address, uint[] Words)[] Constants =
    [
        (0x0100, [0x0804_4040, 0x0504_1606, 0x0F40_3E3D, 0x0302_0400]),
        (0x1000, [0, 0, 0, 0xFFFF_FFFF, 0x8000_0000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x280]),
        (0x1400, [0, 0, 0, 0xFFFF_FFFF, 0x8000_0000, 0, 0, 0]),
        (0x1900, [0x8000_0000, 0, 0, 0, 0, 0, 0, 0x100]),
    ];

    private readonly uint[] words = new uint[(1 << AddressBits) / WordBits];

    public BitfuryRegisters(Random random)
    {
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = (uint)random.NextInt64(1L << WordBits);
        }
    }

    public uint this[int address]
    {
        get => words[address / WordBits];
        set => words[address / WordBits] = value;
    }

    /// <summary>Ones from the low end on, of 64; nothing above them.</summary>
    public int OscillatorBits
    {
        get
        {
            var bits = (ulong)this[Oscillator + WordBits] << WordBits | this[Oscillator];
            var ones = BitOperations.TrailingZeroCount(~bits);
            return ones < 64 && bits >> ones == 0 ? ones : 0;
        }
    }

    public bool AllowHashing => OscillatorBits > 0
        && this[Switches + WordBits * SlowClock] == Enabled
        && Array.TrueForAll(OffSwitches, number => this[Switches + WordBits * number] == 0)
        && Array.TrueForAll(Constants, Holds);

    private bool Holds((int Address, uint[] Words) constant)
    {
        for (var i = 0; i < constant.Words.Length; i++)
        {
            if (this[constant.Address + WordBits * i] != constant.Words[i])
            {
                return false;
            }
        }

        return true;
    }
}
