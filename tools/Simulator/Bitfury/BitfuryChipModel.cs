namespace Simulator.Bitfury;

/// <summary>
/// One chip: registers, two jobs of which it hashes one, and sixteen result words in a ring, one of which shows the
/// counter. It goes on to the job that was written last when its counters have come round, and turns its job select
/// word over; where none was written it begins the old one again.
/// </summary>
internal sealed class BitfuryChipModel
{
    private const int WordBits = 32;
    private const int RingSize = 16;
    private const int JobAddress = 0x3000;
    private const int LastJobWord = JobAddress + WordBits * (BitfuryJob.WordCount - 1);
    private const int JobSelectAddress = JobAddress + WordBits * RingSize;
    private const int GuardAddress = JobSelectAddress + WordBits;

    private readonly BitfuryRegisters registers;
    private readonly BitfuryCores cores;
    private readonly double speed;
    private readonly uint[] ring = new uint[RingSize];
    private readonly List<uint> found = [];
    private BitfuryJob? job;
    private BitfuryJob? next;
    private uint jobSelect;
    private int counterAt;
    private double counter;

    /// <param name="random">Decides what a chip wakes up with, and how its silicon turned out.</param>
    public BitfuryChipModel(int zeroBits, Random random)
    {
        registers = new BitfuryRegisters(random);
        cores = new BitfuryCores(zeroBits);
        speed = 0.97 + 0.06 * random.NextDouble();
        counterAt = random.Next(RingSize);
        counter = random.Next(1 << BitfuryCores.CounterBits);
        for (var i = 0; i < RingSize; i++)
        {
            ring[i] = BitfuryWord.OfResult((uint)random.NextInt64(1L << WordBits));
        }
    }

    /// <summary>What it hashes; null before its first.</summary>
    public BitfuryJob? Job => job;

    public bool StandsStill { get; set; }

    public bool FindsNonsense { get; set; }

    public bool IgnoresStop { get; set; }

    public bool Hashes => !StandsStill && (IgnoresStop || registers.AllowHashing);

    /// <summary>Weak: two points of the field and this chip's own luck.</summary>
    public double Megahertz => Hashes ? speed * 172 * Math.Pow(1.25, (registers.OscillatorBits - 53) / 3.0) : 0;

    /// <summary>How many jobs were begun, the same one again included.</summary>
    public long Begun { get; private set; }

    /// <summary>How many of them had been hashed to the end just before.</summary>
    public long BegunAgain { get; private set; }

    public long Results { get; private set; }

    /// <summary>What stands at an address, to leave the chip least significant byte first, bits as they are.</summary>
    public uint Read(int address) => address switch
    {
        >= JobAddress and < JobSelectAddress => RingWord((address - JobAddress) / WordBits),
        JobSelectAddress => jobSelect,
        GuardAddress => uint.MaxValue,
        LastJobWord => 0,
        _ => registers[address],
    };

    public void Write(int address, uint word)
    {
        registers[address] = word;
        if (address == LastJobWord)
        {
            Span<uint> words = stackalloc uint[BitfuryJob.WordCount];
            for (var i = 0; i < words.Length; i++)
            {
                words[i] = registers[JobAddress + WordBits * i];
            }

            next = new BitfuryJob(words);
        }
    }

    public void Run(double seconds)
    {
        var steps = seconds * Megahertz * 1e6 / BitfuryCores.ClocksPerStep;
        while (steps > 0)
        {
            var step = Math.Min(steps, BitfuryCores.Range - counter);
            Sweep((uint)counter, (uint)(counter + step));
            counter += step;
            steps -= step;
            if (counter >= BitfuryCores.Range)
            {
                GoOn();
            }
        }
    }

    private uint RingWord(int place) =>
        place == counterAt ? BitfuryWord.OfCounter((uint)Math.Min(counter, BitfuryCores.Range - 1)) : ring[place];

    private void GoOn()
    {
        counter = 0;
        Begun++;
        BegunAgain += next is null ? 1 : 0;
        if (next is not null)
        {
            job = next;
            next = null;
            jobSelect = ~jobSelect;
        }
    }

    private void Sweep(uint from, uint to)
    {
        if (job is null)
        {
            return;
        }

        found.Clear();
        cores.Sweep(job, from, to, found);
        foreach (var nonce in found)
        {
            var shown = FindsNonsense || !job.IsConsistent ? ~nonce : nonce;
            ring[counterAt] = BitfuryWord.OfResult(shown);
            counterAt = (counterAt + 1) % RingSize;
            Results++;
        }
    }
}
