namespace Drivers.Buses;

public class PmBusTests
{
    private readonly FakePmBusDevice part = new() { ChecksPackets = true };
    private readonly PmBus bus;

    public PmBusTests()
    {
        bus = new PmBus(part) { Pec = true };
        part[0x8B] = [0x66, 0x02];
        part[0x21] = [0xFF, 0xFF];
        part[0x01] = [0x80];
        part[0xAD] = [0x03, 1, 2, 3];
    }

    [Fact]
    public void Crc8OfTheCatalogsCheckString() => Assert.Equal(0xF4, PmBus.Crc8("123456789"u8));

    [Fact] // Read VOUT = 0x0266 from 0x24, as on the wire with both address bytes.
    public void Crc8OfAReadTransaction() => Assert.Equal(0x53, PmBus.Crc8([0x48, 0x8B, 0x49, 0x66, 0x02]));

    [Fact]
    public void AWrittenWordCarriesItsCheckByte()
    {
        Assert.True(bus.TryWriteWord(0x21, 0x0266));
        Assert.Equal("21660286", part.Writes.Single());
    }

    [Fact]
    public void WithoutTheCheckNothingIsAppendedOrDemanded()
    {
        bus.Pec = false;
        part.ChecksPackets = false;

        Assert.True(bus.TryWriteWord(0x21, 0x0266));
        Assert.Equal("216602", part.Writes.Single());
        Assert.True(bus.TryReadWord(0x21, out var word));
        Assert.Equal(0x0266, word);
    }

    [Fact]
    public void ReadsBytesWordsAndBlocks()
    {
        Span<byte> block = [0xFF, 0xFF, 0xFF];

        Assert.True(bus.TryReadByte(0x01, out var operation));
        Assert.True(bus.TryReadWord(0x8B, out var volts));
        Assert.True(bus.TryReadBlock(0xAD, block));
        Assert.Equal(0x80, operation);
        Assert.Equal(0x0266, volts);
        Assert.Equal([1, 2, 3], block.ToArray());
    }

    [Fact]
    public void AWrongCheckByteIsNoAnswer()
    {
        part.WrongCheckByte = true;

        Assert.False(bus.TryReadByte(0x01, out _));
        Assert.False(bus.TryReadWord(0x8B, out _));
        Assert.False(bus.TryReadBlock(0xAD, new byte[3]));
    }

    [Fact]
    public void EveryFlippedBitIsCaught()
    {
        var good = part[0x8B];
        var crc = PmBus.Crc8([0x48, 0x8B, 0x49, .. good]);
        for (var bit = 0; bit < 16; bit++)
        {
            byte[] damaged = [.. good];
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.NotEqual(crc, PmBus.Crc8([0x48, 0x8B, 0x49, .. damaged]));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void ABlockOfAnotherLengthIsRefused(int room)
    {
        bus.Pec = false;
        part[0xAD] = [0x03, 1, 2, 3, 4];

        Assert.False(bus.TryReadBlock(0xAD, new byte[room]));
    }

    [Fact]
    public void AnAbsentPartAnswersNothing()
    {
        part.Unplugged = true;

        Assert.False(bus.TryReadByte(0x01, out _));
        Assert.False(bus.TryWriteByte(0x01, 0));
        Assert.False(bus.TrySend(0x03));
    }
}
