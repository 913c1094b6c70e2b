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
        var place = PlaceOf(ContentOf(job), job.VersionMask);
        upTo = place < 0 ? default : (marks[place].NTime, marks[place].NextWindow);
        return place >= 0;
    }

    /// <summary>The job was handed out so far.</summary>
    public void Note(Job job, uint ntime, ulong nextWindow)
    {
        var content = ContentOf(job);
        var place = PlaceOf(content, job.VersionMask);
        if (place < 0)
        {
            place = newest = (newest + 1) % Kept;
        }

        marks[place] = new Mark(true, content, job.VersionMask, ntime, nextWindow);
    }

    /// <summary>The newest first: that is the job in hand. −1 where nobody knows the content.</summary>
    private int PlaceOf(in BlockHeader content, uint versionMask)
    {
        for (var age = 0; age < Kept; age++)
        {
            var place = (newest - age + Kept) % Kept;
            ref readonly var mark = ref marks[place];
            if (mark.IsUsed && mark.VersionMask == versionMask && mark.Content == content)
            {
                return place;
            }
        }

        return -1;
    }

    /// <summary>What two jobs have in common that lead to the same headers.</summary>
    private static BlockHeader ContentOf(Job job) =>
        job.Header with { NTime = 0, Version = job.Header.Version & ~job.VersionMask };

    private readonly record struct Mark(
        bool IsUsed, BlockHeader Content, uint VersionMask, uint NTime, ulong NextWindow);
}
