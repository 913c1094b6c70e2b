using System.Text.Json;

namespace Drivers.Hashing.Bm13xx;

/// <summary>A BM1387's answers: seven bytes, no preamble.</summary>
public class BareResponsesTests
{
    private static readonly byte[] Nonce = Convert.FromHexString("7203EA83000398");
    private static readonly byte[] Other = Convert.FromHexString("48063C08001299");
    private static readonly byte[] Id = Convert.FromHexString("13879004000010");

    [Fact]
    public void EveryAnswerOfTheCollectionIsRead()
    {
        var frames = Bm1387Frames();
        var responses = Read([.. frames.SelectMany(Whole)]);

        Assert.Equal(14, frames.Length);
        Assert.Equal(frames.Select(frame => frame.Text("kind") == "nonce"), responses.Select(found => found.IsNonce));
        Assert.Equal(
            frames.Select(frame => frame.Hex("body")[5]), responses.Select(found => found.Seventh));
    }

    [Fact] // Little-endian 83EA0372: chip 28, core 3.
    public void ANonceHasItsFields()
    {
        var response = Assert.Single(Read(Nonce));

        Assert.Equal((true, 0x83EA_0372u, 3), (response.IsNonce, response.Nonce, (int)response.ResultHeader));
        Assert.Equal(28, NonceSpace.Chip(ChipModel.Bm1387, response.Value, 63));
        Assert.Equal(3, NonceSpace.Core(ChipModel.Bm1387, response.Value));
    }

    [Fact]
    public void AChipsAddressStandsInTheLowByteOfItsId()
    {
        var id = ChipId.FromBits(Assert.Single(Read(Id)).Value);

        Assert.Equal((0x1387, 0x90, 0x04), ((int)id.Model, (int)id.Revision, (int)id.ChipAddress));
    }

    [Fact]
    public void AnAnswerMayArriveInAnyPieces()
    {
        for (var cut = 1; cut < Nonce.Length; cut++)
        {
            var reader = new ResponseReader { Length = ResponseLength.Bare };
            Assert.Empty(Read(reader, Nonce.AsSpan(0, cut)));
            Assert.Single(Read(reader, Nonce.AsSpan(cut)));
        }
    }

    [Fact]
    public void AFrameAfterACutOneIsRead()
    {
        for (var from = 0; from < Nonce.Length; from++)
        {
            for (var to = from + 1; to <= Nonce.Length; to++)
            {
                AssertHolds(Other, [.. Nonce[..from], .. Nonce[to..], .. Other, .. Id]);
            }
        }
    }

    [Fact] // Any byte more, so that some of the windows pass by luck and would swallow the start of the next.
    public void AFrameAfterOneWithAByteTooManyIsRead()
    {
        for (var at = 0; at <= Nonce.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                AssertHolds(Other, [.. Nonce[..at], (byte)value, .. Nonce[at..], .. Other, .. Id]);
            }
        }
    }

    [Fact]
    public void OneDamagedFrameIsNotBelievedAndTheNextIsRead()
    {
        for (var bit = 0; bit < 8 * Nonce.Length; bit++)
        {
            byte[] broken = [.. Nonce, .. Other, .. Id];
            broken[bit / 8] ^= (byte)(1 << bit % 8);
            AssertHolds(Other, broken);
            Assert.DoesNotContain(Read(broken), found => found.Nonce == 0x83EA_0372u && bit < 32);
        }
    }

    [Fact]
    public void AWholeStreamGivesNothingButItsFramesAndAllocatesNothing()
    {
        var stream = Enumerable.Range(0, 1000).SelectMany(i => i % 2 == 0 ? Nonce : Other).ToArray();
        var reader = new ResponseReader { Length = ResponseLength.Bare };
        ReadOnlySpan<byte> warm = Nonce;
        reader.TryRead(ref warm, out _);

        ReadOnlySpan<byte> rest = stream;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = 0;
        while (reader.TryRead(ref rest, out _))
        {
            read++;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal((1000, 0, 0), (read, reader.SkippedBytes, reader.CrcErrors));
    }

    [Fact]
    public void NoiseIsCountedAndSurvived()
    {
        var noise = new byte[100_000];
        new Random(1).NextBytes(noise);
        var reader = new ResponseReader { Length = ResponseLength.Bare };

        var phantoms = Read(reader, noise).Count;

        // One window in 128 passes its five bits of CRC and two of type.
        Assert.InRange(phantoms, 100_000 / 128 * 0.8, 100_000 / 128 * 1.2);
        Assert.InRange(reader.SkippedBytes, 90_000, 100_000);
        Assert.Contains(Read(reader, [.. Nonce, .. Nonce, .. Nonce]), found => found.Nonce == 0x83EA_0372u);
    }

    private static JsonElement[] Bm1387Frames() =>
    [
        .. ChipVectors.Root.GetProperty("response_frames").EnumerateArray()
            .Where(frame => frame.Text("body").StartsWith("138790", StringComparison.Ordinal)
                || frame.Text("body")[..8] is "7203EA83" or "E16BF809" or "48063C08"),
    ];

    private static byte[] Whole(JsonElement frame) => [.. frame.Hex("body"), .. frame.Hex("last")];

    private static void AssertHolds(byte[] frame, byte[] stream) => Assert.Contains(
        Read(stream), found => found.Value == Read(frame)[0].Value && found.Seventh == frame[5]);

    private static List<Response> Read(byte[] stream) =>
        Read(new ResponseReader { Length = ResponseLength.Bare }, stream);

    private static List<Response> Read(ResponseReader reader, ReadOnlySpan<byte> received)
    {
        var responses = new List<Response>();
        while (reader.TryRead(ref received, out var response))
        {
            responses.Add(response);
        }

        return responses;
    }
}
