using Firmware.Mining;

namespace Firmware.Pool;

/// <summary>
/// One chain's place at a pool: the channel it has, or how it comes by one again. Channels come and go; what is known
/// of the pool by them stays here. Decides for itself alone; whether the session goes on is its session's affair.
/// </summary>
/// <param name="nominal">Of the chain, in hashes per second.</param>
internal sealed class ChannelSeat(ChannelRequests requests, double nominal)
{
    /// <summary>From the end of a channel to the request for the next, at first (SV2 reference §4.9) …</summary>
    public static readonly TimeSpan ReopenAfter = TimeSpan.FromSeconds(5);

    /// <summary>… and after failure upon failure.</summary>
    public static readonly TimeSpan ReopenAfterMax = TimeSpan.FromSeconds(60);

    /// <summary>A pool that ends more channels than this within <see cref="EndsWithin"/> is left.</summary>
    public const int EndsMax = 10;

    public static readonly TimeSpan EndsWithin = TimeSpan.FromMinutes(10);

    /// <summary>Two UpdateChannel of a chain are at least so far apart (SV2 reference §4.9).</summary>
    public static readonly TimeSpan UpdateEvery = TimeSpan.FromSeconds(1);

    private readonly RateWatch rate = new(nominal);
    private readonly RefusalWatch refusals = new();
    private readonly TargetPatience patience = new();
    private readonly Queue<TimeSpan> ends = new(EndsMax);
    private uint? request;
    private TimeSpan answerBy = TimeSpan.MaxValue;
    private TimeSpan reopenAt = TimeSpan.MaxValue;
    private TimeSpan workBy = TimeSpan.MaxValue;
    private TimeSpan? updatedAt;
    private bool hadWork;
    private int updates;

    /// <summary>Open, or null.</summary>
    public IMiningChannel? Channel { get; private set; }

    /// <summary>Of the channel; null where there is none.</summary>
    public ChannelShares? Shares { get; private set; }

    /// <summary>Of the channel's messages.</summary>
    public JobWatch Jobs { get; private set; } = new();

    /// <summary>A request waits for its answer.</summary>
    public bool IsAsked => request is not null;

    /// <summary>Channels in a row that were not opened, or never had work.</summary>
    public int Failures { get; private set; }

    /// <summary>What the messages since <see cref="BeginStep"/> mean for the chain.</summary>
    public ChannelStep Step { get; private set; }

    /// <summary>The last thing that went wrong, in one sentence.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Why the pool is to be left, whatever the other chains have; null while it is not.</summary>
    public string? Leave { get; private set; }

    public double HashRate => rate.Told;

    /// <summary>When <see cref="Tick"/> has something to do.</summary>
    public TimeSpan Deadline
    {
        get
        {
            var first = answerBy < reopenAt ? answerBy : reopenAt;
            first = workBy < first ? workBy : first;
            return Channel is not null && patience.Deadline < first ? patience.Deadline : first;
        }
    }

    public void BeginStep() => Step = default;

    public bool IsAnsweredBy(uint requestId) => request == requestId;

    public void Ask(TimeSpan now)
    {
        request = requests.Open(rate.Told, now);
        answerBy = now + PoolSession.StageMax;
        reopenAt = TimeSpan.MaxValue;
    }

    public void Open(IMiningChannel channel, ChannelShares shares, TimeSpan now)
    {
        request = null;
        answerBy = TimeSpan.MaxValue;
        Channel = channel;
        Shares = shares;
        Jobs = new JobWatch();
        hadWork = false;
        updates = 0;
        workBy = now + PoolSession.FirstJobMax;
        SeeTarget(now);
    }

    /// <summary>The channel that was asked for is none.</summary>
    public void Fail(string trouble, TimeSpan now)
    {
        request = null;
        answerBy = TimeSpan.MaxValue;
        Trouble = trouble;
        Failures++;
        reopenAt = now + BackOff();
    }

    /// <summary>The same request with another size of extranonce, at once.</summary>
    public void AskForLess(TimeSpan now)
    {
        requests.WantedExtranonceSize = ChannelRequests.ExtranonceSizeMin;
        Ask(now);
    }

    /// <summary>What a message meant for the channel.</summary>
    public void Take(ChannelStep step, TimeSpan now)
    {
        Step = Step.Then(new ChannelStep(step.Start, step.StopOldWork));
        if (step.StopOldWork)
        {
            Shares?.Retire(now);
        }

        if (step.CloseBecause is { } trouble)
        {
            requests.Close(Channel!.Id, "the channel cannot go on"u8, now);
            End(trouble, now);
        }
        else if (step.Start is not null)
        {
            hadWork = true;
            Failures = 0;
            workBy = TimeSpan.MaxValue;
        }
        else if (step.StopOldWork)
        {
            var soon = now + PoolSession.NextJobMax;
            workBy = soon < workBy ? soon : workBy;
        }
    }

    /// <summary>The pool closed the channel, or made it one that we cannot use.</summary>
    public void End(string trouble, TimeSpan now)
    {
        Drop();
        Trouble = trouble;
        Failures += hadWork ? 0 : 1;
        reopenAt = now + BackOff();
        CountEnd(now);
    }

    /// <summary>The channel has a target, a new one perhaps.</summary>
    public void SeeTarget(TimeSpan now)
    {
        if (Channel is not { } channel)
        {
            return;
        }

        Shares!.Retarget(channel.Target);
        switch (patience.Step(channel.Target, now))
        {
            case TargetRemedy.Ask:
                Update(now);
                break;
            case TargetRemedy.Reopen:
                Reopen("the target is zero"u8, "The pool's target stays zero.", now);
                break;
            case TargetRemedy.Leave:
                Leave = "The pool's target is zero since ten minutes.";
                break;
        }
    }

    /// <summary>The hash rate as it is now; the pool hears of it where it must.</summary>
    public void SeeRate(double hashRate, TimeSpan now)
    {
        if (MayUpdate(now) && rate.Step(hashRate, now))
        {
            Update(now);
        }
    }

    /// <summary>
    /// Tells the pool what it knows already or should: it may answer with a target. Not twice in a second, whatever the
    /// pool does to its target.
    /// </summary>
    public void Update(TimeSpan now)
    {
        if (Channel is { } channel && MayUpdate(now))
        {
            updates++;
            updatedAt = now;
            requests.Update(channel.Id, rate.Told, now);
        }
    }

    /// <summary>False where there was no update to refuse. The channel goes on as it was.</summary>
    public bool TryRefuseUpdate()
    {
        var any = updates > 0;
        updates -= any ? 1 : 0;
        return any;
    }

    /// <summary>Shares were accepted.</summary>
    public void Accept() => refusals.Accept();

    /// <summary>A share was refused.</summary>
    public RefusalRemedy Refuse(ShareRefusal why, Job? job, string code, TimeSpan now)
    {
        if (why == ShareRefusal.UnknownJob && job is not null)
        {
            Shares!.Drop(job);
            Take(Channel!.Drop(job.Id), now);
        }

        var remedy = refusals.Refuse(why);
        if (remedy == RefusalRemedy.Leave)
        {
            Leave = why == ShareRefusal.UnknownChannel
                ? "The pool has lost our channel, and a new one too."
                : $"The pool refuses every share, the last one with: {code}.";
        }
        else if (remedy == RefusalRemedy.Reopen)
        {
            Reopen("shares are refused"u8, $"The pool refuses our shares: {code}.", now);
        }

        return remedy;
    }

    /// <summary>Time has passed.</summary>
    public void Tick(TimeSpan now)
    {
        if (now >= answerBy)
        {
            Fail($"The pool did not open the channel within {PoolSession.StageMax.TotalSeconds:0} s.", now);
        }
        else if (now >= reopenAt)
        {
            Ask(now);
        }
        else if (now >= workBy)
        {
            MissWork(now);
        }
        else if (now >= patience.Deadline)
        {
            SeeTarget(now);
        }
    }

    public void SayGoodbye(TimeSpan now)
    {
        if (Channel is { } channel)
        {
            requests.Close(channel.Id, "client shutting down"u8, now);
        }
    }

    private bool MayUpdate(TimeSpan now) => updatedAt is not { } at || now - at >= UpdateEvery;

    /// <summary>A tip without a job was waited for already: the next channel is asked for at once.</summary>
    private void MissWork(TimeSpan now)
    {
        const string Missing = "The pool sent no job for the channel in time.";
        if (hadWork)
        {
            Reopen("no job for the tip"u8, Missing, now);
        }
        else
        {
            requests.Close(Channel!.Id, "no job came"u8, now);
            End(Missing, now);
        }
    }

    private void Reopen(ReadOnlySpan<byte> reason, string trouble, TimeSpan now)
    {
        requests.Close(Channel!.Id, reason, now);
        Drop();
        Trouble = trouble;
        CountEnd(now);
        Ask(now);
    }

    private void Drop()
    {
        Step = Step.Then(Channel!.Close());
        Shares!.Close();
        Channel = null;
        Shares = null;
        workBy = TimeSpan.MaxValue;
    }

    private void CountEnd(TimeSpan now)
    {
        if (ends.Count == EndsMax && now - ends.Dequeue() < EndsWithin)
        {
            Leave = $"The channel ended {EndsMax} times and more within ten minutes, the last time: {Trouble}";
        }

        ends.Enqueue(now);
    }

    private TimeSpan BackOff()
    {
        var seconds = ReopenAfter.TotalSeconds * Math.Pow(2, Math.Clamp(Failures - 1, 0, 10));
        return TimeSpan.FromSeconds(Math.Min(seconds, ReopenAfterMax.TotalSeconds));
    }
}
