namespace Drivers.Hashing.Bm13xx;

/// <summary>One chain as a board file describes it.</summary>
/// <param name="Chips">How many must answer, 1 to 128.</param>
/// <param name="Baud">The rate to mine at; the chips take the nearest of theirs. 115200 never switches.</param>
/// <param name="Ticket">Which results are reported: those with so many zero bits more.</param>
/// <param name="ZeroBits">Zero bits of every result before the ticket's: 32 in silicon, fewer where simulated.</param>
public sealed record Bm13xxConfig(ChipModel Model, int Chips, int Baud, TicketMask Ticket, int ZeroBits = 32)
{
    public const int ChipsMax = 128;
    public const int SiliconZeroBits = 32;

    /// <summary>The rate that chips leave reset with, as hosts set it (the chips' own is 115741).</summary>
    public const int SlowBaud = 115_200;

    /// <summary>The farthest a wanted rate may lie from one that chips can make.</summary>
    private const double BaudErrorMax = 0.05;

    public int Chips { get; init; } = Within(Chips, 1, ChipsMax, "chips");

    public int ZeroBits { get; init; } = Within(ZeroBits, 0, SiliconZeroBits, "zero_bits");

    public int Baud { get; init; } = Possible(Baud);

    public TicketMask Ticket { get; init; } =
        new(Within(Ticket.ZeroBits, 0, TicketMask.ZeroBitsMax, "ticket bits"));

    /// <summary>What the chips are told to make <see cref="Baud"/> with.</summary>
    internal FastUart FastUart => new(FastUart.DividerFor(Baud), Model.FastUartFlags);

    /// <summary>Whether mining happens at another rate than the chips leave reset with.</summary>
    internal bool SwitchesBaud => FastUart.Divider < FastUart.AfterReset.Divider;

    private static int Within(int value, int min, int max, string what) => value >= min && value <= max
        ? value
        : throw new ArgumentException($"{what} = {value} is not possible: it is {min} to {max}.");

    private static int Possible(int baud)
    {
        Within(baud, SlowBaud, 3_125_000, "baud");
        var made = new FastUart(FastUart.DividerFor(baud), 0).Baud;
        return Math.Abs(made - baud) <= baud * BaudErrorMax
            ? baud
            : throw new ArgumentException(
                $"baud = {baud} is not possible: the chips make 25 MHz ÷ (8 × n), and {made} is the nearest.");
    }
}
