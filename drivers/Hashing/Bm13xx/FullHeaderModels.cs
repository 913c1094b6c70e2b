namespace Drivers.Hashing.Bm13xx;

/// <summary>BM1362 and later: whole headers in, rolled versions out.</summary>
internal static class FullHeaderModels
{
    private const uint MiscRest = 0x000_C100;

    private static readonly IoDrive Weak = new(0, 0, 1, 1, 1, 1, 1);
    private static readonly IoDrive Forwarding = new(2, 1, 1, 1, 1, 1, 1);
    private static readonly SetupStep Versions = SetupStep.Do(SetupAction.Versions);
    private static readonly SetupStep Inactive = SetupStep.Do(SetupAction.Inactive);
    private static readonly SetupStep Addresses = SetupStep.Do(SetupAction.Addresses);
    private static readonly SetupStep Ticket = SetupStep.Do(SetupAction.Ticket);
    private static readonly SetupStep DomainEnds = SetupStep.Do(SetupAction.DomainEnds);
    private static readonly SetupStep Relays = SetupStep.Do(SetupAction.Relays);
    private static readonly SetupStep Baud = SetupStep.Do(SetupAction.Baud);

    /// <summary>The pads of a ring oscillator off: a magic word of captures.</summary>
    private static readonly SetupStep RingOscillatorOff = SetupStep.AllRaw(0x68, 0x5AA5_5AA5);

    private static BaudOption[] FastUarts => BaudOption.ForDividers(
        divider => RegisterWrite.Of(new FastUart(divider, FastUart.AfterReset.Flags | 0x1000_0000)));

    /// <summary>Antminer S19j Pro and the chains of its kind.</summary>
    public static ChipModel Bm1362 { get; } = new()
    {
        Name = "BM1362",
        Id = 0x1362,
        Cores = 65,
        SmallCores = 8,
        HashUnits = 514,
        ToldTwice = 3, // One in twelve results of captures has the third bit wrong.
        Slots = 32,
        JobIdShift = 3,
        ResultShift = 3,
        Pll = new(PllCoding.MinusOne, 16, 250, VcoMin: 2000) { VcoMaxDirect = 3125 },
        Bauds = [.. FastUarts.Skip(1), new(3_125_000, new RegisterWrite(FastUart.Address, 0x1130_0000))],
        VersionWrites = 1,
        Setup =
        [
            Versions,
            Versions,
            SetupStep.All(new SoftReset(0)),
            SetupStep.All(new MiscControl(0xB, MiscRest)),
            Inactive,
            Addresses,
            Core(0x05, 0x40),
            Core(0x00, 0x08),
            Ticket,
            SetupStep.All(new AnalogMux(3)),
            SetupStep.All(Weak),
            Baud,
        ],
        AfterRamp =
        [
            EachChip(0x0000_0002, gates: 0xB, CoreWrite(0x05, 0x40), CoreWrite(0x00, 0x08)),
            Versions,
        ],
    };

    /// <summary>Antminer S19 XP, S19k Pro, Bitaxe Ultra.</summary>
    public static ChipModel Bm1366 { get; } = new()
    {
        Name = "BM1366",
        Id = 0x1366,
        Cores = 112,
        SmallCores = 8,
        HashUnits = 894,
        Slots = 32,
        JobIdShift = 3,
        ResultShift = 3,
        Pll = new(PllCoding.MinusOne, 144, 235),
        Bauds =
        [
            .. FastUarts,
            new(6_250_000, new RegisterWrite(0x60, 0xC070_0111), new RegisterWrite(FastUart.Address, 0x1560_0700)),
        ],
        VersionWrites = 3,
        DomainEnd = Forwarding with { ClockOut = 0xF },
        HasRelays = true,
        Setup =
        [
            SetupStep.All(new SoftReset(0x0007_0000)),
            SetupStep.All(new MiscControl(0xF, 0xF0F_C100)),
            Inactive,
            Addresses,
            Baud.OnLongChains(),
            SetupStep.All(new SoftReset(0x0007_000F)).OnLongChains(),
            SetupStep.All(new MiscControl(0x0, MiscRest)).OnLongChains(),
            SetupStep.All(new SoftReset(0x0007_0100)).OnLongChains(),
            SetupStep.All(new MiscControl(0xF, 0xF0F_C100)).OnLongChains(),
            Core(0x05, 0x40),
            Core(0x00, 0x20),
            Ticket,
            SetupStep.All(new AnalogMux(3)),
            SetupStep.All(Forwarding),
            DomainEnds,
            Relays,
            EachChip(0x0007_01F0, gates: 0xF, CoreWrite(0x05, 0x40), CoreWrite(0x00, 0x20)),
        ],
        AfterRamp = [Versions],
    };

    /// <summary>Antminer S21, Bitaxe Supra.</summary>
    public static ChipModel Bm1368 { get; } = new()
    {
        Name = "BM1368",
        Id = 0x1368,
        Cores = 80,
        SmallCores = 16,
        HashUnits = 1276,
        Slots = 16,
        JobIdShift = 3,
        ResultShift = 4,
        Pll = new(PllCoding.MinusOne, 144, 235),
        Bauds = FastUarts,
        VersionWrites = 4,
        DomainEnd = Forwarding with { ClockOut = 0xF },
        HasRelays = true,
        Setup =
        [
            Inactive,
            SetupStep.All(new SoftReset(0x0007_0000)),
            SetupStep.All(new MiscControl(0xF, 0xF0F_C100)),
            Core(0x0B, 0x00),
            Core(0x00, 0x18),
            Ticket,
            SetupStep.All(new AnalogMux(3)),
            SetupStep.All(Forwarding),
            Addresses,
            DomainEnds,
            Relays,
            Baud.OnLongChains(),
            EachChip(0x0007_01F0, gates: 0xF, CoreWrite(0x0B, 0x00), CoreWrite(0x00, 0x18)).Then(500),
            Ticket,
        ],
        AfterRamp = [Versions],
    };

    /// <summary>Antminer S21 Pro and S21 XP, Bitaxe Gamma.</summary>
    public static ChipModel Bm1370 { get; } = new()
    {
        Name = "BM1370",
        Id = 0x1370,
        Cores = 128,
        SmallCores = 16,
        HashUnits = 2040,
        Slots = 16,
        JobIdShift = 3,
        ResultShift = 4,
        Pll = new(PllCoding.MinusOne, 160, 239),
        Bauds = [.. FastUarts.Skip(1), new(3_125_000, new RegisterWrite(FastUart.Address, 0x0130_0000))],
        VersionWrites = 3,
        DomainEnd = Weak with { ClockOut = 0xF },
        HasRelays = true,
        Setup =
        [
            Versions,
            SetupStep.All(new SoftReset(0x0007_0000)),
            SetupStep.All(new MiscControl(0xF, MiscRest)),
            Inactive,
            Addresses,
            Core(0x0B, 0x00),
            Core(0x00, 0x0C),
            Ticket,
            SetupStep.All(Weak),
            DomainEnds,
            RingOscillatorOff.OnLongChains(),
            Relays,
            Baud.OnLongChains(),
            EachChip(0x0007_01F0, gates: 0xF, CoreWrite(0x0B, 0x00), CoreWrite(0x00, 0x0C)),
            SetupStep.All(new AdcControl(0x0000_4480)),
            SetupStep.All(new AnalogMux(2)),
            SetupStep.All(new AdcControl(0x0000_4480)),
            Core(0x0D, 0xEE),
        ],
        AfterRamp = [SetupStep.Do(SetupAction.NonceOffsets), Versions],
    };

    /// <summary>The S23 class, and the BM1372 with it: two drivers that disagree, and no capture.</summary>
    public static ChipModel Bm1373 { get; } = new()
    {
        Name = "BM1373",
        Id = 0x1373,
        Sister = ("BM1372", 0x1372),
        IsWeak = true,
        Cores = 128,
        SmallCores = 16,
        HashUnits = 6725,
        Slots = 16,
        JobIdShift = 3,
        ResultShift = 4,
        Pll = new(PllCoding.MinusOne, 160, 239),
        CountingMax = 0x1EB5,
        Bauds =
        [
            new(BaudOption.BaudOf(BaudOption.DividerAfterReset), RegisterWrite.Of(FastUart.AfterReset)),
            new(3_000_000, new RegisterWrite(0xC4, 0), new RegisterWrite(FastUart.Address, 0x8000_0000)),
        ],
        VersionWrites = 0,
        DomainEnd = Weak with { ClockOut = 0xF },
        Setup =
        [
            Inactive,
            Addresses,
            Core(0x0D, 0x04),
            Ticket,
            SetupStep.All(Weak),
            DomainEnds,
            RingOscillatorOff,
            Baud,
            SetupStep.All(new SoftReset(0xF007_01F0)).Then(20),
            SetupStep.All(new MiscControl(0xF, 0xF00_C100)),
            SetupStep.AllRaw(0x19, 0),
            Core(0x0B, 0x00),
            Core(0x00, 0x5A),
            Core(0x02, 0xAA),
            SetupStep.All(new AnalogMux(2)),
        ],
        AfterRamp = [Versions],
    };

    /// <summary>One chip after the other: out of its reset, its gates open, its cores set, and last enabled.</summary>
    private static SetupStep EachChip(uint reset, byte gates, params RegisterWrite[] cores) => SetupStep.Each(
    [
        RegisterWrite.Of(new SoftReset(reset)),
        RegisterWrite.Of(new MiscControl(gates, MiscRest)),
        .. cores,
        CoreWrite(0x02, 0xAA),
    ]);

    private static SetupStep Core(byte register, byte value) => SetupStep.All(new CoreMailbox(register, value));

    private static RegisterWrite CoreWrite(byte register, byte value) =>
        RegisterWrite.Of(new CoreMailbox(register, value));
}
