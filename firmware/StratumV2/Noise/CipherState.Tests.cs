namespace Firmware.StratumV2.Noise;

public class CipherStateTests
{
    private static readonly byte[] Key = NoiseVectors.FixedKeys.Bytes("k_i2r");

    [Fact]
    public void OpensWhatWasSealedInTheSameOrderAndInPlace()
    {
        using var sealing = new CipherState(Key);
        using var opening = new CipherState(Key);
        var bytes = NoiseHandshakeTests.Dirt(5 + CipherState.TagSize);
        for (var i = 0; i < 3; i++)
        {
            "share"u8.CopyTo(bytes);
            sealing.Seal(bytes.AsSpan(0, 5), bytes);
            Assert.False(bytes.AsSpan(0, 5).SequenceEqual("share"u8));

            opening.Open(bytes, bytes.AsSpan(0, 5));
            Assert.Equal("share"u8, bytes.AsSpan(0, 5));
        }

        Assert.Equal(3ul, sealing.Counter);
        Assert.Equal(3ul, opening.Counter);
    }

    [Fact]
    public void EqualTextSealsDifferentlyEachTime()
    {
        using var cipher = new CipherState(Key);
        var (first, second) = (new byte[21], new byte[21]);
        cipher.Seal("share"u8, first);
        cipher.Seal("share"u8, second);

        Assert.NotEqual(first, second);
    }

    [Fact]
    public void AFlippedBitAnywhereFailsDeliversNothingAndIsForEver()
    {
        var good = Sealed("share"u8);
        for (var i = 0; i < good.Length; i++)
        {
            using var opening = new CipherState(Key);
            var bad = good.ToArray();
            bad[i] ^= 0x10;
            var plain = NoiseHandshakeTests.Dirt(5);

            AssertFails(opening, bad, plain);
            Assert.False(plain.AsSpan().SequenceEqual("share"u8));
            Assert.Equal(0ul, opening.Counter);
            AssertFails(opening, good, plain);
        }
    }

    [Fact]
    public void EveryCutTextFails()
    {
        var good = Sealed("share"u8);
        for (var length = CipherState.TagSize; length < good.Length; length++)
        {
            using var opening = new CipherState(Key);
            AssertFails(opening, good[..length], new byte[length - CipherState.TagSize]);
        }
    }

    [Fact]
    public void WhatIsTaggedWithItMustFit()
    {
        using var sealing = new CipherState(Key);
        using var opening = new CipherState(Key);
        var bytes = new byte[21];
        sealing.Seal("share"u8, bytes, "this"u8);

        Assert.Throws<NoiseException>(() => opening.Open(bytes, new byte[5], "that"u8));
    }

    [Fact] // Noise 5.1: the last count is reserved
    public void AUsedUpCounterSealsAndOpensNothing()
    {
        using var cipher = new CipherState(Key, ulong.MaxValue - 1);
        var bytes = new byte[21];
        cipher.Seal("share"u8, bytes);

        var sealing = Assert.Throws<NoiseException>(() => cipher.Seal("share"u8, bytes));
        var opening = Assert.Throws<NoiseException>(() => cipher.Open(bytes, new byte[5]));
        Assert.Equal(NoiseFault.CounterExhausted, sealing.Fault);
        Assert.Equal(NoiseFault.CounterExhausted, opening.Fault);
        Assert.Equal(ulong.MaxValue, cipher.Counter);
    }

    [Fact]
    public void SealingAndOpeningAllocateNothing()
    {
        using var sealing = new CipherState(Key);
        using var opening = new CipherState(Key);
        var bytes = new byte[32 + CipherState.TagSize];
        RoundTrip();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            RoundTrip();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void RoundTrip()
        {
            sealing.Seal(bytes.AsSpan(0, 32), bytes);
            opening.Open(bytes, bytes.AsSpan(0, 32));
        }
    }

    private static byte[] Sealed(ReadOnlySpan<byte> text)
    {
        using var sealing = new CipherState(Key);
        var bytes = NoiseHandshakeTests.Dirt(text.Length + CipherState.TagSize);
        sealing.Seal(text, bytes);
        return bytes;
    }

    private static void AssertFails(CipherState opening, byte[] bytes, byte[] plain) =>
        Assert.Equal(NoiseFault.Frame, Assert.Throws<NoiseException>(() => opening.Open(bytes, plain)).Fault);
}
