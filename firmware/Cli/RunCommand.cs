using System.Net;

using Drivers;

using Firmware.Boards;
using Firmware.Mining;
using Firmware.Pool;

namespace Firmware.Cli;

/// <param name="Settings">KEY=VALUE, for guard.</param>
/// <param name="Seconds">After the first job; null runs until it is told to stop.</param>
/// <param name="StartWithin">Null keeps trying for ever, as a service must.</param>
internal sealed record RunOptions(
    MineOptions Mine,
    string[] Settings,
    IPEndPoint Http,
    TimeSpan? Seconds,
    TimeSpan? StartWithin)
{
    /// <summary>The device of the machine's watchdog, which guard feeds; or null.</summary>
    public string? Watchdog { get; init; }
}

/// <summary>The body of the verb run: the three processes under one supervisor, and a cold board at the end.</summary>
internal static class RunCommand
{
    /// <summary>Before guard: one that spins on the only core must not keep its own end from coming.</summary>
    internal const int Priority = 15;

    public static int Run(RunOptions options, CancellationToken stop)
    {
        MiningBoards.Check(BoardConfig.Load(options.Mine.BoardFiles));
        _ = MinePools.Choose(options.Mine); // What is wrong there is said before anything is switched on.
        try
        {
            Directory.CreateDirectory(options.Mine.StateFolder);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The folder {options.Mine.StateFolder} cannot be made: choose another --state.");
        }

        _ = Linux.TryGoFirst(Priority); // It does next to nothing, and must notice a dead guard in time.
        using var supervisor = new Supervisor(options);
        return supervisor.Run(stop);
    }
}
