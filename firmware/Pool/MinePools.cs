using System.Text;
using Firmware.StratumV2;

namespace Firmware.Pool;

/// <summary>Which pools to mine at, and how: the command line before the settings.</summary>
public static class MinePools
{
    /// <summary>What a pool takes for a name (STR0_255).</summary>
    public const int TextBytesMax = 255;

    /// <summary>More than a few are a mistake, and each is a line of the status.</summary>
    public const int Max = 16;

    /// <summary>
    /// --pool takes the place of all pools in mine.toml; --user and --insecure take the place of what each of them has.
    /// </summary>
    /// <exception cref="UsageException">There is none, or one is wrong; the sentence has the remedy.</exception>
    public static MinePool[] Choose(MineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var settings = MineSettings.Load(options.StateFolder);
        var pools = options.Pools.Length > 0 ? options.Pools.Select(FromText) : settings;
        MinePool[] chosen = [.. pools.Select(pool => WithOptions(pool, options)).DistinctBy(Place)];
        if (chosen.Length is 0 or > Max)
        {
            throw new UsageException(chosen.Length == 0
                ? "There is no pool: give --pool stratum2+tcp://host:port/KEY or a name of 'sv2fw pools', or write "
                + $"{Path.Combine(options.StateFolder, MineSettings.FileName)} ('sv2fw pools --template' prints one)."
                : $"There are {chosen.Length} pools: keep the best {Max}.");
        }

        Array.ForEach(chosen, Check);
        return chosen;
    }

    private static (PoolAddress Address, string Identity) Place(MinePool pool) => (pool.Address, pool.Identity);

    private static MinePool FromText(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal) || text.Contains('/', StringComparison.Ordinal))
        {
            return new MinePool(PoolAddress.Parse(text), MinePool.FromCommandLine);
        }

        try
        {
            var known = MineSettings.Known(text);
            return new MinePool(known.Address!, MinePool.FromCommandLine) { Profile = known.Profile };
        }
        catch (UsageException problem)
        {
            throw new UsageException($"--pool: {problem.Message}");
        }
    }

    private static MinePool WithOptions(MinePool pool, MineOptions options) => pool with
    {
        User = options.User ?? pool.User,
        Worker = options.User is null ? pool.Worker : "",
        Insecure = options.Insecure || pool.Insecure,
    };

    private static void Check(MinePool pool)
    {
        if (pool.User.Length == 0)
        {
            throw new UsageException(
                $"There is no user name for {pool.Address}: give --user, or 'user' in its [[pool]] of "
                + $"{MineSettings.FileName}.");
        }

        if (Encoding.UTF8.GetByteCount(pool.Identity) > TextBytesMax)
        {
            throw new UsageException(
                $"The user name for {pool.Address} is longer than the {TextBytesMax} bytes that pools take: shorten "
                + $"--user, or 'user' and 'worker' in {MineSettings.FileName}.");
        }

        if (Encoding.UTF8.GetByteCount(pool.Profile.DeviceId) > TextBytesMax)
        {
            throw new UsageException(
                $"The device_id for {pool.Address} is longer than the {TextBytesMax} bytes that pools take.");
        }

        if (Trust.CheckWords(pool.Address, pool.Insecure) is { } distrust)
        {
            throw new UsageException(distrust);
        }
    }
}
