namespace Simulator;

/// <summary>Damage on one direction of the chips' wire: chances per byte, 0 to 1.</summary>
public sealed class WireDamage
{
    /// <summary>The byte never arrives.</summary>
    public double DropRate { get; set; }

    /// <summary>One bit of the byte, chosen at random, arrives inverted.</summary>
    public double FlipRate { get; set; }

    /// <summary>The byte arrives twice.</summary>
    public double DuplicateRate { get; set; }

    /// <summary>What becomes of a byte: so many, up to two, arrive.</summary>
    internal int Damage(byte sent, Span<byte> arrived, Random random)
    {
        arrived[0] = Chance(FlipRate) ? (byte)(sent ^ 1 << random.Next(8)) : sent;
        arrived[1] = arrived[0];
        return Chance(DropRate) ? 0 : Chance(DuplicateRate) ? 2 : 1;

        bool Chance(double rate) => rate > 0 && random.NextDouble() < rate;
    }
}

/// <summary>What is broken. Set from any thread; the world obeys within a few milliseconds.</summary>
public sealed partial class Faults
{
    private readonly Lock gate = new();
    private readonly List<(int Domain, TimeSpan Length)> brownOutsToCome = [];
    private readonly List<(int Domain, TimeSpan Ends)> brownOuts = [];
    private volatile bool anyBrownOut; // Asked for each byte and each hash: the lock is for when there are some.
    private int revision;

    /// <summary>The fan and temperature chip does not acknowledge.</summary>
    public bool SensorSilent { get; set; }

    /// <summary>The external temperature keeps its last value for ever.</summary>
    public bool SensorStuck { get; set; }

    /// <summary>
    /// No fault, but a witness: called with what the host is told, whenever it reads the external temperature. On the
    /// bus's thread.
    /// </summary>
    public Action<double>? DiodeRead { get; set; }

    /// <summary>The diode's wires are cut.</summary>
    public bool SensorOpen { get; set; }

    /// <summary>The diode's wires touch.</summary>
    public bool SensorShort { get; set; }

    /// <summary>The I2C bus hangs: every transfer times out.</summary>
    public bool I2cDead { get; set; }

    /// <summary>At this I2C address stands another part than the board's: it answers, and is not it.</summary>
    public int? StrangerAt { get; set; }

    /// <summary>What every byte of that part reads as.</summary>
    public byte StrangerSays { get; set; } = 0xFF;

    /// <summary>The fan's rotor is blocked, whatever its drive.</summary>
    public bool FanStalled { get; set; }

    /// <summary>The regulator acknowledges every command and keeps its output on.</summary>
    public bool RailStuckOn { get; set; }

    /// <summary>The regulator has switched itself off and stays off.</summary>
    public bool RailTripped { get; set; }

    /// <summary>The chips neither hear nor speak, and draw nothing.</summary>
    public bool ChipDead { get; set; }

    /// <summary>The chips hear, hash and heat, and nothing comes back.</summary>
    public bool ChipSilent { get; set; }

    /// <summary>The chips repeat one and the same result every 46 ms, and do nothing else.</summary>
    public bool ChipWedged { get; set => Set(out field, value); }

    /// <summary>The chips acknowledge nothing about it, and keep their baud rate when told another.</summary>
    public bool BaudWriteIgnored { get; set; }

    /// <summary>A write to the PLL puts one well-formed, meaningless result of each chip on the wire.</summary>
    public bool GarbageOnPllWrite { get; set; }

    /// <summary>The share of results that carry a wrong nonce: silicon that computes wrong, 0 to 1.</summary>
    public double HardwareErrorRate { get; set; }

    /// <summary>The upper 16 bits of every chip's CHIP_ID; null for what the model has.</summary>
    public int? ChipId { get; set; }

    /// <summary>How many chips of the chain answer; null for all that the board has.</summary>
    public int? ChipCount { get; set; }

    /// <summary>The bridge's firmware shows one of the board's pins, the reset, and knows of no other.</summary>
    public bool PinsHidden { get; set; }

    /// <summary>Watts that something on the board turns into heat beside the chips, while the rail is on.</summary>
    public double LeakWatts { get; set; }

    /// <summary>The USB cable is out: both ports hang up and vanish. The board keeps its power.</summary>
    public bool Unplugged { get; set; }

    /// <summary>Degrees Celsius of the air that the fan blows.</summary>
    public double AmbientDegrees { get; set; } = 25;

    public WireDamage FromChips { get; } = new();

    public WireDamage ToChips { get; } = new();

    /// <summary>These hear, hash and pass on, and never say a word.</summary>
    public ChipSet MuteChips { get; set; } = ChipSet.None;

    /// <summary>These answer, and none of their cores hashes.</summary>
    public ChipSet DeadCores { get; set => Set(out field, value); } = ChipSet.None;

    /// <summary>Of these, <see cref="DeadQuarter"/> of the cores hashes nothing.</summary>
    public ChipSet DeadQuarters { get; set => Set(out field, value); } = ChipSet.None;

    /// <summary>Which quarter, 0 to 3 from the first core on.</summary>
    public int DeadQuarter { get; set => Set(out field, value); }

    /// <summary>The hash clock of these never locks.</summary>
    public ChipSet StuckPlls { get; set => Set(out field, value); } = ChipSet.None;

    /// <summary>These repeat one and the same result every 46 ms, and do nothing else but pass on.</summary>
    public ChipSet WedgedChips { get; set => Set(out field, value); } = ChipSet.None;

    /// <summary>
    /// These compute wrong above a clock of their own, <see cref="WeakAboveMegahertz"/>: 5 % above it half of the time.
    /// </summary>
    public ChipSet WeakChips { get; set; } = ChipSet.None;

    public double WeakAboveMegahertz { get; set; } = 500;

    /// <summary>These keep their baud rate when told another.</summary>
    public ChipSet BaudDeafChips { get; set; } = ChipSet.None;

    /// <summary>These say that they are another model: <see cref="ForeignId"/>.</summary>
    public ChipSet ForeignChips { get; set; } = ChipSet.None;

    /// <summary>The upper 16 bits of CHIP_ID of <see cref="ForeignChips"/>.</summary>
    public int ForeignId { get; set; } = 0x1398;

    /// <summary>So many chips are connected: the wire is broken behind them. Null where it is whole.</summary>
    public int? BrokenAfter { get; set; }

    /// <summary>These domains have no voltage: the chips beyond hear nothing, and nothing of them arrives.</summary>
    public ChipSet DeadDomains { get; set => Set(out field, value); } = ChipSet.None;

    /// <summary>The share of the chips' frames that end too early, 0 to 1.</summary>
    public double TruncatedFrameRate { get; set; }

    /// <summary>The share of the chips' frames that arrive twice.</summary>
    public double RepeatedFrameRate { get; set; }

    /// <summary>The share of results that bring a register along that nobody asked for.</summary>
    public double UnaskedReplyRate { get; set; }

    /// <summary>The share of results that name another job than theirs.</summary>
    public double WrongJobIdRate { get; set; }

    /// <summary>Each chip keeps one result of each job, and sends it when the next job has come.</summary>
    public bool StaleResults { get; set; }

    /// <summary>Changes whenever the chips have to look at themselves again.</summary>
    internal int Revision => Volatile.Read(ref revision);

    /// <summary>When the next brown-out begins or ends.</summary>
    internal TimeSpan NextBrownOutAt
    {
        get
        {
            if (!anyBrownOut)
            {
                return TimeSpan.MaxValue;
            }

            lock (gate)
            {
                var next = brownOutsToCome.Count > 0 ? TimeSpan.Zero : TimeSpan.MaxValue;
                foreach (var (_, ends) in brownOuts)
                {
                    next = ends < next ? ends : next;
                }

                return next;
            }
        }
    }

    /// <summary>
    /// From the next moment on a domain is without voltage for so long. Its chips then are what they are after a reset.
    /// </summary>
    public void BrownOut(int domain, TimeSpan length)
    {
        lock (gate)
        {
            brownOutsToCome.Add((domain, length));
            anyBrownOut = true;
        }
    }

    /// <summary>Begins and ends brown-outs.</summary>
    internal void Pass(TimeSpan now)
    {
        if (!anyBrownOut)
        {
            return;
        }

        lock (gate)
        {
            var changed = brownOuts.RemoveAll(brownOut => brownOut.Ends <= now) + brownOutsToCome.Count;
            foreach (var (domain, length) in brownOutsToCome)
            {
                brownOuts.Add((domain, now + length));
            }

            brownOutsToCome.Clear();
            anyBrownOut = brownOuts.Count > 0;
            revision += changed;
        }
    }

    internal bool IsWithoutPower(int domain)
    {
        lock (gate)
        {
            return DeadDomains.Has(domain) || brownOuts.Exists(brownOut => brownOut.Domain == domain);
        }
    }

    private void Set<T>(out T field, T value)
    {
        field = value;
        Interlocked.Increment(ref revision);
    }
}
