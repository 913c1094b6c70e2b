using System.Numerics;
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

    // The marks in a few bytes: a new block must not wait until all of them are read.
    private readonly ulong[] prints = new ulong[Kept];
    private int newest;
    private BlockHeader content;
    private uint versionMask;
    private int place = -1;

    /// <summary>
    /// The job in hand from now on. True where its content is known; then the last ntime used, and the next window of
    /// versions.
    /// </summary>
    public bool Begin(Job job, out (uint NTime, ulong NextWindow) upTo)
    {
        content = ContentOf(job);
        versionMask = job.VersionMask;
        place = PlaceOfContent();
        upTo = place < 0 ? default : (marks[place].NTime, marks[place].NextWindow);
        return place >= 0;
    }

    /// <summary>The job in hand was handed out so far.</summary>
    public void Note(uint ntime, ulong nextWindow)
    {
        if (place < 0)
        {
            place = newest = (newest + 1) % Kept;
            prints[place] = Print;
        }

        marks[place] = new Mark(true, content, versionMask, ntime, nextWindow);
    }

    /// <summary>Other content may have it too, by a rare chance or on purpose.</summary>
    private ulong Print =>
        content.MerkleRoot.Low ^ BitOperations.RotateLeft(content.PreviousHash.Low, 32) ^ content.Version;

    /// <summary>−1 where nobody knows the content.</summary>
    private int PlaceOfContent()
    {
        var print = Print;
        for (var i = 0; i < prints.Length; i++)
        {
            if (prints[i] == print && marks[i].IsOf(content, versionMask))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>What two jobs have in common that lead to the same headers.</summary>
    private static BlockHeader ContentOf(Job job) =>
        job.Header with { NTime = 0, Version = job.Header.Version & ~job.VersionMask };

    private readonly record struct Mark(
        bool IsUsed, BlockHeader Content, uint VersionMask, uint NTime, ulong NextWindow)
    {
        public bool IsOf(in BlockHeader content, uint versionMask) =>
            IsUsed && VersionMask == versionMask && Content == content;
    }
}
