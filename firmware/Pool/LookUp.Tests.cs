using System.Net;
using System.Net.Sockets;

namespace Firmware.Pool;

/// <summary>A resolver that answers, refuses, or hangs until the test lets it go.</summary>
public sealed class LookUpTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private readonly ManualResetEventSlim gate = new();
    private int asked;

    [Fact]
    public void AHungResolverCostsOneThreadForANameHoweverOftenItIsAsked()
    {
        var lookUp = new LookUp(Hang);
        for (var i = 0; i < 10; i++)
        {
            Assert.Null(lookUp.Addresses("pool.example", Soon));
        }

        Assert.Equal(1, lookUp.Awaited);
        Assert.Equal(1, Volatile.Read(ref asked));
        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => lookUp.Awaited == 0, Long));
    }

    [Fact]
    public void WhoeverAsksWhileAnAnswerIsAwaitedGetsThatAnswer()
    {
        var lookUp = new LookUp(Hang);
        Assert.Null(lookUp.Addresses("pool.example", Soon));
        IPAddress[]? answer = null;
        var asker = new Thread(() => answer = lookUp.Addresses("pool.example", Long));
        asker.Start();
        Assert.True(SpinWait.SpinUntil(() => asker.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Long));
        gate.Set();

        Assert.True(asker.Join(Long));
        Assert.Equal([IPAddress.Loopback], answer!);
        Assert.Equal(1, Volatile.Read(ref asked));
    }

    [Fact]
    public void MoreNamesThanPoolsHaveAreNotLookedUp()
    {
        var lookUp = new LookUp(Hang);
        for (var i = 0; i < LookUp.NamesMax + 5; i++)
        {
            Assert.Null(lookUp.Addresses($"pool{i}.example", TimeSpan.Zero));
        }

        Assert.Equal(LookUp.NamesMax, lookUp.Awaited);
    }

    [Fact]
    public void EveryLookUpAsksAnewSoThatAPoolMayMove()
    {
        var lookUp = new LookUp(_ => [new IPAddress([203, 0, 113, (byte)Interlocked.Increment(ref asked)])]);

        Assert.Equal("203.0.113.1", lookUp.Addresses("pool.example", Long)!.Single().ToString());
        Assert.Equal("203.0.113.2", lookUp.Addresses("pool.example", Long)!.Single().ToString());
    }

    [Fact]
    public void ANameThatIsNoneIsSaid()
    {
        var lookUp = new LookUp(_ => throw new SocketException((int)SocketError.HostNotFound));

        Assert.Throws<SocketException>(() => lookUp.Addresses("pool.example", Long));
        Assert.Equal(0, lookUp.Awaited);
    }

    public void Dispose()
    {
        gate.Set();
    }

    private IPAddress[] Hang(string name)
    {
        Interlocked.Increment(ref asked);
        gate.Wait();
        return [IPAddress.Loopback];
    }
}
