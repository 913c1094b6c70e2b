namespace Drivers.Hashing.Bitfury;

/// <summary>
/// What one chip was given, newest first. A chip holds two jobs: it hashes one, and takes the other when it has been
/// through the first. A result may belong to any that it held lately.
/// </summary>
internal sealed class ChipWorks(WorkMemory memory, TimeSpan lasts)
{
    private const int Kept = 16;

    private readonly WorkKey[] keys = new WorkKey[Kept];
    private readonly TimeSpan[] lastHeld = new TimeSpan[Kept];
    private WorkKey sentBefore;
    private TimeSpan givenAt;

    /// <summary>The chip hashes the newest it was given, or may: it will want another.</summary>
    public bool IsWanting { get; private set; } = true;

    /// <summary>What the chip is told with every pass.</summary>
    public WorkKey Newest => keys[0];

    /// <summary>What it hashes now, as far as is known.</summary>
    public WorkKey Hashed { get; private set; }

    /// <summary>Nothing is held any more but the test job.</summary>
    public void Reset()
    {
        keys.AsSpan().Clear();
        keys[0] = memory.TestJob;
        sentBefore = default;
        Hashed = default;
        IsWanting = true;
    }

    public void Give(WorkKey key, TimeSpan now)
    {
        keys.AsSpan(0, Kept - 1).CopyTo(keys.AsSpan(1));
        lastHeld.AsSpan(0, Kept - 1).CopyTo(lastHeld.AsSpan(1));
        keys[0] = key;
        lastHeld[1] = now;
        givenAt = now;
        IsWanting = false;
    }

    /// <summary>What it holds lost its worth.</summary>
    public void Want() => IsWanting = true;

    /// <summary>The newest went out and the answer came: has the chip gone on since the pass before?</summary>
    public void Answered(bool wentOn, TimeSpan refillAfter, TimeSpan now)
    {
        if (wentOn)
        {
            Touch(Hashed, now);
            Hashed = sentBefore;
            IsWanting |= sentBefore == Newest;
        }

        Touch(Hashed, now);
        IsWanting |= now - givenAt >= refillAfter;
        sentBefore = Newest;
    }

    /// <summary>The work that this nonce of the header solves.</summary>
    public bool TryFind(uint nonce, in UInt256 target, TimeSpan now, out WorkKey found)
    {
        for (var i = 0; i < Kept; i++)
        {
            found = keys[i];
            var isHeld = i == 0 || found == Hashed || now - lastHeld[i] <= lasts;
            if (isHeld && memory.Knows(found) && memory.Hash(found, nonce) <= target)
            {
                return true;
            }
        }

        found = default;
        return false;
    }

    private void Touch(WorkKey key, TimeSpan now)
    {
        if (Array.IndexOf(keys, key) is >= 0 and var place)
        {
            lastHeld[place] = now;
        }
    }
}
