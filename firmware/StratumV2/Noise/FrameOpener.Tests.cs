using CsCheck;

namespace Firmware.StratumV2.Noise;

public sealed class FrameOpenerTests : IDisposable
{
    private static readonly byte[] Key = NoiseVectors.FixedKeys.Bytes("k_r2i");

    private readonly CipherState sealing = new(Key);
    private readonly CipherState opening = new(Key);
    private readonly FrameSealer sealer;
    private readonly FrameOpener opener;

    public FrameOpenerTests()
    {
        sealer = new FrameSealer(sealing);
        opener = new FrameOpener(opening, Receiver.Client);
    }

    public void Dispose()
    {
        sealing.Dispose();
        opening.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_519)]
    [InlineData(65_520)]
    [InlineData(131_038)]
    [InlineData(131_039)]
    [InlineData(200_000)]
    public void OpensEveryKindOfLength(int payload)
    {
        // Twice, so that the second stands behind a first in the buffer and in the count.
        var wire = Wire(payload).Concat(Wire(payload)).ToArray();
        Assert.Equal([payload, payload], Deliver(opener, wire, wire.Length));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ByteByByteAndAllAtOnceDecodeAlike(bool encrypted)
    {
        int[] lengths = [0, 48, 0, 24, 36, 0];
        var wire = lengths.SelectMany(length => encrypted ? Wire(length) : FrameSealerTests.Plain(length)).ToArray();
        using var other = new CipherState(Key);

        var whole = encrypted ? opener : new FrameOpener(cipher: null, Receiver.Client);
        var drops = new FrameOpener(encrypted ? other : null, Receiver.Client);
        Assert.Equal(lengths, Deliver(whole, wire, wire.Length));
        Assert.Equal(lengths, Deliver(drops, wire, piece: 1));
        Assert.False(whole.Partial);
        Assert.False(drops.Partial);
    }

    [Fact]
    public void AnySegmentationDecodesAlike() =>
        Gen.Select(Gen.Int[0, 5000].Array[1, 12], Gen.Int[1, 6000]).Sample(
            (lengths, piece) =>
            {
                using var there = new CipherState(Key);
                using var here = new CipherState(Key);
                var far = new FrameSealer(there);
                var wire = lengths.SelectMany(length => Wire(length, far)).ToArray();
                return Deliver(new FrameOpener(here, Receiver.Client), wire, piece).SequenceEqual(lengths);
            },
            iter: 100);

    [Fact]
    public void EveryCutFrameWaitsForItsRest()
    {
        var wire = Wire(48);
        for (var length = 0; length < wire.Length; length++)
        {
            using var cipher = new CipherState(Key);
            var waiting = new FrameOpener(cipher, Receiver.Client);
            Assert.Empty(Deliver(waiting, wire.AsSpan(0, length), Math.Max(length, 1)));
            Assert.Equal(length > 0, waiting.Partial);

            Assert.Equal([48], Deliver(waiting, wire.AsSpan(length), wire.Length));
        }
    }

    [Fact]
    public void AFlippedBitAnywhereInAFrameBreaksItForEver()
    {
        var wire = Wire(48);
        for (var i = 0; i < wire.Length; i++)
        {
            using var cipher = new CipherState(Key);
            var broken = new FrameOpener(cipher, Receiver.Client);
            var bad = wire.ToArray();
            bad[i] ^= 0x01;

            AssertBreaks(broken, bad);
            AssertBreaks(broken, wire);
        }
    }

    [Theory]
    [InlineData(22)] // first chunk
    [InlineData(22 + 65_535)] // second
    [InlineData(22 + 2 * 65_535)] // third
    public void ABrokenChunkDeliversNothingOfTheOthers(int at)
    {
        var wire = Wire(131_039);
        wire[at] ^= 0x80;

        AssertBreaks(opener, wire);
        Assert.True(opener.Free.IndexOfAnyExcept((byte)0) < 0, "Opened chunks were left behind.");
    }

    [Fact]
    public void ARepeatedFrameIsRefused()
    {
        var wire = Wire(24);
        Assert.Equal([24], Deliver(opener, wire, wire.Length));

        AssertBreaks(opener, wire);
    }

    [Fact]
    public void SwappedFramesAreRefused()
    {
        _ = Wire(24);
        AssertBreaks(opener, Wire(24));
    }

    [Fact]
    public void SwappedChunksAreRefused()
    {
        var wire = Wire(131_038);
        var (first, second) = (wire[22..(22 + 65_535)], wire[(22 + 65_535)..]);

        AssertBreaks(opener, [.. wire[..22], .. second, .. first]);
    }

    [Theory] // the bounds of the types themselves are MessageBounds' matter
    [InlineData(true, 0xFF_FFFF, 0x15)]
    [InlineData(true, 8242, 0x15)]
    [InlineData(true, 44, 0x15)]
    [InlineData(true, 0xFF_FFFF, 0x7F)]
    [InlineData(false, 0xFF_FFFF, 0x7F)]
    public void ALengthOutOfBoundsEndsItBeforeAnythingIsAllocated(bool encrypted, int length, byte type)
    {
        var refusing = encrypted ? opener : new FrameOpener(cipher: null, Receiver.Client);
        var wire = new byte[22];
        new FrameHeader(0, ChannelBit: true, type, length).Write(wire);
        if (encrypted)
        {
            sealing.Seal(wire.AsSpan(0, FrameHeader.Size), wire);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ProtocolException>(() => Deliver(refusing, wire, wire.Length));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16_384);
        Assert.Throws<ProtocolException>(() => refusing.TryOpen(out _));
    }

    [Fact]
    public void TheBufferGrowsToTheFrameAndNoFurther()
    {
        Assert.Equal(4096, opener.Free.Length);
        var wire = Wire(100_000);
        Deliver(opener, wire, wire.Length);

        Assert.Equal(wire.Length, opener.Free.Length);
    }

    [Fact]
    public void ReceivingOverUnopenedFramesIsOurMistake()
    {
        var plain = new FrameOpener(cipher: null, Receiver.Client);
        plain.Free.Clear();
        plain.Received(plain.Free.Length);

        Assert.Throws<InvalidOperationException>(() => plain.Free.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => plain.Received(1));
    }

    [Fact]
    public void SealingAndOpeningAFrameAllocatesNothing()
    {
        var plain = FrameSealerTests.Plain(32);
        var wire = new byte[FrameSealer.SealedLength(32)];
        RoundTrip();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            RoundTrip();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void RoundTrip()
        {
            var length = sealer.Seal(plain, wire);
            wire.AsSpan(0, length).CopyTo(opener.Free);
            opener.Received(length);
            if (!opener.TryOpen(out var frame) || !frame.Payload.SequenceEqual(plain.AsSpan(FrameHeader.Size)))
            {
                throw new InvalidOperationException("The frame did not come through.");
            }
        }
    }

    /// <summary>Hands bytes over in pieces; compares what is in the frames, returns their lengths.</summary>
    private static List<int> Deliver(FrameOpener opener, ReadOnlySpan<byte> wire, int piece)
    {
        var lengths = new List<int>();
        while (!wire.IsEmpty)
        {
            var free = opener.Free;
            var taken = Math.Min(Math.Min(piece, free.Length), wire.Length);
            free.Fill(0xFF);
            wire[..taken].CopyTo(free);
            opener.Received(taken);
            wire = wire[taken..];
            while (opener.TryOpen(out var frame))
            {
                Assert.Equal(
                    FrameSealerTests.Plain(frame.Payload.Length, frame.Type).AsSpan(FrameHeader.Size), frame.Payload);
                lengths.Add(frame.Payload.Length);
            }
        }

        return lengths;
    }

    private static void AssertBreaks(FrameOpener opener, byte[] wire)
    {
        var exception = Assert.Throws<NoiseException>(() => Deliver(opener, wire, wire.Length));
        Assert.Equal(NoiseFault.Frame, exception.Fault);
        Assert.Throws<NoiseException>(() => opener.TryOpen(out _));
    }

    private byte[] Wire(int payload) => Wire(payload, sealer);

    private static byte[] Wire(int payload, FrameSealer sealer)
    {
        var wire = NoiseHandshakeTests.Dirt(FrameSealer.SealedLength(payload));
        sealer.Seal(FrameSealerTests.Plain(payload), wire);
        return wire;
    }
}
