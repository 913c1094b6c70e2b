namespace Drivers.Hashing;

/// <summary>One thing to hash: a header whose nonce and version bits (inside the mask) the chips roll.</summary>
/// <param name="VersionMask">The header version bits that chips may overwrite; 0 where the pool forbids it.</param>
public readonly record struct Work(BlockHeader Header, uint VersionMask);

/// <summary>A chip's claim. Nothing of it is true until the header was hashed again.</summary>
/// <param name="Slot">The job slot the chip answers for, 0 to <see cref="IHashChain.Slots"/> − 1.</param>
/// <param name="VersionBits">The rolled bits where the header has them; replace the mask's bits with them.</param>
/// <param name="Chip">Which chip, 0 nearest the host.</param>
/// <param name="Core">Which core of it; values past the chip's core count are line noise.</param>
public readonly record struct FoundNonce(int Slot, uint Nonce, uint VersionBits, int Chip, int Core);

/// <summary>Where a chain is between cold silicon and hashing.</summary>
public enum ChainState : byte
{
    Off,
    Enumerating,
    Initialising,
    SwitchingBaud,
    Ramping,

    /// <summary>Takes jobs. A change of the wanted clock ramps without leaving this state.</summary>
    Running,

    /// <summary>Gave up: <see cref="ChainStatus.Fault"/> says what was seen and helps. Reset, then start.</summary>
    Failed,
}

/// <summary>What a chain knows of itself.</summary>
/// <param name="Chips">
/// How many chips answered the enumeration; how many places the chain has, where it goes on without some of them.
/// </param>
/// <param name="Clock">The clock the PLL was last told.</param>
/// <param name="HashRate">Hashes per second of healthy silicon at that clock.</param>
/// <param name="CrcErrors">Frames (or windows of noise) whose CRC did not fit.</param>
/// <param name="SkippedBytes">Bytes that belonged to no frame.</param>
/// <param name="Fault">Null while all is well, else one sentence with what was seen and the remedy.</param>
/// <param name="Note">Null, or one sentence about what works less well than it should while the chain runs.</param>
public readonly record struct ChainStatus(
    ChainState State,
    int Chips,
    Megahertz Clock,
    double HashRate,
    long Frames,
    long CrcErrors,
    long SkippedBytes,
    string? Fault,
    string? Note = null)
{
    /// <summary>What came over the wire and was of no use, since start.</summary>
    public LeftAside LeftAside { get; init; }
}

/// <summary>Frames that were well-formed and that a chain did nothing with, or wonders about.</summary>
/// <param name="Disbelieved">Results that came while the PLL moved or nothing was hashed.</param>
/// <param name="Unasked">Registers that nobody asked for, or of a chip that nobody asked.</param>
/// <param name="SmallCores">Results whose two statements of the small core differ; judged all the same.</param>
public readonly record struct LeftAside(long Disbelieved, long Unasked, long SmallCores);

/// <summary>What a chain knows of one of its chips, apart from the results that it found.</summary>
/// <param name="Clock">The clock its PLL was last told.</param>
/// <param name="HashRate">Hashes per second of healthy silicon at that clock; 0 while it is not to hash.</param>
/// <param name="CountedHashRate">What its own counters say, in hashes per second; null where it has not said.</param>
/// <param name="Answers">False once it left a question for a register unanswered, until it answers again.</param>
/// <param name="Fault">Null while all is well, else what was seen of this chip and the remedy.</param>
public readonly record struct ChipStatus(
    Megahertz Clock, double HashRate, double? CountedHashRate, bool Answers, string? Fault);

/// <summary>
/// What the caller owes the wire now, in this order: discard what was received, send, then (after the bytes have
/// left) change the baud rate; and to call <see cref="IHashChain.Step"/> again at the deadline or earlier.
/// </summary>
public readonly ref struct ChainStep
{
    public ReadOnlySpan<byte> Send { get; init; }

    /// <summary>Bits per second to switch the host side to once <see cref="Send"/> has left the wire.</summary>
    public int? Baud { get; init; }

    public bool DiscardInput { get; init; }

    public required TimeSpan Deadline { get; init; }
}

/// <summary>
/// A string of chips behind one wire, as a pure step: bytes and time in; bytes, claims and a deadline out. Holds no
/// device and reads no clock. One thread drives it; <see cref="Encode"/> and <see cref="JobLifetime"/> alone
/// may be called from any thread.
/// </summary>
public interface IHashChain
{
    /// <summary>How many jobs the chips can tell apart.</summary>
    int Slots { get; }

    /// <summary>
    /// How many version bits the chips roll by themselves within one work, at most: whoever makes the work gives each
    /// one a <see cref="Work.VersionMask"/> of no more bits than these, and counts through the others itself.
    /// </summary>
    int RolledBits { get; }

    /// <summary>How many chips share a voltage domain: chip n is in domain n ÷ this. 1 if each has its own.</summary>
    int ChipsPerDomain { get; }

    /// <summary>Cores of a chip, as <see cref="FoundNonce.Core"/> counts them; 1 where results do not tell.</summary>
    int Cores { get; }

    /// <summary>The longest frame <see cref="Encode"/> writes, in bytes.</summary>
    int JobFrameSize { get; }

    /// <summary>Zero bits every reported hash has at least; the chip target is 2^(256 − this) − 1.</summary>
    int ReportedZeroBits { get; }

    ChainStatus Status { get; }

    /// <summary>The clock to walk to. Set it at any time; the ramp follows from the next step on.</summary>
    Megahertz WantedClock { get; set; }

    /// <summary>How long one work may be hashed before the search space repeats, at the present clock.</summary>
    TimeSpan JobLifetime { get; }

    /// <summary>One chip, 0 nearest the host, to <see cref="ChainStatus.Chips"/> − 1.</summary>
    ChipStatus Chip(int chip);

    /// <summary>
    /// Gives one chip a clock of its own, never above <see cref="WantedClock"/>; null takes it back. It is kept over
    /// stops and starts. Nothing happens where chips have no clock that could be told.
    /// </summary>
    void TuneChip(int chip, Megahertz? own);

    /// <summary>Begins the bring-up: the rail is good and reset was just released.</summary>
    void Start(TimeSpan now);

    /// <summary>Stops hashing over the wire alone (hash counting 0, 50 MHz): the board may still be powered.</summary>
    void Stop(TimeSpan now);

    /// <summary>
    /// Sets these chips, which may have fallen back to what they are after a reset, up anew without resetting any: the
    /// rate of the wire, addresses, registers, clock. The other chips hash on, and <see cref="ChainState"/> stays.
    /// What came of it is seen in <see cref="Chip"/>. Nothing happens while the chain is not running.
    /// </summary>
    void Rejoin(int firstChip, int count, TimeSpan now);

    /// <summary>What is due now. The span inside lives until the next call.</summary>
    ChainStep Step(TimeSpan now);

    /// <summary>
    /// Consumes received bytes up to and including the next claim. True with a claim: call again with the rest.
    /// False: every byte was taken in, and a frame cut at the end waits inside for its rest.
    /// </summary>
    bool Receive(ref ReadOnlySpan<byte> received, TimeSpan now, out FoundNonce found);

    /// <summary>
    /// Writes the frame that makes the chips drop what they do and hash this; returns its length. 0 where the work was
    /// kept for the next <see cref="Step"/>, which is then due at once.
    /// </summary>
    int Encode(int slot, in Work work, Span<byte> frame);
}
