using Drivers;
using Drivers.Hashing;
using Drivers.Hashing.Bm13xx;
using Drivers.Hashing.Bm13xx.Decoding;

namespace Simulator.Chips;

/// <summary>What the product's driver and simulated chips say to each other, as decode explains it.</summary>
public class TranscriptsTests
{
    private const int ZeroBits = 7; // And one of the ticket: the hash begins with eight.
    private const int Jobs = 60;

    [Theory]
    [InlineData("bm1387", 8, 1_562_500)]
    [InlineData("bm1397", 2, 1_562_500)]
    [InlineData("bm1362", 3, 1_041_667)]
    [InlineData("bm1366", 1, 1_041_667)]
    [InlineData("bm1368", 2, 1_041_667)]
    [InlineData("bm1370", 4, 1_041_667)]
    [InlineData("bm1373", 1, 3_000_000)]
    public void AWholeBringUpAndItsResultsAreExplainedToTheLastByte(string chip, int chips, int baud)
    {
        var bench = new ChipBench(chip, chips, zeroBits: ZeroBits);
        var config = new Bm13xxConfig(ChipModel.Find(chip)!, chips, baud, new TicketMask(1), ZeroBits);
        var tap = new Tap(new Bm13xxChain(config) { WantedClock = new Megahertz(400) });
        tap.Start(bench.Now);
        bench.Drive(tap, TimeSpan.FromSeconds(10));
        Assert.Equal(ChainState.Running, tap.Status.State);
        for (var job = 0; job < Jobs; job++)
        {
            var header = new BlockHeader { Version = 0x2000_0000, NTime = 1_700_000_000 + (uint)job };
            var mask = tap.RolledBits > 2 ? 0x1FFF_E000u : 0x0000_6000u;
            bench.Give(tap, job % tap.Slots, new Work(header, mask));
            bench.Drive(tap, TimeSpan.FromSeconds(0.2));
        }

        var explained = new WireDecoder(config.Model).Explain(tap.Runs);

        Assert.All(explained, frame => Assert.True(frame.IsSound, $"{frame} {string.Join(' ', frame.Details)}"));
        Assert.Equal(Jobs, explained.Count(frame => frame.Title.StartsWith("job", StringComparison.Ordinal)
            && frame.Details.Any(detail => detail.Value.StartsWith("17000000", StringComparison.Ordinal))));
        var nonces = explained.Where(frame => frame.Title.StartsWith("nonce", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(nonces);
        Assert.All(nonces, nonce => Assert.StartsWith("00", HashOf(nonce), StringComparison.Ordinal));
    }

    private static string HashOf(Explanation nonce) =>
        Assert.Single(nonce.Details, detail => detail.Name == "hash").Value;

    /// <summary>Listens to both directions of a chain's line.</summary>
    private sealed class Tap(Bm13xxChain chain) : IHashChain
    {
        public List<WireRun> Runs { get; } = [];

        public int Slots => chain.Slots;

        public int RolledBits => chain.RolledBits;

        public int ChipsPerDomain => chain.ChipsPerDomain;

        public int Cores => chain.Cores;

        public int JobFrameSize => chain.JobFrameSize;

        public int ReportedZeroBits => chain.ReportedZeroBits;

        public ChainStatus Status => chain.Status;

        public Megahertz WantedClock
        {
            get => chain.WantedClock;
            set => chain.WantedClock = value;
        }

        public TimeSpan JobLifetime => chain.JobLifetime;

        public ChipStatus Chip(int chip) => chain.Chip(chip);

        public void TuneChip(int chip, Megahertz? own) => chain.TuneChip(chip, own);

        public void Start(TimeSpan now) => chain.Start(now);

        public void Stop(TimeSpan now) => chain.Stop(now);

        public void Rejoin(int firstChip, int count, TimeSpan now) => chain.Rejoin(firstChip, count, now);

        public ChainStep Step(TimeSpan now)
        {
            var step = chain.Step(now);
            Runs.Add(new WireRun(WireSide.Host, step.Send.ToArray()));
            return step;
        }

        public bool Receive(ref ReadOnlySpan<byte> received, TimeSpan now, out FoundNonce found)
        {
            var before = received;
            var claims = chain.Receive(ref received, now, out found);
            Runs.Add(new WireRun(WireSide.Chips, before[..^received.Length].ToArray()));
            return claims;
        }

        public int Encode(int slot, in Work work, Span<byte> frame)
        {
            var length = chain.Encode(slot, work, frame);
            Runs.Add(new WireRun(WireSide.Host, frame[..length].ToArray()));
            return length;
        }
    }
}
