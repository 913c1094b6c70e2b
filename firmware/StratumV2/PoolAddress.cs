using System.Globalization;
using Firmware.StratumV2.Noise;

namespace Firmware.StratumV2;

/// <summary>
/// Where a pool is and whose signature proves it: stratum2+tcp://host:port/KEY[,KEY…], spec 4.7. Equal by value.
/// </summary>
public sealed class PoolAddress : IEquatable<PoolAddress>
{
    /// <summary>A pool that changes its key needs two; more than a few are a mistake.</summary>
    public const int KeysMax = 8;

    private const string Scheme = "stratum2+tcp";
    private const string InsecureScheme = "stratum2+tcp+insecure";
    private const string Shape = "stratum2+tcp://host:port/KEY";
    private const int ShownMax = 100;

    private PoolAddress(string host, ushort port, IReadOnlyList<AuthorityKey> keys)
    {
        Host = host;
        Port = port;
        Keys = keys;
    }

    /// <summary>A name in lower case, or an IP address; IPv6 without its brackets.</summary>
    public string Host { get; }

    public ushort Port { get; }

    /// <summary>One of them must have signed the server's certificate. Empty where the address is insecure.</summary>
    public IReadOnlyList<AuthorityKey> Keys { get; }

    /// <summary>Neither encrypted nor authenticated, by the operator's explicit wish.</summary>
    public bool Insecure => Keys.Count == 0;

    /// <summary>The whole address, as <see cref="Parse(string)"/> takes it.</summary>
    public string Url => Insecure ? $"{InsecureScheme}://{this}" : $"{Scheme}://{this}/{string.Join(',', Keys)}";

    /// <exception cref="UsageException">No address; the sentence names what is wrong and the remedy.</exception>
    public static PoolAddress Parse(string text) => Parse(text, []);

    /// <param name="moreKeys">Accepted beside those in the text.</param>
    /// <exception cref="UsageException">No address; the sentence names what is wrong and the remedy.</exception>
    public static PoolAddress Parse(string text, IReadOnlyList<string> moreKeys)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(moreKeys);
        text = text.Trim();
        try
        {
            var schemeEnd = text.IndexOf("://", StringComparison.Ordinal);
            return schemeEnd < 0
                ? throw new UsageException($"it has no scheme; write {Shape}.")
                : Parse(text[..schemeEnd].ToLowerInvariant(), text[(schemeEnd + 3)..], moreKeys);
        }
        catch (UsageException problem)
        {
            throw new UsageException($"Pool address '{Shown(WithoutSecrets(text))}': {problem.Message}");
        }
    }

    /// <summary>Another place whose server must be of the same authority: the keys stay.</summary>
    /// <param name="host">Free of what <see cref="HostName.Check"/> finds.</param>
    public PoolAddress At(string host, ushort port) => new(HostName.Normalise(host), port, Keys);

    /// <summary>host:port, which is all that a log needs; IPv6 in brackets.</summary>
    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
            : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    public bool Equals(PoolAddress? other) =>
        other is not null && Host == other.Host && Port == other.Port && Keys.SequenceEqual(other.Keys);

    public override bool Equals(object? obj) => Equals(obj as PoolAddress);

    public override int GetHashCode() => HashCode.Combine(Host, Port, Keys.Count);

    private static PoolAddress Parse(string scheme, string rest, IReadOnlyList<string> moreKeys)
    {
        CheckScheme(scheme);
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (place, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
        var (host, port) = SplitPlace(place);
        if (HostName.Check(host) is { } problem)
        {
            throw new UsageException(problem);
        }

        return new PoolAddress(HostName.Normalise(host), ParsePort(port), ParseKeys(scheme, path, moreKeys));
    }

    private static void CheckScheme(string scheme)
    {
        if (scheme is not (Scheme or InsecureScheme))
        {
            throw new UsageException(scheme.StartsWith("stratum+", StringComparison.Ordinal)
                ? $"that is Stratum V1, which is not spoken here; take the pool's Stratum V2 address, {Shape}."
                : $"the scheme '{Shown(scheme)}' is unknown; write {Shape}.");
        }
    }

    /// <summary>The host without brackets, and the digits after the colon.</summary>
    private static (string Host, string Port) SplitPlace(string place)
    {
        if (place.Contains('@', StringComparison.Ordinal))
        {
            throw new UsageException("it holds an '@'; the user's name does not belong into it, give it as --user.");
        }

        if (place.StartsWith('['))
        {
            var close = place.IndexOf(']', StringComparison.Ordinal);
            var inside = close < 0 ? "" : place[1..close];
            return inside.Contains(':', StringComparison.Ordinal)
                ? (inside, AfterColon(place[(close + 1)..]))
                : throw new UsageException("brackets hold an IPv6 address and nothing else; write [2001:db8::1]:port.");
        }

        var colon = place.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0 && place.IndexOf(':', colon + 1) >= 0)
        {
            throw new UsageException("an IPv6 address stands in brackets; write [2001:db8::1]:port.");
        }

        return colon < 0 ? (place, AfterColon("")) : (place[..colon], AfterColon(place[colon..]));
    }

    private static string AfterColon(string text) => text switch
    {
        "" or ":" => throw new UsageException("the port is missing; write host:port, the pool's page says which."),
        [':', .. var digits] => digits,
        _ => throw new UsageException("after the bracket comes the port; write [2001:db8::1]:port."),
    };

    private static ushort ParsePort(string digits) =>
        ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? port
            : throw new UsageException($"'{Shown(digits)}' is no port; a port is a number from 1 to 65535.");

    private static AuthorityKey[] ParseKeys(string scheme, string path, IReadOnlyList<string> moreKeys)
    {
        string[] texts = [.. path.Length > 0 ? path.Split(',') : [], .. moreKeys];
        if (scheme == InsecureScheme)
        {
            return texts.Length == 0
                ? []
                : throw new UsageException("an insecure address takes no key; remove '+insecure' to use it.");
        }

        if (texts.Length == 0)
        {
            throw new UsageException(
                "the authority key is missing, without which anybody may pretend to be the pool; add /KEY from the "
                + $"pool's page, or write {InsecureScheme}:// to do without encryption.");
        }

        return texts.Length <= KeysMax
            ? [.. texts.Select(AuthorityKey.Parse).Distinct()]
            : throw new UsageException($"it holds {texts.Length} authority keys; keep at most {KeysMax}.");
    }

    /// <summary>A user's name before an '@' and a key behind the port do not belong into a log.</summary>
    private static string WithoutSecrets(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
        var place = text[start..];
        var user = place.LastIndexOf('@');
        place = user < 0 ? place : "…" + place[user..];
        var slash = place.IndexOf('/', StringComparison.Ordinal);
        return text[..start] + (slash < 0 || slash == place.Length - 1 ? place : place[..(slash + 1)] + "…");
    }

    private static string Shown(string text)
    {
        var printable = string.Concat(text.Take(ShownMax).Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));
        return text.Length > ShownMax ? printable + "…" : printable;
    }
}
