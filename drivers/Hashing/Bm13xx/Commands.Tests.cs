using System.Buffers.Binary;

namespace Drivers.Hashing.Bm13xx;

public class CommandsTests
{
    private static readonly RegisterWrite Versions = RegisterWrite.Of(VersionRolling.All);
    private static readonly RegisterWrite CoresOn = RegisterWrite.Of(new CoreMailbox(0x02, 0xAA));

    private readonly byte[] dirty = [.. Enumerable.Repeat((byte)0xFF, Commands.SizeMax)];

    [Fact] // Captured: Bitaxe Gamma
    public void CommandsAreTheCapturedFrames()
    {
        Assert.Equal("55AA520500000A", Hex(Commands.Bm1397.ReadAll(ChipId.Address, dirty)));
        Assert.Equal("55AA5305000003", Hex(Commands.Bm1397.ChainInactive(dirty)));
        Assert.Equal("55AA4005080007", Hex(Commands.Bm1397.SetAddress(0x08, dirty)));
        Assert.Equal("55AA510900A49000FFFF1C", Hex(Commands.Bm1397.WriteAll(Versions, dirty)));
        Assert.Equal("55AA4109003C800082AA05", Hex(Commands.Bm1397.Write(0x00, CoresOn, dirty)));
    }

    [Fact] // Sniffed on a BM1397; CRC verified in the reference.
    public void OneChipIsReadByItsAddress()
    {
        var length = Commands.Bm1397.Read(0x40, 0x1C, dirty);

        Assert.Equal("55AA4205401C0B", Hex(length));
    }

    [Fact]
    public void EveryCommandOfTheCollectionIsWritten()
    {
        var frames = ChipVectors.Root.GetProperty("command_frames").EnumerateArray().ToArray();

        Assert.All(frames, frame => Assert.Equal(
            (frame.Text("preamble") == "none" ? "" : "55AA") + frame.Text("body") + frame.Text("crc5"),
            Hex(Write(frame.Text("preamble") == "none" ? Commands.Bm1387 : Commands.Bm1397, frame.Hex("body")))));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(10)]
    public void ABufferThatIsTooSmallIsOurOwnMistake(int size) =>
        Assert.ThrowsAny<ArgumentException>(() => Commands.Bm1397.WriteAll(Versions, new byte[size]));

    private int Write(Commands commands, byte[] body)
    {
        var bits = body.Length > 4 ? BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(4)) : 0;
        var write = new RegisterWrite(body[3], bits);
        return (body[0], body[1]) switch
        {
            (0x40, 5) or (0x41, 5) => commands.SetAddress(body[2], dirty),
            (0x42, _) or (0x44, _) => commands.Read(body[2], body[3], dirty),
            (0x52, _) or (0x54, _) => commands.ReadAll(body[3], dirty),
            (0x53, _) or (0x55, _) => commands.ChainInactive(dirty),
            (0x41, _) or (0x48, _) => commands.Write(body[2], write, dirty),
            (0x51, _) or (0x58, _) => commands.WriteAll(write, dirty),
            _ => throw new InvalidOperationException("The driver has no such command."),
        };
    }

    private string Hex(int length) => Convert.ToHexString(dirty, 0, length);
}
