using System.Text;
using Firmware;
using Firmware.Pool;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace Fuzz.Targets;

/// <summary>A pool's address as a person typed it, a zero byte, and the host of a Reconnect.</summary>
internal sealed class UrlTarget : ITarget
{
    public string Name => "url";

    public string About => "A pool's address, and the host a pool sends us to; what is taken reads the same again.";

    public int LengthMax => 1024;

    public long AllocatedMax => 1024 * 1024;

    public IReadOnlyList<byte[]> Words { get; } = Array.ConvertAll(
        [
            "stratum2+tcp://", "stratum2+tcp+insecure://", "stratum+tcp://", "[", "]", "::1", "127.0.0.1", "%eth0", ":",
            "3333", "/", ",", "@", "xn--", ".", "0x7F", "10.0.0.1", "pool.example", "\0", "é", "\u202E",
        ],
        Encoding.UTF8.GetBytes);

    public IEnumerable<byte[]> Seeds()
    {
        using var pair = new KeyPair(Enumerable.Repeat((byte)0x44, 32).ToArray());
        string[] texts =
        [
            $"stratum2+tcp://pool.example:3333/{pair.Authority}\0other.example",
            $"stratum2+tcp://[2001:db8::1]:3333/{pair.Authority},{pair.Authority}\0203.0.113.7",
            "stratum2+tcp+insecure://127.0.0.1:34254\0",
            "stratum2+tcp://pool.example:3333",
        ];
        return texts.Select(Encoding.UTF8.GetBytes);
    }

    public void Try(ReadOnlySpan<byte> input)
    {
        var end = input.IndexOf((byte)0);
        var text = Encoding.UTF8.GetString(end < 0 ? input : input[..end]);
        var host = end < 0 ? default : input[(end + 1)..];
        try
        {
            var address = PoolAddress.Parse(text);
            var again = PoolAddress.Parse(address.Url);
            BrokenPromise.Unless(address.Equals(again), "an address that is taken reads the same from its own text.");
            BrokenPromise.Unless(address.Url == again.Url, "an address has one text.");
            Redirect(address, host[..Math.Min(host.Length, byte.MaxValue)], (ushort)input.Length);
        }
        catch (UsageException refused)
        {
            BrokenPromise.Unless(!refused.Message.Any(char.IsControl), "no control character is shown to people.");
        }
    }

    private static void Redirect(PoolAddress from, ReadOnlySpan<byte> host, ushort port)
    {
        var policy = new RedirectPolicy(from);
        if (!policy.TryDecide(new Reconnect { NewHost = host, NewPort = port }, out var target, out var refusal))
        {
            BrokenPromise.Unless(!refusal.Any(char.IsControl), "a host is refused in a sentence fit for people.");
            return;
        }

        BrokenPromise.Unless(target.Keys.SequenceEqual(from.Keys), "a redirected address keeps the keys.");
        BrokenPromise.Unless(HostName.Check(target.Host) is null, "a redirected address has a host.");
        BrokenPromise.Unless(!from.Insecure || target.Host == from.Host, "an unproven pool sends us nowhere else.");
        var numbers = HostName.Address(target.Host);
        BrokenPromise.Unless(
            target.Host == from.Host || numbers is null || policy.IsAllowed(numbers),
            "no pool sends us to an address inside our own network.");
        BrokenPromise.Unless(
            PoolAddress.Parse(target.Url).Equals(target), "a redirected address reads the same again.");
    }
}
