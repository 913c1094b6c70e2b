using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Drivers;
using Drivers.Buses;
using Firmware.Boards;

namespace Firmware.Walls;

/// <summary>
/// The process that opens the chips' serial ports for mine, which can open no device itself. It is asked for a board by
/// its place on the command line, finds that board's data port anew each time, and hands it over open; so a
/// bridge that was unplugged may come back under another name. It ends when mine does.
/// </summary>
public sealed class PortOpener : IDisposable
{
    /// <summary>The hidden verb that runs it.</summary>
    public const string Verb = "open-ports";

    /// <summary>It has the ports, and nothing else to do with anybody.</summary>
    public static readonly Wall Wall = new()
    {
        Verb = Verb,
        Sockets = Sockets.Local,
        Reads = null,
        Writes = ["/dev"],
        Keeps = [Capability.OverrideFileModes],
    };

    private const string Handed = "SV2FW_PORT_OPENER";
    private const int TextBytesMax = 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lock asking = new();
    private readonly string[] boards;
    private readonly int socket;

    private PortOpener(int socket, string[] boards)
    {
        this.socket = socket;
        this.boards = boards;
        _ = Descriptors.TryLimitWait(socket, Patience);
    }

    /// <summary>What a process that becomes its program anew takes along: NAME=value.</summary>
    public string Inheritance => string.Create(CultureInfo.InvariantCulture, $"{Handed}={socket}");

    /// <summary>Starts the opener; null where it cannot be started, and mine has to open its ports itself.</summary>
    /// <param name="boards">The boards, in the order of the files.</param>
    public static PortOpener? TryStart(string[] files, BoardConfig[] boards)
    {
        Span<int> ends = stackalloc int[2];
        if (!Descriptors.TryPair(ends))
        {
            return null;
        }

        _ = Descriptors.TryHandDown(ends[1], stays: true);
        var started = TryStart(files, ends[1]);
        _ = Linux.Close(ends[1]);
        if (!started)
        {
            _ = Linux.Close(ends[0]);
            return null;
        }

        _ = Descriptors.TryHandDown(ends[0], stays: true);
        return Of(ends[0], boards);
    }

    /// <summary>The opener that this process's first life started, or null.</summary>
    public static PortOpener? Inherited(BoardConfig[] boards) =>
        int.TryParse(Environment.GetEnvironmentVariable(Handed), CultureInfo.InvariantCulture, out var socket)
            ? Of(socket, boards)
            : null;

    /// <summary>The board's data port, open for this process alone.</summary>
    /// <exception cref="IOException">It cannot be opened: the opener says why.</exception>
    public IChainPort Open(BoardConfig board, int baud)
    {
        lock (asking)
        {
            Span<byte> text = stackalloc byte[TextBytesMax];
            text[0] = (byte)Array.IndexOf(boards, board.Key);
            var length = Descriptors.TrySend(socket, text[..1], handed: -1)
                ? Descriptors.Receive(socket, text, out var port)
                : Gone(out port);
            var said = length > 0 ? Encoding.UTF8.GetString(text[..length]) : "the opener of ports has ended: restart";
            return port >= 0 ? Uart.Of(said, port, baud) : throw new IOException($"{board.Key}: {said}");
        }

        static int Gone(out int port)
        {
            port = -1;
            return 0;
        }
    }

    public void Dispose() => _ = Linux.Close(socket);

    /// <summary>The opener's own life: answers until the other side is gone.</summary>
    public static unsafe int Serve(int socket, BoardConfig[] boards)
    {
        byte asked;
        while (Linux.Read(socket, &asked, 1) > 0)
        {
            Answer(socket, asked < boards.Length ? boards[asked] : null);
        }

        return 0;
    }

    private static PortOpener Of(int socket, BoardConfig[] boards) =>
        new(socket, Array.ConvertAll(boards, board => board.Key));

    private static void Answer(int socket, BoardConfig? board)
    {
        var port = -1;
        string said;
        try
        {
            said = board is null ? "there is no such board" : BoardPorts.FindData(board);
            port = board is null ? -1 : Uart.OpenRaw(said);
            said = port >= 0 || board is null ? said : $"{said}: {Marshal.GetLastPInvokeErrorMessage()}.";
        }
        catch (Exception refusal) when (refusal is IOException or StartException or UsageException)
        {
            said = refusal.Message;
        }

        var bytes = Encoding.UTF8.GetBytes(said);
        _ = Descriptors.TrySend(socket, bytes.AsSpan(0, Math.Min(bytes.Length, TextBytesMax)), port);
        if (port >= 0)
        {
            _ = Linux.Close(port); // The lock on it is the other side's, with the port itself.
        }
    }

    private static bool TryStart(string[] files, int socket)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath ?? "/proc/self/exe", [Verb])
        {
            UseShellExecute = false,
        };
        start.ArgumentList.Add("--socket");
        start.ArgumentList.Add(socket.ToString(CultureInfo.InvariantCulture));
        foreach (var file in files)
        {
            start.ArgumentList.Add("--board");
            start.ArgumentList.Add(file);
        }

        try
        {
            using var process = Process.Start(start);
            return process is not null;
        }
        catch (Exception refusal) when (refusal is Win32Exception or IOException)
        {
            return false;
        }
    }
}
