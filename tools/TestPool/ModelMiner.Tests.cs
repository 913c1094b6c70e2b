using Firmware.Mining;
using Firmware.Pool;
using Firmware.StratumV2;

namespace TestPool;

/// <summary>
/// The product's decisions about pools, <see cref="PoolSession"/> and <see cref="Failover"/>, driven by a simulated
/// clock as their thread drives them: one session at a time, and a second one while a pool has asked us to connect
/// again.
/// </summary>
internal sealed class ModelMiner(ModelPool[] pools, double hashRate, ChannelChoice channel, ulong seed)
{
    private readonly Failover failover = new(pools.Length, seed: 1);
    private readonly List<ModelWire> wires = [];
    private Line? current;
    private Line? next;

    public ShareTotals Totals { get; } = new();

    public ModelChips Chips { get; private set; } = null!;

    /// <summary>One for each connection there was.</summary>
    public List<ShareTap> Taps { get; } = [];

    /// <summary>Why sessions ended, in order.</summary>
    public List<string> Ends { get; } = [];

    /// <summary>How often a session took over from one that still had work.</summary>
    public int Replaced { get; private set; }

    public void Run(TimeSpan time, TimeSpan step)
    {
        Chips = new ModelChips(hashRate, seed, Totals);
        for (var now = TimeSpan.Zero; now < time; now += step)
        {
            foreach (var pool in pools)
            {
                pool.Tick(now);
            }

            foreach (var wire in wires)
            {
                wire.Step(now);
            }

            StepSessions(now);
            Chips.Step(now, step);
            _ = wires.RemoveAll(wire => wire is { IsCut: true, IsOver: true });
        }

        current?.Session.Dispose();
        next?.Session.Dispose();
    }

    private void StepSessions(TimeSpan now)
    {
        if (current is null && failover.Next(now, out _) is { } attempt)
        {
            current = Connect(attempt.Pool, now);
        }

        if (current is { } line)
        {
            Step(line, now);
        }

        if (next is { } other)
        {
            Step(other, now);
        }
        else if (current is { Session.WantsReplacement: true } asked)
        {
            next = Connect(asked.Pool, now);
        }
    }

    private Line Connect(int pool, TimeSpan now)
    {
        var address = PoolAddress.Parse("stratum2+tcp+insecure://127.0.0.1:3333");
        var terms = new SessionTerms(address, "account.worker", "Model", "sv2fw", [hashRate]) { Channel = channel };
        var wire = pools[pool].Connect(now);
        wires.Add(wire);
        Taps.Add(wire.Tap);
        return new Line(pool, wire, new PoolSession(terms, wire, Totals, now));
    }

    private void Step(Line line, TimeSpan now)
    {
        while (line.Session.Stage != SessionStage.Ended && line.Wire.TryReceive(out var frame))
        {
            for (var rest = frame.AsSpan(); !rest.IsEmpty && line.Session.Stage != SessionStage.Ended;)
            {
                var free = line.Session.Free;
                var count = Math.Min(free.Length, rest.Length);
                rest[..count].CopyTo(free);
                rest = rest[count..];
                Apply(line, line.Session.Received(count, default, now), now);
            }
        }

        if (line.Session.Stage != SessionStage.Ended)
        {
            var over = line.Wire.IsOver;
            Apply(line, over ? line.Session.Lost("cut", now) : line.Session.Tick(now), now);
        }
    }

    private void Apply(Line line, SessionStep step, TimeSpan now)
    {
        var chain = step.Chains.Length > 0 ? step.Chains[0] : default;
        if (line == next && chain.Start is not null)
        {
            TakeOver(line, now);
        }

        if (line == current)
        {
            Chips.Give(chain.Start, chain.StopOldWork);
            if (line.Session.Stage == SessionStage.Mining)
            {
                failover.HasWork(now);
                failover.TookOver(now);
            }
        }

        if (step.Ended is { } reason)
        {
            End(line, reason, now);
        }
    }

    /// <summary>Make before break: the old session goes when the new one has work.</summary>
    private void TakeOver(Line line, TimeSpan now)
    {
        Replaced++;
        current?.Session.SayGoodbye(now);
        current?.Session.Dispose();
        current?.Wire.IsCut = true;
        current = line;
        next = null;
        Chips.Give(null, stopOldWork: true);
    }

    private void End(Line line, string reason, TimeSpan now)
    {
        Ends.Add(reason);
        line.Wire.IsCut = true;
        line.Session.Dispose();
        if (line == next)
        {
            next = null;
            current?.Session.DropRedirect();
            return;
        }

        if (line.Session.RedirectTo is { } to)
        {
            failover.AttemptSentAway(to, now);
            _ = failover.SentAway(to, now);
        }

        failover.AttemptEnded(Ending.Lost, now);
        failover.Lost(now);
        current = next;
        next = null;
    }

    private sealed record Line(int Pool, ModelWire Wire, PoolSession Session);
}
