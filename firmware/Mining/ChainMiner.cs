using Drivers;
using Drivers.Buses;
using Drivers.Hashing;
using Firmware.Link;

namespace Firmware.Mining;

/// <summary>What a chain's miner has to know of the world besides its port.</summary>
/// <param name="Grant">guard's permission, null where it has none for this board or is too old.</param>
/// <param name="GrantEndsAt">When that permission becomes none.</param>
/// <param name="HasWork">There is a pool for this chain, or was one lately.</param>
public readonly record struct MinerView(BoardGrant? Grant, TimeSpan GrantEndsAt, bool HasWork);

/// <summary>
/// One chain from a pool's job to a judged nonce, as a step: it is told the time, what came from the port, what guard
/// grants and what the pool wants, and writes to the port what the chips need. Has no thread, opens nothing and reads
/// no clock. One thread drives it; <see cref="Give"/> may be called from another.
/// </summary>
public sealed class ChainMiner
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan DrainMax = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan HealthWindow = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(60);

    private readonly IHashChain chain;
    private readonly ShareTotals totals;
    private readonly BoardLifecycle lifecycle;
    private readonly ChainFeed feed;
    private readonly Judge judge;
    private readonly HashrateMeter meter;
    private readonly ChainHealth health;
    private IChainPort? port;
    private TimeSpan chainAt;
    private bool hashing;
    private bool startedAnew;
    private string? remedy;
    private volatile ChainReport report;

    /// <param name="clock">The board's highest clock; the grant says what of it to mine at.</param>
    /// <param name="totals">Where shares are counted that no session takes.</param>
    public ChainMiner(IHashChain chain, Megahertz clock, ShareTotals totals, TimeSpan now)
    {
        this.chain = chain;
        this.totals = totals;
        lifecycle = new BoardLifecycle(clock);
        feed = new ChainFeed(chain);
        judge = new Judge(Targets.FromZeroBits(chain.ReportedZeroBits));
        var hashesPerResult = Math.ScaleB(1, chain.ReportedZeroBits);
        meter = new HashrateMeter(hashesPerResult);
        health = new ChainHealth(chain, hashesPerResult);
        report = NewReport(default, now);
        LooksAt = now;
    }

    public ChainCounters Counters { get; } = new();

    public long JobsSent => feed.JobsSent;

    /// <summary>When the first job left for the chips, or null.</summary>
    public TimeSpan? FirstJobAt => feed.FirstJobAt;

    /// <summary>Made at every <see cref="Look"/>. Any thread.</summary>
    public ChainReport Report => report;

    /// <summary>When to <see cref="Look"/> next; whenever what it judges by has changed is as good.</summary>
    public TimeSpan LooksAt { get; private set; }

    /// <summary>Bytes wait for room in the port.</summary>
    public bool WantsRoom => feed.WantsRoom;

    public void Attach(IChainPort chainPort)
    {
        port = chainPort;
        feed.Attach(chainPort);
    }

    /// <summary>The port is gone.</summary>
    public void Detach(TimeSpan now)
    {
        port = null;
        hashing = false;
        feed.Detach(now);
        LooksAt = now;
    }

    /// <summary>What the pool says. Called on the pool's thread; never waits for the port.</summary>
    /// <returns>True where the chain's own thread has to step now: the job could not go out.</returns>
    public bool Give(Job? start, bool stopOldWork, TimeSpan now) => feed.Give(start, stopOldWork, now);

    /// <summary>See <see cref="ChainFeed.SeeDrained"/>.</summary>
    public void SeeDrained() => feed.SeeDrained();

    /// <summary>When <see cref="Step"/> is due next.</summary>
    public TimeSpan Due(TimeSpan now) => port is null ? LooksAt
        : feed.WorkIsKept ? now
        : Earliest(LooksAt, Earliest(chainAt, feed.NextDue(now)));

    /// <summary>Sends what is due: what the chain has to say, and the next work.</summary>
    /// <exception cref="IOException">The port is gone, or takes nothing.</exception>
    public void Step(TimeSpan now)
    {
        if (feed.Trouble is { } trouble)
        {
            throw new IOException(trouble);
        }

        StepChain(now);
        feed.Step(now);
    }

    /// <summary>
    /// Judges how it goes, and acts on what guard and the pool want. Four times a second is often enough.
    /// </summary>
    /// <exception cref="IOException">The port is gone.</exception>
    public void Look(in MinerView view, TimeSpan now)
    {
        var trouble = WatchChips(now);
        var status = chain.Status;
        var orders = lifecycle.Step(
            new(
                PortOpen: port is not null,
                view.Grant,
                status.State,
                status.Clock,
                status.Fault,
                view.HasWork,
                trouble,
                health.HasResults),
            now);
        Obey(orders, view.HasWork, now);
        report = NewReport(orders, now);
        LooksAt = Earliest(now + LookEvery, view.Grant is null ? TimeSpan.MaxValue : view.GrantEndsAt);
    }

    /// <summary>Takes what the port has received, and judges every claim in it.</summary>
    public void Receive(ReadOnlySpan<byte> received, TimeSpan now)
    {
        while (chain.Receive(ref received, now, out var found))
        {
            Weigh(found, now);
        }

        if (!feed.TakesJobs)
        {
            chainAt = now; // An answer may have moved what is due in the bring-up.
        }
    }

    /// <summary>The first step of a stop ends the hashing; power goes as soon as the lease does.</summary>
    /// <exception cref="IOException">The port is gone.</exception>
    public void Stop(TimeSpan now)
    {
        feed.TakeJobs(false, now);
        if (port is { } wire && lifecycle.Phase is BoardPhase.Up or BoardPhase.Cooling or BoardPhase.Halted)
        {
            chain.Stop(now);
            var step = chain.Step(now);
            Carry(step, wire);
            if (step.Baud is not null)
            {
                Carry(chain.Step(step.Deadline), wire); // The wire was away from those who hash.
            }

            feed.Step(now);
            wire.Drain(DrainMax);
        }
    }

    private void Weigh(in FoundNonce found, TimeSpan now)
    {
        var (newest, before) = feed.At(found.Slot);
        var judgement = judge.Weigh(found, newest, before);
        if (judgement.IsToBeSent && judgement.Sink?.TrySubmit(judgement.Share, now) != true)
        {
            totals.CountUnconfirmed(1);
        }

        Counters.Count(judgement.Verdict);
        health.Saw(found, judgement.Verdict, now);
        if (judgement.Verdict is not (Verdict.HardwareError or Verdict.Duplicate))
        {
            meter.Count(now);
        }
    }

    private void StepChain(TimeSpan now)
    {
        if (port is not { } wire || (now < chainAt && !feed.WorkIsKept))
        {
            return;
        }

        feed.TakeKept();
        var step = chain.Step(now);
        Carry(step, wire);
        chainAt = step.Deadline;
        var runs = chain.Status.State == ChainState.Running;
        if (feed.TakesJobs != runs)
        {
            feed.TakeJobs(runs, now);
            if (runs && startedAnew)
            {
                startedAnew = false;
                health.Start(now);
            }
        }
    }

    private void Carry(in ChainStep step, IChainPort wire)
    {
        if (step.DiscardInput)
        {
            wire.DiscardInput();
        }

        feed.Send(step.Send);
        if (step.Baud is { } baud)
        {
            feed.ChangeBaud(baud, DrainMax);
        }
    }

    private void Obey(in BoardOrders orders, bool hasWork, TimeSpan now)
    {
        switch (orders.Action)
        {
            case BoardAction.Flush:
                port?.DiscardInput();
                break;
            case BoardAction.Start:
                startedAnew = true;
                chain.Start(now);
                chainAt = now;
                break;
            case BoardAction.Stop:
                StopChain(hasWork, now);
                break;
        }

        if (orders.Clock.Value > 0 && orders.Clock != chain.WantedClock)
        {
            chain.WantedClock = orders.Clock;
            chainAt = now;
        }
    }

    private void StopChain(bool hasWork, TimeSpan now)
    {
        feed.TakeJobs(false, now);
        chain.Stop(now);
        chainAt = now;
        if (!hasWork)
        {
            feed.Retire();
        }
    }

    /// <summary>Silence counts from the moment that there is something to report.</summary>
    /// <returns>Why the chips have to be started anew, or null.</returns>
    private string? WatchChips(TimeSpan now)
    {
        var hashes = feed.TakesJobs && feed.HasWork(now);
        if (hashes && !hashing)
        {
            health.Resume(now);
            meter.Start(now);
        }

        hashing = hashes;
        var order = hashing ? health.Look(feed.Starved(now), now) : default;
        remedy = order.Reason ?? health.TakeTuned() ?? remedy;
        switch (order.Action)
        {
            case LivenessAction.NextWork:
                feed.Hurry();
                break;
            case LivenessAction.Rejoin:
                chain.Rejoin(order.First, order.Count, now);
                chainAt = now;
                break;
        }

        health.Tell(now);
        return order.Action == LivenessAction.Restart ? order.Reason : null;
    }

    private ChainReport NewReport(in BoardOrders orders, TimeSpan now) => new(
        now,
        lifecycle.Phase,
        lifecycle.Reason,
        lifecycle.Fault ?? chain.Status.Fault,
        chain.Status,
        hashing ? meter.HashRate(RateWindow, now) : 0,
        hashing ? meter.ResultsPerSecond(HealthWindow, now) : 0,
        orders)
    {
        Health = health.Report,
        Ladder = new(
            health.NextWorks, health.Rejoins, lifecycle.Resets, lifecycle.PowerCycles, lifecycle.Latches),
        Remedy = remedy,
        Starved = feed.Starved(now),
        PortErrors = port?.Errors ?? default,
    };

    private static TimeSpan Earliest(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
