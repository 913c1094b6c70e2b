using System.Net;
using System.Net.Sockets;
using Drivers;
using Firmware.Link;
using Firmware.Mining;
using Firmware.StratumV2;

namespace Firmware.Pool;

/// <summary>What a name may turn out to mean (B49), on the loopback's many addresses.</summary>
public sealed class DialTests : IDisposable
{
    private static readonly IPAddress Alive = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress Refusing = IPAddress.Parse("127.0.0.3");

    private readonly Wake done = new();
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> queue = [];
    private readonly ManualResetEventSlim resolver = new();
    private int port = 3333;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void AddressesThatDoNotAnswerLeaveTimeForTheNext(int deaf)
    {
        Listen();
        using var connected = Connected([.. Enumerable.Range(100, deaf).Select(DeafAt), Alive], out _);

        Assert.Equal(Alive, ((IPEndPoint)connected!.RemoteEndPoint!).Address);
    }

    [Fact]
    public void AnAddressThatRefusesCostsNoTime()
    {
        Listen();
        var began = Uptime.Now;
        using var connected = Connected([Refusing, Alive], out _);

        Assert.NotNull(connected);
        Assert.True(Uptime.Now - began < TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void SixIsTriedBeforeFourAndFourStillGetsItsTurn()
    {
        Listen();
        using var connected = Connected([IPAddress.IPv6Loopback, Alive], out _);

        Assert.Equal(Alive, ((IPEndPoint)connected!.RemoteEndPoint!).Address);
    }

    [Fact]
    public void FamiliesTakeTurnsEachAddressCountsOnceAndThereIsAnEnd()
    {
        IPAddress[] six = [.. Enumerable.Range(1, 9).Select(i => IPAddress.Parse($"2001:db8::{i}"))];
        IPAddress[] four = [.. Enumerable.Range(1, 2).Select(i => new IPAddress([203, 0, 113, (byte)i]))];

        var turns = Dial.InTurn([six[0], six[0], .. six, .. four]);

        Assert.Equal([six[0], four[0], six[1], four[1], six[2], six[3], six[4], six[5]], turns);
        Assert.Equal(four, Dial.InTurn(four));
        Assert.Empty(Dial.InTurn([]));
    }

    [Fact]
    public void ANameWithoutAddressesIsSaid()
    {
        Listen();
        Assert.Null(Connected([], out var trouble));
        Assert.Equal("cannot connect: there is no such host. Check host, port and network.", trouble);
    }

    [Fact]
    public void AddressesThatMayNotBeUsedAreNotConnectedTo()
    {
        Listen();
        Assert.Null(Connected([Alive], out var trouble, refuses: _ => "Not there."));
        Assert.Equal("Not there.", trouble);
        Assert.False(listener.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectRead));
    }

    [Fact]
    public void WhereNobodyAnswersTheDialEndsInTime()
    {
        Listen();
        var began = Uptime.Now;
        Assert.Null(Connected([DeafAt(100), DeafAt(101)], out var trouble));

        Assert.Contains("it does not answer", trouble, StringComparison.Ordinal);
        Assert.InRange((Uptime.Now - began).TotalSeconds, 4, 10);
    }

    [Fact]
    public void AResolverThatHangsIsLeftInTime()
    {
        var lookUp = new LookUp(_ =>
        {
            resolver.Wait();
            return [];
        });
        var began = Uptime.Now;
        Assert.Null(Connected(lookUp, null, out var trouble));

        Assert.Contains("nobody answers what address that host has", trouble, StringComparison.Ordinal);
        Assert.InRange((Uptime.Now - began).TotalSeconds, 4, 10);
        Assert.Equal(1, lookUp.Awaited);
    }

    [Fact]
    public void AnAbandonedDialClosesWhatItGets()
    {
        Listen();
        var dial = new Dial(PoolAddress.Parse($"stratum2+tcp+insecure://127.0.0.2:{port}"), done);
        dial.Abandon();
        dial.Start();
        using var accepted = listener.Accept();

        Assert.Equal(0, accepted.Receive(new byte[1]));
        Assert.Null(dial.TryTake());
    }

    [Fact] // What a hostile pool may do, and a busy one does: its socket then tells no longer where it led.
    public void APoolThatResetsTheConnectionBeforeAnybodyLooksIsLeftAndEndsNothingElse()
    {
        Listen();
        var terms = new SessionTerms(
            PoolAddress.Parse($"stratum2+tcp+insecure://127.0.0.2:{port}"), "an.na", "a board", "sv2fw", [1e12]);
        using var link = new PoolLink(terms, 0, done, new ShareTotals(), allows: null, retryFlags: null, Uptime.Now);
        var entry = new Linux.PollEntry { Descriptor = done.Descriptor, Wanted = Linux.PollIn };
        Assert.Equal(1, Poll(ref entry));
        using (var accepted = listener.Accept())
        {
            accepted.LingerState = new LingerOption(enable: true, seconds: 0); // A reset, at once.
        }

        var patience = Uptime.Now + TimeSpan.FromSeconds(20);
        while (link.Ended is null && Uptime.Now < patience)
        {
            _ = link.Serve(Linux.PollIn, () => InMemoryPool.Clock, Uptime.Now);
        }

        Assert.Contains("closed the connection", link.Ended, StringComparison.Ordinal);
    }

    [Fact] // The runtime knows no own address of a socket that failed before it first looked.
    public void AConnectionThatFailsAsSoonAsItStandsIsARefusalAsAnyOther()
    {
        Listen();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Blocking = false;
        var deaf = DeafAt(100);
        Assert.Throws<SocketException>(() => socket.Connect(new IPEndPoint(deaf, port)));
        queue.ForEach(waiting => waiting.Dispose());
        var entry = new Linux.PollEntry { Descriptor = (int)socket.Handle, Wanted = Linux.PollOut };
        Assert.Equal(1, Poll(ref entry));

        Assert.Throws<SocketException>(() => Dial.OwnAddresses(socket));
    }

    public void Dispose()
    {
        resolver.Set();
        queue.ForEach(waiting => waiting.Dispose());
        listener.Dispose();
        done.Dispose();
        resolver.Dispose();
    }

    private static unsafe int Poll(ref Linux.PollEntry entry)
    {
        fixed (Linux.PollEntry* start = &entry)
        {
            return Linux.Poll(start, 1, 20_000);
        }
    }

    /// <summary>One address is alive; the rest of 127.0.0.100 and up is deaf, at the same port.</summary>
    private void Listen()
    {
        listener.Bind(new IPEndPoint(Alive, 0));
        listener.Listen();
        port = ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    /// <summary>A queue that is full and that nobody takes from answers no more than a cable that was pulled.</summary>
    private IPAddress DeafAt(int last)
    {
        var address = new IPAddress([127, 0, 0, (byte)last]);
        var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        queue.Add(deaf);
        deaf.Bind(new IPEndPoint(address, port));
        deaf.Listen(backlog: 0);
        for (var i = 0; i < 3; i++)
        {
            var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            waiting.Blocking = false;
            queue.Add(waiting);
            Assert.Throws<SocketException>(() => waiting.Connect(deaf.LocalEndPoint!));
        }

        return address;
    }

    private Socket? Connected(IPAddress[] addresses, out string? trouble, Func<IPAddress, string?>? refuses = null) =>
        Connected(new LookUp(_ => addresses), refuses, out trouble);

    private Socket? Connected(LookUp lookUp, Func<IPAddress, string?>? refuses, out string? trouble)
    {
        var dial = new Dial(PoolAddress.Parse($"stratum2+tcp+insecure://pool.example:{port}"), done, lookUp, refuses);
        dial.Start();
        var patience = Uptime.Now + TimeSpan.FromSeconds(30);
        Socket? connected;
        while ((connected = dial.TryTake()) is null && dial.Trouble is null && Uptime.Now < patience)
        {
            Thread.Sleep(1);
        }

        trouble = dial.Trouble;
        return connected;
    }
}
