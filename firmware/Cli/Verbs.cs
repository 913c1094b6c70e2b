using System.CommandLine;

using Firmware.Guard;
using Firmware.Pool;
using Firmware.Serve;

namespace Firmware.Cli;

/// <summary>The command line: one verb a process, and the few verbs a person types.</summary>
internal static class Verbs
{
    /// <summary>0: done. 1: the world did not play along. 2: the command line or a config is wrong.</summary>
    public static int Invoke(string[] arguments)
    {
        try
        {
            var parsed = Root().Parse(arguments);
            return parsed.Errors.Count > 0
                ? Refuse($"{parsed.Errors[0].Message} See '{HelpFor(parsed)}'.", exitCode: 2)
                : parsed.Invoke(new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                });
        }
        catch (UsageException wrong)
        {
            return Refuse(wrong.Message, exitCode: 2);
        }
        catch (StartException failed)
        {
            return Refuse(failed.Message, exitCode: 1);
        }
    }

    private static string HelpFor(ParseResult parsed) => parsed.CommandResult.Command is RootCommand
        ? "sv2fw --help"
        : $"sv2fw {parsed.CommandResult.Command.Name} --help";

    private static int Refuse(string sentence, int exitCode)
    {
        Console.Error.WriteLine("sv2fw: " + sentence);
        return exitCode;
    }

    private static RootCommand Root() => new("Mining firmware that speaks Stratum V2.")
    {
        Run(), Guard(), Mine(), Serve(), SafeOff(), Set(), Faults(), Pools(), Decode(),
        BenchVerbs.Probe(), BenchVerbs.Selftest(), HiddenVerbs.OpenPorts(), HiddenVerbs.TryWalls(),
    };

    private static Command Run()
    {
        var command = new Command("run", "Starts guard, mine and serve, watches over them, and leaves the board cold.")
        {
            Flags.Boards, Flags.Pools, Flags.User, Flags.Insecure, Flags.Settings, Flags.State, Flags.Http,
            Flags.Seconds, Flags.StartWithin, Flags.Watchdog,
        };
        command.SetAction(parsed =>
        {
            using var stop = StopSignal.ForSupervisor();
            return RunCommand.Run(Flags.ReadRun(parsed), stop.Token);
        });
        return command;
    }

    private static Command Guard()
    {
        var command = new Command("guard", "Heat and power of every board: sensors, fans, rails, resets. No network.")
        {
            Flags.Boards, Flags.Settings, Flags.State, Flags.Watchdog, Flags.Supervisor,
        };
        command.SetAction(parsed =>
        {
            var options = Enclosed.Guard(Flags.ReadGuard(parsed));
            using var stop = StopSignal.For(parsed.GetValue(Flags.Supervisor));
            return GuardCommand.Run(options, stop.Token);
        });
        return command;
    }

    private static Command Mine()
    {
        var command = new Command("mine", "Jobs from the pool to the chips, shares back to the pool. Needs guard.")
        {
            Flags.Boards, Flags.Pools, Flags.User, Flags.Insecure, Flags.State, Flags.Supervisor,
        };
        command.SetAction(parsed =>
        {
            var options = Enclosed.Mine(Flags.ReadMine(parsed));
            using var stop = StopSignal.For(parsed.GetValue(Flags.Supervisor));
            return MineCommand.Run(options, stop.Token);
        });
        return command;
    }

    private static Command Serve()
    {
        var command = new Command("serve", "Shows over HTTP, at /api/v1/status, what guard and mine say of themselves.")
        {
            Flags.Http, Flags.State, Flags.Supervisor,
        };
        command.SetAction(parsed =>
        {
            var options = Enclosed.Serve(new ServeOptions(Flags.HttpAddress(parsed), Flags.StateFolder(parsed)));
            using var stop = StopSignal.For(parsed.GetValue(Flags.Supervisor));
            return ServeCommand.Run(options, stop.Token);
        });
        return command;
    }

    private static Command SafeOff()
    {
        var command = new Command("safe-off", "Rail off, reset low, fan full, each read back; exit 0 only if proven.")
        {
            Flags.Boards,
        };
        command.SetAction(parsed =>
        {
            using var undisturbed = StopSignal.None();
            return SafeOffCommand.Run(Flags.BoardFiles(parsed));
        });
        return command;
    }

    private static Command Faults()
    {
        var board = new Argument<string?>("board")
        {
            Description = "The board's name, as in the status; without it, every board.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var json = new Option<bool>("--json") { Description = "Everything that is kept, for programs." };
        var clear = new Option<bool>("--clear")
        {
            Description = "You have looked: the board may start again, with its own set-points.",
        };
        var command = new Command("faults", "What ended the work of a board, what its parts said, and what to do.")
        {
            board, Flags.State, json, clear,
        };
        command.SetAction(parsed =>
        {
            var faults = new FaultsCommand(Flags.StateFolder(parsed), Console.Out);
            var name = parsed.GetValue(board);
            return !parsed.GetValue(clear) ? faults.Show(name, parsed.GetValue(json))
                : parsed.GetValue(json) ? throw new UsageException("--clear has nothing to print as --json.")
                : faults.Clear(name);
        });
        return command;
    }

    private static Command Set()
    {
        var settings = new Argument<string[]>("settings")
        {
            Description = "KEY=VALUE, as power_limit=15, paused=true or sensor.chip.off=70; KEY= for the board's own.",
            Arity = ArgumentArity.OneOrMore,
        };
        var board = new Option<string?>("--on")
        {
            Description = "The board's name in the status; needed where there are several.",
            HelpName = "BOARD",
        };
        var command = new Command("set", "Asks the running guard for settings; it refuses what a board must not have.")
        {
            settings, board, Flags.State,
        };
        command.SetAction(parsed => SetCommand.Run(
            Flags.StateFolder(parsed), parsed.GetValue(board), parsed.GetValue(settings) ?? [], Console.Out));
        return command;
    }

    private static Command Pools()
    {
        var json = new Option<bool>("--json") { Description = "The list as JSON, for programs." };
        var template = new Option<bool>("--template") { Description = "Prints a mine.toml to begin with, explained." };
        var command = new Command("pools", "Lists the pools it knows by name, and what is known of them.")
        {
            json, template,
        };
        command.SetAction(parsed =>
            PoolsCommand.Run(parsed.GetValue(json), parsed.GetValue(template), Console.Out));
        return command;
    }

    private static Command Decode()
    {
        var hex = new Argument<string[]>("hex")
        {
            Description = "Captured bytes; without any, they are read from --file or standard input.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var file = new Option<string?>("--file") { Description = "A file with them.", HelpName = "FILE" };
        var secret = new Option<string?>("--ephemeral-secret")
        {
            Description = "Opens a Noise session, captured from its first byte: one side's ephemeral secret.",
            HelpName = "HEX",
        };
        var side = new Option<string?>("--side")
        {
            Description = "Whose secret: client or server. With --chip, who sent every byte: host or chips.",
            HelpName = "SIDE",
        };
        var staticSecret = new Option<string?>("--static-secret")
        {
            Description = "The server's static secret, which its side needs too.",
            HelpName = "HEX",
        };
        var chip = new Option<string?>("--chip")
        {
            Description = "The bytes are of the serial line of these chips: bm1370 or the like.",
            HelpName = "MODEL",
        };
        var command = new Command("decode", DecodeOptions.Help) { hex, file, chip, secret, side, staticSecret };
        command.SetAction(parsed => DecodeCommand.Run(
            new DecodeOptions
            {
                Words = parsed.GetValue(hex) ?? [],
                File = parsed.GetValue(file),
                EphemeralSecret = parsed.GetValue(secret),
                Chip = parsed.GetValue(chip),
                Side = parsed.GetValue(side),
                StaticSecret = parsed.GetValue(staticSecret),
            },
            Console.In,
            Console.Out));
        return command;
    }
}
