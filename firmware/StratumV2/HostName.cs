using System.Net;
using System.Net.Sockets;

namespace Firmware.StratumV2;

/// <summary>What may stand for a host: a name of ASCII letters, or an IP address in its usual form.</summary>
public static class HostName
{
    private const int LengthMax = 253;

    /// <summary>One sentence on what is wrong and the remedy, or null. IPv6 comes without brackets.</summary>
    public static string? Check(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (host.Length is 0 or > LengthMax)
        {
            return host.Length == 0
                ? "the host is missing; write host:port."
                : $"the host is longer than {LengthMax} characters, which no name is; check it.";
        }

        if (host.Contains(':', StringComparison.Ordinal))
        {
            return Address(host) is null || !host.All(letter => IsNameLetter(letter) || letter is ':' or '%')
                ? "the host is no IPv6 address; write it as [2001:db8::1]."
                : null;
        }

        return host.All(IsNameLetter)
            ? CheckLabels(host)
            : $"the host holds {Shown(host.First(letter => !IsNameLetter(letter)))}; a name has letters, digits, '-', "
            + "'.' and '_', and one with other letters is written in its 'xn--' form.";
    }

    /// <summary>One spelling for each host. IPv6 without brackets.</summary>
    public static string Normalise(string host) => Address(host)?.ToString() ?? WithoutRoot(host).ToLowerInvariant();

    /// <summary>The address that the text spells out, or null for a name.</summary>
    public static IPAddress? Address(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return IPAddress.TryParse(host, out var address)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == host)
            ? address
            : null;
    }

    /// <summary>
    /// False for addresses to which no pool has reason to send its miners: this machine, its link, its local network,
    /// groups, and what is reserved.
    /// </summary>
    public static bool MayRedirectTo(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? IsPublic6(address.GetAddressBytes())
            : IsPublic4(address.GetAddressBytes());
    }

    private static string? CheckLabels(string host)
    {
        var labels = WithoutRoot(host).Split('.');
        if (labels.Any(label => label.Length is 0 or > 63 || label.StartsWith('-') || label.EndsWith('-')))
        {
            return "the host is no name: each part between its dots has 1 to 63 characters and no '-' at its ends.";
        }

        // "127.1" and "0x7F.0.0.1" are addresses to some and names to others.
        return IsNumber(labels[^1]) && Address(host) is null
            ? "the host looks like an IP address and is none; write four numbers from 0 to 255."
            : null;
    }

    /// <summary>The dot at the end of a name says that it is complete, and nothing more.</summary>
    private static string WithoutRoot(string host) => host.EndsWith('.') ? host[..^1] : host;

    private static bool IsNumber(string label) =>
        label.All(char.IsAsciiDigit)
        || (label.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && label.Skip(2).All(char.IsAsciiHexDigit));

    private static bool IsNameLetter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_';

    private static bool IsPublic4(byte[] address) => address switch
    {
        [0 or 10 or 127, ..] => false,
        [100, >= 64 and <= 127, ..] => false,
        [169, 254, ..] => false,
        [172, >= 16 and <= 31, ..] => false,
        [192, 168, ..] => false,
        [>= 224, ..] => false,
        _ => true,
    };

    /// <summary>2000::/3 is what has been given out; loopback, link, unique local and groups are outside.</summary>
    private static bool IsPublic6(byte[] address) => address[0] is >= 0x20 and <= 0x3F;

    private static string Shown(char letter) =>
        char.IsControl(letter) || char.IsSurrogate(letter) ? $"U+{(int)letter:X4}" : $"'{letter}'";
}
