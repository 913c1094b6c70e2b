using System.Numerics;

namespace Drivers.Hashing.Bm13xx;

/// <summary>A register and what is written to it during the bring-up.</summary>
public readonly record struct RegisterWrite(byte Register, uint Bits)
{
    public static RegisterWrite Of<T>(T register)
        where T : struct, IRegister<T> => new(T.Address, register.ToBits());
}

/// <summary>What one model of the family differs in. Each value's source and grade stand in REFERENCE.md.</summary>
public sealed record ChipModel
{
    /// <summary>One chip, or a short chain without relays: order and words of a captured Bitaxe Gamma.</summary>
    public static readonly ChipModel Bm1370 = new()
    {
        Name = "BM1370",
        Id = 0x1370,
        Cores = 128,
        SmallCores = 16,
        HashUnits = 2040,
        FeedbackMin = 160,
        FeedbackMax = 239,
        CountingGuard = 268,
        FastUartFlags = 0x1130_0000,
        BeforeAddressing =
        [
            RegisterWrite.Of(new SoftReset(0x0007_0000)),
            RegisterWrite.Of(new MiscControl(OpenQuarters: 0xF, Rest: 0x000_C100)),
        ],
        BeforeTicket =
        [
            RegisterWrite.Of(new CoreMailbox(Register: 0x0B, Value: 0x00)),
            RegisterWrite.Of(new CoreMailbox(Register: 0x00, Value: 0x0C)),
        ],
        AfterTicket = [RegisterWrite.Of(new IoDrive(0, 0, 1, 1, 1, 1, 1))],
        EachChip =
        [
            RegisterWrite.Of(new SoftReset(0x0007_01F0)),
            RegisterWrite.Of(new MiscControl(OpenQuarters: 0xF, Rest: 0x000_C100)),
            RegisterWrite.Of(new CoreMailbox(Register: 0x0B, Value: 0x00)),
            RegisterWrite.Of(new CoreMailbox(Register: 0x00, Value: 0x0C)),
            RegisterWrite.Of(new CoreMailbox(Register: 0x02, Value: 0xAA)),
        ],
        AtTheEnd =
        [
            RegisterWrite.Of(new AdcControl(0x0000_4480)),
            RegisterWrite.Of(new AnalogMux(2)),
            RegisterWrite.Of(new AdcControl(0x0000_4480)),
            RegisterWrite.Of(new CoreMailbox(Register: 0x0D, Value: 0xEE)),
        ],
    };

    private const int JobIdShift = 3;

    private static readonly ChipModel[] All = [Bm1370];

    public required string Name { get; init; }

    /// <summary>The upper half of CHIP_ID.</summary>
    public required ushort Id { get; init; }

    public required int Cores { get; init; }

    /// <summary>How many versions a core hashes with the same nonce at the same time; a power of two.</summary>
    public required int SmallCores { get; init; }

    /// <summary>Hashes per clock: not every small core of the grid exists.</summary>
    public required int HashUnits { get; init; }

    public required byte FeedbackMin { get; init; }

    public required byte FeedbackMax { get; init; }

    /// <summary>Ticks that <see cref="HashCountingNumber"/> stays below the exact limit.</summary>
    public required uint CountingGuard { get; init; }

    /// <summary><see cref="FastUart"/> without its divider.</summary>
    public required uint FastUartFlags { get; init; }

    /// <summary>To all chips, after they answered and before they get addresses.</summary>
    public required RegisterWrite[] BeforeAddressing { get; init; }

    /// <summary>To all chips, after addressing.</summary>
    public required RegisterWrite[] BeforeTicket { get; init; }

    public required RegisterWrite[] AfterTicket { get; init; }

    /// <summary>To one chip after the other, by address.</summary>
    public required RegisterWrite[] EachChip { get; init; }

    public required RegisterWrite[] AtTheEnd { get; init; }

    /// <summary>How many jobs an answer can tell apart: what the small core's number leaves of a byte.</summary>
    public int Slots => 256 / SmallCores;

    /// <summary>By its name in a board file, in any case; null where there is no such model here.</summary>
    public static ChipModel? Find(string name) =>
        Array.Find(All, model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A slot as a job carries it.</summary>
    public byte JobIdByte(int slot) => slot >= 0 && slot < Slots
        ? (byte)(slot << JobIdShift)
        : throw new ArgumentOutOfRangeException(nameof(slot), slot, $"{Name} knows {Slots} jobs.");

    /// <summary>The slot out of an answer's result header.</summary>
    public int Slot(byte resultHeader) => resultHeader >> BitOperations.Log2((uint)SmallCores);

    /// <summary>The small core that found it; it equals the low bits of the version counter on a clean wire.</summary>
    public int SmallCore(byte resultHeader) => resultHeader & (SmallCores - 1);
}
