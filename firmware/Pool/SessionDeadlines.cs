namespace Firmware.Pool;

/// <summary>
/// How far a session has come, and how long each wait may take (SV2 reference §4.11). Waits for a job are the channels'
/// affair, those for the kernel the uplink's.
/// </summary>
internal sealed class SessionDeadlines(SessionTerms terms, TimeSpan begun)
{
    private TimeSpan stageEnds = begun + PoolSession.StageMax;
    private TimeSpan frameEnds = TimeSpan.MaxValue;
    private TimeSpan lastFrameAt = begun;
    private bool probed;

    public SessionStage Stage { get; private set; }

    /// <summary>The first of all.</summary>
    public TimeSpan Next
    {
        get
        {
            var silenceEnds = lastFrameAt + (probed ? terms.SilenceMax : terms.ProbeAfter);
            var other = frameEnds < silenceEnds ? frameEnds : silenceEnds;
            return stageEnds < other ? stageEnds : other;
        }
    }

    /// <summary>Begins a stage whose end is waited for as long as for any.</summary>
    public void Enter(SessionStage stage, TimeSpan now)
    {
        Stage = stage;
        stageEnds = now + PoolSession.StageMax;
    }

    /// <summary>Begins a stage whose waits are the channels' affair.</summary>
    public void Reach(SessionStage stage)
    {
        Stage = stage;
        stageEnds = TimeSpan.MaxValue;
    }

    /// <summary>Bytes have been received.</summary>
    /// <param name="any">A frame at least was complete with them.</param>
    /// <param name="partial">A part of one is left over.</param>
    public void Received(bool any, bool partial, TimeSpan now)
    {
        if (any)
        {
            lastFrameAt = now;
            probed = false;
            frameEnds = TimeSpan.MaxValue;
        }

        frameEnds = !partial ? TimeSpan.MaxValue
            : frameEnds == TimeSpan.MaxValue ? now + PoolSession.FrameMax
            : frameEnds;
    }

    /// <summary>True once for each silence that has grown long enough to ask for a sign of life.</summary>
    public bool TakeProbe(TimeSpan now)
    {
        var due = !probed && now >= lastFrameAt + terms.ProbeAfter;
        probed |= due;
        return due;
    }

    /// <summary>The stage has lasted for too long.</summary>
    public bool IsLate(TimeSpan now) => now >= stageEnds;

    /// <summary>The wait that took too long, in one sentence; null while none did.</summary>
    public string? Overdue(TimeSpan now) =>
        IsLate(now) ? LateStage
        : now >= frameEnds ? $"The pool did not finish a message within {PoolSession.FrameMax.TotalSeconds:0} s."
        : now >= lastFrameAt + terms.SilenceMax ? $"The pool is silent since {terms.SilenceMax.TotalSeconds:0} s."
        : null;

    private string LateStage => Stage switch
    {
        SessionStage.Handshake => $"The handshake took longer than {PoolSession.StageMax.TotalSeconds:0} s.",
        _ => $"The pool did not answer the setup within {PoolSession.StageMax.TotalSeconds:0} s.",
    };
}
