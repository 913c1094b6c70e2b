using System.Globalization;
using System.Text.Json;

namespace Drivers.Hashing.Bm13xx.Decoding;

public class WireDecoderTests
{
    private static readonly ChipModel[] WithPreamble =
        [.. ChipModel.All.Where(model => model.Commands.Preamble.Length > 0)];

    [Fact]
    public void EveryCommandOfTheCollectionIsExplainedByEveryModelThatSpeaksSo()
    {
        foreach (var (model, frame) in Commands())
        {
            var explained = Assert.Single(Explain(model, WireSide.Unknown, frame));

            Assert.True(explained is { IsSound: true, Sender: WireSide.Host, Offset: 0, Missing: 0 });
            Assert.Equal(frame.Length, explained.Length);
        }
    }

    [Fact]
    public void EveryAnswerOfTheCollectionIsExplainedAsWhatItIs()
    {
        foreach (var (model, frame, isNonce) in Answers())
        {
            var explained = Assert.Single(Explain(model, WireSide.Unknown, frame));

            Assert.True(explained is { IsSound: true, Sender: WireSide.Chips, Offset: 0, Missing: 0 });
            Assert.Equal(isNonce, explained.Title.StartsWith("nonce 0x", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void NoCommandWithABitFlippedHasAGoodCrc()
    {
        foreach (var (model, frame) in Commands())
        {
            // Where nobody says who sent it, damaged bytes may be an answer by chance: five bits are no proof.
            AssertNoFlipIsSound(model, WireSide.Host, frame);
            AssertNoFlipIsSound(model, WireSide.Unknown, frame, by: WireSide.Host);
        }
    }

    [Fact]
    public void NoAnswerWithABitFlippedHasAGoodCrc()
    {
        foreach (var (model, frame, _) in Answers())
        {
            AssertNoFlipIsSound(model, WireSide.Unknown, frame);
        }
    }

    [Fact]
    public void NoJobWithABitFlippedHasAGoodCrc()
    {
        AssertNoFlipIsSound(ChipModel.Bm1370, WireSide.Unknown, ChipVectors.Root.GetProperty("bm1370_share").Hex("tx"));
        AssertNoFlipIsSound(ChipModel.Bm1397, WireSide.Unknown, MidstateJob());
    }

    [Fact] // Vector A of the reference: a pool took it.
    public void TheAcceptedShareIsHashedAgain()
    {
        var share = ChipVectors.Root.GetProperty("bm1370_share");

        var explained = Explain(ChipModel.Bm1370, WireSide.Unknown, [.. share.Hex("tx"), .. share.Hex("rx")]);

        Assert.Equal(["job 0x68 with a whole header", "nonce 0x7552034C"], explained.Select(frame => frame.Title));
        Assert.Equal("29588.01 (46 zero bits)", Value(explained[1], "difficulty"));
        Assert.Equal(
            "0000000000023704cface997bcf7388694ea43dae96c51d80658687a7d8827fe", Value(explained[1], "hash"));
        Assert.Equal("0x68", Value(explained[1], "job"));
        Assert.Equal("2", Value(explained[1], "small core"));
        Assert.Equal("0x20B44000", Value(explained[1], "version"));
    }

    [Fact] // Vector B: all 57 results of a BM1366, framed as it frames them.
    public void EveryResultOfBlock839900IsHashedAgainWithItsDifficulty()
    {
        var work = ChipVectors.Root.GetProperty("bm1366_block839900");
        var results = work.GetProperty("results").EnumerateArray().ToArray();
        byte[] capture = [.. work.Hex("job_frame_id18"), .. results.SelectMany(result => Framed(
            [.. result.Hex("nonce_wire"), 0, .. Header(result.Hex("version")), .. Rolled(result.Hex("version"))]))];

        var nonces = Explain(ChipModel.Bm1366, WireSide.Unknown, capture)[1..];

        Assert.Equal(57, nonces.Count);
        Assert.All(nonces, (nonce, i) => Assert.StartsWith(
            results[i].GetProperty("difficulty").GetDouble().ToString("F2", CultureInfo.InvariantCulture) + " (",
            Value(nonce, "difficulty"),
            StringComparison.Ordinal));

        byte[] Header(byte[] version) => [(byte)(0x18 | Rolled(version)[1] & 7)];
        byte[] Rolled(byte[] version)
        {
            var bits = Convert.ToUInt32(Convert.ToHexString(version), 16) >> 13 & 0xFFFF;
            return [(byte)(bits >> 8), (byte)(bits & 0xFF)];
        }
    }

    [Fact] // Vectors C and D: work of a Stratum log, whose answers anybody may have found.
    public void TheWorkOfTheStratumLogHasItsDifficultiesOnTheWire()
    {
        var results = ChipVectors.Stratum().ToArray();
        Assert.Equal(2, results.Length);
        foreach (var (header, difficulty) in results)
        {
            var job = new byte[JobFrame.Size];
            JobFrame.Write(0x08, header with { Version = 0x2000_0004, Nonce = 0 }, job);
            byte[] answer = Framed([.. BitConverter.GetBytes(header.Nonce), 0, 0x10, 0, 0]);

            var nonce = Explain(ChipModel.Bm1368, WireSide.Unknown, [.. job, .. answer])[1];

            Assert.StartsWith(
                difficulty.ToString("F2", CultureInfo.InvariantCulture) + " (",
                Value(nonce, "difficulty"),
                StringComparison.Ordinal);
        }
    }

    [Fact] // Vector E: the third of four midstates.
    public void TheMidstateJobIsHashedAgain()
    {
        byte[] capture = [.. MidstateJob(), .. Framed(Convert.FromHexString("9B044C0A001A"))];

        var explained = Explain(ChipModel.Bm1397, WireSide.Unknown, capture);

        Assert.Equal("job 0x18 with 4 midstates", explained[0].Title);
        Assert.Equal("2", Value(explained[1], "midstate"));
        Assert.Equal("0x18", Value(explained[1], "job"));
        Assert.StartsWith("23198.52 (", Value(explained[1], "difficulty"), StringComparison.Ordinal);
    }

    [Fact] // Vector F, and its captured frames: without preambles, in both directions.
    public void TheNullWorkOfABm1387IsHashedAgain()
    {
        var work = ChipVectors.Root.GetProperty("bm1387_null_work");
        var capture = new List<byte>();
        foreach (byte id in new byte[] { 3, 4, 5, 6 })
        {
            var job = new byte[MidstateFrame.SizeMax];
            var length = MidstateFrame.Write(Bm13xx.Commands.Bm1387, id, work.Hex("tail"), [default], job);
            capture.AddRange(job[..length]);
        }

        capture.AddRange(Convert.FromHexString(
            "7203EA83000398" + "7203EA8300049E" + "7203EA83000593" + "7203EA83000684"));

        var explained = Explain(ChipModel.Bm1387, WireSide.Unknown, [.. capture]);

        Assert.Equal(8, explained.Count);
        Assert.All(explained, frame => Assert.True(frame.IsSound));
        Assert.Equal(["0x03", "0x04", "0x05", "0x06"], explained[4..].Select(nonce => Value(nonce, "job")));
        Assert.All(explained[4..], nonce => Assert.StartsWith(
            "1.99 (32 zero bits", Value(nonce, "difficulty"), StringComparison.Ordinal));
    }

    [Fact]
    public void AnswersGrowInTheMiddleOfACaptureAndNoneIsLost()
    {
        const string stream = "55AA520500000A" + "AA5513700000000006" + "AA5513700000000006" + "55AA510900A49000FFFF1C"
            + "55AA520500000A" + "AA55137000000000000010" + "AA551800A640029922F991";

        var explained = Explain(ChipModel.Bm1370, WireSide.Unknown, Convert.FromHexString(stream));

        Assert.Equal([7, 9, 9, 11, 7, 11, 11], explained.Select(frame => frame.Length));
        Assert.All(explained, frame => Assert.True(frame.IsSound));
    }

    [Fact]
    public void WhatIsDamagedCostsOnlyItselfAndBytesOfNoFrameAreTold()
    {
        const string stream = "00FF" + "AA551370000000000006" /* a byte too many */ + "AA55137000000000000010"
            + "55AA5109" /* cut */ + "55AA5305000003" + "55AA520500000B" /* flipped */ + "AA5513";

        var explained = Explain(ChipModel.Bm1370, WireSide.Unknown, Convert.FromHexString(stream));

        Assert.Equal([0, 2, 12, 23, 27, 34, 41], explained.Select(piece => piece.Offset));
        Assert.Equal([false, false, true, false, true, false, false], explained.Select(piece => piece.IsSound));
        Assert.Equal([0, 1, 0, 7, 0, 0, 8], explained.Select(piece => piece.Missing));
        Assert.False(explained[0].IsFrame);
        Assert.Equal("55AA520500000B", Value(explained[5], "bytes"));
    }

    [Fact]
    public void TwoSidesAreTakenInTheOrderInWhichTheirFramesEnded()
    {
        var share = ChipVectors.Root.GetProperty("bm1370_share");
        var (job, answer) = (share.Hex("tx"), share.Hex("rx"));

        var explained = new WireDecoder(ChipModel.Bm1370).Explain(
        [
            new(WireSide.Host, job[..50]), new(WireSide.Chips, answer), new(WireSide.Host, job[50..]),
            new(WireSide.Chips, answer[..3]), new(WireSide.Host, []), new(WireSide.Chips, answer[3..]),
        ]);

        Assert.Equal([0, 0, 11], explained.Select(frame => frame.Offset));
        Assert.StartsWith("not told", Value(explained[0], "hash"), StringComparison.Ordinal);
        Assert.StartsWith("29588.01", Value(explained[2], "difficulty"), StringComparison.Ordinal);
    }

    [Fact]
    public void AResultOfTheJobBeforeIsStillFoundAndANarrowMaskLeavesTheOtherBits()
    {
        var share = ChipVectors.Root.GetProperty("bm1370_share");
        var header = BlockHeader.Read(share.Hex("header"));
        var job = new byte[JobFrame.Size];
        JobFrame.Write(0x68, header with { Version = 0x2034_4000, Nonce = 0 }, job); // Half of the bits are its own.
        var other = new byte[JobFrame.Size];
        JobFrame.Write(0x68, header with { Version = 0x2000_0000, NTime = 1 }, other);
        byte[] mask = Written(new RegisterWrite(0xA4, 0x9000_0400 | 0x0001)); // Bit 23 of the version, and one more.
        byte[] answer = Framed([.. share.Hex("rx")[2..8], 0x04, 0x00]);

        var explained = Explain(ChipModel.Bm1370, WireSide.Unknown, [.. mask, .. job, .. other, .. answer]);

        Assert.Equal("0x20B44000", Value(explained[^1], "version"));
        Assert.StartsWith("29588.01", Value(explained[^1], "difficulty"), StringComparison.Ordinal);
    }

    [Theory] // Every model, seeded: whatever comes, each byte is told of once.
    [InlineData(WireSide.Unknown)]
    [InlineData(WireSide.Host)]
    [InlineData(WireSide.Chips)]
    public void AnyBytesAreExplainedWithoutAGap(WireSide side)
    {
        var random = new Random(1);
        foreach (var model in ChipModel.All)
        {
            for (var run = 0; run < 40; run++)
            {
                var bytes = Noise(random, 200);

                var at = 0;
                foreach (var piece in Explain(model, side, bytes))
                {
                    Assert.Equal(at, piece.Offset);
                    at += piece.Length;
                }

                Assert.Equal(bytes.Length, at);
            }
        }
    }

    internal static string Value(Explanation frame, string name) =>
        Assert.Single(frame.Details, detail => detail.Name == name).Value;

    internal static List<Explanation> Explain(ChipModel model, WireSide side, byte[] bytes) =>
        [.. new WireDecoder(model).Explain([new WireRun(side, bytes)])];

    /// <summary>A write to all chips.</summary>
    internal static byte[] Written(RegisterWrite write)
    {
        var frame = new byte[Bm13xx.Commands.SizeMax];
        return frame[..Bm13xx.Commands.Bm1397.WriteAll(write, frame)];
    }

    /// <summary>A nonce's frame: the last byte is found by trying.</summary>
    internal static byte[] Framed(byte[] body) =>
        [0xAA, 0x55, .. body, (byte)Enumerable.Range(0x80, 32).Single(last => Crc.Crc5([.. body, (byte)last]) == 0)];

    /// <summary>Pieces of frames among anything.</summary>
    private static byte[] Noise(Random random, int pieces)
    {
        byte[][] starts =
        [
            [0x55, 0xAA], [0xAA, 0x55], [0x21, 0x56], [0x21, 0x96], [0x51, 0x09], [0x54, 0x05],
            [0x52, 0x05, 0, 0, 0x0A], [0x55, 0xAA, 0x21, 0x36], [0xAA, 0x55, 0x13, 0x70, 0, 0, 0, 0, 6],
        ];
        var bytes = new List<byte>();
        for (var i = 0; i < pieces; i++)
        {
            bytes.AddRange(random.Next(3) == 0 ? starts[random.Next(starts.Length)] : [(byte)random.Next(256)]);
        }

        return [.. bytes];
    }

    /// <param name="by">Frames of one side alone are looked at; unknown stands for both.</param>
    private static void AssertNoFlipIsSound(
        ChipModel model, WireSide side, byte[] frame, WireSide by = WireSide.Unknown)
    {
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            var damaged = (byte[])frame.Clone();
            damaged[bit / 8] ^= (byte)(1 << bit % 8);

            Assert.DoesNotContain(
                Explain(model, side, damaged),
                piece => piece.IsSound && (by == WireSide.Unknown || piece.Sender == by));
        }
    }

    private static IEnumerable<(ChipModel Model, byte[] Frame)> Commands() =>
        ChipVectors.Root.GetProperty("command_frames").EnumerateArray().SelectMany(frame =>
            frame.Text("preamble") == "none"
                ? [(ChipModel.Bm1387, (byte[])[.. frame.Hex("body"), .. frame.Hex("crc5")])]
                : WithPreamble.Select(model =>
                    (model, (byte[])[0x55, 0xAA, .. frame.Hex("body"), .. frame.Hex("crc5")])));

    private static IEnumerable<(ChipModel Model, byte[] Frame, bool IsNonce)> Answers() =>
        ChipVectors.Root.GetProperty("response_frames").EnumerateArray().SelectMany(frame =>
        {
            byte[] body = [.. frame.Hex("body"), .. frame.Hex("last")];
            var isNonce = frame.Text("kind") == "nonce";
            return IsBare(frame)
                ? [(ChipModel.Bm1387, body, isNonce)]
                : WithPreamble.Where(model => body.Length == 7 || model.RollsVersions)
                    .Select(model => (model, (byte[])[0xAA, 0x55, .. body], isNonce));
        });

    private static bool IsBare(JsonElement frame) =>
        frame.Text("body").StartsWith("138790", StringComparison.Ordinal)
        || (frame.Text("body").Length == 12 && frame.Text("body")[..8] is "7203EA83" or "E16BF809" or "48063C08");

    private static byte[] MidstateJob()
    {
        var job = ChipVectors.Root.GetProperty("bm1397_midstate_job");
        byte[] body =
        [
            0x21, 0x96, 0x18, 4, .. job.Hex("nonce_wire"), .. job.Hex("nbits_wire"), .. job.Hex("ntime_wire"),
            .. job.Hex("merkle_tail_wire"), .. new byte[64], .. job.Hex("midstate2_wire"), .. new byte[32],
        ];
        var crc = Crc.Crc16(body);
        return [0x55, 0xAA, .. body, (byte)(crc >> 8), (byte)(crc & 0xFF)];
    }
}
