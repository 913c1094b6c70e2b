using Firmware.Link;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Noise;

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
    private const int TextBytesMax = 255;

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
        using var server = Listen(options.StateFolder);
        var boards = MiningBoards.Open(options.BoardFiles, hub, log);
        var pools = options.Pools.Distinct().Select(pool => Terms(pool, options.User, boards)).ToArray();
        using var pool = new PoolThread(pools, new Failover(pools.Length, Seed()), hub, log);
        var guard = new GuardLink(options.StateFolder, hub, log);
        new MineLoop(boards, pool, guard, hub, server, log).Run(stop);
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
            if (bytes > TextBytesMax)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }

    private static SessionTerms Terms(PoolAddress pool, string user, MiningBoard[] boards) => new(
        pool,
        user,
        Fitting(string.Join(", ", boards.Select(board => board.Model).Distinct())),
        $"sv2fw {Product.Version}",
        Array.ConvertAll(boards, board => board.NominalHashRate));

    private static void Check(MineOptions options)
    {
        if (options.Pools.Length == 0)
        {
            throw new UsageException("There is no pool: give --pool stratum2+tcp://host:port/KEY.");
        }

        if (System.Text.Encoding.UTF8.GetByteCount(options.User) > TextBytesMax)
        {
            throw new UsageException(
                $"The user name is longer than the {TextBytesMax} bytes that pools take: shorten --user.");
        }

    }

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
