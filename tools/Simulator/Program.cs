using System.CommandLine;
using System.Runtime.InteropServices;
using Drivers;
using Firmware;

namespace Simulator;

internal static class Program
{
    private const int SetParentDeathSignal = 1;
    private const int Terminate = 15;

    private static readonly Option<string> Board = new("--board")
    {
        Description = "The board file to simulate, one of board-configs/.",
        Required = true,
    };

    private static readonly Option<string> Place = new("--directory")
    {
        Description = "Where the ports 'control' and 'data' and the rewritten board file appear.",
        Required = true,
    };

    private static readonly Option<int> ZeroBits = new("--zero-bits")
    {
        Description = "Zero bits of a reported hash before the ticket's: 32 in silicon, fewer to find any in software.",
        DefaultValueFactory = _ => 10,
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "Decides everything that looks random.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<double?> Clock = new("--megahertz")
    {
        Description = "The clock to write into the board file instead of its own.",
    };

    private static readonly Option<double> ThermalSpeed = new("--thermal-speed")
    {
        Description = "How much faster than life the metal heats and cools.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<bool> Powered = new("--powered")
    {
        Description = "Begin with the rail on and the reset released, as a host that died leaves a board.",
    };

    private static readonly Option<string[]> Broken = new("--fault")
    {
        Description = $"What is broken from the start, NAME=VALUE; may repeat. {string.Join(", ", Faults.Names)}",
    };

    private static readonly Option<bool> DieWithParent = new("--die-with-parent")
    {
        Description = "End when the process that started this one ends.",
    };

    private static int Main(string[] arguments)
    {
        var command = new RootCommand(
            "A mining board in software: a Bitaxe Gamma, or the same with other chips. Prints 'ready FILE' once its "
            + "ports are there; FILE is the board file for the firmware. Each line on stdin is a fault and its value "
            + "('sensor-silent on') or 'status', which prints the world as one line of JSON. SIGINT and SIGTERM end it "
            + "and take its ports away.")
        {
            Board, Place, ZeroBits, Seed, Clock, ThermalSpeed, Powered, Broken, DieWithParent,
        };
        command.SetAction(Run);
        return command.Parse(arguments).Invoke();
    }

    private static int Run(ParseResult options)
    {
        if (options.GetValue(DieWithParent))
        {
            var parent = Linux.ParentProcess();
            Linux.ProcessControl(SetParentDeathSignal, Terminate, 0, 0, 0);
            if (Linux.ParentProcess() != parent)
            {
                return 0; // It died before the kernel knew that we care.
            }
        }

        try
        {
            return Serve(options);
        }
        catch (Exception wrong) when (wrong is UsageException or FormatException or ArgumentOutOfRangeException)
        {
            Console.Error.WriteLine(wrong.Message);
            return 2;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"The simulated board cannot be set up: {refusal.Message}");
            return 1;
        }
    }

    private static int Serve(ParseResult options)
    {
        using var stop = new ManualResetEventSlim();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var board = SimulatedBoard.Start(
            options.GetRequiredValue(Board),
            options.GetRequiredValue(Place),
            options.GetValue(ZeroBits),
            options.GetValue(Seed),
            new SimulationOptions
            {
                Megahertz = options.GetValue(Clock),
                ThermalSpeed = options.GetValue(ThermalSpeed),
                StartPowered = options.GetValue(Powered),
            });
        foreach (var fault in options.GetValue(Broken) ?? [])
        {
            Obey(board, fault.Replace('=', ' '));
        }

        Console.WriteLine($"ready {board.ConfigFile}");
        new Thread(() => ReadCommands(board)) { IsBackground = true, Name = "commands" }.Start();
        stop.Wait();
        return 0;

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Set();
        }
    }

    private static void ReadCommands(SimulatedBoard board)
    {
        while (Console.In.ReadLine() is { } line)
        {
            try
            {
                Obey(board, line);
            }
            catch (FormatException wrong)
            {
                Console.Error.WriteLine(wrong.Message);
            }
        }
    }

    private static void Obey(SimulatedBoard board, string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case ["status"]:
                Console.WriteLine(board.StatusLine());
                break;
            case [var name, var value]:
                board.Faults.Set(name, value);
                break;
            case []:
                break;
            default:
                throw new FormatException($"'{line}' is neither 'status' nor a fault's name and its value.");
        }
    }
}
