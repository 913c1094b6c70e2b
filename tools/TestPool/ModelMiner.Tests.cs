using Firmware.Mining;
using Firmware.Pool;
using Firmware.StratumV2;

namespace TestPool;

/// <summary>
/// The product's decisions about pools, <see cref="PoolSession"/> and <see cref="Failover"/>, driven by a simulated
/// clock as their thread drives them: one session at a time, and a second one while a pool has asked us to connect
/// again.
/// </summary>
internal sealed class ModelMiner
{
    private readonly ModelPool[] pools;
    private readonly Failover failover;
    private readonly uint?[] retryFlags;
    private readonly List<ModelWire> wires = [];
    private Line? mining;
    private Line? rising;

    /// <param name="hashRate">Hashes per second.</param>
    /// <param name="vary">Makes the session's terms other than usual.</param>
    public ModelMiner(
        ModelPool[] pools, double hashRate, ulong seed, Func<SessionTerms, SessionTerms>? vary = null)
    {
        this.pools = pools;
        failover = new Failover(pools.Length, seed: 1);
        retryFlags = new uint?[pools.Length];
        var address = PoolAddress.Parse("stratum2+tcp+insecure://127.0.0.1:3333");
        var usual = new SessionTerms(address, "account.worker", "Model", "sv2fw", [hashRate]);
        Terms = vary?.Invoke(usual) ?? usual;
        Chips = new ModelChips(hashRate, seed, Totals);
    }

    public SessionTerms Terms { get; }

    public ShareTotals Totals { get; } = new();

    public ModelChips Chips { get; }

    /// <summary>One for each connection there was.</summary>
    public List<ShareTap> Taps { get; } = [];

    /// <summary>Why sessions ended, in order.</summary>
    public List<string> Ends { get; } = [];

    /// <summary>How often a session took over from one that still had work.</summary>
    public int Replaced { get; private set; }

    public void Run(TimeSpan time, TimeSpan step)
    {
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

        mining?.Session.Dispose();
        rising?.Session.Dispose();
    }

    private void StepSessions(TimeSpan now)
    {
        if (rising is { } attempt)
        {
            Watch(attempt, now);
        }

        if (rising is null && failover.Next(now, out _) is { } next)
        {
            rising = Connect(next.Pool, now);
        }

        if (mining is { } current)
        {
            ServeMining(current, now);
        }

        if (rising is { } link)
        {
            ServeRising(link, now);
        }
    }

    private void Watch(Line line, TimeSpan now)
    {
        if (line.Work.Start is not null)
        {
            failover.HasWork(now);
        }

        if (failover.IsToTakeOver(now, out _))
        {
            TakeOver(line, now);
        }
        else if (failover.IsToBeGivenUp(now, out _))
        {
            Leave(line, now);
            rising = null;
            failover.AttemptEnded(Ending.Refused, now);
            mining?.Session.DropRedirect();
        }
    }

    /// <summary>Make before break: the old session goes when the new one has work.</summary>
    private void TakeOver(Line line, TimeSpan now)
    {
        if (mining is { } old)
        {
            Replaced++;
            Leave(old, now);
        }

        mining = line;
        rising = null;
        failover.TookOver(now);
        Chips.Give(line.Work.Start, stopOldWork: false);
    }

    private void ServeMining(Line line, TimeSpan now)
    {
        line.Work = default;
        var end = Serve(line, now);
        Chips.Give(line.Work.Start, line.Work.StopOldWork);
        if (line.TakeRedirect() is { } to && !failover.SentAway(to, now))
        {
            line.Session.DropRedirect();
        }

        if (end is { } reason)
        {
            Ends.Add(reason);
            mining = null;
            failover.Lost(now);
        }
    }

    private void ServeRising(Line line, TimeSpan now)
    {
        var end = Serve(line, now);
        if (line.TakeRedirect() is { } to)
        {
            Leave(line, now);
            rising = null;
            failover.AttemptSentAway(to, now);
        }
        else if (end is { } reason)
        {
            Ends.Add(reason);
            rising = null;
            retryFlags[line.Pool] = line.Session.RetryFlags;
            failover.AttemptEnded(line.Session.RetryFlags is null ? Ending.Refused : Ending.Lost, now);
            mining?.Session.DropRedirect();
        }
    }

    private static void Leave(Line line, TimeSpan now)
    {
        line.Session.SayGoodbye(now);
        line.Session.Dispose();
        line.Wire.IsCut = true;
    }

    private Line Connect(int pool, TimeSpan now)
    {
        var wire = pools[pool].Connect(now);
        wires.Add(wire);
        Taps.Add(wire.Tap);
        return new Line(pool, wire, new PoolSession(Terms, wire, Totals, now, retryFlags[pool]));
    }

    /// <summary>Reads what has arrived; what it means for the chips gathers in the line.</summary>
    /// <returns>Why the session ended, or null.</returns>
    private static string? Serve(Line line, TimeSpan now)
    {
        string? end = null;
        while (end is null && line.Wire.TryReceive(out var frame))
        {
            for (var rest = frame.AsSpan(); !rest.IsEmpty && end is null;)
            {
                var free = line.Session.Free;
                var count = Math.Min(free.Length, rest.Length);
                rest[..count].CopyTo(free);
                rest = rest[count..];
                end = line.Gather(line.Session.Received(count, default, now));
            }
        }

        end ??= line.Gather(line.Wire.IsOver ? line.Session.Lost("cut", now) : line.Session.Tick(now));
        if (end is not null)
        {
            line.Wire.IsCut = true;
            line.Session.Dispose();
        }

        return end;
    }

    private sealed record Line(int Pool, ModelWire Wire, PoolSession Session)
    {
        private bool redirectTaken;

        /// <summary>What the messages since it was last cleared mean for the chips.</summary>
        public ChannelStep Work { get; set; }

        public string? Gather(SessionStep step)
        {
            Work = step.Chains.Length > 0 ? Work.Then(step.Chains[0]) : Work;
            return step.Ended;
        }

        /// <summary>Where the pool wants us, once for each time it says so.</summary>
        public PoolAddress? TakeRedirect()
        {
            var wanted = Session.WantsReplacement && !redirectTaken;
            redirectTaken = Session.WantsReplacement;
            return wanted ? Session.RedirectTo : null;
        }
    }
}
