using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Drivers;

namespace Benchmarks;

/// <summary>A listening socket, a terminal, and the process that joins them.</summary>
internal sealed class RigWires : IDisposable
{
    private const int PatienceMilliseconds = 5000;

    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private Process? process;
    private volatile string lastWords = "it said nothing";
    private Socket? socket;

    public RigWires()
    {
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
    }

    public PtyMaster Terminal { get; } = new();

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    /// <summary>Throws before the process has connected.</summary>
    public Socket Socket => socket ?? throw new InvalidOperationException("Nobody has connected yet.");

    /// <summary>Starts the process and returns the moment before.</summary>
    public long Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        var before = Stopwatch.GetTimestamp();
        process = Process.Start(start) ?? throw new IOException($"{program} does not start.");
        process.ErrorDataReceived += (_, line) => lastWords = line.Data ?? lastWords;
        process.BeginErrorReadLine();
        return before;
    }

    public void Accept(TimeSpan patience)
    {
        if (!listener.Poll(patience, SelectMode.SelectRead))
        {
            throw new TimeoutException("The process did not connect to the bench.");
        }

        socket = listener.Accept();
        socket.NoDelay = true;
    }

    /// <summary>Not for the measured path: asking costs time.</summary>
    public void CheckAlive()
    {
        if (process is { HasExited: true } gone)
        {
            throw new IOException($"The process ended with exit code {gone.ExitCode}: {lastWords}");
        }
    }

    /// <summary>Waits until bytes come, and no longer than the patience of a bench.</summary>
    public void WaitForTerminal()
    {
        if (!Wait(PatienceMilliseconds, fromSocket: false).Terminal)
        {
            throw new TimeoutException("Nothing came at the terminal.");
        }
    }

    /// <inheritdoc cref="WaitForTerminal"/>
    public void WaitForSocket()
    {
        if (!Wait(PatienceMilliseconds, terminal: false).Socket)
        {
            throw new TimeoutException("Nothing came at the socket.");
        }
    }

    /// <summary>Waits for either end.</summary>
    public unsafe (bool Terminal, bool Socket) Wait(int milliseconds, bool terminal = true, bool fromSocket = true)
    {
        var entries = stackalloc Linux.PollEntry[2];
        entries[0] = new() { Descriptor = terminal ? Terminal.Descriptor : -1, Wanted = Linux.PollIn };
        entries[1] = new()
        {
            Descriptor = fromSocket ? (int)Socket.SafeHandle.DangerousGetHandle() : -1,
            Wanted = Linux.PollIn,
        };
        _ = Linux.Poll(entries, 2, milliseconds);
        return (entries[0].Ready != 0, entries[1].Ready != 0);
    }

    public void Dispose()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            process.WaitForExit();
        }

        process?.Dispose();
        socket?.Dispose();
        listener.Dispose();
        Terminal.Dispose();
    }
}
