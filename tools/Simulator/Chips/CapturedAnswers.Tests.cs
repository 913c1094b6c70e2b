namespace Simulator.Chips;

/// <summary>Captured answers, asked of simulated chips that stand where the captured ones did.</summary>
public class CapturedAnswersTests
{
    private const string MiscControlOfABm1370 = "0000C1000018";

    [Fact]
    public void EveryCapturedRegisterAnswerComesByteForByte()
    {
        var captured = Captures.Responses().Where(answer => (answer.Last & 0x80) == 0).ToList();
        Assert.Equal(21, captured.Count);
        foreach (var (payload, last) in captured)
        {
            var silicon = Find(payload);
            var bench = new ChipBench(silicon.Name);
            if (payload.Length == 8 || payload[3] != 0)
            {
                Prepare(bench, silicon, address: payload[3], longAnswers: payload.Length == 8);
            }

            Models.Command(bench, silicon, $"{(silicon.Preamble ? 52 : 54)}0500{payload[5]:X2}");

            var (_, frame) = Assert.Single(Models.Listen(bench, silicon, TimeSpan.FromMilliseconds(50)));
            Assert.Equal(
                (silicon.Preamble ? "AA55" : "") + Convert.ToHexString(payload) + $"{last:X2}",
                Convert.ToHexString(frame));
        }
    }

    [Theory] // Work of a Stratum log: where the chip begins right at the nonce, silicon's first clock finds it.
    [InlineData(0, 0x0000_00F0)]
    [InlineData(1, 0x0000_80FF)]
    public void TheNoncesOfTheStratumLogAreFoundInTheirJobs(int number, uint ticket)
    {
        var (body, nonce) = Captures.StratumWork(number);
        var silicon = Silicon.Bm1370;
        var taken = new SiliconJob(silicon, body);
        var cores = new CoreSet([.. Enumerable.Repeat(true, silicon.Cores)]);
        var engine = new HashEngine(silicon, Silicon.ZeroBits);
        var results = new List<ChipResult>();

        engine.Load(
            taken, nonce & silicon.Nonce.CounterMask, 0, new Clocking(50, 1000, ticket, 0xFFFF, cores), TimeSpan.Zero);
        engine.Run(TimeSpan.FromMicroseconds(1), results);

        var result = Assert.Single(results);
        Assert.Equal((nonce, (ushort)0, (byte)0), (result.Nonce, result.RolledBits, result.Lane));
        Assert.InRange(result.At, TimeSpan.Zero, TimeSpan.FromMicroseconds(0.1));
    }

    private static Silicon Find(byte[] payload) => Convert.ToHexString(payload) == MiscControlOfABm1370
        ? Silicon.Bm1370
        : Silicon.Find($"bm{payload[0]:X2}{payload[1]:X2}")!;

    private static void Prepare(ChipBench bench, Silicon silicon, byte address, bool longAnswers)
    {
        Models.Command(bench, silicon, silicon.Preamble ? "53050000" : "55050000");
        Models.Command(bench, silicon, $"{(silicon.Preamble ? 40 : 41)}05{address:X2}00");
        if (longAnswers)
        {
            Models.Write(bench, silicon, 0xA4, 0x9000_FFFF);
        }

        bench.DiscardInput();
    }
}
