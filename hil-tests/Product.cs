using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

using Firmware;
using Firmware.Pool;

namespace HilTests;

/// <summary>The native binary, as tools/test builds it.</summary>
internal static class Product
{
    public const string Qemu = "qemu-aarch64-static";
    public const string ArmRoot = "/usr/aarch64-linux-gnu";

    /// <summary>
    /// Before a command: without the right to go before others (CAP_SYS_NICE). What spins, and what takes a hundred
    /// times as long because it is emulated, must not stop the stories beside it.
    /// </summary>
    public static readonly string[] WaitsItsTurn = ["setpriv", "--bounding-set", "-sys_nice"];

    public static readonly string Repository = FindRepository();

    public static string Binary { get; } = Built("linux-x64");

    public static string ArmBinary => Built("linux-arm64");

    public static string BoardFile(string name) => Path.Combine(Repository, "board-configs", name);

    private static string Built(string rid)
    {
        var path = Path.Combine(Repository, "artifacts", "sv2fw", rid, "sv2fw");
        return File.Exists(path)
            ? path
            : throw new InvalidOperationException($"There is no {path}: run tools/test, which builds it first.");
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sv2Firmware.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Not inside the repository.");
    }
}

/// <summary>
/// One process of the product, with everything it prints. It does not outlive its test. Every line of every story is
/// held against what must never be in one: authority keys, users' names, tokens.
/// </summary>
internal sealed partial class Running : IDisposable
{
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigStop = 19;

    private readonly Process process;
    private readonly List<string> output = [];
    private readonly List<string> errors = [];
    private readonly string[] secrets;
    private readonly bool mayPrintKeys;
    private volatile string? leak;

    public Running(string[] words)
        : this(words[0], words[1..])
    {
    }

    public Running(string program, params IEnumerable<string> arguments)
    {
        // Whoever runs the tests in the background of a script has SIGINT ignored, or under nohup SIGHUP, and children
        // would inherit that.
        var start = new ProcessStartInfo("env", ["--default-signal=INT,HUP", program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("NOTIFY_SOCKET");
        var words = arguments.ToArray();
        secrets = SecretsOf(words);
        mayPrintKeys = words.FirstOrDefault() == "pools";
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public string[] Output => Copy(output);

    public string[] Errors => Copy(errors);

    public string Everything => string.Join('\n', [.. Output.TakeLast(40), .. Errors.TakeLast(60)]);

    public static void Signal(int process, int signal) => _ = Kill(process, signal);

    public void Signal(int signal) => Signal(process.Id, signal);

    /// <summary>The exit code, once all that was printed has been read.</summary>
    public int Wait(TimeSpan deadline)
    {
        Until.True(() => process.HasExited, deadline, () => $"still running; it printed:\n{Everything}");
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>The child of this supervisor that runs a verb.</summary>
    public int Child(string verb) => TryChild(verb) ?? throw new InvalidOperationException($"No {verb} is running.");

    public int? TryChild(string verb) =>
        Children(process.Id).Cast<int?>().FirstOrDefault(child => CommandLine(child).ElementAtOrDefault(1) == verb);

    public void Dispose()
    {
        if (!process.HasExited)
        {
            foreach (var child in Children(process.Id))
            {
                Signal(child, SigKill);
            }

            process.Kill();
        }

        process.WaitForExit();
        process.Dispose();
        Assert.True(leak is null, $"This line holds a key or a user's name: {leak}");
    }

    /// <summary>The name that its pools are told, and whatever mine.toml has.</summary>
    private static string[] SecretsOf(string[] arguments)
    {
        var words = string.Join(' ', arguments).Split((char[]?)null); // Some stories start it from a script.
        return [.. ValuesOf("--user"), .. ValuesOf("--state").SelectMany(PoolsIn).SelectMany(SecretsOf)];

        IEnumerable<string> ValuesOf(string option) =>
            words.Zip(words.Skip(1)).Where(pair => pair.First == option).Select(pair => pair.Second);
    }

    /// <summary>None where a story is about settings that are wrong.</summary>
    private static MinePool[] PoolsIn(string state)
    {
        try
        {
            return MineSettings.Load(state);
        }
        catch (UsageException)
        {
            return [];
        }
    }

    private static IEnumerable<string> SecretsOf(MinePool pool) => [pool.Identity, pool.User, pool.Profile.DeviceId];

    private static IEnumerable<int> Children(int parent) => Told($"/proc/{parent}/task/{parent}/children")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(child => int.Parse(child, CultureInfo.InvariantCulture));

    private static string[] CommandLine(int? process) => Told($"/proc/{process}/cmdline").Split('\0');

    /// <summary>What the kernel tells of a process: nothing, where it has ended meanwhile.</summary>
    private static string Told(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private void Keep(List<string> lines, string? line)
    {
        if (line is not null)
        {
            leak = leak is null && !mayPrintKeys && Redaction.Clean(line, secrets) != line ? line : leak;
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }

    private static string[] Copy(List<string> lines)
    {
        lock (lines)
        {
            return [.. lines];
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
