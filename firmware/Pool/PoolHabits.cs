namespace Firmware.Pool;

/// <summary>What was learnt of a pool from how it behaved. Outlives its sessions; any thread.</summary>
public sealed class PoolHabits
{
    private volatile bool rejudgesAtOnce;

    /// <summary>It refused a share of an old job by its newest target (SV2 reference §4.6).</summary>
    public bool RejudgesAtOnce
    {
        get => rejudgesAtOnce;
        set => rejudgesAtOnce = value;
    }
}
