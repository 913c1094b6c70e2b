namespace Drivers.Hashing.Bm13xx;

public class CommandsTests
{
    private readonly byte[] dirty = [.. Enumerable.Repeat((byte)0xFF, Commands.SizeMax)];

    [Fact] // Captured: Bitaxe Gamma
    public void CommandsAreTheCapturedFrames()
    {
        Assert.Equal("55AA520500000A", Hex(Commands.ReadAll<ChipId>(dirty)));
        Assert.Equal("55AA5305000003", Hex(Commands.ChainInactive(dirty)));
        Assert.Equal("55AA4005080007", Hex(Commands.SetAddress(0x08, dirty)));
        Assert.Equal("55AA510900A49000FFFF1C", Hex(Commands.WriteAll(VersionRolling.All, dirty)));
        Assert.Equal("55AA4109003C800082AA05", Hex(Commands.Write(0x00, new CoreMailbox(0x02, 0xAA), dirty)));
    }

    [Fact] // Sniffed on a BM1397; CRC verified in the reference.
    public void OneChipIsReadByItsAddress()
    {
        var length = Commands.Read<I2cMaster>(0x40, dirty);

        Assert.Equal("55AA4205401C0B", Hex(length));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(10)]
    public void ABufferThatIsTooSmallIsOurOwnMistake(int size) =>
        Assert.ThrowsAny<ArgumentException>(() => Commands.WriteAll(VersionRolling.All, new byte[size]));

    private string Hex(int length) => Convert.ToHexString(dirty, 0, length);

    /// <summary>A register that the product has no use for.</summary>
    private readonly record struct I2cMaster : IRegister<I2cMaster>
    {
        public static byte Address => 0x1C;

        public static I2cMaster FromBits(uint bits) => default;

        public uint ToBits() => 0;
    }
}
