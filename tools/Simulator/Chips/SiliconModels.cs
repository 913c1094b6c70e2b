namespace Simulator.Chips;

/// <content>The models. Numbers are those of the chip reference: its tables, captures and register dumps.</content>
internal sealed partial record Silicon
{
    private const uint Soft = 0x0007_0000;

    private static readonly (byte, uint)[] After1366 =
    [
        (0x08, 0xC054_0165), (0x18, 0x0000_C100), (0x28, 0x0130_1A00), (0x2C, 0x000F_0000), (0x58, 0x0001_2111),
        (0x60, 0x2050_0174), (0xA4, 0x0000_FFFF), (0xA8, Soft),
    ];

    /// <summary>Its hash clock starts at 50 MHz, as 08 says; 28, 58, 60 and A8 are a BM1366's.</summary>
    private static readonly (byte, uint)[] After1370 = [(0x08, 0x40A8_0265), .. After1366[1..]];

    private static readonly PllRange Around2Gigahertz = new(
        SlowestVco: 2000, FastestVco: 2987.5, MinusOne: true, NeedsFlag: true, FastestAtReferenceOne: 2987.5);

    public static readonly Silicon Bm1387 = new()
    {
        Name = "bm1387",
        Id = 0x1387,
        Revision = 0x90,
        Cores = 114,
        SmallCores = 1,
        HashUnits = 114,
        NominalVolts = 0.42,
        Jobs = JobFormat.Midstates,
        TakesTwoMidstates = true,
        Preamble = false,
        Map = new RegisterMap(Pll: 0x0C, Ticket: 0x18, Misc: 0x1C, HashRate: 0x08, HashCounting: null),
        HashRateUnit = 1 << 24,
        Gates = 0,
        NeedsCoreEnable = false,
        NeedsOpenCore = true,
        Pll = new PllRange(400, 1500, MinusOne: false, NeedsFlag: false, FastestAtReferenceOne: 1500),
        Baud = BaudSource.MiscUnlessHeld,
        Nonce = new NonceLayout(CoreBits: 7, CounterBits: 19, HoldsAddress: true),
        StartShift = 0,
        ExcessSteps = 0,
        IdMask = 0x7F,
        SlotShift = 0,
        PowerOn = [(0x0C, 0x0020_0241), (0x1C, 0x4020_9A80)],
    };

    public static readonly Silicon Bm1397 = new()
    {
        Name = "bm1397",
        Id = 0x1397,
        Revision = 0x18,
        Cores = 168,
        SmallCores = 4,
        HashUnits = 672,
        NominalVolts = 1.4,
        Jobs = JobFormat.Midstates,
        Map = new RegisterMap(Pll: 0x08, Ticket: 0x14, Misc: 0x18, HashRate: 0x04, HashCounting: null),
        Gates = 0,
        NeedsCoreEnable = false,
        Pll = new PllRange(750, 3000, MinusOne: false, NeedsFlag: true, FastestAtReferenceOne: 3000)
        {
            AnyOrder = true,
        },
        Baud = BaudSource.Misc,
        Nonce = new NonceLayout(CoreBits: 8, CounterBits: 24, HoldsAddress: false),
        StartShift = 16,
        ExcessSteps = 1,
        IdMask = 0xFC,
        SlotShift = 2,
        PowerOn =
        [
            (0x08, 0xC060_0161), (0x18, 0x0000_3A01), (0x28, 0x0600_000F), (0x2C, 0x000F_0000), (0x58, 0x0211_2111),
        ],
    };

    public static readonly Silicon Bm1362 = new()
    {
        Name = "bm1362",
        Id = 0x1362,
        Revision = 0x03,
        Cores = 65,
        SmallCores = 8,
        HashUnits = 514,
        NominalVolts = 0.3,
        Gates = 0xB, // Chains that mine on all their cores were told B000C100.
        Pll = new PllRange(2000, 3200, MinusOne: true, NeedsFlag: true, FastestAtReferenceOne: 3125)
        {
            AnyOrder = true,
        },
        SmallCoreSlips = 0.08,
        ExcessSteps = 1,
        IdMask = 0xF8,
        PowerOn = After1366,
    };

    public static readonly Silicon Bm1366 = new()
    {
        Name = "bm1366",
        Id = 0x1366,
        Cores = 112,
        SmallCores = 8,
        HashUnits = 894,
        NominalVolts = 1.2,
        Pll = Around2Gigahertz with { SlowestVco = 1800, FastestVco = 2937.5, FastestAtReferenceOne = 2937.5 },
        IdMask = 0xF8,
        PowerOn = After1366,
        CorePowerOn = [(0x00, 0x98), (0x02, 0x55), (0x05, 0x40)],
    };

    public static readonly Silicon Bm1368 = new()
    {
        Name = "bm1368",
        Id = 0x1368,
        Cores = 80,
        SmallCores = 16,
        HashUnits = 1276,
        NominalVolts = 1.166,
        Pll = Bm1366.Pll,
        IdMask = 0x78,
        IdShift = 1,
        PowerOn = After1370,
    };

    public static readonly Silicon Bm1370 = new()
    {
        Name = "bm1370",
        Id = 0x1370,
        Cores = 128,
        SmallCores = 16,
        HashUnits = 2040,
        Pll = Around2Gigahertz,
        FloatsWithoutOffset = true,
        IdMask = 0x78,
        IdShift = 1,
        PowerOn = After1370,
        CorePowerOn = [(0x00, 0x52), (0x02, 0x55)],
    };

    /// <summary>
    /// Weak: two drivers disagree, and no capture is known. A grid of 128 · 16, which is what a result can name, makes
    /// the rate of the one that gives it only if it counts faster than its clock; times computed from the clock made
    /// its neighbours overlap, which fits.
    /// </summary>
    public static readonly Silicon Bm1373 = Bm1370 with
    {
        Name = "bm1373",
        Id = 0x1373,
        HashUnits = 6725,
        GridUnits = 2040,
        Baud = BaudSource.FastUartFixed,
    };

    public static readonly Silicon Bm1372 = Bm1373 with { Name = "bm1372", Id = 0x1372 };

    private static readonly Silicon[] All = [Bm1387, Bm1397, Bm1362, Bm1366, Bm1368, Bm1370, Bm1372, Bm1373];
}
