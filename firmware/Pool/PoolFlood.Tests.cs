using System.Globalization;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Noise;
using Microsoft.Extensions.Logging.Abstractions;

namespace Firmware.Pool;

/// <summary>Of a type that is in no table.</summary>
internal readonly struct UnknownMessage : IMessage<UnknownMessage>
{
    public static MessageType Type => (MessageType)0x7E;

    public static UnknownMessage Read(scoped ref PayloadReader payload) => default;

    public void Write(ref PayloadWriter payload) => payload.U64(ulong.MaxValue);
}

/// <summary>B4 of the SV2 reference, on the whole way from the socket: what a flood costs the pool's thread.</summary>
public sealed class PoolFloodTests : IDisposable
{
    private const int FramesASecond = 1000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(3);

    private readonly EasyChip chip = new();
    private readonly LoopbackPool pool = new();
    private readonly PoolThread thread;
    private volatile bool wantsReading;
    private long processorTicks;

    public PoolFloodTests() => thread = new PoolThread(
        [LoopbackPool.Terms(pool.Address)], new Failover(1, seed: 1), chip.Hub, NullLogger.Instance, Clock);

    [Fact]
    public void AThousandUnknownFramesASecondCostThePoolsThreadLessThanATwentiethOfACore()
    {
        thread.Start();
        chip.Until(() => thread.Current is not null, "mining");
        Flood(WarmUp);
        var before = ReadProcessorTime();
        var begun = Uptime.Now;
        Flood(Measured);
        var share = (ReadProcessorTime() - before) / (Uptime.Now - begun);

        Assert.InRange(share, 0.0001, 0.05);
        Assert.Equal(1, pool.Connections);
        Assert.NotNull(thread.Current);
    }

    public void Dispose()
    {
        thread.BeginStop();
        Assert.True(thread.Join(TimeSpan.FromSeconds(10)), "The pool's thread does not end.");
        thread.Dispose();
        chip.Dispose();
        pool.Dispose();
    }

    private void Flood(TimeSpan time)
    {
        var begun = Uptime.Now;
        var sent = 0;
        chip.Until(
            () =>
            {
                var due = (int)((Uptime.Now - begun).TotalSeconds * FramesASecond);
                pool.SendUnknown(due - sent);
                sent = due;
                return Uptime.Now - begun >= time;
            },
            "the flood ends");
    }

    /// <summary>What the pool's thread has used so far, whatever else the machine does.</summary>
    private TimeSpan ReadProcessorTime()
    {
        wantsReading = true;
        chip.Until(
            () =>
            {
                pool.SendUnknown(1);
                return !wantsReading;
            },
            "the pool's thread looks at the clock");
        return new TimeSpan(Interlocked.Read(ref processorTicks));
    }

    /// <summary>
    /// Called on the pool's thread, once a second while it receives, since the certificate's time stays unverified.
    /// </summary>
    private ClockView Clock()
    {
        if (wantsReading)
        {
            var nanoseconds = File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0];
            var ticks = long.Parse(nanoseconds, CultureInfo.InvariantCulture) / TimeSpan.NanosecondsPerTick;
            Interlocked.Exchange(ref processorTicks, ticks);
            wantsReading = false;
        }

        return new(UnixSeconds: 1_767_300_000, Trusted: false);
    }
}
