using System.CommandLine;
using System.Globalization;
using System.Net;

using Firmware.Guard;
using Firmware.Pool;

namespace Firmware.Cli;

/// <summary>The options the verbs share, and what their words mean.</summary>
internal static class Flags
{
    public static readonly Option<string[]> Boards = new("--board")
    {
        Description = "A board file, as in board-configs/. Repeat it for several boards.",
        HelpName = "FILE",
        Required = true,
    };

    public static readonly Option<string[]> Pools = new("--pool")
    {
        Description = "stratum2+tcp://host:port/AUTHORITY_KEY, or a name that 'sv2fw pools' lists. Repeat it in order "
            + "of preference; without it, the pools of mine.toml in the state folder.",
        HelpName = "URL|NAME",
    };

    public static readonly Option<string> User = new("--user")
    {
        Description = "The name the pool pays, often account.worker; without it, that of mine.toml.",
        HelpName = "NAME",
    };

    public static readonly Option<bool> Insecure = new("--insecure")
    {
        Description = "Mine also where nothing proves who the pool is: no authority key outside the local network, or "
            + "a test key whose secret is public.",
    };

    public static readonly Option<string> State = new("--state")
    {
        Description = "The folder for sockets and settings.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "/var/lib/sv2fw",
    };

    public static readonly Option<string[]> Settings = new("--set")
    {
        Description = "A setting for every board, as power_limit=15; it goes before what is in guard.toml. Repeat it.",
        HelpName = "KEY=VALUE",
    };

    public static readonly Option<string> Http = new("--http")
    {
        Description = "Where the status is served; port 0 takes any free one.",
        HelpName = "HOST:PORT",
        DefaultValueFactory = _ => "127.0.0.1:8080",
    };

    public static readonly Option<double?> Seconds = new("--seconds")
    {
        Description = "Stop N seconds after the first job has reached the chips; without it, on Ctrl-C.",
        HelpName = "N",
    };

    public static readonly Option<double?> StartWithin = new("--start-within")
    {
        Description = "Give up with an error if no job has reached the chips by then. A service leaves it out.",
        HelpName = "SECONDS",
    };

    public static readonly Option<string?> Watchdog = new("--watchdog")
    {
        Description = "The machine's watchdog, mostly /dev/watchdog: guard feeds it, and late, the machine is reset.",
        HelpName = "DEVICE",
    };

    public static readonly Option<int?> Supervisor = new("--supervisor")
    {
        Description = "Process id of the 'sv2fw run' that started this: ends with it, leaves Ctrl-C to it.",
        HelpName = "PID",
        Hidden = true,
    };

    public static string[] BoardFiles(ParseResult parsed) => parsed.GetValue(Boards) ?? [];

    public static string StateFolder(ParseResult parsed) => Path.GetFullPath(parsed.GetValue(State)!);

    public static MineOptions ReadMine(ParseResult parsed) => new(
        BoardFiles(parsed),
        parsed.GetValue(Pools) ?? [],
        UserName(parsed),
        StateFolder(parsed),
        parsed.GetValue(Insecure));

    public static GuardOptions ReadGuard(ParseResult parsed) => new(BoardFiles(parsed), StateFolder(parsed))
    {
        Settings = parsed.GetValue(Settings) ?? [],
        Watchdog = parsed.GetValue(Watchdog),
    };

    public static RunOptions ReadRun(ParseResult parsed) => new(
        ReadMine(parsed),
        parsed.GetValue(Settings) ?? [],
        HttpAddress(parsed),
        Duration(parsed, Seconds),
        Duration(parsed, StartWithin))
    {
        Watchdog = parsed.GetValue(Watchdog),
    };

    /// <exception cref="UsageException">Not HOST:PORT with an address of this machine.</exception>
    public static IPEndPoint HttpAddress(ParseResult parsed)
    {
        var text = parsed.GetValue(Http)!.Replace("localhost", "127.0.0.1", StringComparison.OrdinalIgnoreCase);
        return text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text, out var address)
            ? address
            : throw new UsageException($"--http '{text}' is no address: write it as 127.0.0.1:8080 or [::1]:8080.");
    }

    private static string? UserName(ParseResult parsed)
    {
        var user = parsed.GetValue(User);
        return user is null || (user.Length is > 0 and <= 255 && !user.Any(char.IsControl))
            ? user
            : throw new UsageException("--user must be 1 to 255 printable characters: your name at the pool.");
    }

    private static TimeSpan? Duration(ParseResult parsed, Option<double?> option)
    {
        var seconds = parsed.GetValue(option);
        return seconds switch
        {
            null => null,
            > 0 and <= 1e9 => TimeSpan.FromSeconds(seconds.Value),
            _ => throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"{option.Name} {seconds} is no duration: give seconds above zero.")),
        };
    }
}
