namespace Simulator.Chips;

/// <summary>
/// What a chip makes of the bytes on its command input: it hunts for the preamble and passes over whatever has no
/// valid length or checksum, in silence.
/// </summary>
internal sealed class CommandParser
{
    /// <summary>Preamble, header, length, 82 bytes of job and a CRC-16.</summary>
    public const int JobFrame = 88;

    public const byte JobHeader = 0x21;

    private const int Preamble = 2;
    private const int Job = JobFrame - Preamble;

    private readonly byte[] buffer = new byte[JobFrame + 1];
    private readonly byte[] taken = new byte[JobFrame];
    private int count;

    /// <summary>True with a whole frame: its header to its last data byte, valid until the next byte.</summary>
    public bool Push(byte received, out ReadOnlySpan<byte> body)
    {
        buffer[count++] = received;
        while (count > 0)
        {
            var length = BodyLength();
            if (length < 0)
            {
                Drop(1);
                continue;
            }

            if (length == 0 || count < Preamble + length)
            {
                break;
            }

            var frame = buffer.AsSpan(Preamble, length);
            if (!IsSound(frame))
            {
                Drop(1);
                continue;
            }

            frame.CopyTo(taken);
            Drop(Preamble + length);
            body = taken.AsSpan(0, length - (length == Job ? 2 : 1));
            return true;
        }

        body = [];
        return false;
    }

    public void Reset() => count = 0;

    /// <summary>Bytes after the preamble; 0 while it cannot be told, -1 where no frame can start here.</summary>
    private int BodyLength()
    {
        if (buffer[0] != 0x55 || (count > 1 && buffer[1] != 0xAA))
        {
            return -1;
        }

        if (count < 4)
        {
            return 0;
        }

        return (buffer[2], buffer[3]) switch
        {
            // Stock, kanoi and ESP-Miner drivers write three different lengths; the chip knows its job format.
            (JobHeader, 0x56 or 0x36 or 0xFF) => Job,
            (0x40 or 0x42 or 0x52 or 0x53, 5) => 5,
            (0x41 or 0x51, 9) => 9,
            _ => -1,
        };
    }

    private static bool IsSound(ReadOnlySpan<byte> frame) => frame.Length == Job
        ? Crc.Sixteen(frame[..^2]) == (frame[^2] << 8 | frame[^1])
        : Crc.Five(frame, (frame.Length - 1) * 8) == frame[^1];

    private void Drop(int bytes)
    {
        buffer.AsSpan(bytes, count - bytes).CopyTo(buffer);
        count -= bytes;
    }
}
