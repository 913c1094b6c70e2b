namespace Firmware.Mining;

/// <summary>What became of a share that is a block.</summary>
public enum BlockFate : byte
{
    /// <summary>On its way; the pool has not spoken of it yet.</summary>
    Sent,

    /// <summary>Its session had ended: only the log knows of it.</summary>
    NotSent,
    Accepted,
    Refused,

    /// <summary>The session or its channel ended before the pool had spoken.</summary>
    Unconfirmed,
}

/// <param name="Share">With the header as it was hashed, and its job.</param>
public readonly record struct BlockNews(Share Share, BlockFate Fate);

/// <summary>
/// The blocks that were found since start: each is kept until the pool has spoken of it, and everything that happens to
/// it can be logged (SV2 reference §4.8). Bounded, for a hostile pool can make every share a block. Any thread.
/// </summary>
public sealed class BlockBook
{
    /// <summary>The oldest one goes when one more comes.</summary>
    public const int Kept = 16;

    private readonly Lock gate = new();
    private readonly Queue<BlockNews> news = new();
    private readonly List<Share> waiting = [];

    /// <summary>Those the pool has not spoken of, oldest first. A snapshot.</summary>
    public IReadOnlyList<Share> Waiting
    {
        get
        {
            lock (gate)
            {
                return [.. waiting];
            }
        }
    }

    public void Tell(in Share share, BlockFate fate)
    {
        lock (gate)
        {
            switch (fate)
            {
                case BlockFate.Sent or BlockFate.NotSent:
                    Trim(waiting.Count - Kept + 1);
                    waiting.Add(share);
                    break;
                case BlockFate.Accepted or BlockFate.Refused:
                    waiting.Remove(share);
                    break;
            }

            if (news.Count == Kept)
            {
                news.Dequeue();
            }

            news.Enqueue(new(share, fate));
        }
    }

    /// <summary>What has happened since it was last asked, oldest first; the last <see cref="Kept"/> of it.</summary>
    public bool TryTakeNews(out BlockNews next)
    {
        lock (gate)
        {
            return news.TryDequeue(out next);
        }
    }

    private void Trim(int tooMany)
    {
        if (tooMany > 0)
        {
            waiting.RemoveRange(0, tooMany);
        }
    }
}
