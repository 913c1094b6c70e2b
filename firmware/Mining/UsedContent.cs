using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>
/// How far the last jobs without roots were hashed. A pool may send the same content again, at once or minutes later
/// and under another id: its beginning was hashed already, and would find the same nonces.
/// </summary>
internal sealed class UsedContent
{
    /// <summary>Pools send a job every half minute (SV2 reference §5.3): this is a quarter of an hour.</summary>
    public const int Kept = 32;

    private readonly Mark[] marks = new Mark[Kept];
    private int newest;

    /// <summary>True where the content is known; then the last ntime used, and the next window of versions.</summary>
    public bool Find(Job job, out (uint NTime, ulong NextWindow) upTo)
    {
        var content = ContentOf(job);
        foreach (ref readonly var mark in marks.AsSpan())
        {
            if (mark.IsUsed && mark.Content == content && mark.VersionMask == job.VersionMask)
            {
                upTo = (mark.NTime, mark.NextWindow);
                return true;
            }
        }

        upTo = default;
        return false;
    }

    /// <summary>The job was handed out so far.</summary>
    public void Note(Job job, uint ntime, ulong nextWindow)
    {
        var content = ContentOf(job);
        for (var age = 0; age < Kept; age++)
        {
            var place = (newest - age + Kept) % Kept;
            if (marks[place].IsUsed && marks[place].Content == content && marks[place].VersionMask == job.VersionMask)
            {
                marks[place] = marks[place] with { NTime = ntime, NextWindow = nextWindow };
                return;
            }
        }

        newest = (newest + 1) % Kept;
        marks[newest] = new Mark(true, content, job.VersionMask, ntime, nextWindow);
    }

    /// <summary>What two jobs have in common that lead to the same headers.</summary>
    private static BlockHeader ContentOf(Job job) =>
        job.Header with { NTime = 0, Version = job.Header.Version & ~job.VersionMask };

    private readonly record struct Mark(
        bool IsUsed, BlockHeader Content, uint VersionMask, uint NTime, ulong NextWindow);
}
