using System.Buffers.Binary;

namespace Drivers.Hashing.Bm13xx;

/// <summary>What a command is for.</summary>
public enum CommandKind : byte
{
    SetAddress,
    Write,
    WriteAll,
    Read,
    ReadAll,
    Inactive,
}

/// <summary>Writes commands of one of the family's two tongues into a buffer and returns their length.</summary>
/// <remarks>
/// <code>
///  0  1    2       3       4 …              last
/// | 55 AA | header | length | data …         | CRC5 |
/// </code>
/// The length counts header, length, data and CRC. For a command to all chips the address is 0. A BM1387 has other
/// headers and no preamble.
/// </remarks>
public sealed class Commands
{
    /// <summary>The longest command: a register write.</summary>
    public const int SizeMax = 11;

    /// <summary>BM1397 and later.</summary>
    public static readonly Commands Bm1397 = new([0x55, 0xAA])
    {
        SetAddressHeader = 0x40,
        WriteHeader = 0x41,
        ReadHeader = 0x42,
        WriteAllHeader = 0x51,
        ReadAllHeader = 0x52,
        InactiveHeader = 0x53,
    };

    /// <summary>BM1387 and older.</summary>
    public static readonly Commands Bm1387 = new([])
    {
        SetAddressHeader = 0x41,
        WriteHeader = 0x48,
        ReadHeader = 0x44,
        WriteAllHeader = 0x58,
        ReadAllHeader = 0x54,
        InactiveHeader = 0x55,
    };

    private readonly byte[] preamble;

    private Commands(byte[] preamble) => this.preamble = preamble;

    /// <summary>What stands before every frame to the chips.</summary>
    public ReadOnlySpan<byte> Preamble => preamble;

    private byte SetAddressHeader { get; init; }

    private byte WriteHeader { get; init; }

    private byte ReadHeader { get; init; }

    private byte WriteAllHeader { get; init; }

    private byte ReadAllHeader { get; init; }

    private byte InactiveHeader { get; init; }

    /// <summary>The next chip without an address takes this one, and passes the ones after it on.</summary>
    public int SetAddress(byte address, Span<byte> frame) => Short(SetAddressHeader, address, 0, frame);

    /// <summary>Every chip forgets its address and stops passing commands on until it has a new one.</summary>
    public int ChainInactive(Span<byte> frame) => Short(InactiveHeader, 0, 0, frame);

    /// <summary>Every chip answers with the register's value.</summary>
    public int ReadAll(byte register, Span<byte> frame) => Short(ReadAllHeader, 0, register, frame);

    /// <summary>The chip with this address answers.</summary>
    public int Read(byte chip, byte register, Span<byte> frame) => Short(ReadHeader, chip, register, frame);

    public int WriteAll(RegisterWrite write, Span<byte> frame) => Long(WriteAllHeader, 0, write, frame);

    public int Write(byte chip, RegisterWrite write, Span<byte> frame) => Long(WriteHeader, chip, write, frame);

    /// <summary>What begins with this byte; null for a job and for what is no command.</summary>
    public CommandKind? KindOf(byte header) =>
        header == SetAddressHeader ? CommandKind.SetAddress
        : header == WriteHeader ? CommandKind.Write
        : header == WriteAllHeader ? CommandKind.WriteAll
        : header == ReadHeader ? CommandKind.Read
        : header == ReadAllHeader ? CommandKind.ReadAll
        : header == InactiveHeader ? CommandKind.Inactive
        : null;

    private int Short(byte header, byte first, byte second, Span<byte> frame)
    {
        ReadOnlySpan<byte> body = [header, 5, first, second];
        return Finish(body, frame);
    }

    private int Long(byte header, byte chip, RegisterWrite write, Span<byte> frame)
    {
        Span<byte> body = [header, 9, chip, write.Register, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], write.Bits);
        return Finish(body, frame);
    }

    private int Finish(ReadOnlySpan<byte> body, Span<byte> frame)
    {
        var whole = frame[..(preamble.Length + body.Length + 1)];
        preamble.CopyTo(whole);
        body.CopyTo(whole[preamble.Length..]);
        whole[^1] = Crc.Crc5(body);
        return whole.Length;
    }
}
