using System.Globalization;
using System.Text.Json;

namespace Simulator.Bitfury;

/// <summary>The simulated chip against the published jobs and words, by bytes alone.</summary>
public sealed class BitfuryWireTests
{
    private const int ZeroBits = 10; // Of what is sampled; a published answer has to have the silicon's.
    private const string Off = "00000000";

    /// <summary>All settings at 54 bits, as the reference writes them on the wire.</summary>
    private static readonly string Settings = "E16000FFFFFFFFFFFFFC00"
        + $"E07020{Off}E07040{Off}E07060{Off}E0708083569AC7E070C0{Off}"
        + $"E070E0{Off}E07100{Off}E07120{Off}E07140{Off}E07160{Off}"
        + "E3010002022010606820A0BC7C02F0002040C0"
        + $"EF1000{Off}{Off}{Off}FFFFFFFF00000001{string.Concat(Enumerable.Repeat(Off, 10))}01400000"
        + $"E71400{Off}{Off}{Off}FFFFFFFF00000001{Off}{Off}{Off}"
        + $"E7190000000001{string.Concat(Enumerable.Repeat(Off, 6))}00800000";

    private readonly BitfuryWire wire = new(chips: 1, ZeroBits, seed: 1, hertz: 1_000_000);
    private TimeSpan now;

    public static TheoryData<int> Numbers => [0, 1, 2, 3, 4];

    [Theory]
    [InlineData(0xF0C4_E61F, 0xC819_71F1)]
    [InlineData(0xDF80_0000, 0x0000_08E0)]
    public void ANumberIsShownAsInTheReference(uint number, uint raw) =>
        Assert.Equal(raw, BitfuryWord.Raw(number));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void AChipFindsThePublishedAnswerWhereItHasTheCore(int number)
    {
        var (job, answer) = Vector(number);
        Run(job);
        now += TimeSpan.FromSeconds(4); // At least one whole range, wherever the counters were when the job came.
        wire.Advance(now);
        var words = Run(job);

        const int outside = 1; // The second answer is of a core that this generation does not have.
        var isShown = words.Take(16).Any(word => word == BitfuryWord.OfResult(answer));
        Assert.Equal(number != outside, isShown);
        Assert.Equal(number != outside, BitfuryCores.Exists(answer >> 29 | (answer >> 22 & 0x7F) << 3));
    }

    [Fact]
    public void OneWordOfSixteenCountsAndTheSelectWordTurnsOverWithTheJob()
    {
        var (job, _) = Vector(0);
        Run(job);
        now += TimeSpan.FromSeconds(2);
        wire.Advance(now);
        var before = Run(job);
        now += TimeSpan.FromSeconds(0.1);
        wire.Advance(now);
        var after = Run(job);
        now += TimeSpan.FromSeconds(1.5);
        wire.Advance(now);
        var later = Run(job);

        Assert.Single(Enumerable.Range(0, 16), place => before[place] != after[place]);
        Assert.Equal(before[16], after[16]);
        Assert.Equal(~after[16], later[16]);
        Assert.Equal(uint.MaxValue, after[17]);
        Assert.Equal((byte)0xE0, (byte)(after.Take(16).Except(before).Single() & 0xFF));
    }

    [Theory]
    [InlineData("E16000FFFFFFFFFFFFFC00", "E16000FFFFFFFFFFFF3C00")] // A hole in the thermometer.
    [InlineData("E0708083569AC7", "E0708000000000")] // No clock.
    [InlineData("E07100" + Off, "E0710083569AC7")] // A scan chain.
    [InlineData("E3010002022010", "E3010002022011")]
    public void AnyWrongSettingStopsTheChip(string right, string wrong)
    {
        Run(Vector(0).Job, Settings.Replace(right, wrong, StringComparison.Ordinal));

        Assert.False(wire.Chips[0].Hashes);
        Run(Vector(0).Job, Settings);
        Assert.True(wire.Chips[0].Hashes);
    }

    [Fact]
    public void WithoutTogglingTheChipsAreOutOfStep()
    {
        Send("04" + Settings);
        Assert.False(wire.Chips[0].Hashes);

        wire.Toggled(7); // Too few.
        Send("04" + Settings);
        Assert.False(wire.Chips[0].Hashes);

        Run(Vector(0).Job);
        Assert.True(wire.Chips[0].Hashes);
        Send("04E0708000000000"); // A second session without it.
        Assert.True(wire.Chips[0].Hashes);
        wire.Toggled(8);
        Send("04E0708000000000");
        Assert.False(wire.Chips[0].Hashes);
    }

    [Fact]
    public void AJobWhoseStatesDoNotBelongTogetherFindsNothingTrue()
    {
        var (job, answer) = Vector(0);
        var wrong = job[..^2] + "00"; // The last byte of nbits, which the third round takes in.
        Run(wrong);
        now += TimeSpan.FromSeconds(4);
        wire.Advance(now);

        Assert.DoesNotContain(BitfuryWord.OfResult(answer), Run(wrong).Take(16));
    }

    /// <summary>A session with this job, and the 19 words that came back in its place.</summary>
    private uint[] Run(string job, string? settings = null)
    {
        wire.Toggled(64);
        var received = Send("04" + (settings ?? Settings) + "F23000" + job);
        return [.. received[^76..].Chunk(4).Select(word => BitConverter.ToUInt32(word))];
    }

    private byte[] Send(string hex)
    {
        var sent = Convert.FromHexString(hex);
        var received = new byte[sent.Length];
        wire.TransferFullDuplex(sent, received);
        return received;
    }

    /// <summary>A published job as it goes over the wire, and its answer.</summary>
    private static (string Job, uint Answer) Vector(int number)
    {
        using var file = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", "chips.json")));
        var vector = file.RootElement.GetProperty("bitfury_vectors")[number];
        var state = Words(vector.GetProperty("midstate_words").GetString()!);
        var rest = Words(vector.GetProperty("m7_ntime_nbits_nonce_words").GetString()!);
        uint[] job = [.. state, .. BitfuryJob.AfterThreeRounds(state, rest), .. rest[..3]];
        return (Convert.ToHexString([.. job.SelectMany(BitConverter.GetBytes).Select(Turned)]), rest[3]);
    }

    private static uint[] Words(string text) =>
        [.. text.Split(' ').Select(word => uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];

    private static byte Turned(byte one) =>
        (byte)Enumerable.Range(0, 8).Sum(bit => (one >> bit & 1) << (7 - bit));
}
