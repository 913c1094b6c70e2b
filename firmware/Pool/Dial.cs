using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Drivers;
using Firmware.Link;
using Firmware.StratumV2;

namespace Firmware.Pool;

/// <summary>
/// One attempt to connect, on a thread of its own that ends in time: looks the host up, then begins with one address
/// after the other, 6 and 4 in turn, without waiting for the first to fail; the first that answers wins (happy
/// eyeballs, RFC 8305). Sets <paramref name="done"/> at the end.
/// </summary>
/// <param name="lookUp">None means the process's own.</param>
/// <param name="refuses">Why an address may not be connected to, in one sentence, or null; none allows all.</param>
internal sealed class Dial(
    PoolAddress pool, Wake done, LookUp? lookUp = null, Func<IPAddress, string?>? refuses = null)
{
    /// <summary>For the look-up and all addresses together (SV2 reference §4.11).</summary>
    public static readonly TimeSpan Max = TimeSpan.FromSeconds(5);

    /// <summary>However many a name has.</summary>
    public const int AddressesMax = 8;

    /// <summary>The next address is begun with while the one before has not answered (RFC 8305, section 5).</summary>
    private const int HeadStartMilliseconds = 250;

    private const int TcpUserTimeout = 18; // tcp(7)
    private const string Remedy = "Check host, port and network.";

    private readonly Lock handing = new();
    private Socket? connected;
    private bool abandoned;
    private string? trouble;

    /// <summary>
    /// Where the connection leads, once there is one. What was dialled, for a socket whose other end has gone meanwhile
    /// no longer tells.
    /// </summary>
    public IPAddress? Remote { get; private set; }

    /// <summary>This machine's own addresses, once there is a connection.</summary>
    public IReadOnlyCollection<IPAddress> Own { get; private set; } = [];

    /// <summary>Why there is no connection, in one sentence, once that is known.</summary>
    public string? Trouble => Volatile.Read(ref trouble);

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

    /// <summary>The addresses to try, in order: families in turn, as the resolver prefers them, each once.</summary>
    internal static IPAddress[] InTurn(IEnumerable<IPAddress> addresses)
    {
        var each = addresses.Distinct().ToArray();
        var first = Array.FindAll(each, address => address.AddressFamily == each[0].AddressFamily);
        var second = Array.FindAll(each, address => address.AddressFamily != each[0].AddressFamily);
        var turns = Math.Max(first.Length, second.Length);
        return
        [
            .. Enumerable.Range(0, turns)
                .SelectMany(turn => first.Skip(turn).Take(1).Concat(second.Skip(turn).Take(1)))
                .Take(AddressesMax),
        ];
    }

    private void Run()
    {
        var deadline = Environment.TickCount64 + (long)Max.TotalMilliseconds;
        var reason = "it does not answer";
        try
        {
            var addresses = Find(out var refusal);
            if (addresses.Length == 0)
            {
                Volatile.Write(ref trouble, refusal);
            }
            else if (Race(addresses, deadline, ref reason) is not { } winner)
            {
                Volatile.Write(ref trouble, $"cannot connect: {reason}. {Remedy}");
            }
            else
            {
                Remote = winner.Address;
                HandOver(winner.Socket);
            }
        }
        catch (SocketException refusal)
        {
            reason = refusal.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData
                ? "there is no such host"
                : refusal.Message;
            Volatile.Write(ref trouble, $"cannot connect: {reason}. {Remedy}");
        }
        finally
        {
            done.Set();
        }
    }

    /// <param name="refusal">Why none is left, where none is: that of the last one.</param>
    private IPAddress[] Find(out string? refusal)
    {
        var found = IPAddress.TryParse(pool.Host, out var address)
            ? [address]
            : (lookUp ?? LookUp.System).Addresses(pool.Host, Max)
            ?? throw new SocketException((int)SocketError.TryAgain, "nobody answers what address that host has");
        if (found.Length == 0)
        {
            throw new SocketException((int)SocketError.NoData);
        }

        string? why = null;
        var allowed = Array.FindAll(found, one => refuses?.Invoke(one) is not { } no || (why = no).Length == 0);
        refusal = why;
        return InTurn(allowed);
    }

    /// <summary>The address that answers first, or null and why the last one did not.</summary>
    private Attempt? Race(IPAddress[] addresses, long deadline, ref string reason)
    {
        var running = new List<Attempt>(addresses.Length);
        try
        {
            var next = 0;
            var beginAt = Environment.TickCount64;
            while (Environment.TickCount64 < deadline && (next < addresses.Length || running.Count > 0))
            {
                if (next < addresses.Length && (running.Count == 0 || Environment.TickCount64 >= beginAt))
                {
                    Begin(addresses[next++], running, ref reason);
                    beginAt = Environment.TickCount64 + HeadStartMilliseconds;
                }

                var (until, before) = (next < addresses.Length ? Math.Min(beginAt, deadline) : deadline, running.Count);
                if (Winner(running, until - Environment.TickCount64, ref reason) is { } winner)
                {
                    Tune(winner.Socket);
                    Own = OwnAddresses(winner.Socket);
                    running.Remove(winner);
                    return winner;
                }

                // One that failed makes the next wait no longer.
                beginAt = running.Count < before ? Environment.TickCount64 : beginAt;
            }

            return null;
        }
        finally
        {
            running.ForEach(attempt => attempt.Socket.Dispose());
        }
    }

    /// <summary>Waits for any; those that failed are dropped, and whoever waits for them goes on at once.</summary>
    private static unsafe Attempt? Winner(List<Attempt> running, long milliseconds, ref string reason)
    {
        Span<Linux.PollEntry> entries = stackalloc Linux.PollEntry[AddressesMax];
        for (var i = 0; i < running.Count; i++)
        {
            entries[i] = new() { Descriptor = (int)running[i].Socket.Handle, Wanted = Linux.PollOut };
        }

        fixed (Linux.PollEntry* start = entries)
        {
            if (running.Count == 0 || Linux.Poll(start, (nuint)running.Count, (int)Math.Max(milliseconds, 0)) <= 0)
            {
                return null;
            }
        }

        for (var i = running.Count - 1; i >= 0; i--)
        {
            if (entries[i].Ready == 0)
            {
                continue;
            }

            var socket = running[i].Socket;
            var error = (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            if (error == 0)
            {
                return running[i];
            }

            reason = new SocketException(error).Message;
            socket.Dispose();
            running.RemoveAt(i);
        }

        return null;
    }

    private void Begin(IPAddress address, List<Attempt> running, ref string reason)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            socket.Connect(new IPEndPoint(address, pool.Port));
            running.Add(new(socket, address));
        }
        catch (SocketException underway)
            when (underway.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            running.Add(new(socket!, address)); // The expected answer of a socket that does not block.
        }
        catch (SocketException refusal)
        {
            reason = refusal.Message;
            socket?.Dispose();
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

    /// <exception cref="SocketException">It has failed meanwhile: then the socket tells no address.</exception>
    internal static IPAddress[] OwnAddresses(Socket socket)
    {
        if (socket.LocalEndPoint is not IPEndPoint { Address: var ours })
        {
            throw new SocketException((int)SocketError.ConnectionReset);
        }

        try
        {
            return
            [
                ours,
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .SelectMany(one => one.GetIPProperties().UnicastAddresses)
                    .Select(one => one.Address),
            ];
        }
        catch (Exception unanswered) when (unanswered is not SocketException)
        {
            // A sandbox may forbid the question, a bare root lack the files, and the runtime reads them with parsers of
            // its own; most have no other address.
            return [ours];
        }
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

    private readonly record struct Attempt(Socket Socket, IPAddress Address);
}
