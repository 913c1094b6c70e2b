using System.Net;
using System.Net.Sockets;
using Firmware.Link;
using Firmware.StratumV2;

namespace Firmware.Pool;

/// <summary>
/// One attempt to connect, on a thread of its own: names are looked up by code that may take its time. Sets
/// <paramref name="done"/> at the end; whoever does not want to wait any longer abandons it.
/// </summary>
/// <param name="lookUp">Names to addresses, best first; none means the system's resolver.</param>
internal sealed class Dial(PoolAddress pool, Wake done, Func<string, IPAddress[]>? lookUp = null)
{
    /// <summary>For the look-up and all addresses together (SV2 reference §4.11).</summary>
    public static readonly TimeSpan Max = TimeSpan.FromSeconds(5);

    private const int AddressesMax = 8;
    private const int TcpUserTimeout = 18; // tcp(7)

    private readonly Lock handing = new();
    private Socket? connected;
    private bool abandoned;

    /// <summary>Why there is no connection, in one sentence, once that is known.</summary>
    public string? Trouble { get; private set; }

    public void Start() => new Thread(Run) { Name = "dial", IsBackground = true }.Start();

    /// <summary>Takes the connected socket, once: it is the caller's from then on. Null while there is none.</summary>
    public Socket? TryTake()
    {
        lock (handing)
        {
            var socket = connected;
            connected = null;
            return socket;
        }
    }

    public void Abandon()
    {
        lock (handing)
        {
            abandoned = true;
            connected?.Dispose();
            connected = null;
        }
    }

    private void Run()
    {
        var deadline = Environment.TickCount64 + (long)Max.TotalMilliseconds;
        string? trouble = null;
        try
        {
            var addresses = LookUp();
            for (var i = 0; i < addresses.Length; i++)
            {
                // Each has its share of what is left: one that does not answer must not cost the others their turn.
                var left = (deadline - Environment.TickCount64) / (addresses.Length - i);
                trouble = left > 0 ? Connect(addresses[i], left) : trouble ?? "it does not answer";
                if (trouble is null)
                {
                    return;
                }
            }
        }
        catch (SocketException refusal)
        {
            trouble = refusal.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData
                ? "there is no such host"
                : refusal.Message;
        }
        finally
        {
            Trouble = trouble is null ? null : $"cannot connect: {trouble}. Check host, port and network.";
            done.Set();
        }
    }

    private IPAddress[] LookUp() => IPAddress.TryParse(pool.Host, out var address)
        ? [address]
        : [.. (lookUp ?? Dns.GetHostAddresses)(pool.Host).Take(AddressesMax)];

    /// <summary>Null where it worked.</summary>
    private string? Connect(IPAddress address, long milliseconds)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Blocking = false;
            Begin(socket, new IPEndPoint(address, pool.Port));
            if (!socket.Poll(TimeSpan.FromMilliseconds(milliseconds), SelectMode.SelectWrite))
            {
                socket.Dispose();
                return "it does not answer";
            }

            var error = (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            if (error != 0)
            {
                throw new SocketException(error);
            }

            Tune(socket);
            HandOver(socket);
            return null;
        }
        catch (SocketException refusal)
        {
            socket.Dispose();
            return refusal.Message;
        }
    }

    private static void Begin(Socket socket, IPEndPoint endpoint)
    {
        try
        {
            socket.Connect(endpoint);
        }
        catch (SocketException underway)
            when (underway.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // The expected answer of a socket that does not block.
        }
    }

    /// <summary>Shares leave at once, and a cable that was pulled is noticed (SV2 reference §4.11).</summary>
    private static void Tune(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, BitConverter.GetBytes(30_000));
    }

    private void HandOver(Socket socket)
    {
        lock (handing)
        {
            if (abandoned)
            {
                socket.Dispose();
            }
            else
            {
                connected = socket;
            }
        }
    }
}
