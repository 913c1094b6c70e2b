using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Firmware.StratumV2;

/// <summary>Reads one field and says it for people.</summary>
internal delegate string ReadField(scoped ref PayloadReader payload);

/// <param name="Name">The spec's, chapter 3.1.</param>
internal sealed record FieldType(string Name, ReadField Read);

/// <summary>The data types of spec 3.1, each as people read it.</summary>
internal static class FieldText
{
    private const int BytesShown = 256;
    private const int ItemsShown = 64;
    private const int HashSize = 32;

    public static readonly FieldType Bool =
        new("BOOL", (scoped ref PayloadReader payload) => payload.Bool() ? "true" : "false");

    public static readonly FieldType U8 = new("U8", (scoped ref PayloadReader payload) => Invariant(payload.U8()));

    public static readonly FieldType U16 = new("U16", (scoped ref PayloadReader payload) => Invariant(payload.U16()));

    public static readonly FieldType U32 = new("U32", (scoped ref PayloadReader payload) => Invariant(payload.U32()));

    public static readonly FieldType U64 = new("U64", (scoped ref PayloadReader payload) => Invariant(payload.U64()));

    public static readonly FieldType F32 = new("F32", (scoped ref PayloadReader payload) => Invariant(payload.F32()));

    /// <summary>A U32 whose bits matter: flags, version, nonce, compact target.</summary>
    public static readonly FieldType Bits =
        new("U32", (scoped ref PayloadReader payload) => "0x" + payload.U32().ToString("x8", null));

    /// <summary>A U32 of seconds since 1970.</summary>
    public static readonly FieldType Time = new("U32", (scoped ref PayloadReader payload) => Moment(payload.U32()));

    /// <summary>The min_ntime of a job.</summary>
    public static readonly FieldType TimeOrFuture = new(
        "OPTION[U32]",
        (scoped ref PayloadReader payload) =>
            payload.OptionalU32() is { } seconds ? Moment(seconds) : "none, a future job");

    /// <summary>As explorers print hashes: most significant byte first.</summary>
    public static readonly FieldType U256 = new("U256", (scoped ref PayloadReader payload) => Number(payload.U256()));

    public static readonly FieldType Str =
        new("STR0_255", (scoped ref PayloadReader payload) => $"\"{WireText.Sanitise(payload.Str0255())}\"");

    public static readonly FieldType B032 = new("B0_32", (scoped ref PayloadReader payload) => Hex(payload.B032()));

    public static readonly FieldType B0255 = new("B0_255", (scoped ref PayloadReader payload) => Hex(payload.B0255()));

    public static readonly FieldType B064K = new("B0_64K", (scoped ref PayloadReader payload) => Hex(payload.B064K()));

    /// <summary>A line each.</summary>
    public static readonly FieldType Hashes =
        new("SEQ0_255[U256]", (scoped ref PayloadReader payload) => Lines(payload.Seq0255(HashSize)));

    /// <summary>A line each.</summary>
    public static readonly FieldType ManyHashes =
        new("SEQ0_64K[U256]", (scoped ref PayloadReader payload) => Lines(payload.Seq064K(HashSize)));

    /// <summary>A line each.</summary>
    public static readonly FieldType Transactions = new("SEQ0_64K[B0_16M]", ReadTransactions);

    public static readonly FieldType Ids =
        new("SEQ0_64K[U32]", (scoped ref PayloadReader payload) => Row(payload.Seq064K(sizeof(uint))));

    public static readonly FieldType Numbers =
        new("SEQ0_64K[U16]", (scoped ref PayloadReader payload) => Row(payload.Seq064K(sizeof(ushort))));

    /// <summary>In the order of the wire.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes) => bytes switch
    {
        { IsEmpty: true } => "empty",
        { Length: > BytesShown } => $"{Convert.ToHexStringLower(bytes[..BytesShown])}… ({bytes.Length} bytes)",
        _ => Convert.ToHexStringLower(bytes),
    };

    /// <summary>Seconds since 1970.</summary>
    public static string Moment(uint seconds) => string.Create(
        CultureInfo.InvariantCulture,
        $"{seconds} ({DateTimeOffset.FromUnixTimeSeconds(seconds):yyyy-MM-dd HH:mm:ss} UTC)");

    private static string ReadTransactions(scoped ref PayloadReader payload)
    {
        var transactions = payload.Seq064KOfB016M();
        var text = new StringBuilder(Invariant(transactions.Count));
        var shown = 0;
        foreach (var transaction in transactions)
        {
            if (shown == ItemsShown)
            {
                text.Append("\n    …");
                break;
            }

            text.Append("\n    ").Append(Hex(transaction));
            shown++;
        }

        return text.ToString();
    }

    private static string Lines(ItemSequence hashes)
    {
        var text = new StringBuilder(Invariant(hashes.Count));
        for (var i = 0; i < Math.Min(hashes.Count, byte.MaxValue); i++)
        {
            text.Append("\n    ").Append(Number(hashes[i]));
        }

        return text.Append(hashes.Count > byte.MaxValue ? "\n    …" : "").ToString();
    }

    private static string Row(ItemSequence numbers)
    {
        var text = new StringBuilder(Invariant(numbers.Count)).Append(':');
        for (var i = 0; i < Math.Min(numbers.Count, ItemsShown); i++)
        {
            var item = numbers[i];
            text.Append(' ').Append(Invariant(item.Length == sizeof(ushort)
                ? BinaryPrimitives.ReadUInt16LittleEndian(item)
                : BinaryPrimitives.ReadUInt32LittleEndian(item)));
        }

        return text.Append(numbers.Count > ItemsShown ? " …" : "").ToString();
    }

    private static string Number(ReadOnlySpan<byte> hash)
    {
        Span<byte> mostSignificantFirst = stackalloc byte[HashSize];
        hash.CopyTo(mostSignificantFirst);
        mostSignificantFirst.Reverse();
        return Convert.ToHexStringLower(mostSignificantFirst);
    }

    private static string Invariant(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
