using System.Buffers.Binary;
using Drivers.Hashing;

namespace Simulator.Chips;

public class HashEngineTests
{
    [Fact]
    public void AFullyBroughtUpChipAnswersTheCapturedJobAsSiliconDid()
    {
        var bench = new Bench();
        bench.BringUp(ticketBits: 8);
        bench.SendRaw(Captures.GammaShare().Job);
        bench.Run(6.5); // Version 05A2 belongs to the 91st counting time of 63.9 ms.

        Assert.Contains("AA554C0352750CD205A29C", bench.HearHex(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gate")]
    [InlineData("cores")]
    [InlineData("lock")]
    [InlineData("counting")]
    public void NothingIsFoundWithout(string step)
    {
        var bench = new Bench();
        bench.BringUp(except: step);
        bench.SendJob();
        bench.Run(5);

        Assert.Empty(bench.Hear());
        Assert.Equal(0, bench.Line.HashRate);
    }

    [Fact]
    public void NothingIsFoundBeforeAJob()
    {
        var bench = new Bench();
        bench.BringUp();
        bench.Run(5);

        Assert.Empty(bench.Hear());
    }

    [Fact]
    public void EachGateOpensItsQuarterOfTheCores()
    {
        var bench = new Bench();
        bench.BringUp(except: "gate");
        bench.Write(0x18, 0x2000_C100);
        bench.SendJob();
        bench.Run(10);

        var cores = Bench.Results(bench.Hear()).Select(result => result.Frame[2] >> 1).ToArray();
        Assert.True(cores.Length > 10);
        Assert.All(cores, core => Assert.InRange(core, 32, 63));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    public void ResultsComeAtTheRateThatClockAndTicketImply(int ticketBits)
    {
        const double seconds = 30;
        var bench = new Bench();
        bench.BringUp(ticketBits: ticketBits);
        bench.SendJob();
        bench.Run(seconds - 0.1);

        var found = Bench.Results(bench.Hear());

        // f · 2040 · 2^(8 - 32) hashes a second, one in 2^(8 + N) of them reported; 5 sigma.
        var hashes = seconds * 525e6 * 2040 * Math.Pow(2, Bench.ZeroBits - 32);
        var expected = hashes / Math.Pow(2, Bench.ZeroBits + ticketBits);
        Assert.InRange(found.Count, expected - 5 * Math.Sqrt(expected), expected + 5 * Math.Sqrt(expected));
    }

    [Fact]
    public void EveryResultIsTheHashItClaimsToBe()
    {
        var bench = new Bench();
        bench.BringUp(ticketBits: 3);
        bench.SendJob(slot: 9);
        bench.Run(10);

        var found = Bench.Results(bench.Hear());

        Assert.True(found.Count > 100);
        Assert.Equal(found.Count, found.Select(result => result.Header).Distinct().Count());
        Assert.All(found, result =>
        {
            var hash = Sha256d.Hash(result.Header);
            Assert.Equal(0ul, hash.High >> (64 - Bench.ZeroBits - 3));
            Assert.Equal(9, result.Frame[7] >> 4);
            Assert.Equal(result.Frame[7] & 0xF, result.Frame[9] & 0xF); // Small core = lowest version bits.
        });
    }

    [Theory] // Vector A hashes to 40 zero bits and 0000001000110111…
    [InlineData(0x0000_00FFu, true)]
    [InlineData(0x0000_FCFFu, true)]
    [InlineData(0x0000_FEFFu, false)]
    [InlineData(0x0000_F8FFu, true)]
    [InlineData(0x0000_02FFu, false)]
    [InlineData(0x0000_01FFu, true)]
    public void TheTicketIsATestOfBitsAndNoComparison(uint mask, bool passes)
    {
        var hash = Sha256d.Hash(BlockHeader.Read(Captures.GammaShare().Header));

        Assert.Equal(passes, HashEngine.Passes(hash, 32, mask));
    }

    [Fact]
    public void AfterAnEpochTheSameResultsComeAgain()
    {
        const int counting = 500;
        var epoch = TimeSpan.FromSeconds(4096 * counting * 80e-9);
        var bench = new Bench(zeroBits: 14);
        bench.BringUp(ticketBits: 0, counting: counting);
        bench.SendJob();
        bench.Run(epoch * 2 - TimeSpan.FromMilliseconds(100));

        var found = Bench.Results(bench.Hear()).Select(result => result.Header).ToList();

        var period = found.IndexOf(found[0], 1);
        var expected = 525e6 * 2040 * Math.Pow(2, 14 - 32) / Math.Pow(2, 14) * epoch.TotalSeconds;
        Assert.InRange(period, expected - 5 * Math.Sqrt(expected), expected + 5 * Math.Sqrt(expected));
        Assert.Equal(period, found.Take(period).Distinct().Count());
        Assert.All(found.Skip(period), (header, i) => Assert.Equal(found[i], header));
    }

    [Fact]
    public void ANewJobBeginsWithTheFirstVersionAtOnce()
    {
        var bench = new Bench();
        bench.BringUp(ticketBits: 2);
        bench.SendJob();
        bench.Run(5);
        bench.Hear();

        bench.SendJob(ntime: 0x1702_3A05, slot: 6);
        bench.Run(0.4);

        var frames = Chunks(bench.Hear());
        frames.RemoveAll(frame => frame == frames[0] && frame[7] >> 4 == 5); // It was on the wire when the job came.
        Assert.NotEmpty(frames);
        Assert.All(frames, frame =>
        {
            Assert.Equal(6, frame[7] >> 4);
            Assert.InRange(BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(8)), 0, 16 * 8 - 1);
        });
        Assert.Equal(2, bench.Line.JobsReceivedCount);
    }

    [Fact]
    public void AChipWithAnOffsetCountsFromThereAndOneWithoutFromAnywhere()
    {
        const int counting = 1000; // 84 µs · 525 MHz = 44,100 counts of 2^25: 100 ticks of 40 ns longer than asked
        var bench = new Bench(zeroBits: 13);
        bench.BringUp(ticketBits: 0, counting: counting);
        bench.Write(0x0C, 0x8000_4000); // 0x4000 << 9 = 2^23
        bench.SendJob();
        bench.Run(0.1);
        Assert.All(Counters(bench), counter => Assert.InRange(counter, 1 << 23, (1 << 23) + 44_100));

        bench.Write(0x0C, 0);
        bench.SendJob();
        bench.Run(0.1);
        Assert.Contains(Counters(bench), counter => counter is < 1 << 23 or > (1 << 23) + 44_100);
    }

    [Fact]
    public void AMaskWithFewVersionBitsLeavesTheOthersAlone()
    {
        var bench = new Bench();
        bench.BringUp(ticketBits: 2);
        bench.Write(0xA4, 0x9000_F030);
        bench.SendJob();
        bench.Run(5);

        var found = Chunks(bench.Hear());
        Assert.True(found.Count > 20);
        Assert.All(found, frame => Assert.Equal(0, BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(8)) & ~0xF030));
    }

    [Fact]
    public void TwoChipsOnOneOffsetFindTheSameThings()
    {
        var bench = new Bench(chips: 2);
        bench.BringUp(ticketBits: 2);
        bench.Write(0x0C, 0x8000_0000);
        bench.SendJob();
        bench.Run(5);

        var found = Bench.Results(bench.Hear());

        Assert.True(found.Count > 100);
        Assert.Equal(found.Count, 2 * found.Select(result => result.Header).Distinct().Count());
    }

    [Fact]
    public void WrongNoncesAreCountedAsErrorsAndHashToNothing()
    {
        var bench = new Bench();
        bench.Faults.HardwareErrorRate = 1;
        bench.BringUp(ticketBits: 4);
        bench.SendJob();
        bench.Run(5);

        var found = Bench.Results(bench.Hear());
        bench.Write(0x10, 0);
        bench.Hear();
        bench.Send("4205004C");

        Assert.InRange(found.Count(result => Sha256d.Hash(result.Header).High >> 52 == 0), 0, 2);
        Assert.True(found.Count > 20);
        var counted = BinaryPrimitives.ReadUInt32BigEndian(bench.Hear().AsSpan(2));
        Assert.InRange(counted, (uint)found.Count, (uint)found.Count + 20);
    }

    private static List<byte[]> Chunks(byte[] bytes) => bytes.Chunk(11).ToList();

    private static List<int> Counters(Bench bench)
    {
        var counters = Chunks(bench.Hear())
            .Select(frame => (int)(BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(2)) & 0x1FF_FFFF))
            .ToList();
        Assert.NotEmpty(counters);
        return counters;
    }
}
