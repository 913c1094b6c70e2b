using System.Net;
using System.Net.Sockets;

namespace Firmware.StratumV2;

/// <summary>From where an address can be reached, the nearest first (IANA's special-purpose registries).</summary>
public enum NetworkReach : byte
{
    /// <summary>Groups, links without a router, and what is reserved: no place for a pool.</summary>
    Nowhere,

    /// <summary>This machine.</summary>
    Machine,

    /// <summary>Private networks, and those behind a provider's translation.</summary>
    Local,

    Open,
}

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

    /// <summary>How far away an address is. Of IPv6 forms that carry an IPv4 address, that address counts.</summary>
    public static NetworkReach ReachOf(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        return bytes switch
        {
            { Length: 4 } => ReachOf4(bytes),
            [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0, ..] => ReachOf4(bytes[12..]), // RFC 6052: NAT64
            [0x20, 0x02, ..] => ReachOf4(bytes[2..6]), // RFC 3056: 6to4
            _ => ReachOf6(bytes),
        };
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

    private static NetworkReach ReachOf4(byte[] address) => address switch
    {
        [0 or >= 224, ..] or [169, 254, ..] => NetworkReach.Nowhere,
        [127, ..] => NetworkReach.Machine,
        [10, ..] or [100, >= 64 and <= 127, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] => NetworkReach.Local,
        _ => NetworkReach.Open,
    };

    /// <summary>2000::/3 is what has been given out to the open network.</summary>
    private static NetworkReach ReachOf6(byte[] address) => address switch
    {
        [>= 0x20 and <= 0x3F, ..] => NetworkReach.Open,
        [0xFC or 0xFD, ..] or [0xFE, >= 0xC0, ..] => NetworkReach.Local,
        [.. var zeroes, 1] when zeroes.All(part => part == 0) => NetworkReach.Machine,
        _ => NetworkReach.Nowhere,
    };

    private static string Shown(char letter) =>
        char.IsControl(letter) || char.IsSurrogate(letter) ? $"U+{(int)letter:X4}" : $"'{letter}'";
}
