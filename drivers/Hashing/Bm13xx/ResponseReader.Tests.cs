using System.Buffers.Binary;

namespace Drivers.Hashing.Bm13xx;

public class ResponseReaderTests
{
    private static readonly byte[] Nonce = Convert.FromHexString("AA554C0352750CD205A29C"); // Captured: Bitaxe Gamma
    private static readonly byte[] Other = Convert.FromHexString("AA551800A640029922F991"); // Captured: Bitaxe Gamma
    private static readonly byte[] LongId = Convert.FromHexString("AA55137000000000000010");
    private static readonly byte[] ShortId = Convert.FromHexString("AA5513700000000006");

    [Fact]
    public void EveryLongResponseOfTheCollectionIsRead() => AssertRead(ResponseLength.Long, bodyLength: 8);

    [Fact]
    public void EveryShortResponseOfTheCollectionIsRead() => AssertRead(ResponseLength.Short, bodyLength: 6);

    [Fact] // Vector A of the reference: id 13, small core 2, version bits 05A2, nonce 7552034C.
    public void ACapturedNonceHasItsFields()
    {
        var response = Assert.Single(ReadAll(ResponseLength.Long, Nonce));

        Assert.True(response.IsNonce);
        Assert.Equal(0x7552_034Cu, response.Nonce);
        Assert.Equal(0xD2, response.ResultHeader);
        Assert.Equal(0x05A2, response.Version);
    }

    [Fact]
    public void DuringTheSwitchBothLengthsAreUnderstood()
    {
        var responses = ReadAll(ResponseLength.Either, [.. ShortId, .. LongId, .. LongId, .. ShortId]);

        Assert.Equal([0x1370_0000u, 0x1370_0000u, 0x1370_0000u, 0x1370_0000u], responses.Select(found => found.Value));
    }

    [Fact]
    public void AnAnswerMayArriveInAnyPieces()
    {
        for (var cut = 1; cut < Nonce.Length; cut++)
        {
            var reader = new ResponseReader { Length = ResponseLength.Long };
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
                AssertLast(Other, [.. Nonce[..from], .. Nonce[to..], .. Other]);
            }
        }
    }

    [Fact]
    public void AFrameAfterOneWithAByteTooManyIsRead()
    {
        for (var at = 0; at <= Nonce.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                AssertLast(Other, [.. Nonce[..at], (byte)value, .. Nonce[at..], .. Other]);
            }
        }
    }

    [Fact]
    public void AFrameAfterOneWithAnyBrokenByteIsReadAndNoSingleFlippedBitIsBelieved()
    {
        for (var at = 0; at < Nonce.Length; at++)
        {
            for (var flip = 1; flip < 256; flip++)
            {
                byte[] broken = [.. Nonce, .. Other];
                broken[at] ^= (byte)flip;
                AssertLast(Other, broken);
                if (byte.IsPow2((byte)flip))
                {
                    Assert.Single(ReadAll(ResponseLength.Long, broken));
                }
            }
        }
    }

    [Fact]
    public void APreambleInsideANonceDoesNotHideTheNextFrame()
    {
        var nested = Framed([0xAA, 0x55, 0xAA, 0x55, 0x00, 0x00, 0xAA, 0x55]);

        AssertLast(Other, [.. nested, .. Other]);
        AssertLast(Other, [.. nested[..^3], .. Other]);
    }

    [Fact]
    public void ACutFrameWhoseCrcFitsByLuckDoesNotTakeTheStartOfTheNextWithIt()
    {
        var lucky = 0;
        for (var stolen = 3; stolen < 9; stolen++)
        {
            for (var value = 0; value < 256; value++)
            {
                byte[] cut = [0xAA, 0x55, (byte)value, .. Nonce[3..(11 - stolen)]];
                byte[] window = [.. cut, .. Other[..stolen]];
                if ((window[^1] & 0x60) == 0 && Crc.Crc5(window.AsSpan(2)) == 0)
                {
                    lucky++;
                    AssertLast(Other, [.. cut, .. Other]);
                }
            }
        }

        Assert.True(lucky > 10, $"Only {lucky} windows passed.");
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.05)]
    public void WithDamagedBytesNoFrameAfterADamagedOneIsLost(double damage)
    {
        const int frames = 20_000;
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var stream = new List<byte>();
        var whole = new List<uint>();
        for (uint number = 0; number < frames; number++)
        {
            var frame = Framed(RandomBody(random, number));
            if (Damage(random, damage, frame, stream))
            {
                whole.Add(number);
            }
        }

        var read = new HashSet<uint>();
        var reader = new ResponseReader { Length = ResponseLength.Long };
        var phantoms = 0;
        for (var at = 0; at < stream.Count;)
        {
            var piece = stream.GetRange(at, Math.Min(random.Next(1, 65), stream.Count - at)).ToArray();
            at += piece.Length;
            foreach (var response in Read(reader, piece))
            {
                phantoms += response.IsNonce && response.Value < frames && read.Add(response.Value) ? 0 : 1;
            }
        }

        var lost = whole.Where(number => !read.Contains(number)).ToArray();
        var expected = frames * Math.Pow(1 - damage, 11);
        Assert.True(lost.Length == 0, $"Seed {seed}: {lost.Length} whole frames lost, first {lost.FirstOrDefault()}.");
        Assert.True(whole.Count > expected * 0.95, $"Seed {seed}: only {whole.Count} were whole.");
        Assert.True(phantoms < frames * damage, $"Seed {seed}: {phantoms} frames were never sent.");
        Assert.True(reader.SkippedBytes > 0 && reader.CrcErrors > 0, $"Seed {seed}: no damage was seen.");
    }

    [Fact]
    public void NoiseIsCountedAndSurvived()
    {
        var noise = new byte[100_000];
        new Random(1).NextBytes(noise);
        var reader = new ResponseReader { Length = ResponseLength.Long };

        var phantoms = Read(reader, noise).Count;

        Assert.Equal(phantoms, reader.Frames);
        Assert.InRange(reader.SkippedBytes, 99_000, 100_100);
        Assert.Equal(2, Read(reader, [.. Nonce, .. Nonce]).Count(response => response.Nonce == 0x7552_034C));
    }

    [Fact]
    public void ReadingAllocatesNothing()
    {
        var reader = new ResponseReader { Length = ResponseLength.Long };
        ReadOnlySpan<byte> warm = Nonce;
        reader.TryRead(ref warm, out _);

        ReadOnlySpan<byte> damaged = [0x55, .. Nonce, 0xAA, .. Other, .. Nonce.AsSpan(3)];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = 0;
        while (reader.TryRead(ref damaged, out _))
        {
            read++;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2, read);
    }

    private static void AssertRead(ResponseLength length, int bodyLength)
    {
        var frames = ChipVectors.Root.GetProperty("response_frames").EnumerateArray()
            .Where(frame => frame.Hex("body").Length == bodyLength).ToArray();
        Assert.NotEmpty(frames);
        foreach (var frame in frames)
        {
            var body = frame.Hex("body");
            var response = Assert.Single(ReadAll(length, [0xAA, 0x55, .. body, .. frame.Hex("last")]));
            Assert.Equal(frame.Text("kind") == "nonce", response.IsNonce);
            Assert.Equal(BinaryPrimitives.ReadUInt32BigEndian(body), response.Value);
            Assert.Equal(body[5], response.Register);
        }
    }

    private static void AssertLast(byte[] frame, byte[] stream)
    {
        var last = ReadAll(ResponseLength.Long, stream).LastOrDefault();

        Assert.True(
            last.Value == BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(2)) && last.Seventh == frame[7],
            $"The frame after the damage was lost in {Convert.ToHexString(stream)}.");
    }

    private static List<Response> ReadAll(ResponseLength length, byte[] stream) =>
        Read(new ResponseReader { Length = length }, stream);

    private static List<Response> Read(ResponseReader reader, ReadOnlySpan<byte> received)
    {
        var responses = new List<Response>();
        while (reader.TryRead(ref received, out var response))
        {
            responses.Add(response);
        }

        return responses;
    }

    private static byte[] RandomBody(Random random, uint number)
    {
        var body = new byte[8];
        random.NextBytes(body);
        BinaryPrimitives.WriteUInt32BigEndian(body, number);
        return body;
    }

    /// <summary>The last byte is found by trying, so that the product's CRC is only asked whether it fits.</summary>
    private static byte[] Framed(byte[] body)
    {
        for (byte last = 0x80; last < 0xA0; last++)
        {
            if (Crc.Crc5([.. body, last]) == 0)
            {
                return [0xAA, 0x55, .. body, last];
            }
        }

        throw new InvalidOperationException("No last byte fits.");
    }

    /// <summary>Flips, loses or doubles bytes at that rate; true where the frame went through whole.</summary>
    private static bool Damage(Random random, double rate, byte[] frame, List<byte> stream)
    {
        var whole = true;
        foreach (var value in frame)
        {
            if (random.NextDouble() >= rate)
            {
                stream.Add(value);
                continue;
            }

            whole = false;
            switch (random.Next(3))
            {
                case 0:
                    stream.Add((byte)(value ^ 1 << random.Next(8)));
                    break;
                case 1:
                    stream.AddRange([value, (byte)random.Next(256)]);
                    break;
                default:
                    break;
            }
        }

        return whole;
    }
}
