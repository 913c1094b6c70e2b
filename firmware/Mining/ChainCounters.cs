namespace Firmware.Mining;

/// <summary>What a chain's claims were since start. Counted by its thread, read by any.</summary>
public sealed class ChainCounters
{
    private readonly long[] verdicts = new long[(int)Verdict.Block + 1];

    /// <summary>Claims that were true and new.</summary>
    public long Results => this[Verdict.Stale] + this[Verdict.BelowTarget] + Shares;

    public long Shares => this[Verdict.Share] + this[Verdict.Block];

    public long this[Verdict verdict] => Volatile.Read(ref verdicts[(int)verdict]);

    public void Count(Verdict verdict) => Volatile.Write(ref verdicts[(int)verdict], verdicts[(int)verdict] + 1);
}
