using System.Buffers.Binary;

namespace Drivers.Hashing.Bm13xx;

/// <summary>Writes the commands of a BM1397 or later into the caller's buffer and returns their length.</summary>
/// <remarks>
/// <code>
///  0  1    2       3       4 …              last
/// | 55 AA | header | length | data …         | CRC5 |     header = 010 all opcode(4)
/// </code>
/// The length counts header, length, data and CRC. For a command to all chips the address is 0.
/// </remarks>
public static class Commands
{
    /// <summary>The longest command: a register write.</summary>
    public const int SizeMax = 11;

    private const byte SetAddressHeader = 0x40;
    private const byte WriteHeader = 0x41;
    private const byte ReadHeader = 0x42;
    private const byte WriteAllHeader = 0x51;
    private const byte ReadAllHeader = 0x52;
    private const byte InactiveHeader = 0x53;

    /// <summary>The next chip without an address takes this one, and passes the ones after it on.</summary>
    public static int SetAddress(byte address, Span<byte> frame) => Short(SetAddressHeader, address, 0, frame);

    /// <summary>Every chip forgets its address and stops passing commands on until it has a new one.</summary>
    public static int ChainInactive(Span<byte> frame) => Short(InactiveHeader, 0, 0, frame);

    /// <summary>Every chip answers with the register's value.</summary>
    public static int ReadAll<T>(Span<byte> frame)
        where T : struct, IRegister<T> => Short(ReadAllHeader, 0, T.Address, frame);

    /// <summary>The chip with this address answers.</summary>
    public static int Read<T>(byte chip, Span<byte> frame)
        where T : struct, IRegister<T> => Short(ReadHeader, chip, T.Address, frame);

    public static int WriteAll<T>(T register, Span<byte> frame)
        where T : struct, IRegister<T> => WriteAll(T.Address, register.ToBits(), frame);

    public static int Write<T>(byte chip, T register, Span<byte> frame)
        where T : struct, IRegister<T> => Write(chip, T.Address, register.ToBits(), frame);

    internal static int WriteAll(byte register, uint bits, Span<byte> frame) =>
        Long(WriteAllHeader, 0, register, bits, frame);

    internal static int Write(byte chip, byte register, uint bits, Span<byte> frame) =>
        Long(WriteHeader, chip, register, bits, frame);

    private static int Short(byte header, byte first, byte second, Span<byte> frame)
    {
        ReadOnlySpan<byte> body = [header, 5, first, second];
        body.CopyTo(frame[2..]);
        return Finish(frame[..7]);
    }

    private static int Long(byte header, byte chip, byte register, uint bits, Span<byte> frame)
    {
        ReadOnlySpan<byte> body = [header, 9, chip, register];
        body.CopyTo(frame[2..]);
        BinaryPrimitives.WriteUInt32BigEndian(frame[6..], bits);
        return Finish(frame[..11]);
    }

    private static int Finish(Span<byte> frame)
    {
        frame[0] = 0x55;
        frame[1] = 0xAA;
        frame[^1] = Crc.Crc5(frame[2..^1]);
        return frame.Length;
    }
}
