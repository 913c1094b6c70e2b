using System.Net;
using System.Net.Sockets;
using Firmware.StratumV2;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>Whether a pool may be mined at, by what proves that it is the pool (SV2 reference §3.2, rule 4).</summary>
public static class Trust
{
    /// <summary>
    /// Of the reference implementation's test pool. Its secret is printed in public examples, so that a signature of it
    /// proves nothing; many a pool on somebody's desk runs with it.
    /// </summary>
    public static AuthorityKey PublicTestKey { get; } =
        AuthorityKey.Parse("9auqWEzQDVyd2oe1JVGFLMLHZtCo2FFqZwtKA5gd9xbuEu7PH72");

    /// <summary>
    /// A pool without a key that proves anything is for this machine and the local network alone, unless the operator
    /// says otherwise.
    /// </summary>
    /// <param name="address">What the pool's host turned out to mean.</param>
    /// <param name="insecure">The operator's explicit word.</param>
    /// <returns>Why not, in one sentence with the remedy; null where it may.</returns>
    public static string? Check(PoolAddress pool, IPAddress address, bool insecure)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(address);
        const string Remedy = "or set 'insecure = true' (--insecure) to mine there all the same.";
        return insecure || IsNear(address) ? null
            : pool.Keys.Contains(PublicTestKey)
                ? $"{pool} is to be known by the public test key, which anybody can sign with: take the pool's own "
                + $"key, {Remedy}"
            : pool.Insecure
                ? $"{pool} has no authority key and is outside the local network, so that anybody on the way may take "
                + $"its place: add the key from the pool's page, {Remedy}"
            : null;
    }

    /// <summary>The same before any look-up: judges addresses, and leaves names for later.</summary>
    public static string? CheckWords(PoolAddress pool, bool insecure)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return HostName.Address(pool.Host) is { } address ? Check(pool, address, insecure) : null;
    }

    /// <summary>
    /// This machine, its link, or a private network: where whoever could take the pool's place has been let in.
    /// </summary>
    public static bool IsNear(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return address.AddressFamily == AddressFamily.InterNetwork
            ? IsNear4(address.GetAddressBytes())
            : IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal;
    }

    /// <summary>RFC 1122, 1918 and 3927.</summary>
    private static bool IsNear4(byte[] address) => address is
        [127, ..] or [10, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] or [169, 254, ..];
}
