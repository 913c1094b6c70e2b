namespace Drivers.Hashing.Bm13xx.Decoding;

/// <summary>Which end of the wire captured bytes came from.</summary>
public enum WireSide : byte
{
    /// <summary>The capture does not tell: the frames themselves do.</summary>
    Unknown,
    Host,
    Chips,
}

internal enum PieceKind : byte
{
    /// <summary>Bytes that belong to no frame.</summary>
    Skipped,
    Command,
    Job,
    Answer,
}

/// <summary>A stretch of a capture.</summary>
/// <param name="Announced">How long it would be by its first bytes.</param>
/// <param name="IsSound">All of it is there, and its checksum is right.</param>
internal readonly record struct Piece(int Start, int Length, PieceKind Kind, int Announced, bool IsSound)
{
    public int End => Start + Length;
}

/// <summary>
/// Cuts captured bytes into frames. Of all ways to read them it takes the one that explains most bytes with frames
/// whose checksum is right; of equal ones that whose frames follow each other without a gap. That matters where five
/// bits of CRC are all there is: the answers of a BM1387 have no preamble, and other chips' grow from 9 to 11 bytes.
/// </summary>
internal sealed class WireFrames(ChipModel model, WireSide side, byte[] bytes)
{
    private const byte JobHeader = 0x21;
    private const int ShortAnswer = 9;
    private const int LongAnswer = 11;
    private const int BareAnswer = 7;
    private const byte TypeMask = 0xE0;
    private const byte NonceType = 0x80;

    private readonly int preamble = model.Commands.Preamble.Length;

    /// <summary>For each byte: twice the bytes explained from there on, and the seams without a gap.</summary>
    private readonly int[] skipping = new int[bytes.Length + 1];

    /// <summary>The same where a frame begins with that byte; -1 where none does.</summary>
    private readonly int[] framing = new int[bytes.Length + 1];
    private readonly Piece[] frames = new Piece[bytes.Length];

    private bool IsBare => preamble == 0;

    private ReadOnlySpan<int> AnswerSizes =>
        IsBare ? [BareAnswer] : model.RollsVersions ? [LongAnswer, ShortAnswer] : [ShortAnswer];

    public List<Piece> Split()
    {
        for (var at = bytes.Length - 1; at >= 0; at--)
        {
            skipping[at] = Math.Max(skipping[at + 1], framing[at + 1]);
            framing[at] = -1;
            ConsiderFrames(at);
        }

        var pieces = new List<Piece>();
        var gap = 0;
        for (var at = 0; at < bytes.Length;)
        {
            var touches = gap == at ? 1 : 0;
            if (framing[at] < 0 || framing[at] + touches < skipping[at])
            {
                at++;
                continue;
            }

            AddGap(gap, at, pieces);
            pieces.Add(frames[at]);
            at = frames[at].End;
            gap = at;
        }

        AddGap(gap, bytes.Length, pieces);
        return pieces;
    }

    private void ConsiderFrames(int at)
    {
        if (FromHost(at) is { Length: > 0 } sent && sent.End <= bytes.Length && IsWhole(sent))
        {
            Consider(sent);
        }

        foreach (var size in AnswerSizes)
        {
            if (IsAnswer(at, size))
            {
                Consider(new Piece(at, size, PieceKind.Answer, size, IsSound: true));
            }
        }
    }

    private void Consider(Piece frame)
    {
        var explained = 2 * frame.Length + Math.Max(framing[frame.End] + 1, skipping[frame.End]);
        if (explained > framing[frame.Start])
        {
            framing[frame.Start] = explained;
            frames[frame.Start] = frame with { IsSound = true };
        }
    }

    /// <summary>What the first bytes here announce of a host's frames; of no length where they announce none.</summary>
    private Piece FromHost(int at)
    {
        var body = at + preamble;
        if (side == WireSide.Chips || body + 2 > bytes.Length
            || !bytes.AsSpan(at).StartsWith(model.Commands.Preamble))
        {
            return default;
        }

        var (header, length) = (bytes[body], bytes[body + 1]);
        var isJob = header == JobHeader;
        var size = isJob ? JobSize(length) : CommandSize(header, length);
        return new Piece(at, size, isJob ? PieceKind.Job : PieceKind.Command, size, IsSound: false);
    }

    /// <summary>Drivers disagree about the length byte of a full header; its length is always the same.</summary>
    private int JobSize(byte length) => model.Format == JobFormat.FullHeader
        ? JobFrame.Size
        : MidstateFrame.SizeOf(model.Commands, model.MidstateCounts, length);

    private int CommandSize(byte header, byte length) => model.Commands.KindOf(header) is { } kind
        && length == (kind is CommandKind.Write or CommandKind.WriteAll ? 9 : 5)
            ? preamble + length
            : 0;

    private bool IsWhole(Piece frame)
    {
        var body = bytes.AsSpan(frame.Start + preamble, frame.Length - preamble);
        return frame.Kind == PieceKind.Command
            ? Crc.Crc5(body[..^1]) == body[^1]
            : Crc.Crc16(body) == 0
                && (model.Format == JobFormat.FullHeader || body.Length == MidstateFrame.BodySize(body[3]));
    }

    private bool IsAnswer(int at, int size)
    {
        if (side == WireSide.Host || at + size > bytes.Length || !BeginsAnswer(at))
        {
            return false;
        }

        var body = bytes.AsSpan(at + preamble, size - preamble);
        return (body[^1] & TypeMask) is 0 or NonceType
            && Crc.Crc5(body) == 0
            && (size != ShortAnswer || !model.RollsVersions || EndsAt(at + size));
    }

    private bool BeginsAnswer(int at) =>
        IsBare || (bytes[at] == 0xAA && at + 1 < bytes.Length && bytes[at + 1] == 0x55);

    /// <summary>Nothing follows, or the start of another frame: an answer of two lengths must end like that.</summary>
    private bool EndsAt(int end) =>
        end == bytes.Length || IsPreamble(end) || (end + 1 == bytes.Length && bytes[end] is 0xAA or 0x55);

    private bool IsPreamble(int at) =>
        at + 1 < bytes.Length && (bytes[at], bytes[at + 1]) is (0xAA, 0x55) or (0x55, 0xAA);

    /// <summary>What lies between whole frames: damaged or cut ones, and bytes of none.</summary>
    private void AddGap(int from, int to, List<Piece> pieces)
    {
        var skipped = from;
        for (var at = from; at < to;)
        {
            var damaged = Damaged(at, to);
            if (damaged.Length == 0)
            {
                at++;
                continue;
            }

            AddSkipped(skipped, at, pieces);
            pieces.Add(damaged);
            at = damaged.End;
            skipped = at;
        }

        AddSkipped(skipped, to, pieces);
    }

    private static void AddSkipped(int from, int to, List<Piece> pieces)
    {
        if (from < to)
        {
            pieces.Add(new Piece(from, to - from, PieceKind.Skipped, to - from, IsSound: false));
        }
    }

    private Piece Damaged(int at, int to)
    {
        var piece = FromHost(at);
        if (piece.Length == 0 && side != WireSide.Host && (IsBare ? to - at == BareAnswer : BeginsAnswer(at)))
        {
            piece = new Piece(at, AnswerSizes[0], PieceKind.Answer, AnswerSizes[0], IsSound: false);
        }

        var end = Math.Min(piece.End, to);
        for (var next = at + 2; !IsBare && next < end; next++)
        {
            end = IsPreamble(next) ? next : end;
        }

        return piece.Length == 0 ? piece : piece with { Length = end - at };
    }
}
