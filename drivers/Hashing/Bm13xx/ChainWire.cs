namespace Drivers.Hashing.Bm13xx;

/// <summary>What a script does with the wire next: send what it wrote, then wait.</summary>
/// <param name="Pause">Until the next move.</param>
/// <param name="Listens">Wait for the end of the inquiry instead.</param>
internal readonly record struct Move(
    TimeSpan Pause, int? Baud = null, bool DiscardInput = false, bool Listens = false);

/// <summary>What the scripts of a chain share: the chips as known, the open question, the bytes to send.</summary>
internal sealed class ChainWire
{
    private const int BitsPerByte = 10;

    /// <summary>The longest move: the setup of one chip, or a job.</summary>
    private const int OutgoingMax = 512;

    /// <summary>A question, or its answer, may get lost on the way.</summary>
    private const int AsksMax = 3;

    private readonly byte[] outgoing = new byte[OutgoingMax];
    private int length;

    public ChainWire(Bm13xxConfig config)
    {
        Config = config;
        Chips = [.. Enumerable.Range(0, config.Chips).Select(chip => new ChipRecord(config.Address(chip)))];
    }

    public Bm13xxConfig Config { get; }

    public ChipModel Model => Config.Model;

    public ChipRecord[] Chips { get; }

    public Inquiry Inquiry { get; } = new();

    public TimeSpan Now { get; set; }

    /// <summary>The rate of the host's side.</summary>
    public int Baud { get; private set; } = Bm13xxConfig.SlowBaud;

    /// <summary>The version bits that the chips are to roll, where a header has them.</summary>
    public uint RolledMask { get; set; } = VersionRolling.HeaderMask;

    /// <summary>Answers have grown: version rolling is on in every chip.</summary>
    public bool VersionsRoll { get; set; }

    public ResponseLength AnswerLength => Model switch
    {
        { Commands: var tongue } when tongue == Commands.Bm1387 => ResponseLength.Bare,
        { RollsVersions: false } => ResponseLength.Short,
        _ => VersionsRoll ? ResponseLength.Long : ResponseLength.Either,
    };

    /// <summary>Chips that hash do not hear the wire, or have no address to begin at: work waits.</summary>
    public bool HoldsWork { get; set; }

    /// <summary>The rate of those who hash, while the wire stands at another one for others.</summary>
    public int? ReturnsTo { get; private set; }

    /// <summary>The chips were given a job with nothing in it: what they find of it is nobody's.</summary>
    public bool HadEmptyJob { get; set; }

    public ReadOnlySpan<byte> Outgoing => outgoing.AsSpan(0, length);

    public Span<byte> Room => outgoing.AsSpan(length);

    public int PresentChips => Chips.Count(chip => chip.IsPresent);

    /// <summary>More chips, or such as do not say who they are, are asked one after the other.</summary>
    public bool AsksAllAtOnce => !Config.IsLong && Model.NamesAnswers;

    public void Clear() => length = 0;

    public void Wrote(int bytes) => length += bytes;

    public void ToAll(RegisterWrite write) => Wrote(Model.Commands.WriteAll(write, Room));

    public void ToOne(ChipRecord chip, RegisterWrite write) =>
        Wrote(Model.Commands.Write(chip.Address, write, Room));

    public Move Broadcast(RegisterWrite write) => Broadcast(write, SetupStep.Pace);

    public Move Broadcast(RegisterWrite write, TimeSpan pause)
    {
        ToAll(write);
        return new(pause);
    }

    /// <summary>What was written is for one chip: the next may follow once it is on the wire.</summary>
    public Move Paced(TimeSpan pause) => new(WireTime(length) + pause);

    public Move CallRoll(int chips)
    {
        Inquiry.CallRoll(chips, Now);
        Wrote(Model.Commands.ReadAll(ChipId.Address, Room));
        return new(default, DiscardInput: true, Listens: true);
    }

    public Move AskAll(byte register)
    {
        Inquiry.AskAll(register, PresentChips, Now);
        Wrote(Model.Commands.ReadAll(register, Room));
        return new(default, Listens: true);
    }

    public Move AskOne(byte register, ChipRecord chip)
    {
        Inquiry.AskOne(register, chip.Address, Now);
        Wrote(Model.Commands.Read(chip.Address, register, Room));
        return new(default, Listens: true);
    }

    /// <summary>Asks a chip who it is until it answers, a few times; then see <see cref="HasAnswered"/>.</summary>
    public IEnumerable<Move> AskForId(ChipRecord chip)
    {
        for (var asks = 0; asks < AsksMax && (asks == 0 || !HasAnswered(chip)); asks++)
        {
            yield return AskOne(ChipId.Address, chip);
        }
    }

    /// <summary>Null where nobody has that address.</summary>
    public ChipRecord? At(byte address)
    {
        foreach (var chip in Chips)
        {
            if (chip.Address == address)
            {
                return chip;
            }
        }

        return null;
    }

    /// <summary>The last question was for CHIP_ID, and one of this model answered with this chip's address.</summary>
    public bool HasAnswered(ChipRecord chip)
    {
        foreach (var (_, value) in Inquiry.Answers)
        {
            var id = ChipId.FromBits(value);
            if (Model.Is(id.Model) && id.ChipAddress == chip.Address)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Leaves those who hash for a while; the next <see cref="SwitchTo"/> is to lead back.</summary>
    public Move GoTo(int baud)
    {
        var back = Baud;
        var move = SwitchTo(baud);
        ReturnsTo = back;
        return move;
    }

    public Move SwitchTo(int baud)
    {
        Baud = baud;
        ReturnsTo = null;
        return new(SetupStep.Pace, baud, DiscardInput: true);
    }

    public TimeSpan WireTime(int bytes) => TimeSpan.FromSeconds((double)bytes * BitsPerByte / Baud);
}
