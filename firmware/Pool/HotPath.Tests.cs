using System.Net;
using System.Net.Sockets;
using Drivers.Hashing;
using Firmware.Link;
using Firmware.Mining;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>
/// T3 of the performance reference, over a real pty and a real socket, on one thread that can be measured.
/// </summary>
public sealed class HotPathTests : IDisposable
{
    private const int Rounds = 200;

    private readonly EasyChip chip = new();
    private readonly object session = new();

    public HotPathTests()
    {
        chip.Hub.Begin(session, default, Uptime.Now);
        chip.MegahertzMax = 500;
    }

    [Fact]
    public void FromTheNonceToTheSocketNothingIsAllocated()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(listener.LocalEndpoint);
        using var server = listener.AcceptSocket();
        socket.Blocking = false;
        using var wake = new Wake();
        var uplink = new Uplink(new SocketWire((int)socket.Handle, wake));
        uplink.Secure(new FrameSealer(new CipherState(InMemoryPool.Filled(5))));
        var shares = Shares(uplink);
        ComeUp(Job(1, shares));

        var (slot, header) = chip.Jobs[^1];
        var claims = new byte[Rounds][];
        var nonce = 0u;
        for (var i = 0; i < Rounds; i++)
        {
            claims[i] = EasyChip.TrueClaim(slot, header, nonce);
            nonce = BitConverter.ToUInt32(claims[i], 1) + 1;
        }

        var costs = new List<long>(Rounds);
        foreach (var claim in claims)
        {
            var before = chip.Driver.Counters.Shares;
            chip.Pty.Write(claim);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            while (chip.Driver.Counters.Shares == before)
            {
                chip.Driver.Tick();
            }

            costs.Add(GC.GetAllocatedBytesForCurrentThread() - allocated);
        }

        // Four times a second the driver writes a report about itself: those rounds are not the path's.
        AssertMostlyNothing(costs);
        Assert.Equal(Rounds, shares.Pending);
        AssertReceives(server, Rounds * 62); // SubmitSharesStandard takes 62 bytes with Noise.
    }

    [Fact]
    public void RolledWorkAllocatesNothing()
    {
        using var pty = new Pty();
        using var port = Drivers.Buses.Uart.Open(pty.Path, 115_200);
        var feed = new ChainFeed(chip.Chain);
        var sink = new byte[4096];
        feed.Attach(port);
        feed.TakeJobs(true, Uptime.Now);
        feed.Give(Job(1, Shares(new Uplink(new Nowhere()))), false, Uptime.Now);
        var costs = new List<long>(Rounds);
        for (var second = 1; second <= Rounds; second++)
        {
            var sent = feed.JobsSent;
            var before = GC.GetAllocatedBytesForCurrentThread();
            feed.Step(Uptime.Now + TimeSpan.FromSeconds(second));
            costs.Add(GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(sent + 1, feed.JobsSent);
            pty.Read(sink);
        }

        AssertMostlyNothing(costs);
    }

    public void Dispose() => chip.Dispose();

    private static void AssertReceives(Socket server, int bytes)
    {
        server.ReceiveTimeout = 20_000;
        var buffer = new byte[bytes + 1];
        for (var got = 0; got < bytes;)
        {
            got += server.Receive(buffer.AsSpan(got));
            Assert.InRange(got, 1, bytes);
        }
    }

    private static void AssertMostlyNothing(List<long> costs)
    {
        var measured = costs.Skip(costs.Count / 2).Order().ToArray();
        Assert.Equal(0, measured[0]);
        Assert.Equal(0, measured[measured.Length * 3 / 4]);
    }

    private static Job Job(uint id, IShareSink sink) => new(
        id,
        new BlockHeader { Version = 0x2000_0000, NTime = InMemoryPool.NTime, MerkleRoot = new UInt256(id, 0, 0, 0) },
        VersionMask: 0x1FFF_E000,
        Target: UInt256.Max with { High = ulong.MaxValue >> 4 },
        NetworkTarget: UInt256.Zero,
        ActiveSince: Uptime.Now,
        sink);

    private ChannelShares Shares(Uplink uplink) =>
        new(
            new SharePath(uplink, chip.Hub.Totals, 10 * Rounds, rejudges: false, new PoolHabits()),
            channelId: 2,
            isExtended: false,
            UInt256.Max);

    private void ComeUp(Job job)
    {
        chip.Hub.Give(session, 0, job, stopOldWork: false, Uptime.Now);
        var end = Uptime.Now + TimeSpan.FromSeconds(20);
        while (chip.Jobs.Count == 0)
        {
            Assert.True(Uptime.Now < end, "The chips do not come up.");
            chip.Play();
            chip.Driver.Tick();
        }
    }

    private sealed class Nowhere : IWire
    {
        public int Send(ReadOnlySpan<byte> bytes) => bytes.Length;

        public void CallForAttention() => throw new InvalidOperationException("Nothing was left behind.");
    }
}
