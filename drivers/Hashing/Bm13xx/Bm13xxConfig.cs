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

    /// <summary>Up to here all chips are asked at once; more would hold their results up with their answers.</summary>
    public const int ShortChainMax = 16;

    /// <summary>The farthest a wanted rate may lie from one that chips can make.</summary>
    private const double BaudErrorMax = 0.05;

    /// <summary>Factory tools write no relays on fewer domains.</summary>
    private const int RelayDomainsMin = 10;

    private readonly BaudOption option = Possible(Model, Baud, HostUart.Any);

    public int Chips { get; init; } = Within(Chips, 1, Model.ChipsMax, "chips");

    public int ZeroBits { get; init; } = Within(ZeroBits, 0, SiliconZeroBits, "zero_bits");

    public TicketMask Ticket { get; init; } =
        new(Within(Ticket.ZeroBits, 0, TicketMask.ZeroBitsMax, "ticket bits"));

    public int Baud
    {
        get;
        init
        {
            field = value;
            option = Possible(Model, value, Host);
        }
    } = Baud;

    /// <summary>Zero bits of every result that is reported.</summary>
    public int ReportedZeroBits => ZeroBits + Ticket.ZeroBits;

    /// <summary>How many neighbours share a voltage domain; 1 where each chip has its own, or nobody knows.</summary>
    public int ChipsPerDomain
    {
        get;
        init => field = Within(value, 1, Chips, "chips_per_domain");
    } = 1;

    /// <summary>Mine with the chips that answer where some do not, instead of refusing.</summary>
    public bool AllowMissing { get; init; }

    /// <summary>The serial port at this end of the wire.</summary>
    public HostUart Host
    {
        get;
        init
        {
            field = value;
            option = Possible(Model, Baud, value);
        }
    } = HostUart.Any;

    public bool IsLong => Chips > ShortChainMax;

    internal BaudOption Fast => option;

    /// <summary>What a chip that talks fast is told to talk slow with.</summary>
    internal BaudOption Slow => Model.Bauds.MinBy(rate => Math.Abs(rate.Baud - SlowBaud))!;

    /// <summary>Whether mining happens at another rate than the chips leave reset with.</summary>
    internal bool SwitchesBaud => Fast.Baud != Slow.Baud;

    internal int Domains => (Chips + ChipsPerDomain - 1) / ChipsPerDomain;

    internal bool HasDomains => ChipsPerDomain > 1 && Domains > 1;

    internal bool NeedsRelays => Model.HasRelays && HasDomains && Domains >= RelayDomainsMin;

    /// <summary>What a chip's hashes are worth here: simulated chips hash fewer than they count.</summary>
    internal double Simulated => Math.ScaleB(1, ZeroBits - SiliconZeroBits);

    internal byte Address(int chip) => NonceSpace.Address(Model, chip, Chips);

    private static int Within(int value, int min, int max, string what) => value >= min && value <= max
        ? value
        : throw new ArgumentException($"{what} = {value} is not possible: it is {min} to {max}.");

    private static BaudOption Possible(ChipModel model, int baud, HostUart host)
    {
        Within(baud, SlowBaud, model.Bauds.Max(rate => rate.Baud), "baud");
        var nearest = model.Bauds.MinBy(rate => Math.Abs(rate.Baud - baud))!;
        if (Math.Abs(nearest.Baud - baud) > baud * BaudErrorMax)
        {
            throw new ArgumentException(
                $"baud = {baud} is not possible: the chips make 25 MHz ÷ (8 × n), and {nearest.Baud} is the nearest.");
        }

        return host.Makes(nearest.Baud)
            ? nearest
            : throw new ArgumentException(
                $"baud = {baud} is not possible: the chips make {nearest.Baud}, the {host.Name} port "
                + $"{host.Nearest(nearest.Baud):0}, which is {host.Error(nearest.Baud) * 100:0.0} % off. "
                + $"Set one of {string.Join(", ", Common(model, host))}.");
    }

    /// <summary>The rates that both ends of the wire make, fastest first.</summary>
    private static IEnumerable<int> Common(ChipModel model, HostUart host) => model.Bauds
        .Select(rate => rate.Baud)
        .Where(baud => baud >= SlowBaud && host.Makes(baud))
        .OrderDescending()
        .Take(4);
}
