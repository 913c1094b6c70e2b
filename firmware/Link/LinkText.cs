using System.Text.Json;

namespace Firmware.Link;

/// <summary>The one place where a line's bytes become a message: nothing unsound comes out of it.</summary>
internal static class LinkText
{
    /// <summary>The message of a line, or null and the trouble in one sentence.</summary>
    public static LinkLine? Parse(ReadOnlySpan<byte> bytes, out string trouble)
    {
        trouble = "";
        LinkLine? line;
        try
        {
            line = JsonSerializer.Deserialize(bytes, LinkJson.Default.LinkLine);
        }
        catch (JsonException malformed)
        {
            trouble = $"A line is not of this protocol: {Short(malformed.Message)}";
            return null;
        }

        trouble = line switch
        {
            null => "A line holds null instead of a message.",
            { V: not LinkLine.Version } => $"A line is of version {line.V}, and this end speaks {LinkLine.Version}.",
            _ when Bodies(line) != 1 => $"A line holds {Bodies(line)} bodies instead of one.",
            _ when HasNullElements(line) => "A line holds null in a list.",
            _ => "",
        };
        return trouble.Length == 0 ? line : null;
    }

    /// <summary>What guard and mine tell of themselves, in the spelling that they write.</summary>
    public static bool IsStatus(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("{\"v\":1,\"guard\":"u8) || bytes.StartsWith("{\"v\":1,\"mine\":"u8);

    private static int Bodies(LinkLine line) =>
        (line.Want is null ? 0 : 1)
        + (line.Grant is null ? 0 : 1)
        + (line.Guard is null ? 0 : 1)
        + (line.Mine is null ? 0 : 1)
        + (line.Clear is null ? 0 : 1)
        + (line.Cleared is null ? 0 : 1)
        + (line.Ask is null ? 0 : 1)
        + (line.Answer is null ? 0 : 1);

    /// <summary>The serializer refuses null for everything that may not be null, but for elements of arrays.</summary>
    private static bool HasNullElements(LinkLine line) => line switch
    {
        { Want: { } want } => HasNull(want.Boards),
        { Grant: { } grant } => HasNull(grant.Boards),
        { Mine: { } mine } => HasNull(mine.Boards)
            || HasNull(mine.Pools)
            || Array.Exists(mine.Pools, HasNull),
        { Cleared: { } cleared } => HasNull(cleared.Boards),
        { Guard: { } guard } => HasNull(guard.Boards)
            || Array.Exists(
                guard.Boards, board => HasNull(board.Sensors) || HasNull(board.Fans) || HasNull(board.Operation)),
        _ => false,
    };

    private static bool HasNull(PoolStatus pool) =>
        HasNull(pool.Alarms) || (pool.Coinbase is { } coinbase && HasNull(coinbase.Outputs));

    private static bool HasNull(OperationStatus? operation) => operation is not null
        && (HasNull(operation.Settings)
            || HasNull(operation.SetPoints)
            || Array.Exists(operation.SetPoints, point => HasNull(point.Limits)));

    private static bool HasNull<T>(T[] elements)
        where T : class => Array.Exists(elements, element => element is null);

    /// <summary>A stranger's text may be long and may hold control characters; a reason is one short line.</summary>
    private static string Short(string text)
    {
        var clean = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
        return clean.Length <= 200 ? clean : clean[..200];
    }
}
