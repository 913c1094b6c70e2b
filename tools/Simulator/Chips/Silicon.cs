namespace Simulator.Chips;

/// <summary>What a job frame carries.</summary>
internal enum JobFormat
{
    /// <summary>The whole header; the chip rolls the version itself.</summary>
    FullHeader,

    /// <summary>The states after the first 64 bytes of up to four headers, and the rest of them.</summary>
    Midstates,
}

/// <summary>Where the divider of the serial line's rate stands.</summary>
internal enum BaudSource
{
    /// <summary>BM1387: misc control bits 12-8, unless bit 30 says to leave the rate alone.</summary>
    MiscUnlessHeld,

    /// <summary>BM1397: misc control bits 27-24 and 12-8; bit 16 takes PLL 3 instead of the crystal.</summary>
    Misc,

    /// <summary>BM1362 to BM1370: fast UART bits 15-8; bit 26 takes PLL 1 instead of the crystal.</summary>
    FastUart,

    /// <summary>BM1373: fast UART bit 31 makes 3,000,000 out of nothing that is documented.</summary>
    FastUartFixed,
}

/// <summary>Which numbers the registers have that did not stay where they were.</summary>
/// <param name="HashRate">Null where there is none.</param>
/// <param name="HashCounting">Null where the chip sweeps its whole space once and then waits.</param>
internal sealed record RegisterMap(byte Pll, byte Ticket, byte Misc, byte? HashRate, byte? HashCounting);

/// <summary>Which dividers lock.</summary>
/// <param name="MinusOne">Post-dividers are written less one.</param>
/// <param name="NeedsFlag">Bit 30 of the word must be set.</param>
/// <param name="FastestAtReferenceOne">The fastest VCO without a reference divider.</param>
internal sealed record PllRange(
    double SlowestVco, double FastestVco, bool MinusOne, bool NeedsFlag, double FastestAtReferenceOne)
{
    /// <summary>The second post-divider was seen to be the larger one, in the field.</summary>
    public bool AnyOrder { get; init; }

    public bool Holds(double vco, uint reference) =>
        vco >= SlowestVco && vco <= (reference == 1 ? FastestAtReferenceOne : FastestVco);

    public bool Divides(uint post1, uint post2) =>
        post1 is >= 1 and <= 7 && post2 is >= 1 and <= 7 && (post1 >= post2 || AnyOrder);
}

/// <summary>
/// Where a core's counter stands in the four nonce bytes, taken as one big-endian number: the core above, the counter
/// below; or, on the BM1387, scattered over the same bytes in the order of the header.
/// </summary>
internal sealed record NonceLayout(int CoreBits, int CounterBits, bool HoldsAddress)
{
    private const uint AddressBits = 0xFC;

    public uint CounterMask => (1u << CounterBits) - 1;

    public uint Place(uint core, uint counter, byte address) => HoldsAddress
        ? Swap((counter >> 18) << 31 | core << 24 | (counter >> 2 & 0xFFFF) << 8 | address & AddressBits | counter & 3)
        : core << CounterBits | counter;

    /// <summary>The core and counter that make this nonce, or false where a chip of that address cannot.</summary>
    public bool TryLocate(uint nonce, byte address, out uint core, out uint counter)
    {
        if (!HoldsAddress)
        {
            (core, counter) = (nonce >> CounterBits, nonce & CounterMask);
            return true;
        }

        var bits = Swap(nonce);
        core = bits >> 24 & 0x7F;
        counter = (bits >> 31) << 18 | (bits >> 8 & 0xFFFF) << 2 | bits & 3;
        return (bits & AddressBits) == (address & AddressBits);
    }

    private static uint Swap(uint bits) => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(bits);
}

/// <summary>What one model of the family is made of. Grades stand in the README of the simulator.</summary>
internal sealed partial record Silicon
{
    public const int ResetBaud = 115_741; // 25 MHz / (8 · 27)
    public const double CrystalMegahertz = 25;
    public const int ZeroBits = 32;

    /// <summary>As board files name it.</summary>
    public required string Name { get; init; }

    /// <summary>The upper 16 bits of CHIP_ID.</summary>
    public required ushort Id { get; init; }

    /// <summary>The third byte of CHIP_ID: no core count.</summary>
    public byte Revision { get; init; }

    public required int Cores { get; init; }

    /// <summary>How many headers a core hashes with one nonce at a time.</summary>
    public required int SmallCores { get; init; }

    /// <summary>Hashes a clock.</summary>
    public required int HashUnits { get; init; }

    /// <summary>Hashes of one count of all cores: the last core lacks what is missing.</summary>
    public int GridUnits
    {
        get => field == 0 ? HashUnits : field;
        init;
    }

    /// <summary>How far the counters come in a clock.</summary>
    public double CountsPerClock => (double)HashUnits / GridUnits;

    /// <summary>Between a chip's supply and its ground, as boards in the field run it.</summary>
    public double NominalVolts { get; init; } = 1.15;

    public JobFormat Jobs { get; init; } = JobFormat.FullHeader;

    /// <summary>Besides one and four.</summary>
    public bool TakesTwoMidstates { get; init; }

    /// <summary>Whether frames begin with 55 AA and AA 55.</summary>
    public bool Preamble { get; init; } = true;

    public RegisterMap Map { get; init; } =
        new(Pll: 0x08, Ticket: 0x14, Misc: 0x18, HashRate: null, HashCounting: 0x10);

    /// <summary>Which of misc control's bits 31-28 each open an equal share of the cores; 0 without a gate.</summary>
    public byte Gates { get; init; } = 0xF;

    /// <summary>Core register 02 must be AA before a core hashes.</summary>
    public bool NeedsCoreEnable { get; init; } = true;

    /// <summary>Each core must have been opened by a null job of its own while misc control's bit 15 was set.</summary>
    public bool NeedsOpenCore { get; init; }

    /// <summary>Hashes a second that one count of the hash rate register stands for.</summary>
    public double HashRateUnit { get; init; } = 1 << 20;

    public required PllRange Pll { get; init; }

    public BaudSource Baud { get; init; } = BaudSource.FastUart;

    public NonceLayout Nonce { get; init; } = new(CoreBits: 7, CounterBits: 25, HoldsAddress: false);

    /// <summary>How far the address is shifted to make the counter's start.</summary>
    public int StartShift { get; init; } = 17;

    /// <summary>Without a written offset the counters start anywhere, and elsewhere for each job.</summary>
    public bool FloatsWithoutOffset { get; init; }

    /// <summary>Chance that a result's small core is told wrong by 4.</summary>
    public double SmallCoreSlips { get; init; }

    /// <summary>Steps of the result's sixth byte for each zero bit beyond the ticket.</summary>
    public int ExcessSteps { get; init; } = 2;

    /// <summary>Bits of the job id byte that are the id.</summary>
    public required byte IdMask { get; init; }

    /// <summary>How far they move to the left in a result.</summary>
    public int IdShift { get; init; }

    /// <summary>How far down it stands in the job's byte.</summary>
    public int SlotShift { get; init; } = 3;

    /// <summary>What the registers hold when reset ends; every other one reads zero.</summary>
    public required (byte Register, uint Value)[] PowerOn { get; init; }

    /// <summary>The same of the cores' own registers.</summary>
    public (byte Register, byte Value)[] CorePowerOn { get; init; } = [(0x02, 0x55)];

    /// <summary>Small cores of the last core.</summary>
    public int Runt => GridUnits - (Cores - 1) * SmallCores;

    /// <summary>All that are modelled, for people.</summary>
    public static string Names => string.Join(", ", All.Select(silicon => silicon.Name));

    public static Silicon? Find(string name) => Array.Find(All, silicon => silicon.Name == name);

    /// <summary>The hash clock of a PLL word, or 0 where these dividers do not lock.</summary>
    public double Megahertz(uint word)
    {
        //  31   24 23      16 15       8 7     4 3     0
        // | flags | feedback | reference | post 1 | post 2 |
        var reference = word >> 8 & 0xFF;
        var post1 = (word >> 4 & 0xF) + (Pll.MinusOne ? 1u : 0);
        var post2 = (word & 0xF) + (Pll.MinusOne ? 1u : 0);
        var vco = reference is 1 or 2 ? CrystalMegahertz * (word >> 16 & 0xFF) / reference : 0;
        var runs = !Pll.NeedsFlag || (word & 0x4000_0000) != 0;
        return runs && Pll.Holds(vco, reference) && Pll.Divides(post1, post2) ? vco / (post1 * post2) : 0;
    }

    /// <summary>Bits per second on the chip's pins; 0 where what it is derived from does not run.</summary>
    /// <param name="register">Reads a register as it was written.</param>
    /// <param name="present">The rate until now.</param>
    public int BaudOf(Func<byte, uint> register, int present)
    {
        var misc = register(Map.Misc);
        var fastUart = register(0x28);
        return Baud switch
        {
            BaudSource.MiscUnlessHeld when (misc & 0x4000_0000) != 0 => present,
            BaudSource.MiscUnlessHeld => Divide(CrystalMegahertz, misc >> 8 & 0x1F),
            BaudSource.Misc => Divide(
                (misc & 0x1_0000) != 0 ? Auxiliary(register(0x68), (fastUart >> 24 & 0xF) + 1) : CrystalMegahertz,
                (misc >> 19 & 0x1E0) | misc >> 8 & 0x1F),
            BaudSource.FastUart => Divide(
                (fastUart & 0x400_0000) != 0 ? Auxiliary(register(0x60), (fastUart >> 20 & 0xF) + 1) : CrystalMegahertz,
                fastUart >> 8 & 0xFF),
            _ => (fastUart & 0x8000_0000) != 0 ? 3_000_000 : Divide(CrystalMegahertz, fastUart >> 8 & 0xFF),
        };
    }

    private static int Divide(double megahertz, uint divider) =>
        (int)Math.Round(megahertz * 1e6 / (8 * (divider + 1.0)));

    /// <summary>PLL 1 or 3 through its divider for the serial line: it runs once its two top bits are set.</summary>
    private static double Auxiliary(uint word, uint divider) => word >> 30 == 3
        ? CrystalMegahertz * (word >> 16 & 0xFF) / Math.Max(word >> 8 & 0xFF, 1) / divider
        : 0;
}
