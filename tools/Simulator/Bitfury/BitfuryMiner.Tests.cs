using System.Device.Gpio;
using Drivers;
using Drivers.Buses;
using Drivers.Hashing.Bitfury;
using Firmware.Link;
using Firmware.Mining;
using Firmware.Pool;
using Firmware.StratumV2;
using TestPool;

namespace Simulator.Bitfury;

/// <summary>
/// The whole way in one process: the pool that validates, the product's session and its miner, the driver, a simulated
/// bus and simulated chips. guard is a permission that follows what is wanted.
/// </summary>
internal sealed class BitfuryMiner : IDisposable
{
    private static readonly TimeSpan TimeStep = TimeSpan.FromMilliseconds(10);

    private readonly GpioController pins;
    private readonly SimulatedTimePort port;
    private readonly StringWriter log = new();
    private readonly ModelPool pool;
    private readonly ModelWire line;
    private readonly PoolSession session;
    private TimeSpan now;

    public BitfuryMiner(int chips, string scenario, int zeroBits)
    {
        Wire = new BitfuryWire(chips, zeroBits, seed: 7, hertz: 1_000_000);
        pins = new GpioController(new BitfuryPins(Wire));
        var reset = new MosiToggle(pins.OpenPin(BitfuryPins.Sck), pins.OpenPin(BitfuryPins.Mosi));
        port = new SimulatedTimePort(new SpiLine(Wire, reset.Apply));
        Chain = new BitfuryChain(new BitfuryConfig(chips, ZeroBits: zeroBits));
        Miner = new ChainMiner(Chain, Oscillator.Clock(Oscillator.DefaultBits), Totals, now);
        Miner.Attach(port);

        pool = new ModelPool(Scenario.Named(scenario)!, seed: 1, log);
        line = pool.Connect(now);
        var address = PoolAddress.Parse("stratum2+tcp+insecure://127.0.0.1:3333");
        var rate = Oscillator.Clock(Oscillator.DefaultBits).Value * 1e6 * 756 / 65 * chips
            * Math.ScaleB(1, zeroBits - 32);
        session = new PoolSession(
            new SessionTerms(address, "account.worker", "Model", "sv2fw", [rate]), line, Totals, now);
    }

    public BitfuryWire Wire { get; }

    public BitfuryChain Chain { get; }

    public ChainMiner Miner { get; }

    public ShareTotals Totals { get; } = new();

    public ShareVerdict[] Verdicts => pool.Ledger.Verdicts;

    public long Accepted => pool.Ledger.Accepted;

    /// <summary>What the miner sent against what it had read until then.</summary>
    public ShareTap Tap => line.Tap;

    public string? SessionEnd { get; private set; }

    public string Tale => $"{Miner.Report}; accepted {Accepted}; {pool.Ledger}; {SessionEnd}; "
        + string.Join('\n', line.Tap.Faults.Take(5)) + string.Join('\n', Verdicts.Where(one => !one.Accepted).Take(5));

    public void Run(double seconds)
    {
        for (var end = now + TimeSpan.FromSeconds(seconds); now < end; now += TimeStep)
        {
            pool.Tick(now);
            line.Step(now);
            Listen();
            Drive();
        }
    }

    public void Dispose()
    {
        session.Dispose();
        port.Dispose();
        pins.Dispose();
        log.Dispose();
    }

    private void Listen()
    {
        while (SessionEnd is null && line.TryReceive(out var frame))
        {
            for (var rest = frame.AsSpan(); !rest.IsEmpty && SessionEnd is null;)
            {
                var count = Math.Min(session.Free.Length, rest.Length);
                rest[..count].CopyTo(session.Free);
                rest = rest[count..];
                Obey(session.Received(count, default, now));
            }
        }

        Obey(session.Tick(now));
    }

    private void Obey(in SessionStep step)
    {
        SessionEnd ??= step.Ended;
        if (step.Chains.Length > 0)
        {
            _ = Miner.Give(step.Chains[0].Start, step.Chains[0].StopOldWork, now);
        }
    }

    /// <summary>As its thread does: what is due, then what has come.</summary>
    private void Drive()
    {
        Wire.Advance(now);
        port.Now = now;
        for (var steps = 0; Miner.Due(now) <= now && steps < 100; steps++)
        {
            Miner.Step(now);
            if (now >= Miner.LooksAt)
            {
                var orders = Miner.Report.Orders;
                var power = orders.Lease ? PowerGrant.Good : PowerGrant.Off;
                var grant = new BoardGrant("pi", power, orders.Reset, 1000, "all is well");
                Miner.Look(new(grant, now + TimeSpan.FromSeconds(1), HasWork: true), now);
            }
        }

        Span<byte> received = stackalloc byte[4096];
        while (port.Read(received) is > 0 and var count)
        {
            Miner.Receive(received[..count], now);
        }
    }

    /// <summary>The bus as a port: a session takes the time that its bits take.</summary>
    private sealed class SimulatedTimePort(SpiLine line) : IChainPort
    {
        private readonly Queue<(TimeSpan At, byte[] Bytes)> answers = [];
        private byte[] arrived = [];

        public TimeSpan Now { get; set; }

        public string Path => "simulated SPI";

        public int Descriptor => -1;

        public int Baud => line.Hertz * 10 / 8;

        public int Pending => answers.Where(one => one.At > Now).Sum(one => one.Bytes.Length);

        public PortErrors Errors => default;

        public int SetBaud(int baud) => Baud;

        public int Read(Span<byte> buffer)
        {
            if (arrived.Length == 0 && answers.TryPeek(out var next) && next.At <= Now)
            {
                arrived = answers.Dequeue().Bytes;
            }

            var count = Math.Min(buffer.Length, arrived.Length);
            arrived.AsSpan(0, count).CopyTo(buffer);
            arrived = arrived[count..];
            return count;
        }

        public int TryWrite(ReadOnlySpan<byte> bytes)
        {
            if (!bytes.IsEmpty)
            {
                var answer = new byte[bytes.Length];
                line.Exchange(bytes, answer);
                answers.Enqueue((Now + TimeSpan.FromSeconds(8.0 * bytes.Length / line.Hertz), answer));
            }

            return bytes.Length;
        }

        public bool Drain(TimeSpan patience) => true;

        public void DiscardInput()
        {
            answers.Clear();
            arrived = [];
        }

        public void Dispose() => line.Dispose();
    }
}

/// <summary>What the chips find is what the pool takes.</summary>
public sealed class BitfuryMinerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void TenMinutesOfMiningAreTenMinutesOfSharesThatThePoolTakes(int chips)
    {
        using var miner = new BitfuryMiner(chips, "default", zeroBits: 8);
        miner.Run(600);

        Assert.True(miner.Accepted >= 200, miner.Tale);
        Assert.True(Array.TrueForAll(miner.Verdicts, one => one.Accepted || one.Lateness is not null), miner.Tale);
        Assert.Equal(0, miner.Miner.Counters[Verdict.HardwareError] + miner.Miner.Counters[Verdict.Duplicate]);
        Assert.Empty(miner.Tap.Faults);
        Assert.Null(miner.SessionEnd);
    }
}
