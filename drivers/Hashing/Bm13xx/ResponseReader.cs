using System.Buffers.Binary;

namespace Drivers.Hashing.Bm13xx;

/// <summary>How long answers are: they grow by two bytes once version rolling is on.</summary>
public enum ResponseLength : byte
{
    /// <summary>9 bytes, from reset on.</summary>
    Short,

    /// <summary>While version rolling is being switched on: both are tried, the short one first.</summary>
    Either,

    /// <summary>11 bytes, since the first write of <see cref="VersionRolling"/> has left.</summary>
    Long,

    /// <summary>7 bytes without a preamble: a BM1387.</summary>
    Bare,
}

/// <summary>One answer of a chip whose CRC fits. What its fields mean, <see cref="IsNonce"/> says.</summary>
/// <param name="Value">A register's value, or the nonce's four header bytes, both most significant byte first.</param>
/// <param name="Sixth">Byte 6: the address of the chip that was read, or how far a nonce beats the ticket.</param>
/// <param name="Seventh">Byte 7: the register that was read, or the result header with the job id.</param>
/// <param name="Version">The rolled version bits as the chip counts them; 0 in a short answer.</param>
public readonly record struct Response(bool IsNonce, uint Value, byte Sixth, byte Seventh, ushort Version)
{
    public byte Chip => Sixth;

    public byte Register => Seventh;

    public byte ResultHeader => Seventh;

    /// <summary>The nonce as a header has it.</summary>
    public uint Nonce => BinaryPrimitives.ReverseEndianness(Value);
}

/// <summary>Finds a chip's answers in a stream of bytes that may be damaged anywhere.</summary>
/// <remarks>
/// <code>
///  0  1    2      6    7        8           8 or 10
/// | AA 55 | value | ··· | ··· | ( version ) | type(3) CRC5 |     type: 000 register, 100 nonce
/// </code>
/// A window that does not pass gives up its first byte only, and one that passes is looked through for the preamble of
/// another before it is left. Therefore no undamaged answer is ever lost, whatever came before it. What five bits of
/// CRC let through wrongly is one window of noise in 128, and for hashing it again to find out.
/// A BM1387 sends no preamble. There every window may be an answer: one that passes is kept until the window behind it
/// passes as well, and otherwise those that overlap it are tried, too.
/// </remarks>
public sealed class ResponseReader
{
    private const int ShortSize = 9;
    private const int LongSize = 11;
    private const int BareSize = 7;
    private const int PreambleSize = 2;
    private const byte Preamble0 = 0xAA;
    private const byte Preamble1 = 0x55;
    private const byte TypeMask = 0xE0;
    private const byte NonceType = 0x80;

    private readonly byte[] window = new byte[2 * BareSize];
    private int filled;

    /// <summary>Of a BM1387: how many bytes in front belong to an answer that was passed on already.</summary>
    private int passed;

    /// <summary>How many of these, from the front, are counted as an answer's and not as skipped.</summary>
    private int covered;

    public ResponseLength Length { get; set; }

    /// <summary>Answers whose CRC fitted.</summary>
    public long Frames { get; private set; }

    /// <summary>Windows that began like an answer and were none.</summary>
    public long CrcErrors { get; private set; }

    /// <summary>Bytes that belonged to no answer.</summary>
    public long SkippedBytes { get; private set; }

    /// <summary>
    /// Consumes bytes up to the end of the next answer. False: all were taken in, and the start of an answer waits for
    /// its rest.
    /// </summary>
    public bool TryRead(ref ReadOnlySpan<byte> received, out Response response)
    {
        while (true)
        {
            if (Length == ResponseLength.Bare ? TryTakeBare(out response) : TryTakeFrame(out response))
            {
                return true;
            }

            if (received.IsEmpty)
            {
                return false;
            }

            window[filled++] = received[0];
            received = received[1..];
        }
    }

    /// <summary>Forgets the answer that waits for its rest.</summary>
    public void Reset()
    {
        SkippedBytes += filled - covered;
        filled = 0;
        passed = 0;
        covered = 0;
    }

    private bool TryTakeBare(out Response response)
    {
        while (filled >= passed + BareSize)
        {
            if (TryParse(window.AsSpan(passed, BareSize), preamble: 0, out response))
            {
                Drop(passed);
                passed = BareSize;
                covered = BareSize;
                return true;
            }

            // What was passed on may have been noise that fitted, with the start of this one in it.
            CrcErrors++;
            SkippedBytes += covered > 0 ? 0 : 1;
            covered = Math.Max(covered - 1, 0);
            passed = 0;
            Drop(1);
        }

        response = default;
        return false;
    }

    private bool TryTakeFrame(out Response response)
    {
        while (BeginsLikeAnAnswer())
        {
            if (filled >= ShortSize && Length != ResponseLength.Long && TryTake(ShortSize, out response))
            {
                return true;
            }

            var longest = Length == ResponseLength.Short ? ShortSize : LongSize;
            if (filled < longest)
            {
                break;
            }

            if (longest == LongSize && TryTake(LongSize, out response))
            {
                return true;
            }

            CrcErrors++;
            SkippedBytes++;
            Drop(1);
        }

        response = default;
        return false;
    }

    /// <summary>Drops bytes until the window begins with a preamble, or with what there is of one.</summary>
    private bool BeginsLikeAnAnswer()
    {
        var start = NextPreamble(0, filled);
        SkippedBytes += start;
        Drop(start);
        return filled > 1;
    }

    private bool TryTake(int size, out Response response)
    {
        if (!TryParse(window.AsSpan(0, size), PreambleSize, out response))
        {
            return false;
        }

        Drop(NextPreamble(PreambleSize, size));
        return true;
    }

    private bool TryParse(ReadOnlySpan<byte> frame, int preamble, out Response response)
    {
        var type = frame[^1] & TypeMask;
        var body = frame[preamble..];
        if (type is not (0 or NonceType) || Crc.Crc5(body) != 0)
        {
            response = default;
            return false;
        }

        response = new Response(
            IsNonce: type == NonceType,
            Value: BinaryPrimitives.ReadUInt32BigEndian(body),
            Sixth: body[4],
            Seventh: body[5],
            Version: frame.Length == LongSize ? BinaryPrimitives.ReadUInt16BigEndian(body[6..]) : (ushort)0);
        Frames++;
        return true;
    }

    /// <summary>Where a preamble, or the first byte of a cut one, begins; else <paramref name="end"/>.</summary>
    private int NextPreamble(int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            if (window[i] == Preamble0 && (i + 1 == filled || window[i + 1] == Preamble1))
            {
                return i;
            }
        }

        return end;
    }

    private void Drop(int count)
    {
        window.AsSpan(count, filled - count).CopyTo(window);
        filled -= count;
    }
}
