using System.Buffers.Binary;
using System.Text;

namespace Drivers.Buses.BitaxeRaw;

/// <summary>What the bytes received so far are.</summary>
internal enum ReplyKind : byte
{
    /// <summary>The beginning of an answer.</summary>
    Incomplete,

    /// <summary>A whole answer with its payload.</summary>
    Success,

    /// <summary>A whole answer that refuses; the payload is the reason.</summary>
    Error,

    /// <summary>No answer of this dialect, or not to what was asked.</summary>
    Garbled,
}

/// <summary>How many bytes of payload the answer to a request has.</summary>
internal readonly record struct PayloadLength(int Min, int Max)
{
    /// <summary>Commands that only do something: nothing, a level, or a count.</summary>
    public static readonly PayloadLength OfCommand = new(0, 3);

    public bool Fits(int length) => length >= Min && length <= Max;
}

/// <summary>
/// One answer at the start of the received bytes, in one of the three dialects. The id is the third byte of all.
/// </summary>
/// <param name="Length">Bytes of the whole answer.</param>
/// <param name="PayloadStart">Where the payload begins; it ends with the answer.</param>
internal readonly record struct BridgeReply(ReplyKind Kind, int Length, int PayloadStart)
{
    public const int HeaderLength = 3;
    public const int LengthMax = 300;

    private const byte TimedOut = 0x10;
    private const byte InvalidCommand = 0x11;
    private const byte Overflow = 0x12;
    private const byte Faulted = 0x13;
    private const byte TextFollows = 0xFF;

    private static readonly BridgeReply Unfinished = new(ReplyKind.Incomplete, 0, 0);
    private static readonly BridgeReply Nonsense = new(ReplyKind.Garbled, 0, 0);

    /// <param name="silent">Nothing more will come: what is incomplete now stays so.</param>
    public static BridgeReply Read(
        BridgeDialect dialect, ReadOnlySpan<byte> bytes, PayloadLength asked, bool silent)
    {
        if (bytes.Length < HeaderLength)
        {
            return Unfinished;
        }

        var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        return length > LengthMax
            ? Nonsense
            : dialect switch
            {
                BridgeDialect.V0 => ReadV0(bytes, length, asked, silent),
                BridgeDialect.V1 => ReadV1(bytes, length, asked),
                _ => ReadBonanza(bytes, length, asked),
            };
    }

    /// <summary>The reason in an error's payload, in words.</summary>
    public static string Reason(ReadOnlySpan<byte> payload) => payload switch
    {
        [TimedOut] => "its transfer timed out (0x10)",
        [InvalidCommand] => "it does not know the command (0x11)",
        [Overflow] => "the request is too long (0x12)",
        [Faulted] => "it is in a fault state (0x13)",
        [TextFollows, .. var text] => $"\"{Printable(text)}\"",
        _ => $"error {Convert.ToHexString(payload)}",
    };

    /// <summary>
    /// Successes count their payload, errors count everything: an error of four bytes looks like the header of a
    /// success with four bytes of payload, of which three never come.
    /// </summary>
    private static BridgeReply ReadV0(ReadOnlySpan<byte> bytes, int length, PayloadLength asked, bool silent)
    {
        var whole = HeaderLength + length;
        if (asked.Fits(length))
        {
            return bytes.Length >= whole ? new(ReplyKind.Success, whole, HeaderLength)
                : silent && bytes.Length == length && IsErrorV0(bytes) ? new(ReplyKind.Error, length, HeaderLength)
                : Unfinished;
        }

        return length <= HeaderLength ? Nonsense
            : bytes.Length <= HeaderLength ? Unfinished
            : !IsErrorV0(bytes) ? Nonsense
            : bytes.Length < length ? Unfinished
            : new(ReplyKind.Error, length, HeaderLength);
    }

    private static bool IsErrorV0(ReadOnlySpan<byte> bytes) => bytes.Length > HeaderLength
        && (bytes[HeaderLength] is TextFollows
            || (bytes[HeaderLength] is TimedOut or InvalidCommand or Overflow && bytes[0] == HeaderLength + 1));

    private static BridgeReply ReadV1(ReadOnlySpan<byte> bytes, int length, PayloadLength asked)
    {
        const int StatusAt = HeaderLength;
        const int PayloadAt = HeaderLength + 1;
        return length < PayloadAt ? Nonsense
            : bytes.Length < length ? Unfinished
            : bytes[StatusAt] != 0 ? new(ReplyKind.Error, length, StatusAt)
            : asked.Fits(length - PayloadAt) ? new(ReplyKind.Success, length, PayloadAt)
            : Nonsense;
    }

    private static BridgeReply ReadBonanza(ReadOnlySpan<byte> bytes, int length, PayloadLength asked)
    {
        if (length < HeaderLength)
        {
            return Nonsense;
        }

        if (bytes.Length < length)
        {
            return Unfinished;
        }

        var isError = bytes[HeaderLength..length] is [>= TimedOut and <= Faulted]
            or [TextFollows, (byte)'B', (byte)'u', (byte)'f'];
        return isError ? new(ReplyKind.Error, length, HeaderLength)
            : asked.Fits(length - HeaderLength) ? new(ReplyKind.Success, length, HeaderLength)
            : Nonsense;
    }

    private static string Printable(ReadOnlySpan<byte> text)
    {
        var printable = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            printable.Append(letter is >= 0x20 and < 0x7F ? (char)letter : '?');
        }

        return printable.ToString();
    }
}
