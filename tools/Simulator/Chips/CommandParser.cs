using System.Buffers.Binary;

namespace Simulator.Chips;

internal enum CommandKind
{
    Unknown,
    Job,
    SetAddress,
    ChainInactive,
    Read,
    Write,
}

/// <summary>One command as a chip reads it, apart from jobs.</summary>
/// <param name="ToAll">Whether it is for every chip, or for the one of this address.</param>
internal readonly record struct Command(CommandKind Kind, bool ToAll, byte Address, byte Register, uint Value);

/// <summary>
/// What the chips of one model make of the bytes on their command input: they hunt for the preamble, where they have
/// one, and pass over whatever has no valid length or checksum, in silence.
/// </summary>
internal sealed class CommandParser(Silicon silicon)
{
    private const byte JobHeader = 0x21;
    private const int FullJob = 86;
    private const int JobWithoutMidstates = 22; // Header byte to merkle tail, and the checksum.
    private const int MidstateBytes = 32;
    private const int MidstateCount = 3;
    private const int LongestFrame = 2 + JobWithoutMidstates + 4 * MidstateBytes;

    private readonly byte[] buffer = new byte[LongestFrame + 1];
    private readonly TimeSpan[] arrived = new TimeSpan[LongestFrame + 1];
    private readonly byte[] taken = new byte[LongestFrame];
    private readonly int preamble = silicon.Preamble ? 2 : 0;
    private int count;

    /// <summary>When the first byte of the newest whole frame arrived.</summary>
    public TimeSpan FrameBegan { get; private set; }

    /// <summary>True with a whole frame: its header to its last data byte, valid until the next byte.</summary>
    public bool Push(byte received, TimeSpan at, out ReadOnlySpan<byte> body)
    {
        arrived[count] = at;
        buffer[count++] = received;
        while (count > 0)
        {
            var length = BodyLength();
            if (length < 0)
            {
                Drop(1);
                continue;
            }

            if (length == 0 || count < preamble + length)
            {
                break;
            }

            var frame = buffer.AsSpan(preamble, length);
            var isJob = frame[0] == JobHeader;
            if (!IsSound(frame, isJob))
            {
                Drop(1);
                continue;
            }

            frame.CopyTo(taken);
            FrameBegan = arrived[0];
            Drop(preamble + length);
            body = taken.AsSpan(0, length - (isJob ? 2 : 1));
            return true;
        }

        body = [];
        return false;
    }

    /// <summary>What a body says; the kind alone where it is a job.</summary>
    public Command Read(ReadOnlySpan<byte> body)
    {
        var (kind, toAll) = KindOf(body[0]);
        return kind switch
        {
            CommandKind.Job => new Command(kind, true, 0, 0, 0),
            CommandKind.Write => new Command(
                kind, toAll, body[2], body[3], BinaryPrimitives.ReadUInt32BigEndian(body[4..])),
            _ => new Command(kind, toAll, body[2], body[3], 0),
        };
    }

    private (CommandKind Kind, bool ToAll) KindOf(byte header) => (silicon.Preamble, header) switch
    {
        (_, JobHeader) => (CommandKind.Job, true),
        (true, 0x40) or (false, 0x41) => (CommandKind.SetAddress, false),
        (true, 0x41) or (false, 0x48) => (CommandKind.Write, false),
        (true, 0x51) or (false, 0x58) => (CommandKind.Write, true),
        (true, 0x42) or (false, 0x44) => (CommandKind.Read, false),
        (true, 0x52) or (false, 0x54) => (CommandKind.Read, true),
        (true, 0x53) or (false, 0x55) => (CommandKind.ChainInactive, true),
        _ => (CommandKind.Unknown, false),
    };

    /// <summary>Bytes after the preamble; 0 while it cannot be told, -1 where no frame can start here.</summary>
    private int BodyLength()
    {
        if (preamble > 0 && (buffer[0] != 0x55 || (count > 1 && buffer[1] != 0xAA)))
        {
            return -1;
        }

        if (count < preamble + 2)
        {
            return 0;
        }

        var length = buffer[preamble + 1];
        return KindOf(buffer[preamble]).Kind switch
        {
            CommandKind.Job => JobLength(length),
            CommandKind.Write when length == 9 => 9,
            CommandKind.SetAddress or CommandKind.Read or CommandKind.ChainInactive when length == 5 => 5,
            _ => -1,
        };
    }

    private int JobLength(byte length)
    {
        if (silicon.Jobs == JobFormat.FullHeader)
        {
            // Stock, kanoi and ESP-Miner drivers write three different lengths; the chip knows its job format.
            return length is 0x56 or 0x36 or 0xFF ? FullJob : -1;
        }

        var midstates = (length - JobWithoutMidstates) / MidstateBytes;
        var possible = midstates is 1 or 4 || (midstates == 2 && silicon.TakesTwoMidstates);
        return possible && length == JobWithoutMidstates + midstates * MidstateBytes ? length : -1;
    }

    private bool IsSound(ReadOnlySpan<byte> frame, bool isJob)
    {
        if (!isJob)
        {
            return Crc.Five(frame, (frame.Length - 1) * 8) == frame[^1];
        }

        var midstates = (frame.Length - JobWithoutMidstates) / MidstateBytes;
        return Crc.Sixteen(frame[..^2]) == (frame[^2] << 8 | frame[^1])
            && (silicon.Jobs == JobFormat.FullHeader || frame[MidstateCount] == midstates);
    }

    private void Drop(int bytes)
    {
        buffer.AsSpan(bytes, count - bytes).CopyTo(buffer);
        arrived.AsSpan(bytes, count - bytes).CopyTo(arrived);
        count -= bytes;
    }
}
