using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Firmware.StratumV2;

/// <summary>Reads one field and says it for people.</summary>
internal delegate string ReadField(scoped ref PayloadReader payload);

/// <summary>The data types of spec 3.1, each as people read it.</summary>
internal static class FieldText
{
    private const int BytesShown = 256;
    private const int ItemsShown = 64;
    private const int HashSize = 32;

    public static string Bool(scoped ref PayloadReader payload) => payload.Bool() ? "true" : "false";

    public static string U8(scoped ref PayloadReader payload) => Invariant(payload.U8());

    public static string U16(scoped ref PayloadReader payload) => Invariant(payload.U16());

    public static string U32(scoped ref PayloadReader payload) => Invariant(payload.U32());

    public static string U64(scoped ref PayloadReader payload) => Invariant(payload.U64());

    public static string F32(scoped ref PayloadReader payload) => Invariant(payload.F32());

    /// <summary>A U32 whose bits matter: flags, version, nonce, compact target.</summary>
    public static string Bits(scoped ref PayloadReader payload) => "0x" + payload.U32().ToString("x8", null);

    /// <summary>A U32 of seconds since 1970.</summary>
    public static string Time(scoped ref PayloadReader payload) => Moment(payload.U32());

    /// <summary>The min_ntime of a job.</summary>
    public static string TimeOrFuture(scoped ref PayloadReader payload) =>
        payload.OptionalU32() is { } seconds ? Moment(seconds) : "none, a future job";

    /// <summary>As explorers print hashes: most significant byte first.</summary>
    public static string U256(scoped ref PayloadReader payload) => Number(payload.U256());

    public static string Str(scoped ref PayloadReader payload) => $"\"{WireText.Sanitise(payload.Str0255())}\"";

    public static string B032(scoped ref PayloadReader payload) => Hex(payload.B032());

    public static string B0255(scoped ref PayloadReader payload) => Hex(payload.B0255());

    public static string B064K(scoped ref PayloadReader payload) => Hex(payload.B064K());

    /// <summary>SEQ0_255[U256], a line each.</summary>
    public static string Hashes(scoped ref PayloadReader payload) => Lines(payload.Seq0255(HashSize));

    /// <summary>SEQ0_64K[U256], a line each.</summary>
    public static string ManyHashes(scoped ref PayloadReader payload) => Lines(payload.Seq064K(HashSize));

    /// <summary>SEQ0_64K[B0_16M], a line each.</summary>
    public static string Transactions(scoped ref PayloadReader payload)
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

    /// <summary>SEQ0_64K[U32].</summary>
    public static string Ids(scoped ref PayloadReader payload) => Row(payload.Seq064K(sizeof(uint)));

    /// <summary>SEQ0_64K[U16].</summary>
    public static string Numbers(scoped ref PayloadReader payload) => Row(payload.Seq064K(sizeof(ushort)));

    /// <summary>In the order of the wire.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes) => bytes switch
    {
        { IsEmpty: true } => "empty",
        { Length: > BytesShown } => $"{Convert.ToHexStringLower(bytes[..BytesShown])}… ({bytes.Length} bytes)",
        _ => Convert.ToHexStringLower(bytes),
    };

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

    private static string Moment(uint seconds) => string.Create(
        CultureInfo.InvariantCulture,
        $"{seconds} ({DateTimeOffset.FromUnixTimeSeconds(seconds):yyyy-MM-dd HH:mm:ss} UTC)");

    private static string Invariant(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
