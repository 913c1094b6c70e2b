using System.Device.I2c;

namespace Firmware.Inspection;

public class BusScanTests
{
    [Theory] // Supplies, controllers of hash boards, their memories and PICs, the Libre board's regulators.
    [InlineData(0x10)]
    [InlineData(0x20)]
    [InlineData(0x21)]
    [InlineData(0x22)]
    [InlineData(0x50)]
    [InlineData(0x57)]
    [InlineData(0x74)]
    [InlineData(0x75)]
    public void WhatAStrayReadMayHarmIsNotEvenOpened(int address)
    {
        var opened = new List<int>();
        _ = BusScan.Addresses(one => Opened(opened, one)).ToArray();

        Assert.DoesNotContain(address, opened);
    }

    [Fact]
    public void EveryOtherAddressThatTheSpecificationLeavesFreeIsReadOnceAndNeverWritten()
    {
        var opened = new List<int>();
        var found = BusScan.Addresses(one => Opened(opened, one)).ToArray();

        Assert.Equal(opened.Distinct(), opened);
        Assert.Equal(0x08, opened[0]);
        Assert.Equal(0x77, opened[^1]);
        Assert.Equal(0x70 - 14, opened.Count); // 112 addresses, less 1 + 3 + 8 + 2.
        Assert.Equal([0x24, 0x4C], found);
    }

    [Fact]
    public void TheBusThatFeedsTheMachineIsRefused()
    {
        Assert.Contains("i2c-0", BusScan.Refusal("0"), StringComparison.Ordinal);
        Assert.Contains("i2c-0", BusScan.Refusal("00"), StringComparison.Ordinal);
        Assert.Null(BusScan.Refusal("1"));
        Assert.Null(BusScan.Refusal("bridge"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("/dev/i2c-1")]
    [InlineData("all")]
    public void WhatIsNoBusIsAMistakeOfTheUser(string bus) =>
        Assert.Throws<UsageException>(() => BusScan.Refusal(bus));

    private static ReadOnlyDevice Opened(List<int> opened, int address)
    {
        opened.Add(address);
        return new(address);
    }

    /// <summary>Answers at two addresses; whatever is more than a read of one byte fails the test.</summary>
    private sealed class ReadOnlyDevice(int address) : I2cDevice
    {
        public override I2cConnectionSettings ConnectionSettings { get; } = new(1, address);

        public override void Read(Span<byte> buffer)
        {
            Assert.Equal(1, buffer.Length);
            if (address is not (0x24 or 0x4C))
            {
                throw new IOException("No acknowledge.");
            }
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Assert.Fail("A scan writes nothing.");

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) =>
            Assert.Fail("A scan writes nothing.");
    }
}
