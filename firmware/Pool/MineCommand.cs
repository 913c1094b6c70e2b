using Firmware.Link;
using Firmware.Mining;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>What the verb mine is given.</summary>
/// <param name="BoardFiles">One or more; the same file may stand twice.</param>
/// <param name="Pools">Addresses, or names of known pools, in order of preference; none: those of mine.toml.</param>
/// <param name="User">The pool's account, or account and worker; null: that of mine.toml.</param>
/// <param name="StateFolder">Where the processes meet and the settings are.</param>
/// <param name="Insecure">Mine also where nothing proves who the pool is: see <see cref="Trust"/>.</param>
public sealed record MineOptions(
    string[] BoardFiles,
    string[] Pools,
    string? User,
    string StateFolder,
    bool Insecure = false)
{
    /// <summary>Opens a board's data port; null where mine may do that itself.</summary>
    public OpenDataPort? OpenPort { get; init; }

    /// <summary>What keeps this process from what it has no business with, in one line.</summary>
    public string? Walls { get; init; }
}

/// <summary>The body of the verb mine.</summary>
public static class MineCommand
{
    /// <summary>Mines until it is told to stop; the chips are stopped then, and the last shares confirmed.</summary>
    /// <returns>The exit code: 0.</returns>
    /// <exception cref="UsageException">An option or a board file is wrong.</exception>
    /// <exception cref="StartException">No board is there, or another mine runs.</exception>
    public static int Run(MineOptions options, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        var chosen = MinePools.Choose(options);
        string[] secrets = [.. chosen.SelectMany(pool => new[] { pool.Identity, pool.Profile.DeviceId })];
        var log = new Log("mine", clean: text => Redaction.Clean(text, secrets));
        var hub = new Hub(Uptime.Now);
        using var server = Listen(options.StateFolder);
        var boards = MiningBoards.Open(options.BoardFiles, hub, log, options.OpenPort);
        var pools = Array.ConvertAll(chosen, pool => Terms(pool, boards));
        using var pool = new PoolThread(pools, new Failover(pools.Length, Seed()), hub, log);
        var guard = new GuardLink(options.StateFolder, hub, log);
        log.Walled(options.Walls ?? "none");
        new MineLoop(boards, pool, guard, hub, server, log) { Walls = options.Walls }.Run(stop);
        return 0;
    }

    /// <summary>As much of a text as a pool takes (STR0_255), in whole characters.</summary>
    internal static string Fitting(string text)
    {
        var bytes = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MinePools.TextBytesMax)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }

    private static SessionTerms Terms(MinePool pool, MiningBoard[] boards) => new(
        pool.Address,
        pool.Identity,
        Fitting(string.Join(", ", boards.Select(board => board.Model).Distinct())),
        $"sv2fw {Product.Version}",
        Array.ConvertAll(boards, board => board.NominalHashRate))
    {
        Profile = pool.Profile,
        Channel = pool.Channel,
        Worker = pool.Worker,
        PayoutScript = pool.PayoutScript,
        ProbeAfter = pool.ProbeAfter,
        SilenceMax = pool.SilenceMax,
        SharesASecondMax = pool.SharesASecondMax,
        Insecure = pool.Insecure,
        Source = pool.Source,
    };

    private static LinkServer Listen(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--state {folder} cannot be made: {refusal.Message}");
        }

        return LinkServer.Listen(LinkPaths.Mine(folder));
    }

    /// <summary>Devices that lost the same pool must not come back at the same moments.</summary>
    private static int Seed()
    {
        Span<byte> seed = stackalloc byte[sizeof(int)];
        Entropy.Fill(seed);
        return BitConverter.ToInt32(seed);
    }
}
