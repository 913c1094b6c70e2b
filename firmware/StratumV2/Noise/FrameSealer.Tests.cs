namespace Firmware.StratumV2.Noise;

public class FrameSealerTests
{
    private static readonly byte[] Key = NoiseVectors.FixedKeys.Bytes("k_i2r");

    [Theory] // the table of the reference, after the 22 bytes of the header
    [InlineData(0, 0)]
    [InlineData(1, 17)]
    [InlineData(24, 40)]
    [InlineData(48, 64)]
    [InlineData(65_519, 65_535)]
    [InlineData(65_520, 65_552)]
    [InlineData(131_038, 131_070)]
    [InlineData(131_039, 131_087)]
    [InlineData(16_777_215, 16_781_327)]
    public void APayloadTakesSoManyBytesOnTheWire(int payload, int wire)
    {
        Assert.Equal(22 + wire, FrameSealer.SealedLength(payload));
        using var cipher = new CipherState(Key);
        var bytes = NoiseHandshakeTests.Dirt(FrameSealer.SealedLength(payload) + 1);

        Assert.Equal(22 + wire, new FrameSealer(cipher).Seal(Plain(payload), bytes));
        Assert.Equal(0xFF, bytes[^1]);
    }

    [Fact]
    public void AnEmptyPayloadTakesNoCount()
    {
        using var cipher = new CipherState(Key);
        var sealer = new FrameSealer(cipher);
        sealer.Seal(Plain(0), new byte[22]);
        Assert.Equal(1ul, cipher.Counter);

        sealer.Seal(Plain(1), new byte[39]);
        Assert.Equal(3ul, cipher.Counter);
    }

    [Fact]
    public void WithoutACipherFramesStayAsTheyAre()
    {
        var plain = Plain(24);
        var wire = NoiseHandshakeTests.Dirt(plain.Length);

        Assert.Equal(plain.Length, new FrameSealer(cipher: null).Seal(plain, wire));
        Assert.Equal(plain, wire);
    }

    [Fact]
    public void AFrameThatLiesAboutItsLengthIsOurMistake()
    {
        using var cipher = new CipherState(Key);
        var sealer = new FrameSealer(cipher);

        Assert.Throws<ArgumentOutOfRangeException>(() => sealer.Seal(Plain(24).AsSpan(0, 29), new byte[100]));
        Assert.Equal(0ul, cipher.Counter);
    }

    /// <summary>A frame of an unknown message, so that no bounds of a known one stand in the way.</summary>
    internal static byte[] Plain(int payload, byte type = 0x7F)
    {
        var plain = NoiseHandshakeTests.Dirt(FrameHeader.Size + payload);
        new FrameHeader(0, ChannelBit: false, type, payload).Write(plain);
        for (var i = 0; i < payload; i++)
        {
            plain[FrameHeader.Size + i] = unchecked((byte)(i * 31 + payload));
        }

        return plain;
    }
}
