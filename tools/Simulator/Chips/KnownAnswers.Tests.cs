using System.Buffers.Binary;

namespace Simulator.Chips;

/// <summary>The simulated chips against what hardware was seen to answer.</summary>
public class KnownAnswersTests
{
    [Fact]
    public void ABm1366FindsAllThatItFoundBeforeBlock839900AndWhenItDid()
    {
        const double logResolution = 10;
        var bench = new ChipBench("bm1366", zeroBits: 1) { Resolution = TimeSpan.FromMilliseconds(0.5) };
        Models.BringUp(bench, Silicon.Bm1366, ticket: 0x0000_C0FF, pll: 0x40B0_0230, counting: 0x000F_FFFF);
        bench.TryWrite(Captures.BlockJob());
        bench.Drain(TimeSpan.FromSeconds(1));
        var began = bench.Now;

        var heard = Models.Listen(bench, Silicon.Bm1366, TimeSpan.FromSeconds(687));

        var known = Captures.BlockResults().ToList();
        var late = new List<double>();
        foreach (var (milliseconds, nonce, version) in known)
        {
            var rolled = (ushort)(version >> 13 & 0xFFFF);
            var (at, frame) = Assert.Single(heard, one => one.Frame.AsSpan(2, 4).SequenceEqual(nonce)
                && BinaryPrimitives.ReadUInt16BigEndian(one.Frame.AsSpan(8)) == rolled);
            Assert.Equal(0x18 | rolled & 7, frame[7]);
            late.Add(milliseconds - (at - began).TotalMilliseconds);
        }

        Assert.Equal(57, known.Count);
        var middle = (late.Max() + late.Min()) / 2; // When the log's clock said that the job was sent.
        Assert.All(late, one => Assert.InRange(one - middle, -logResolution, logResolution));
        Assert.InRange(middle, 1600, 1800);
    }

    [Fact] // A test job of the firmware that most of these chips run on.
    public void ABm1397FindsTheNonceOfTheHardwareTestInTheThirdMidstate()
    {
        // It begins right at the nonce, so that the first clock of 672 hashes can be hashed as silicon does it.
        var (job, nonce) = Captures.MidstateJob();
        var silicon = Silicon.Bm1397;
        var taken = new SiliconJob(silicon, job.AsSpan()[2..^2]);
        var cores = new CoreSet([.. Enumerable.Repeat(true, silicon.Cores)]);
        var clocking = new Clocking(Megahertz: 50, 1, TicketMask: 0xFF, 0, cores);
        var engine = new HashEngine(silicon, Silicon.ZeroBits);
        var results = new List<ChipResult>();

        engine.Load(taken, taken.StartNonce, 0, clocking, TimeSpan.Zero);
        engine.Run(TimeSpan.FromMicroseconds(1), results);

        var result = Assert.Single(results);
        Assert.Equal(BinaryPrimitives.ReadUInt32BigEndian(nonce), result.Nonce);
        Assert.Equal(2, result.Lane);
        Assert.InRange(result.At, TimeSpan.Zero, TimeSpan.FromMicroseconds(0.1));
        Assert.Equal("9B044C0A", Frame(silicon, result, midstates: 4)[4..12]);
        Assert.Equal("1A", Frame(silicon, result, midstates: 4)[14..16]);
    }

    [Theory] // Captures of the bring-up of an S9: the same nonce for each null job from the one that opened its core.
    [InlineData(0x70, 3, "7203EA83")]
    [InlineData(0xE0, 9, "E16BF809")]
    public void ABm1387FindsTheNoncesOfNullWorkFromTheJobOnThatOpensTheirCore(byte address, int core, string nonce)
    {
        var bench = new ChipBench("bm1387", zeroBits: 16);
        Models.Command(bench, Silicon.Bm1387, "55050000");
        Models.Command(bench, Silicon.Bm1387, $"4105{address:X2}00");
        Models.Command(bench, Silicon.Bm1387, "5809000C00680221");
        Models.Command(bench, Silicon.Bm1387, "5809001C40209A80"); // Bit 15: gate block
        var heard = new List<string>();
        for (var id = 0; id < 12; id++)
        {
            byte[] body = [0x21, 0x36, (byte)id, 1, 0, 0, 0, 0, .. Enumerable.Repeat((byte)0xFF, 12), .. new byte[32]];
            Models.Job(bench, Silicon.Bm1387, body);
            heard.AddRange(Models.Listen(bench, Silicon.Bm1387, TimeSpan.FromMilliseconds(10))
                .Select(one => Convert.ToHexString(one.Frame))
                .Where(frame => frame.StartsWith(nonce, StringComparison.Ordinal)));
        }

        Assert.Equal(12 - core, heard.Count);
        Assert.All(heard, (frame, i) => Assert.Equal($"{nonce}00{core + i:X2}", frame[..12]));
        if (core == 3)
        {
            Assert.Equal(["7203EA83000398", "7203EA8300049E", "7203EA83000593", "7203EA83000684"], heard[..4]);
        }
    }

    [Theory] // Every captured nonce frame, and the two computed for the block: what is in them, and how it is packed.
    [InlineData("bm1370", "1800A640029922F9", 0x91)]
    [InlineData("bm1370", "0735CDCF025E002E", 0x96)]
    [InlineData("bm1370", "460332E700C32C83", 0x99)]
    [InlineData("bm1370", "7B8D816002550085", 0x81)]
    [InlineData("bm1370", "322A845A025201B2", 0x8C)]
    [InlineData("bm1370", "500341D600811801", 0x9B)]
    [InlineData("bm1370", "4C0352750CD205A2", 0x9C)]
    [InlineData("bm1370", "178560D2003354B3", 0x95)]
    [InlineData("bm1368", "52003025009100B1", 0x93)]
    [InlineData("bm1368", "7A0176B4008B0BDB", 0x9A)]
    [InlineData("bm1366", "2FD596CE029394FB", 0x86)]
    [InlineData("bm1366", "178560D2001B54B3", 0x97)]
    [InlineData("bm1362", "6DB88EE101040354", 0x94)]
    [InlineData("bm1397", "97C328B60163", 0x9C)]
    [InlineData("bm1387", "7203EA830003", 0x98)]
    [InlineData("bm1387", "7203EA830004", 0x9E)]
    [InlineData("bm1387", "7203EA830005", 0x93)]
    [InlineData("bm1387", "7203EA830006", 0x84)]
    [InlineData("bm1387", "E16BF809016F", 0x9C)]
    [InlineData("bm1387", "48063C080012", 0x99)]
    public void ResultsArePackedAsSiliconPacksThem(string chip, string payload, byte last)
    {
        var silicon = Silicon.Find(chip)!;
        var bytes = Convert.FromHexString(payload);
        var midstates = silicon.Jobs == JobFormat.FullHeader ? 0 : silicon.SmallCores;
        var rolled = midstates == 0 ? BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(6)) : (ushort)0;
        var lane = midstates == 0 ? rolled & (silicon.SmallCores - 1) : bytes[5] & (silicon.SmallCores - 1);
        var id = (byte)((bytes[5] & ~(silicon.SmallCores - 1)) >> silicon.IdShift);
        var steps = Math.Max(silicon.ExcessSteps, 1);

        var frame = Frame(
            silicon,
            new ChipResult(
                default, id, BinaryPrimitives.ReadUInt32BigEndian(bytes), rolled, (byte)lane, bytes[4] / steps),
            midstates);

        Assert.Equal((silicon.Preamble ? "AA55" : "") + payload + $"{last:X2}", frame);
    }

    private static string Frame(Silicon silicon, in ChipResult result, int midstates)
    {
        var wire = new Overheard();
        var replies = new ChipReplies(silicon, 0, new Random(1), wire)
        {
            AreLong = silicon.Jobs == JobFormat.FullHeader,
        };

        // The oldest chips count a job's solutions in that byte instead of telling how far one beats the ticket.
        for (var before = silicon.Preamble ? 0 : result.Excess; before >= 0; before--)
        {
            replies.Result(result, 0, midstates);
        }

        return Convert.ToHexString(wire.Frame);
    }

    private sealed class Overheard : IChipWire
    {
        public Faults Faults { get; } = new();

        public byte[] Frame { get; private set; } = [];

        public void Send(int chip, ReadOnlySpan<byte> frame, bool isResult, TimeSpan ready) => Frame = frame.ToArray();
    }
}
