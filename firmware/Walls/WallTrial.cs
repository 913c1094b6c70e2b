using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Drivers;

namespace Firmware.Walls;

/// <summary>Tries what a wall shall prevent, and tells what came of it: one line for each, "thing: outcome".</summary>
internal static class WallTrial
{
    private const string Done = "done";

    private const nuint TransferOnI2c = 0x0707; // I2C_RDWR
    private const int ReadOnly = 0;
    private const int MultipathTcp = 262;

    /// <param name="port">Where somebody listens on this machine.</param>
    public static IEnumerable<string> Of(string[] paths, int port)
    {
        yield return $"tcp socket: {MadeSocket(2, 1, 0)}";
        yield return $"tcp6 socket: {MadeSocket(10, 1, 6)}";
        yield return $"udp socket: {MadeSocket(2, 2, 0)}";
        yield return $"raw socket: {MadeSocket(2, 3, 1)}";
        yield return $"multipath socket: {MadeSocket(2, 1, MultipathTcp)}";
        yield return $"packet socket: {MadeSocket(17, 3, 0)}";
        yield return $"route socket: {MadeSocket(16, 3, 0)}";
        yield return $"unix socket: {MadeSocket(1, 1, 0)}";
        yield return $"connect: {Connected(port)}";
        yield return $"listen: {Listened()}";
        yield return $"program: {Started()}";
        yield return $"i2c transfer: {Transferred()}";
        yield return $"another thread's tcp socket: {OnAnotherThread(() => MadeSocket(2, 1, 0))}";
        foreach (var path in paths)
        {
            yield return $"read {path}: {Opened(path, ReadOnly)}";
            yield return $"write {path}: {Opened(path, Linux.ReadWrite)}";
            yield return $"another thread's write {path}: {OnAnotherThread(() => Opened(path, Linux.ReadWrite))}";
        }
    }

    private static string Outcome(nint result) => result >= 0 ? Done : Marshal.GetLastPInvokeErrorMessage();

    private static string MadeSocket(int family, int type, int protocol)
    {
        var socket = Kernel.Socket(family, type, protocol);
        var outcome = Outcome(socket);
        _ = Linux.Close(socket);
        return outcome;
    }

    private static string Opened(string path, int flags)
    {
        var file = Linux.Open(path, flags | Linux.NonBlocking | Linux.NoControllingTerminal | Linux.CloseOnExec);
        var outcome = Outcome(file);
        _ = Linux.Close(file);
        return outcome;
    }

    /// <summary>An I2C request to what is none is "not a typewriter"; behind the wall it does not get so far.</summary>
    private static unsafe string Transferred()
    {
        var file = Linux.Open("/dev/null", ReadOnly | Linux.CloseOnExec);
        var outcome = Outcome(Linux.IoControl(file, TransferOnI2c, null));
        _ = Linux.Close(file);
        return outcome;
    }

    private static string Connected(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(new IPEndPoint(IPAddress.Loopback, port));
            return Done;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode.ToString();
        }
    }

    private static string Listened()
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return Done;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode.ToString();
        }
    }

    private static string Started()
    {
        try
        {
            using var program = Process.Start(new ProcessStartInfo("/bin/true") { UseShellExecute = false });
            program?.WaitForExit();
            return Done;
        }
        catch (Win32Exception refused)
        {
            return Marshal.GetPInvokeErrorMessage(refused.NativeErrorCode);
        }
    }

    /// <summary>One of the runtime's own pool, which existed before any wall did in this life, or came after.</summary>
    private static string OnAnotherThread(Func<string> act) => Task.Run(act).GetAwaiter().GetResult();
}
