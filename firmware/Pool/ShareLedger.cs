using Firmware.Mining;

namespace Firmware.Pool;

/// <summary>
/// The shares of one channel that wait for the pool's word, by sequence number (SV2 reference §4.8). Allocates
/// nothing after its birth, whatever the pool says.
/// </summary>
public sealed class ShareLedger
{
    /// <summary>How many may wait. Older ones are forgotten, and told by <see cref="Forgotten"/>.</summary>
    public const int Kept = 2048;

    private readonly bool[] waiting = new bool[Kept];
    private readonly Job?[] jobs = new Job?[Kept];

    // Numbers as if they never wrapped: the wire carries the low 32 bits.
    private long newest;
    private long settled;

    /// <summary>Shares without an answer yet.</summary>
    public int Pending { get; private set; }

    /// <summary>
    /// Shares that were pushed out unanswered: the pool never spoke of them, and never will be believed.
    /// </summary>
    public long Forgotten { get; private set; }

    /// <summary>Notes one more share; returns its sequence number: 1, 2, 3 … and after 2^32 - 1 comes 0.</summary>
    /// <param name="job">Told again where the share is refused.</param>
    public uint Submit(Job? job = null)
    {
        newest++;
        var place = (int)(newest % Kept);
        if (waiting[place])
        {
            Forgotten++;
            Pending--;
        }

        waiting[place] = true;
        jobs[place] = job;
        Pending++;
        return unchecked((uint)newest);
    }

    /// <summary>
    /// Everything up to <paramref name="last"/> that was not refused is accepted; returns how many that are. A number
    /// that was never submitted counts as the newest that was.
    /// </summary>
    public int Accept(uint last)
    {
        var upTo = Math.Min(newest, NumberOf(last));
        var accepted = 0;
        for (settled = Math.Max(settled, newest - Kept); settled < upTo; settled++)
        {
            accepted += Take(settled + 1, out _) ? 1 : 0;
        }

        return accepted;
    }

    /// <summary>False for a share that does not wait: unknown, refused before, or accepted before.</summary>
    public bool Reject(uint sequenceNumber) => Reject(sequenceNumber, out _);

    /// <param name="job">What the share was submitted with.</param>
    public bool Reject(uint sequenceNumber, out Job? job)
    {
        job = null;
        return IsWaiting(sequenceNumber) && Take(NumberOf(sequenceNumber), out job);
    }

    public bool IsWaiting(uint sequenceNumber)
    {
        var number = NumberOf(sequenceNumber);
        return number <= newest && number > newest - Kept && number > 0 && waiting[(int)(number % Kept)];
    }

    /// <summary>The session ends: returns how many shares never got an answer.</summary>
    public int Abandon()
    {
        var abandoned = Pending;
        Array.Clear(waiting);
        Array.Clear(jobs);
        Pending = 0;
        settled = newest;
        return abandoned;
    }

    /// <summary>The number nearest to the newest whose low 32 bits these are.</summary>
    private long NumberOf(uint wire) => newest + unchecked((int)(wire - (uint)newest));

    private bool Take(long number, out Job? job)
    {
        var place = (int)(number % Kept);
        var waited = waiting[place];
        job = jobs[place];
        waiting[place] = false;
        jobs[place] = null; // A job that is over must not live on here.
        Pending -= waited ? 1 : 0;
        return waited;
    }
}
