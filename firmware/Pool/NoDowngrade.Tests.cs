using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Noise;
using Microsoft.Extensions.Logging.Abstractions;

namespace Firmware.Pool;

/// <summary>Servers of another kind at a Noise address, on real sockets: what the miner says to them.</summary>
public sealed class NoDowngradeTests : IDisposable
{
    private readonly EasyChip chip = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<(TimeSpan At, byte[] Heard)> visits = new();
    private byte[] banner = [];
    private PoolThread? thread;

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("{\"id\":1,\"result\":null,\"error\":null}\n")]
    [InlineData("\0\0\u0001\u0006\0\0\u0002\0\0\0\0\0")]
    public void AfterANoiseFailureTheSameEndpointHearsNothingButNoise(string said)
    {
        banner = Encoding.Latin1.GetBytes(said);
        Start();
        chip.Until(() => visits.Count >= 3, "three attempts");

        var heard = visits.ToArray();
        Assert.All(heard, visit => Assert.Equal(NoiseInitiator.Act1Size, visit.Heard.Length));
        Assert.Equal(heard.Length, heard.Select(visit => Convert.ToHexString(visit.Heard)).Distinct().Count());
        Assert.StartsWith("The server answers ", thread!.Status()[0].LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void APoolThatClosesAtOnceIsDialledLessAndLess()
    {
        Start();
        chip.Until(() => visits.Count >= 4, "four attempts");

        var times = visits.Select(visit => visit.At.TotalSeconds).ToArray();
        var pauses = times.Zip(times.Skip(1), (one, next) => next - one).ToArray();
        Assert.All(pauses, pause => Assert.True(pause > 0.9, $"{pause} s"));
        Assert.True(pauses[2] > 2.9, $"The third pause is {pauses[2]} s.");
    }

    public void Dispose()
    {
        thread?.BeginStop();
        Assert.True(thread?.Join(TimeSpan.FromSeconds(10)) ?? true, "The pool's thread does not end.");
        thread?.Dispose();
        listener.Dispose();
        chip.Dispose();
    }

    private void Start()
    {
        listener.Start();
        new Thread(Serve) { IsBackground = true, Name = "no pool" }.Start();
        var key = new KeyPair(InMemoryPool.Filled(0x44)).Authority;
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        thread = new PoolThread(
            [LoopbackPool.Terms(PoolAddress.Parse($"stratum2+tcp://127.0.0.1:{port}/{key}"))],
            new Failover(1, seed: 1),
            chip.Hub,
            NullLogger.Instance);
        chip.Driver.Start();
        thread.Start();
    }

    /// <summary>Says its banner, hears what comes until the miner or a moment is over, and closes.</summary>
    private void Serve()
    {
        try
        {
            while (true)
            {
                using var socket = listener.AcceptSocket();
                var at = Uptime.Now;
                socket.Send(banner);
                socket.ReceiveTimeout = 300;
                visits.Enqueue((at, Hear(socket)));
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private static byte[] Hear(Socket socket)
    {
        var heard = new byte[1024];
        var count = 0;
        try
        {
            for (int more; (more = socket.Receive(heard.AsSpan(count))) > 0;)
            {
                count += more;
            }
        }
        catch (SocketException)
        {
            // It says no more, or has gone.
        }

        return heard[..count];
    }
}
