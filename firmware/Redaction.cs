using System.Text.RegularExpressions;

namespace Firmware;

/// <summary>
/// Takes out of a text what nobody but its owner needs to read: authority keys, users' names, tokens. We write none of
/// them; but a pool may say in an error what we told it.
/// </summary>
public static partial class Redaction
{
    public const string Key = "(key)";
    public const string Secret = "(redacted)";

    /// <summary>A shorter account is no secret, and would take letters out of every word.</summary>
    private const int AccountMin = 3;

    /// <param name="secrets">Whole names and tokens; of "account.worker" the account alone is one as well.</param>
    public static string Clean(string text, params IReadOnlyList<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(secrets);
        foreach (var secret in secrets.Concat(secrets.Select(AccountOf)).Where(each => each.Length > 0))
        {
            text = WithoutWord(text, secret);
        }

        return AuthorityKeys().Replace(text, Key);
    }

    private static string AccountOf(string identity) =>
        identity.IndexOf('.', StringComparison.Ordinal) is >= AccountMin and var dot ? identity[..dot] : "";

    /// <summary>Only where it stands alone: a user called "in" is not in every "mining".</summary>
    private static string WithoutWord(string text, string secret)
    {
        for (var from = 0; from < text.Length;)
        {
            var at = text.IndexOf(secret, from, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                break;
            }

            var end = at + secret.Length;
            var alone = !(at > 0 && char.IsLetterOrDigit(text[at - 1]))
                && !(end < text.Length && char.IsLetterOrDigit(text[end]));
            text = alone ? text[..at] + Secret + text[end..] : text;
            from = alone ? at + Secret.Length : at + 1;
        }

        return text;
    }

    /// <summary>Base58 of 38 bytes that begin with 01 00: 51 letters, the first a '9' (SV2 reference §3.4).</summary>
    [GeneratedRegex("9[1-9A-HJ-NP-Za-km-z]{50}")]
    private static partial Regex AuthorityKeys();
}
