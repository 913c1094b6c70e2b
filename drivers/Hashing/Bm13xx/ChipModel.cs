using System.Numerics;

namespace Drivers.Hashing.Bm13xx;

/// <summary>What a chip is given to hash.</summary>
public enum JobFormat : byte
{
    /// <summary>The whole header; the chip rolls its version.</summary>
    FullHeader,

    /// <summary>The end of a header, and the SHA-256 states of its beginning with 1, 2 or 4 versions.</summary>
    Midstates,
}

/// <summary>Where a nonce says which chip and core found it.</summary>
public enum NonceLayout : byte
{
    /// <summary>As it comes: core in bits 31 to 25, and the counter below it begins at address · 2^17.</summary>
    Core7,

    /// <summary>As it comes: core in bits 31 to 24, and the rest is shared by addresses.</summary>
    Core8,

    /// <summary>As the header has it: core in bits 30 to 24, chip in bits 7 to 2.</summary>
    Bm1387,
}

/// <summary>What the search for a divider may use.</summary>
public readonly record struct PllRange(
    PllCoding Coding, byte FeedbackMin, byte FeedbackMax, double VcoMin = 0, double VcoMax = 3200)
{
    /// <summary>With a reference divider of 1.</summary>
    public double VcoMaxDirect { get; init; } = VcoMax;

    /// <summary>Written before each divider, and both of them twice; null for most models.</summary>
    public RegisterWrite? UserDivider { get; init; } = null;

    public byte Register => Coding == PllCoding.Bm1387 ? (byte)0x0C : (byte)0x08;

    public RegisterWrite Write(PllDivider divider) => new(Register, divider.ToBits(Coding));
}

/// <summary>The register that tells how much a chip hashes.</summary>
/// <param name="IsRate">It holds hashes per second; otherwise it counts them, for ever round.</param>
/// <param name="Unit">Hashes, or hashes per second, of one.</param>
public readonly record struct HashCounter(byte Register, bool IsRate, double Unit);

/// <summary>What one model of the family differs in. Each value's source and grade stand in REFERENCE.md.</summary>
public sealed record ChipModel
{
    public static readonly ChipModel Bm1387 = MidstateModels.Bm1387;
    public static readonly ChipModel Bm1397 = MidstateModels.Bm1397;
    public static readonly ChipModel Bm1362 = FullHeaderModels.Bm1362;
    public static readonly ChipModel Bm1366 = FullHeaderModels.Bm1366;
    public static readonly ChipModel Bm1368 = FullHeaderModels.Bm1368;
    public static readonly ChipModel Bm1370 = FullHeaderModels.Bm1370;
    public static readonly ChipModel Bm1373 = FullHeaderModels.Bm1373;

    public static readonly ChipModel[] All = [Bm1387, Bm1397, Bm1362, Bm1366, Bm1368, Bm1370, Bm1373];

    /// <summary>What <see cref="Find"/> finds, as board files write it.</summary>
    public static IEnumerable<string> Names => All
        .SelectMany(model => (string?[])[model.Name, model.Sister?.Name])
        .OfType<string>()
        .Select(name => name.ToLowerInvariant())
        .Order();

    public required string Name { get; init; }

    /// <summary>The upper half of CHIP_ID.</summary>
    public required ushort Id { get; init; }

    /// <summary>A sister model that is driven alike: its name and id.</summary>
    public (string Name, ushort Id)? Sister { get; init; }

    /// <summary>What is known of it is from one or two drivers that contradict each other.</summary>
    public bool IsWeak { get; init; }

    public required int Cores { get; init; }

    /// <summary>How many versions a core hashes with the same nonce at the same time; a power of two.</summary>
    public required int SmallCores { get; init; }

    /// <summary>Bits of the small core that a result's header and its version tell alike.</summary>
    public int ToldTwice
    {
        get => field == 0 ? SmallCores - 1 : field;
        init;
    }

    /// <summary>Hashes per clock: not every small core of the grid exists.</summary>
    public required int HashUnits { get; init; }

    public JobFormat Format { get; init; } = JobFormat.FullHeader;

    /// <summary>How many midstates a job may have.</summary>
    public int[] MidstateCounts { get; init; } = [];

    public Commands Commands { get; init; } = Commands.Bm1397;

    public NonceLayout Nonces { get; init; } = NonceLayout.Core7;

    /// <summary>How many jobs an answer can tell apart.</summary>
    public required int Slots { get; init; }

    /// <summary>How far left a job carries its slot.</summary>
    public required int JobIdShift { get; init; }

    /// <summary>How far left an answer carries it; below it stands the small core or the midstate.</summary>
    public required int ResultShift { get; init; }

    public required PllRange Pll { get; init; }

    /// <summary>Ticks that <see cref="HashCountingNumber"/> stays below the exact limit.</summary>
    public uint CountingGuard { get; init; } = 268;

    /// <summary>Where computed counts made chips overlap, the greatest that does not.</summary>
    public uint CountingMax { get; init; } = uint.MaxValue;

    public required BaudOption[] Bauds { get; init; }

    public byte TicketRegister { get; init; } = TicketMask.Address;

    public HashCounter Counter { get; init; } = new(0x8C, IsRate: false, Unit: 1L << 32);

    /// <summary>Answers carry the address of the chip; without it only one may be asked at a time.</summary>
    public bool NamesAnswers { get; init; } = true;

    public int ChipsMax { get; init; } = 128;

    /// <summary>How far addresses lie apart, where it is always the same.</summary>
    public int? FixedAddressStep { get; init; }

    /// <summary>How often version rolling is switched on before the chips are counted.</summary>
    public int VersionWrites { get; init; }

    /// <summary>From the first answers to the clock.</summary>
    public required SetupStep[] Setup { get; init; }

    /// <summary>From the wanted clock to the first job.</summary>
    public required SetupStep[] AfterRamp { get; init; }

    /// <summary>What the last chip of a domain drives its pins with; null where that is not needed.</summary>
    public IoDrive? DomainEnd { get; init; }

    /// <summary>Whether many domains need the wire lifted across their borders.</summary>
    public bool HasRelays { get; init; }

    /// <summary>How many version bits the chip rolls within one job, at most.</summary>
    public int RolledBits => Format == JobFormat.FullHeader
        ? BitOperations.PopCount(VersionRolling.HeaderMask)
        : BitOperations.Log2((uint)MidstateCounts[^1]);

    /// <summary>Answers grow by the version once it is rolled.</summary>
    public bool RollsVersions => Format == JobFormat.FullHeader;

    /// <summary>Cores start over after <see cref="HashCountingNumber"/>; without it they come to an end.</summary>
    public bool Counts => Format == JobFormat.FullHeader;

    /// <summary>By its name in a board file, in any case; null where there is no such model here.</summary>
    public static ChipModel? Find(string name) => Array.Find(All, model =>
        name.Equals(model.Name, StringComparison.OrdinalIgnoreCase)
        || name.Equals(model.Sister?.Name, StringComparison.OrdinalIgnoreCase));

    public bool Is(ushort id) => id == Id || id == Sister?.Id;

    /// <summary>A slot as a job carries it.</summary>
    public byte JobIdByte(int slot) => slot >= 0 && slot < Slots
        ? (byte)(slot << JobIdShift)
        : throw new ArgumentOutOfRangeException(nameof(slot), slot, $"{Name} knows {Slots} jobs.");

    /// <summary>The slot out of an answer's result header.</summary>
    public int Slot(byte resultHeader) => resultHeader >> ResultShift;

    /// <summary>
    /// What stands below the slot: the small core, which equals the low bits of the version counter on a clean wire, or
    /// the midstate.
    /// </summary>
    public int Below(byte resultHeader) => resultHeader & ((1 << ResultShift) - 1);

    /// <summary>How far the addresses of so many chips lie apart.</summary>
    public int AddressStep(int chips) => FixedAddressStep ?? 256 / (int)BitOperations.RoundUpToPowerOf2((uint)chips);

    /// <summary>The greatest number of midstates for a mask with so many bits.</summary>
    public int Midstates(int bits)
    {
        var most = 1;
        foreach (var count in MidstateCounts)
        {
            most = count <= 1 << Math.Min(bits, RolledBits) ? count : most;
        }

        return most;
    }
}
