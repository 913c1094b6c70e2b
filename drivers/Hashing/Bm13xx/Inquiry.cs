namespace Drivers.Hashing.Bm13xx;

/// <summary>
/// One question for a register, to all chips or to one, and what came back. Over once everybody answered, or once the
/// line stays silent.
/// </summary>
internal sealed class Inquiry
{
    /// <summary>How long a missing chip is waited for after the last answer.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    /// <summary>How long after the last expected answer one too many would still arrive.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(100);

    /// <summary>How long one chip may take.</summary>
    private static readonly TimeSpan OneSilence = TimeSpan.FromMilliseconds(100);

    /// <summary>A line that never falls silent is no chain.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly (byte Address, uint Value)[] answers = new (byte, uint)[2 * Bm13xxConfig.ChipsMax];
    private byte register;
    private byte? address;
    private int expected;
    private bool isOpen;
    private TimeSpan patience;
    private TimeSpan settled;
    private TimeSpan asked;
    private TimeSpan heard;

    /// <summary>How many chips answered, however many that is.</summary>
    public int Count { get; private set; }

    /// <summary>The first of them, in the order of the chain.</summary>
    public ReadOnlySpan<(byte Address, uint Value)> Answers => answers.AsSpan(0, Math.Min(Count, answers.Length));

    /// <summary>When the count is final; every answer moves it.</summary>
    public TimeSpan EndsAt
    {
        get
        {
            var end = heard + (Count >= expected ? settled : patience);
            return end < asked + Longest ? end : asked + Longest;
        }
    }

    /// <summary>Counts whoever is there: more than the expected ones are waited for as well.</summary>
    public void CallRoll(int chips, TimeSpan now) => Begin(ChipId.Address, null, chips, Silence, Settled, now);

    public void AskAll(byte ofRegister, int chips, TimeSpan now) =>
        Begin(ofRegister, null, chips, OneSilence, TimeSpan.Zero, now);

    public void AskOne(byte ofRegister, byte chip, TimeSpan now) =>
        Begin(ofRegister, chip, 1, OneSilence, TimeSpan.Zero, now);

    public bool IsOver(TimeSpan now) => now >= EndsAt;

    public void Close() => isOpen = false;

    /// <summary>False where it answers no question that was asked.</summary>
    /// <param name="namesAnswers">See <see cref="ChipModel.NamesAnswers"/>.</param>
    public bool Hear(in Response response, bool namesAnswers, TimeSpan now)
    {
        if (!isOpen || response.Register != register || !IsOfTheChipAsked(response, namesAnswers))
        {
            return false;
        }

        heard = now;
        if (Count < answers.Length)
        {
            answers[Count] = (address ?? response.Chip, response.Value);
        }

        Count++;
        return true;
    }

    /// <summary>Answers with CHIP_ID carry the address in their value, and not all models elsewhere, too.</summary>
    private bool IsOfTheChipAsked(in Response response, bool namesAnswers) =>
        !namesAnswers || address is not { } one || response.Chip == one || register == ChipId.Address;

    private void Begin(
        byte ofRegister, byte? chip, int chips, TimeSpan silence, TimeSpan settle, TimeSpan now)
    {
        register = ofRegister;
        address = chip;
        expected = chips;
        patience = silence;
        settled = settle;
        asked = heard = now;
        Count = 0;
        isOpen = true;
    }
}
