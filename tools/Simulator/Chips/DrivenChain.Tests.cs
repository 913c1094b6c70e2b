using Drivers;
using Drivers.Hashing;
using Drivers.Hashing.Bm13xx;

namespace Simulator.Chips;

/// <summary>Simulated chips under the driver, fed with work that never repeats; every claim is judged.</summary>
internal sealed class DrivenChain
{
    private readonly Work[] newest;
    private readonly Work[] before;
    private readonly int zeroBits;
    private int given;

    public DrivenChain(
        string chip,
        int chips = 1,
        int perDomain = 1,
        int? baud = null,
        double megahertz = 200,
        int zeroBits = 10,
        bool allowMissing = false,
        (string Chip, ChipSet Places)? strangers = null)
    {
        var model = ChipModel.Find(chip)!;
        this.zeroBits = zeroBits;
        Bench = new ChipBench(chip, chips, perDomain, zeroBits, strangers: strangers);
        Config = new Bm13xxConfig(model, chips, baud ?? 1_041_667, new TicketMask(0), zeroBits)
        {
            ChipsPerDomain = perDomain,
            AllowMissing = allowMissing,
        };
        Chain = new Bm13xxChain(Config) { WantedClock = new Megahertz(megahertz) };
        newest = new Work[Chain.Slots];
        before = new Work[Chain.Slots];
        Found = new int[chips];
    }

    public ChipBench Bench { get; }

    public Bm13xxConfig Config { get; }

    public Bm13xxChain Chain { get; }

    public Faults Faults => Bench.Faults;

    /// <summary>Good results by the chip that the driver names.</summary>
    public int[] Found { get; }

    public int Wrong { get; private set; }

    /// <summary>What the driver expects, as silicon would count it.</summary>
    public double Expected => Chain.Status.HashRate * Math.ScaleB(1, Bm13xxConfig.SiliconZeroBits - zeroBits);

    /// <summary>Until the chain runs or gives up; returns how long that took.</summary>
    public TimeSpan Start(double secondsMax = 60)
    {
        var began = Bench.Now;
        Chain.Start(Bench.Now);
        while (Chain.Status.State is not (ChainState.Running or ChainState.Failed))
        {
            Assert.True((Bench.Now - began).TotalSeconds < secondsMax, $"Still {Chain.Status.State}.");
            Bench.Drive(Chain, TimeSpan.FromMilliseconds(5), Judge);
        }

        return Bench.Now - began;
    }

    public void AssertRuns() => Assert.Equal(
        (ChainState.Running, null, null), (Chain.Status.State, Chain.Status.Fault, Chain.Status.Note));

    /// <param name="each">For so long each work is hashed, at most.</param>
    public void Mine(double seconds, double each = 0.5)
    {
        var longest = TimeSpan.FromSeconds(each);
        for (var end = Bench.Now + TimeSpan.FromSeconds(seconds); Bench.Now < end;)
        {
            Give();
            var lasts = Chain.JobLifetime < longest ? Chain.JobLifetime : longest;
            Bench.Drive(Chain, lasts, Judge);
        }
    }

    private void Give()
    {
        var slot = given++ % Chain.Slots;
        var work = new Work(
            new BlockHeader
            {
                Version = 0x2000_0000,
                MerkleRoot = new UInt256((ulong)given, 0, 0, (ulong)given << 32),
                NTime = 1_700_000_000,
                NBits = 0x1702_3A04,
            },
            Chain.RolledBits == 16 ? 0x1FFF_E000u : 0x0000_6000u);
        (before[slot], newest[slot]) = (newest[slot], work);
        Bench.Give(Chain, slot, work);
    }

    private void Judge(FoundNonce found)
    {
        var good = found.Slot < newest.Length
            && (Hashes(newest[found.Slot], found) || Hashes(before[found.Slot], found));
        Wrong += good ? 0 : 1;
        Found[found.Chip] += good ? 1 : 0;
    }

    private bool Hashes(Work work, FoundNonce found)
    {
        var version = (work.Header.Version & ~work.VersionMask) | found.VersionBits;
        var hash = (work.Header with { Version = version, Nonce = found.Nonce }).Hash();
        return hash <= Targets.FromZeroBits(zeroBits);
    }
}
