using System.Collections.Concurrent;
using Drivers.Hashing;
using Firmware.StratumV2;
using Microsoft.Extensions.Logging;

namespace Firmware.Pool;

/// <summary>What people are told of a pool, by a real thread between real sockets.</summary>
public sealed class PoolBoardTests : IDisposable
{
    private readonly Mining.EasyChip chip = new();
    private readonly Listener log = new();
    private PoolThread? thread;
    private volatile bool trusted;

    [Fact]
    public void WhatAPoolSaysOfOurUserIsTakenOutOfTheStatus()
    {
        using var pool = new LoopbackPool { RefusesWith = "unknown-user digger.garage" };
        Start(LoopbackPool.Terms(pool.Address) with { User = "digger.garage", Source = MinePool.FromSettings });
        chip.Until(() => thread!.Status()[0].LastError is not null, "the refusal");

        var status = thread!.Status()[0];
        Assert.Contains("unknown-user (redacted)", status.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain("digger", status.LastError, StringComparison.Ordinal);
        Assert.Equal("settings", status.Source);
    }

    [Fact]
    public void AnAlarmIsShownAndLoggedOnceAndSoIsItsEnd()
    {
        using var pool = new LoopbackPool();
        Start(LoopbackPool.Terms(pool.Address));
        chip.Until(() => thread!.Current is not null, "mining");
        pool.NewBlock(job: 2);
        chip.Until(() => thread!.Status()[0].Alarms.Length == 1, "the alarm is shown");
        pool.NewBlock(job: 3);

        trusted = true;
        pool.NewBlock(job: 4);
        chip.Until(() => thread!.Status()[0].Alarms.Length == 0, "the alarm is over");
        chip.Until(() => log.Lines.Any(line => line.Contains("is over", StringComparison.Ordinal)), "its end is told");

        Assert.Single(log.Lines, line => line.Contains("ALARM: The time of the", StringComparison.Ordinal));
        Assert.Single(log.Lines, line => line.Contains("the alarm is over", StringComparison.Ordinal));
    }

    [Fact]
    public void AnAlarmThatComesAndGoesAllTheTimeFillsNoLog()
    {
        using var pool = new LoopbackPool();
        Start(LoopbackPool.Terms(pool.Address));
        chip.Until(() => thread!.Current is not null, "mining");
        for (var i = 0; i < 100; i++)
        {
            pool.Retarget(UInt256.Zero);
            chip.Until(() => thread!.Status()[0].Alarms.Any(IsOfTarget), "the alarm is shown");
            pool.Retarget(InMemoryPool.Target);
            chip.Until(() => !thread!.Status()[0].Alarms.Any(IsOfTarget), "it is over");
        }

        // Thirty at once and one in ten seconds; a test that takes a minute on a busy machine may see six more.
        Assert.InRange(log.Lines.Count(line => line.Contains("ALARM", StringComparison.Ordinal)), 10, 36);

        static bool IsOfTarget(string alarm) => alarm.Contains("zero", StringComparison.Ordinal);
    }

    [Fact] // SV2 reference §13, 8
    public void AHostThatTurnsOutToBeOutsideIsNotEvenConnectedToWithoutAKey()
    {
        Start(LoopbackPool.Terms(PoolAddress.Parse("stratum2+tcp+insecure://203.0.113.7:3333"))); // RFC 5737
        chip.Until(() => thread!.Status()[0].LastError is not null, "the refusal");

        Assert.StartsWith(
            "203.0.113.7:3333 has no authority key", thread!.Status()[0].LastError, StringComparison.Ordinal);
    }

    [Fact] // SV2 reference §13, 8
    public void ANameThatTurnsOutToBeThisMachineNeedsNoKey()
    {
        Start(LoopbackPool.Terms(PoolAddress.Parse("stratum2+tcp+insecure://localhost:1")));
        chip.Until(() => thread!.Status()[0].LastError is not null, "the refusal");

        Assert.StartsWith("cannot connect", thread!.Status()[0].LastError, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        thread?.BeginStop();
        Assert.True(thread?.Join(TimeSpan.FromSeconds(10)) ?? true, "The pool's thread does not end.");
        thread?.Dispose();
        chip.Dispose();
    }

    private void Start(SessionTerms terms)
    {
        thread = new PoolThread(
            [terms],
            new Failover(1, seed: 1),
            chip.Hub,
            log,
            () => new(InMemoryPool.NTime, trusted));
        chip.Driver.Start();
        thread.Start();
    }

    private sealed class Listener : ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Enqueue(formatter(state, exception));
    }
}
