using System.Buffers.Binary;

namespace Drivers.Power;

/// <summary>What an APW12 is asked or told; reported by third parties, not by its maker.</summary>
internal enum Apw12Command : byte
{
    FirmwareVersion = 0x01,
    HardwareType = 0x02,
    VoltageSetting = 0x03,
    MeasuredVoltage = 0x04,
    FeedWatchdog = 0x0A,
    Watchdog = 0x81,
    SetVoltage = 0x83,
}

/// <summary>Frames of the APW12 and its kin: 55 AA, length, command, data, 16-bit sum low byte first.</summary>
internal static class Apw12Frame
{
    //  0  1    2        3       4…    last two
    // 55 AA | length | command | data | sum      length = 4 + data; sum over length, command and data
    public const int ReplySize = 8;
    private const byte First = 0x55;
    private const byte Second = 0xAA;
    private const int Overhead = 6;

    public static byte[] Request(Apw12Command command, params ReadOnlySpan<byte> data)
    {
        var frame = new byte[Overhead + data.Length];
        (frame[0], frame[1], frame[2], frame[3]) = (First, Second, (byte)(4 + data.Length), (byte)command);
        data.CopyTo(frame.AsSpan(4));
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(frame.Length - 2), Sum(frame));
        return frame;
    }

    /// <summary>The word in a reply to the command; false for anything else on the wire.</summary>
    public static bool TryRead(ReadOnlySpan<byte> reply, Apw12Command command, out ushort value)
    {
        value = 0;
        if (reply.Length != ReplySize || reply[0] != First || reply[1] != Second || reply[2] != ReplySize - 2
            || reply[3] != (byte)command || BinaryPrimitives.ReadUInt16LittleEndian(reply[^2..]) != Sum(reply))
        {
            return false;
        }

        value = BinaryPrimitives.ReadUInt16LittleEndian(reply[4..]);
        return true;
    }

    private static ushort Sum(ReadOnlySpan<byte> frame)
    {
        var sum = 0;
        foreach (var value in frame[2..^2])
        {
            sum += value;
        }

        return (ushort)sum;
    }
}
