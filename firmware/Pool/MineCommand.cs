using Firmware.Link;
using Firmware.Mining;
using Firmware.StratumV2;

namespace Firmware.Pool;

/// <summary>What the verb mine is given.</summary>
/// <param name="BoardFiles">One or more; the same file may stand twice.</param>
/// <param name="Pools">One or more, in order of preference.</param>
/// <param name="User">The pool's account, or account and worker.</param>
/// <param name="StateFolder">Where the processes meet.</param>
public sealed record MineOptions(string[] BoardFiles, PoolAddress[] Pools, string User, string StateFolder);

/// <summary>The body of the verb mine.</summary>
public static class MineCommand
{
    private const int UserBytesMax = 255;

    /// <summary>Mines until it is told to stop; the chips are stopped then, and the last shares confirmed.</summary>
    /// <returns>The exit code: 0.</returns>
    /// <exception cref="UsageException">An option or a board file is wrong.</exception>
    /// <exception cref="StartException">No board is there, or another mine runs.</exception>
    public static int Run(MineOptions options, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        var log = new Log("mine");
        var hub = new Hub(Uptime.Now);
        using var server = LinkServer.Listen(LinkPaths.Mine(options.StateFolder));
        var boards = MiningBoards.Open(options.BoardFiles, hub, log);
        var pools = options.Pools.Distinct().Select(pool => Terms(pool, options.User, boards)).ToArray();
        using var pool = new PoolThread(pools, new Failover(pools.Length, Environment.ProcessId), hub, log);
        var guard = new GuardLink(options.StateFolder, hub, log);
        new MineLoop(boards, pool, guard, hub, server, log).Run(stop);
        return 0;
    }

    private static SessionTerms Terms(PoolAddress pool, string user, MiningBoard[] boards) => new(
        pool,
        user,
        string.Join(", ", boards.Select(board => board.Model).Distinct()),
        $"sv2fw {Product.Version}",
        Array.ConvertAll(boards, board => board.NominalHashRate));

    private static void Check(MineOptions options)
    {
        if (options.Pools.Length == 0)
        {
            throw new UsageException("There is no pool: give --pool stratum2+tcp://host:port/KEY.");
        }

        if (System.Text.Encoding.UTF8.GetByteCount(options.User) > UserBytesMax)
        {
            throw new UsageException(
                $"The user name is longer than the {UserBytesMax} bytes that pools take: shorten --user.");
        }

        if (!Directory.Exists(options.StateFolder))
        {
            throw new UsageException(
                $"There is no folder '{options.StateFolder}': make it, or choose another --state.");
        }
    }
}
