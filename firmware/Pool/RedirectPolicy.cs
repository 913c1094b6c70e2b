using System.Diagnostics.CodeAnalysis;
using System.Net;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>
/// Whether a Reconnect is obeyed, and where it leads (SV2 reference §4.10). A pool may send us no nearer to ourselves
/// than it is, and to another host only where the new server must prove to be of the same authority.
/// </summary>
/// <param name="current">The pool of the session that the message came on, as dialled.</param>
public sealed class RedirectPolicy(PoolAddress current)
{
    /// <summary>The address that the connection leads to. Unknown counts as one of the open network.</summary>
    public IPAddress? Remote { get; init; }

    /// <summary>Addresses of this machine; those that mean "this machine" everywhere need not be among them.</summary>
    public IReadOnlyCollection<IPAddress> Own { get; init; } = [];

    /// <summary><see cref="SessionTerms.AllowPrivateRedirect"/>.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>Judges the message by its words alone; what a name stands for is judged after its look-up.</summary>
    /// <param name="target">Where to connect: the same authority's keys as the current address.</param>
    /// <param name="refusal">Why the message is ignored, in one sentence fit for people.</param>
    public bool TryDecide(
        in Reconnect message,
        [NotNullWhen(true)] out PoolAddress? target,
        [NotNullWhen(false)] out string? refusal)
    {
        // Whatever is no ASCII becomes a letter that no host has; nothing is decoded into something else.
        var host = message.NewHost.IsEmpty ? current.Host : System.Text.Encoding.ASCII.GetString(message.NewHost);
        var port = message.NewPort == 0 ? current.Port : message.NewPort;
        refusal = HostName.Check(host) is not null ? $"The pool sends us to '{Shown(message)}', which is no host."
            : port == 0 ? "The pool sends us to port 0."
            : RefusalOf(HostName.Normalise(host));
        target = refusal is null ? current.At(host, port) : null;
        return target is not null;
    }

    /// <summary>
    /// Whether the host of an accepted message may stand for this address. The current host may stand for any.
    /// </summary>
    public bool IsAllowed(PoolAddress target, IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Host == current.Host || IsAllowed(address);
    }

    /// <summary>Whether a pool may send us to another host of this address.</summary>
    public bool IsAllowed(IPAddress address)
    {
        var reach = ReachOf(address);
        return reach != NetworkReach.Nowhere && reach >= Nearest;
    }

    private NetworkReach Nearest
    {
        get
        {
            var pool = Remote is null ? NetworkReach.Open : ReachOf(Remote);
            pool = pool == NetworkReach.Nowhere ? NetworkReach.Local : pool; // A pool on the same cable.
            return AllowPrivate && pool > NetworkReach.Local ? NetworkReach.Local : pool;
        }
    }

    private string? RefusalOf(string host) =>
        host == current.Host ? null
        : current.Insecure || current.Keys.Contains(Trust.PublicTestKey)
            ? "The pool sends us to another host on a connection that does not prove who it is."
        : AddressOf(host) is { } address && !IsAllowed(address)
            ? $"The pool sends us to {host}, which is no place for a pool on the open network."
        : null;

    /// <summary>That which needs no look-up, the name of RFC 6761 for this machine among it.</summary>
    private static IPAddress? AddressOf(string host) =>
        host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal)
            ? IPAddress.Loopback
            : HostName.Address(host);

    private NetworkReach ReachOf(IPAddress address)
    {
        var plain = Plain(address);
        return Own.Any(own => Plain(own).Equals(plain)) ? NetworkReach.Machine : HostName.ReachOf(plain);

        static IPAddress Plain(IPAddress any) => any.IsIPv4MappedToIPv6 ? any.MapToIPv4() : any;
    }

    private static string Shown(in Reconnect message)
    {
        const int ShownMax = 64;
        return WireText.Sanitise(message.NewHost.Length > ShownMax ? message.NewHost[..ShownMax] : message.NewHost);
    }
}
