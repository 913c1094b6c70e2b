using System.Net;
using System.Net.Sockets;
using Firmware.Link;
using Firmware.Mining;
using Firmware.StratumV2;

namespace Firmware.Pool;

public sealed class DialTests : IDisposable
{
    private static readonly IPAddress Deaf = IPAddress.Loopback;
    private static readonly IPAddress Alive = IPAddress.Parse("127.0.0.2");

    private readonly Wake done = new();
    private readonly Socket full = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> queue = [];

    [Fact]
    public void AnAddressThatDoesNotAnswerLeavesTimeForTheNext()
    {
        // A queue that is full and that nobody takes from answers no more than a cable that was pulled.
        full.Bind(new IPEndPoint(Deaf, 0));
        full.Listen(backlog: 0);
        for (var i = 0; i < 3; i++)
        {
            var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            waiting.Blocking = false;
            queue.Add(waiting);
            Assert.Throws<SocketException>(() => waiting.Connect(full.LocalEndPoint!));
        }

        var port = ((IPEndPoint)full.LocalEndPoint!).Port;
        listener.Bind(new IPEndPoint(Alive, port));
        listener.Listen();

        using var connected = Connected(PoolAddress.Parse($"stratum2+tcp+insecure://pool.example:{port}"), Deaf, Alive);

        Assert.Equal(Alive, ((IPEndPoint)connected!.RemoteEndPoint!).Address);
    }

    public void Dispose()
    {
        queue.ForEach(waiting => waiting.Dispose());
        listener.Dispose();
        full.Dispose();
        done.Dispose();
    }

    private Socket? Connected(PoolAddress pool, params IPAddress[] addresses)
    {
        var dial = new Dial(pool, done, _ => addresses);
        dial.Start();
        var patience = Uptime.Now + TimeSpan.FromSeconds(30);
        Socket? connected;
        while ((connected = dial.TryTake()) is null && dial.Trouble is null && Uptime.Now < patience)
        {
            Thread.Sleep(1);
        }

        return connected;
    }
}
