using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Drivers;
using Firmware;

namespace TestPool;

/// <summary>The pool as a program: options in, one ready line out, then service until a signal.</summary>
internal static class CommandLine
{
    private const int ParentDeathSignal = 1; // PR_SET_PDEATHSIG
    private const nuint SignalTerminate = 15;

    private static readonly Option<string> Listen = new("--listen")
    {
        Description = "Address and port to listen on; port 0 takes a free one.",
        DefaultValueFactory = _ => "127.0.0.1:0",
    };

    private static readonly Option<string> ScenarioName = new("--scenario")
    {
        Description = "How the pool behaves; 'list' prints all of them.",
        DefaultValueFactory = _ => Scenario.Default.Name,
    };

    private static readonly Option<ulong?> Seed = new("--seed")
    {
        Description = "Makes jobs, blocks and the authority key repeatable.",
    };

    private static readonly Option<double> SharesPerMinute = new("--shares-per-minute")
    {
        Description = "What the target aims at.",
        DefaultValueFactory = _ => 120,
    };

    private static readonly Option<double> JobSeconds = new("--job-seconds")
    {
        Description = "How often a new job comes.",
        DefaultValueFactory = _ => 20,
    };

    private static readonly Option<double> BlockSeconds = new("--block-seconds")
    {
        Description = "How often a new block comes.",
        DefaultValueFactory = _ => 60,
    };

    private static readonly Option<double> VardiffSeconds = new("--vardiff-seconds")
    {
        Description = "How often the target follows the shares that come; 0 leaves it alone.",
    };

    private static readonly Option<string?> AuthoritySecretFile = new("--authority-secret-file")
    {
        Description = "A file with the authority's secret key, 64 hex digits.",
    };

    private static readonly Option<bool> DieWithParent = new("--die-with-parent")
    {
        Description = "End when the process that started this one ends.",
    };

    /// <returns>The exit code: 2 for a wrong option, 1 for a world that does not play along.</returns>
    public static async Task<int> Run(string[] arguments)
    {
        var parsed = Build().Parse(arguments);
        foreach (var error in parsed.Errors)
        {
            await Console.Error.WriteLineAsync($"testpool: {error.Message} '--help' tells the options.");
        }

        // Signals are ours: the library's own handling would end with 130 or 143.
        var quiet = new InvocationConfiguration { ProcessTerminationTimeout = null };
        return parsed.Errors.Count > 0 ? 2 : await parsed.InvokeAsync(quiet);
    }

    private static RootCommand Build()
    {
        var command = new RootCommand(
            "A Stratum V2 pool in software: real Noise, checks every share itself, pays nothing. Prints one line "
            + "'ready stratum2+tcp://HOST:PORT/KEY' when it takes connections, and to stderr why it refuses a share.")
        {
            Listen,
            ScenarioName,
            Seed,
            SharesPerMinute,
            JobSeconds,
            BlockSeconds,
            VardiffSeconds,
            AuthoritySecretFile,
            DieWithParent,
        };
        command.SetAction(Run);
        return command;
    }

    private static async Task<int> Run(ParseResult arguments, CancellationToken stop)
    {
        try
        {
            return arguments.GetRequiredValue(ScenarioName) == "list" ? List() : await Serve(arguments, stop);
        }
        catch (UsageException exception)
        {
            await Console.Error.WriteLineAsync($"testpool: {exception.Message}");
            return 2;
        }
        catch (StartException exception)
        {
            await Console.Error.WriteLineAsync($"testpool: {exception.Message}");
            return 1;
        }
    }

    private static async Task<int> Serve(ParseResult arguments, CancellationToken stop)
    {
        var options = Options(arguments);
        if (arguments.GetValue(DieWithParent))
        {
            FollowParent();
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await using var pool = PoolServer.Start(options);
        await Console.Error.WriteLineAsync($"testpool: scenario {options.Scenario.Name}, seed {pool.Seed}");
        Console.WriteLine($"ready {pool.Url}");
        try
        {
            await Task.Delay(Timeout.Infinite, stopping.Token);
        }
        catch (OperationCanceledException)
        {
            await Tell("testpool", pool);
            if (pool.Elsewhere is { } other)
            {
                await Tell("testpool, other address", other);
            }
        }

        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopping.Cancel();
        }
    }

    /// <summary>The counters, and what they say of the miner.</summary>
    private static async Task Tell(string name, PoolServer pool)
    {
        var ledger = pool.Ledger;
        await Console.Error.WriteLineAsync(
            $"{name}: {ledger.Accepted} accepted, {ledger.Rejected} rejected, {pool.Connections} connections, "
            + $"{ledger.BytesIn} bytes in, {ledger.BytesOut} bytes out");
        await Console.Error.WriteLineAsync($"{name}: {ledger}");
    }

    private static PoolOptions Options(ParseResult arguments)
    {
        var vardiff = arguments.GetValue(VardiffSeconds);
        return new PoolOptions
        {
            Listen = EndpointOf(arguments.GetRequiredValue(Listen)),
            Scenario = ScenarioOf(arguments.GetRequiredValue(ScenarioName)),
            Seed = arguments.GetValue(Seed),
            SharesPerMinute = Positive(arguments.GetRequiredValue(SharesPerMinute), "--shares-per-minute"),
            JobInterval = Seconds(arguments.GetRequiredValue(JobSeconds), "--job-seconds"),
            BlockInterval = Seconds(arguments.GetRequiredValue(BlockSeconds), "--block-seconds"),
            VardiffInterval = vardiff == 0 ? null : Seconds(vardiff, "--vardiff-seconds"),
            AuthoritySecret = arguments.GetValue(AuthoritySecretFile) is { } file ? SecretOf(file) : null,
            Log = Console.Error,
        };
    }

    private static IPEndPoint EndpointOf(string text) =>
        IPEndPoint.TryParse(text.Replace("localhost:", "127.0.0.1:", StringComparison.Ordinal), out var endpoint)
            ? endpoint
            : throw new UsageException($"--listen '{text}' is no address and port; write for example 127.0.0.1:3333.");

    private static Scenario ScenarioOf(string name) =>
        Scenario.Named(name)
        ?? throw new UsageException($"There is no scenario '{name}'; '--scenario list' prints those there are.");

    private static TimeSpan Seconds(double value, string option) => TimeSpan.FromSeconds(Positive(value, option));

    private static double Positive(double value, string option) =>
        value is > 0 and < 1e9
            ? value
            : throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"{option} {value} makes no sense; give a number above 0."));

    private static byte[] SecretOf(string file)
    {
        try
        {
            var secret = Convert.FromHexString(File.ReadAllText(file).Trim());
            return secret.Length == 32 ? secret : throw new FormatException();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--authority-secret-file: {exception.Message}");
        }
        catch (FormatException)
        {
            throw new UsageException($"--authority-secret-file {file} does not hold 64 hex digits.");
        }
    }

    private static int List()
    {
        foreach (var scenario in Scenario.All)
        {
            Console.WriteLine($"{scenario.Name,-26} {scenario.Summary}");
        }

        return 0;
    }

    private static void FollowParent()
    {
        var parent = Linux.ParentProcess();
        if (Linux.ProcessControl(ParentDeathSignal, SignalTerminate, 0, 0, 0) != 0 || Linux.ParentProcess() != parent)
        {
            throw new StartException("--die-with-parent: the parent process has gone already; start it again.");
        }
    }
}
