using System.Net;

namespace TestPool;

/// <summary>Everything one can choose about a pool in software.</summary>
public sealed record PoolOptions
{
    /// <summary>Port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>Block hashes and merkle roots follow from it; null takes one from the kernel.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The authority's secret scalar, 32 bytes, most significant first; null makes a new one.</summary>
    public byte[]? AuthoritySecret { get; init; }

    /// <summary>What the first target aims at, from the nominal hash rate a miner opens with.</summary>
    public double SharesPerMinute { get; init; } = 120;

    public TimeSpan JobInterval { get; init; } = TimeSpan.FromSeconds(20);

    public TimeSpan BlockInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often the target follows the shares that really come; null leaves it where it was.</summary>
    public TimeSpan? VardiffInterval { get; init; }

    /// <summary>An accepted share waits at most this long for its acknowledgement.</summary>
    public TimeSpan AcknowledgeAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The pool's other address, for scenarios that send miners there; null makes them their own.</summary>
    public IPEndPoint? Elsewhere { get; init; }

    public Scenario Scenario { get; init; } = Scenario.Default;

    /// <summary>Where refusals and broken connections are told, one line each.</summary>
    public TextWriter Log { get; init; } = TextWriter.Null;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
