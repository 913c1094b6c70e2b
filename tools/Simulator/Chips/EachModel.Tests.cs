using System.Buffers.Binary;
using Drivers.Hashing;

namespace Simulator.Chips;

/// <summary>What holds for the chips of every model.</summary>
public class EachModelTests
{
    private const int ZeroBits = 6;
    private const uint TicketOf2 = 0x0000_0080;

    public static TheoryData<string> All => [.. Silicon.Names.Split(", ")];

    public static TheoryData<string> Midstates => ["bm1387", "bm1397"];

    [Theory]
    [MemberData(nameof(All))]
    public void AChipLeavesResetWithItsIdentityAndItsPowerOnValues(string chip)
    {
        var silicon = Silicon.Find(chip)!;
        var bench = new ChipBench(chip);
        Models.Command(bench, silicon, silicon.Preamble ? "52050000" : "54050000");
        foreach (var (register, _) in silicon.PowerOn)
        {
            Models.Read(bench, silicon, 0, register);
        }

        var heard = Models.Listen(bench, silicon, TimeSpan.FromSeconds(0.1)).Select(one => one.Frame).ToList();

        var offset = silicon.Preamble ? 2 : 0;
        Assert.Equal(silicon.PowerOn.Length + 1, heard.Count);
        Assert.Equal(
            (uint)silicon.Id << 16 | (uint)silicon.Revision << 8,
            BinaryPrimitives.ReadUInt32BigEndian(heard[0].AsSpan(offset)));
        Assert.All(silicon.PowerOn, (entry, i) =>
        {
            var locked = entry.Register == silicon.Map.Pll ? 0x8000_0000 : 0;
            Assert.Equal(entry.Value | locked, BinaryPrimitives.ReadUInt32BigEndian(heard[i + 1].AsSpan(offset)));
            Assert.Equal(entry.Register, heard[i + 1][offset + 5]);
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void EveryResultIsTheHashItClaimsToBeAndTheyComeAtTheSiliconsRate(string chip)
    {
        var silicon = Silicon.Find(chip)!;
        var bench = new ChipBench(chip, zeroBits: ZeroBits);
        var pll = Clock(silicon);
        Models.BringUp(bench, silicon, TicketOf2, pll, Counting(silicon, pll));

        var (jobs, each) = silicon == Silicon.Bm1387 ? (4000, 5e-3) : (120, 0.5);
        var headers = Mine(bench, silicon, jobs, TimeSpan.FromSeconds(each));

        // One in 2^(32 + 1) of the silicon's hashes, as long as the midstates last; 5 sigma.
        var expected = jobs * SweptSeconds(silicon, pll, each) * silicon.Megahertz(pll) * 1e6 * silicon.HashUnits
            / Math.Pow(2, Silicon.ZeroBits + 1);
        Assert.InRange(headers.Count, expected - 5 * Math.Sqrt(expected) - 1, expected + 5 * Math.Sqrt(expected) + 1);
        Assert.True(headers.Count > 40, $"{headers.Count}");
        Assert.Equal(headers.Count, headers.Distinct().Count());
        Assert.All(headers, header => Assert.Equal(0ul, header.Hash().High >> (64 - ZeroBits - 1)));
        Assert.All(headers, header =>
        {
            var wire = BinaryPrimitives.ReverseEndianness(header.Nonce);
            Assert.True(silicon.Nonce.TryLocate(wire, 0, out var core, out _));
            Assert.InRange(core, 0u, (uint)silicon.Cores - 1);
        });
    }

    [Theory]
    [InlineData("bm1362", "gate")]
    [InlineData("bm1366", "gate")]
    [InlineData("bm1368", "cores")]
    [InlineData("bm1373", "counting")]
    [InlineData("bm1387", "open")]
    public void AChipWithoutOneOfTheStepsAnswersAndFindsNothing(string chip, string step)
    {
        var silicon = Silicon.Find(chip)!;
        var bench = new ChipBench(chip, zeroBits: ZeroBits);
        Models.BringUp(bench, silicon, TicketOf2, Clock(silicon), Counting(silicon, Clock(silicon)), except: step);

        Assert.Empty(Mine(bench, silicon, 40, TimeSpan.FromMilliseconds(500)));

        Models.Read(bench, silicon, 0, 0x00);
        Assert.Single(Models.Listen(bench, silicon, TimeSpan.FromSeconds(0.1)));
    }

    [Theory]
    [InlineData(0x3000_C100, 2)]
    [InlineData(0x8000_C100, 1)]
    [InlineData(0xB000_C100, 3)]
    [InlineData(0x4000_C100, 0)]
    public void TheBm1362HasThreeGatesAsItsOwnConstantSays(uint misc, int open)
    {
        var bench = new ChipBench("bm1362");
        Models.BringUp(bench, Silicon.Bm1362, 0, Clock(Silicon.Bm1362), 6241);
        Models.Write(bench, Silicon.Bm1362, 0x18, misc);
        Models.Job(bench, Silicon.Bm1362, Models.FullJob(0x18, 1));

        var whole = 525e6 * 514;
        Assert.InRange(bench.HashRate, whole * (open / 3.0 - 0.02), whole * (open / 3.0 + 0.02));
    }

    [Fact]
    public void ASoftResetTakesTheCoresBackToWhereTheyWere()
    {
        var bench = new ChipBench("bm1366");
        Models.BringUp(bench, Silicon.Bm1366, 0, Clock(Silicon.Bm1366), 860_000);
        Models.Job(bench, Silicon.Bm1366, Models.FullJob(0x18, 1));
        Assert.NotEqual(0, bench.HashRate);

        Models.Write(bench, Silicon.Bm1366, 0xA8, 0x0007_01F0);
        Assert.Equal(0, bench.HashRate);

        Models.Write(bench, Silicon.Bm1366, 0x3C, 0x8000_82AA);
        Assert.NotEqual(0, bench.HashRate);
    }

    [Theory]
    [MemberData(nameof(Midstates))]
    public void AMidstateJobIsSweptOnceAndThenTheChipIsSilent(string chip)
    {
        var silicon = Silicon.Find(chip)!;
        var bench = new ChipBench(chip, zeroBits: 14) { Watcher = new SearchSpace() };
        var pll = Clock(silicon);
        Models.BringUp(bench, silicon, 0, pll);
        bench.Watcher = new SearchSpace();
        Models.Job(bench, silicon, Models.MidstateJob(4, 4, 1).Body);
        var sweep = SweptSeconds(silicon, pll, 3600);

        bench.RunTo(bench.Now + TimeSpan.FromSeconds(0.5 * sweep));
        var half = bench.Searched().Hashes;
        bench.RunTo(bench.Now + TimeSpan.FromSeconds(sweep));
        var whole = bench.Searched().Hashes;
        bench.DiscardInput();
        bench.RunTo(bench.Now + TimeSpan.FromSeconds(10));

        Assert.Equal(0, bench.Available);
        Assert.Equal(whole, bench.Searched().Hashes);
        Assert.Equal(0, bench.Searched().RepeatedHashes);
        Assert.InRange(half / whole, 0.48, 0.55);
        Assert.Equal((double)(silicon.Nonce.CounterMask + 1) * silicon.Cores * 4, whole);
    }

    [Theory]
    [InlineData("bm1387", 1, 0x05)]
    [InlineData("bm1387", 2, 0x06)]
    [InlineData("bm1387", 4, 0x74)]
    [InlineData("bm1397", 1, 0x04)]
    [InlineData("bm1397", 4, 0xFC)]
    public void TheLowBitsOfAResultsIdAreTheMidstate(string chip, int midstates, byte id)
    {
        var silicon = Silicon.Find(chip)!;
        var bench = new ChipBench(chip, zeroBits: 10);
        Models.BringUp(bench, silicon, 0, Clock(silicon));
        var seen = new HashSet<int>();
        var (jobs, each) = silicon == Silicon.Bm1387 ? (600 * 4 / midstates, 5) : (60, 60);
        for (var seed = 0; seed < jobs; seed++)
        {
            var (body, headers) = Models.MidstateJob(id, midstates, seed);
            Models.Job(bench, silicon, body);
            foreach (var (_, frame) in Models.Listen(bench, silicon, TimeSpan.FromMilliseconds(each)))
            {
                var payload = silicon.Preamble ? frame.AsSpan(2) : frame;
                Assert.Equal(id & (silicon.Preamble ? 0xFC : 0x7F & ~(midstates - 1)), payload[5] & ~(midstates - 1));
                var midstate = payload[5] & (midstates - 1);
                payload[..4].CopyTo(headers[midstate].AsSpan(76));
                Assert.Equal(0ul, BlockHeader.Read(headers[midstate]).Hash().High >> (64 - 10));
                seen.Add(midstate);
            }
        }

        Assert.Equal(midstates, seen.Count);
    }

    [Fact]
    public void ABm1397TakesNoTwoMidstates()
    {
        var bench = new ChipBench("bm1397");
        Models.Job(bench, Silicon.Bm1397, Models.MidstateJob(4, 2, 1).Body);
        Models.Job(bench, Silicon.Bm1397, Models.MidstateJob(4, 4, 1).Body);
        bench.RunTo(bench.Now + TimeSpan.FromSeconds(0.1));

        Assert.Equal(1, bench.JobsReceived);
    }

    [Theory]
    [InlineData("bm1387", 0x08, 1 << 24)]
    [InlineData("bm1397", 0x04, 1 << 20)]
    public void TheOlderModelsSayTheirHashRateInARegister(string chip, byte register, double unit)
    {
        var silicon = Silicon.Find(chip)!;
        var bench = new ChipBench(chip);
        Models.BringUp(bench, silicon, 0x0000_00FF, Clock(silicon));
        Models.Job(bench, silicon, Models.MidstateJob(4, 4, 1).Body);
        var expected = bench.HashRate / unit;

        Models.Read(bench, silicon, 0, register);
        var heard = Models.Listen(bench, silicon, TimeSpan.FromMilliseconds(20)).Select(one => one.Frame)
            .First(frame => (frame[^1] & 0x80) == 0);

        var value = BinaryPrimitives.ReadUInt32BigEndian(heard.AsSpan(silicon.Preamble ? 2 : 0));
        Assert.InRange(value, expected - 1, expected + 1);
    }

    [Fact] // Reference §7.3: 8 % of the captures.
    public void ABm1362OftenNamesAnotherSmallCoreThanTheVersionsOwn()
    {
        var bench = new ChipBench("bm1362", zeroBits: 8);
        Models.BringUp(bench, Silicon.Bm1362, 0, Clock(Silicon.Bm1362), 80_000);
        Models.Job(bench, Silicon.Bm1362, Models.FullJob(0x18, 1));

        var results = Models.Listen(bench, Silicon.Bm1362, TimeSpan.FromSeconds(20)).Select(one => one.Frame).ToList();

        var slipped = results.Count(frame => (frame[7] & 7) != (frame[9] & 7));
        Assert.InRange((double)slipped / results.Count, 0.04, 0.12);
        Assert.All(results, frame => Assert.Equal(0, (frame[7] ^ frame[9]) & 3)); // By 4, or not at all.
    }

    private static uint Clock(Silicon silicon) => silicon.Name switch
    {
        "bm1387" => 0x0068_0221, // 650 MHz
        "bm1397" => 0x4044_0221, // 425 MHz
        "bm1366" or "bm1368" => 0x50C4_0240, // 490 MHz
        _ => 0x40A8_0230, // 525 MHz
    };

    /// <summary>The whole slice of one chip, less a guard.</summary>
    private static uint Counting(Silicon silicon, uint pll) =>
        (uint)((silicon.Nonce.CounterMask + 1) * 12.5 / silicon.Megahertz(pll) / silicon.CountsPerClock - 268);

    /// <summary>How much of the time that it has for one job a chip really hashes.</summary>
    private static double SweptSeconds(Silicon silicon, uint pll, double each) => silicon.Jobs == JobFormat.FullHeader
        ? each
        : (silicon.Nonce.CounterMask + 1.0) * 4 / silicon.SmallCores / (silicon.Megahertz(pll) * 1e6);

    /// <summary>New jobs in good time, and every result as the header it claims.</summary>
    private static List<BlockHeader> Mine(ChipBench bench, Silicon silicon, int jobs, TimeSpan each)
    {
        var found = new List<BlockHeader>();
        var full = silicon.Jobs == JobFormat.FullHeader;
        var given = new byte[128][][]; // By id, and for midstate jobs by midstate; results may come after the next job.
        for (var i = 0; i < jobs; i++)
        {
            var id = (byte)(full ? i % 16 << 3 : i % 32 << 2);
            var (body, headers) = full ? (Models.FullJob(id, (uint)i), [Gamma((uint)i)]) : Models.MidstateJob(id, 4, i);
            given[id] = headers;
            Models.Job(bench, silicon, body);
            foreach (var (_, frame) in Models.Listen(bench, silicon, each))
            {
                var payload = silicon.Preamble ? frame.AsSpan(2) : frame;
                var answered = (payload[5] >> silicon.IdShift) & silicon.IdMask;
                var header = full
                    ? BlockHeader.Read(given[answered][0]) with
                    {
                        Version = 0x2000_0000 | (uint)BinaryPrimitives.ReadUInt16BigEndian(payload[6..]) << 13,
                    }
                    : BlockHeader.Read(given[payload[5] & 0x7C][payload[5] & 3]);
                found.Add(header with { Nonce = BinaryPrimitives.ReadUInt32LittleEndian(payload) });
            }
        }

        return found;
    }

    private static byte[] Gamma(uint ntime)
    {
        var header = Captures.GammaShare().Header;
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(68), ntime);
        return header;
    }
}
