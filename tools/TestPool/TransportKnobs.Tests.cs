using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace TestPool;

public class TransportKnobsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(100)]
    [InlineData(233)]
    public async Task AHandshakeStopsAtTheByteThatTheScenarioSays(int bytes)
    {
        await using var pool = Start($"stall-in-act2:{bytes}");
        using var miner = new TestMiner(pool);
        miner.SendAct1(pool);

        Assert.Equal(bytes, miner.CountBytes(bytes));
        Assert.True(miner.HearsNothingFor(TimeSpan.FromMilliseconds(200)));
    }

    [Theory]
    [InlineData("corrupt-header", 2)]
    [InlineData("corrupt-payload", 2)]
    [InlineData("corrupt-header", 4)]
    [InlineData("corrupt-payload", 4)]
    public async Task AFrameIsDamagedWhereTheScenarioSaysAndThoseBeforeAreNot(string scenario, int frame)
    {
        await using var pool = Start($"{scenario}:{frame}");
        using var miner = new TestMiner(pool);
        miner.Handshake(pool);
        miner.SendSetup();
        miner.SendOpen(1, 1000);
        for (var whole = 1; whole < frame; whole++)
        {
            _ = miner.Receive();
        }

        Assert.ThrowsAny<ProtocolException>(() => _ = miner.Receive());
    }

    [Fact]
    public async Task TheOtherAddressIsAnotherHostWithAPoolOfTheSameAuthority()
    {
        await using var pool = Start("reconnect-other");
        var other = pool.Elsewhere!;
        Assert.NotEqual(pool.Endpoint.Address, other.Endpoint.Address);
        Assert.Equal(KeyOf(pool), KeyOf(other));
        Assert.Equal("default", other.Scenario.Name);

        using var miner = new TestMiner(other);
        miner.Send(miner.Open(pool).Find());
        Assert.Equal(1u, miner.ReceiveNext<SubmitSharesSuccess>().NewSubmitsAcceptedCount);
    }

    [Fact]
    public async Task TheOtherAuthorityIsAnother()
    {
        await using var pool = Start("reconnect-other-authority");
        using var miner = new TestMiner(pool.Elsewhere!);

        Assert.Equal(NoiseFault.WrongAuthority, Assert.Throws<NoiseException>(() => miner.Handshake(pool)).Fault);
    }

    [Fact]
    public async Task TheMirrorSendsItsMinersBack()
    {
        await using var pool = Start("reconnect-loop");
        using var miner = new TestMiner(pool.Elsewhere!);
        _ = miner.Open(pool);

        var message = miner.ReceiveNext<Reconnect>();
        Assert.Equal(pool.Endpoint.Port, message.NewPort);
    }

    [Fact]
    public async Task ACutComesWithoutAWordAndTheNextConnectionIsServed()
    {
        using var log = new StringWriter();
        await using var pool = PoolServer.Start(new PoolOptions
        {
            Scenario = Scenario.Default with { Acts = new(TimeSpan.Zero, PoolAct.Cut) { ConnectionsMax = 1 } },
            Log = log,
        });
        using var miner = new TestMiner(pool);
        miner.Handshake(pool);
        miner.SendSetup();
        miner.SendOpen(1, 1000);
        Assert.True(miner.IsClosedByPool());

        using var next = new TestMiner(pool);
        next.Send(next.Open(pool).Find());
        Assert.Equal(1u, next.ReceiveNext<SubmitSharesSuccess>().NewSubmitsAcceptedCount);
        Assert.Contains("connection 1: the scenario cuts it", log.ToString(), StringComparison.Ordinal);
    }

    private static PoolServer Start(string scenario) =>
        PoolServer.Start(new PoolOptions { Seed = 1, Scenario = Scenario.Named(scenario)! });

    private static string KeyOf(PoolServer pool) => pool.Url[(pool.Url.LastIndexOf('/') + 1)..];
}
