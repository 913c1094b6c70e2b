using Firmware.StratumV2;

namespace Firmware.Pool;

/// <summary>
/// At most one connection attempt a second to any endpoint, whoever asks for it: a pool that stands in the list twice,
/// a pool that sends us to another one, a pool that comes back. Stands before every dial.
/// </summary>
internal sealed class AttemptPace
{
    public static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, TimeSpan> last = [];

    /// <summary>True, and the attempt counts; or false: then ask again at <paramref name="notBefore"/>.</summary>
    public bool TryBegin(PoolAddress place, TimeSpan now, out TimeSpan notBefore)
    {
        var name = place.ToString();
        notBefore = last.TryGetValue(name, out var before) ? before + Between : now;
        if (notBefore > now)
        {
            return false;
        }

        Forget(now);
        last[name] = now;
        return true;
    }

    /// <summary>What is older than a second forbids nothing, so that there are never more than a second's.</summary>
    private void Forget(TimeSpan now)
    {
        foreach (var (name, at) in last)
        {
            if (now - at >= Between)
            {
                last.Remove(name);
            }
        }
    }
}
