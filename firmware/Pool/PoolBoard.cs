using Drivers.Hashing;
using Firmware.Link;
using Firmware.Mining;
using Firmware.StratumV2;
using Microsoft.Extensions.Logging;

namespace Firmware.Pool;

/// <summary>
/// What people are told of the pools: the log, and the status of each. Written by the pool's thread, read by any.
/// </summary>
internal sealed class PoolBoard
{
    /// <summary>No pool fills the log: at its worst some 9000 lines a day, and a block a second.</summary>
    private const int LinesAtOnceMax = 30;

    private const int BlocksAtOnceMax = 100;

    private static readonly TimeSpan PerLine = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PerBlock = TimeSpan.FromSeconds(1);

    private readonly SessionTerms[] terms;
    private readonly Failover failover;
    private readonly ILogger log;
    private readonly LinePace[] paces;
    private readonly LinePace blockPace = new(BlocksAtOnceMax, PerBlock);
    private readonly string?[] errors;
    private readonly string?[] rejections;
    private readonly string?[] notices;

    public PoolBoard(SessionTerms[] terms, Failover failover, ILogger log)
    {
        this.terms = terms;
        this.failover = failover;
        this.log = log;
        paces = Array.ConvertAll(terms, static _ => new LinePace(LinesAtOnceMax, PerLine));
        errors = new string?[terms.Length];
        rejections = new string?[terms.Length];
        notices = new string?[terms.Length];
    }

    /// <summary>Every pool, in order of preference.</summary>
    public PoolStatus[] Status(PoolLink? mining, PoolLink? rising)
    {
        var pools = new PoolStatus[terms.Length];
        for (var i = 0; i < pools.Length; i++)
        {
            var link = mining?.Pool == i ? mining : rising?.Pool == i ? rising : null;
            pools[i] = Status(i, link, ReferenceEquals(link, mining));
        }

        return pools;
    }

    public void Connecting(in Attempt attempt, PoolAddress place)
    {
        notices[attempt.Pool] = null;
        if (attempt.Kind == AttemptKind.Trial)
        {
            log.Trying(place.ToString());
        }
        else
        {
            log.Connecting(place.ToString());
        }
    }

    public void Mining(PoolLink link)
    {
        Volatile.Write(ref errors[link.Pool], null);
        log.Mining(link.Terms.Pool.ToString(), link.Session?.Difficulty ?? 0);
    }

    /// <summary>What is odd, and what was refused, since the last look.</summary>
    public void Watch(PoolLink link, TimeSpan now)
    {
        if (link.Session is not { } session)
        {
            return;
        }

        var pace = paces[link.Pool];
        while (pace.HasRoom(now) && link.Terms.Alarms.TryTakeNews(out var news))
        {
            pace.Take(now);
            Tell(link.Terms, news);
        }

        if (!ReferenceEquals(notices[link.Pool], session.Notice) && session.Notice is { } odd && pace.HasRoom(now))
        {
            pace.Take(now);
            notices[link.Pool] = odd;
            log.Noticed(link.Terms.Pool.ToString(), odd);
        }

        if (!ReferenceEquals(rejections[link.Pool], session.LastRejection) && session.LastRejection is { } refused)
        {
            Volatile.Write(ref rejections[link.Pool], refused);
            failover.Health(link.Pool).RefusedShare();
        }
    }

    /// <summary>
    /// Blocks are written down whole, and whatever becomes of them (SV2 reference §4.8). So many that they are no
    /// blocks but the lie of a pool are not.
    /// </summary>
    public void Tell(BlockBook blocks, TimeSpan now)
    {
        while (blocks.TryTakeNews(out var news))
        {
            if (blockPace.HasRoom(now))
            {
                blockPace.Take(now);
                Tell(news);
            }
        }
    }

    public void SentTo(PoolLink link, PoolAddress to) => log.SentTo(link.Terms.Pool.ToString(), to.ToString());

    public void Failed(PoolLink link, string reason)
    {
        log.SessionEnded(link.Terms.Pool.ToString(), reason);
        Volatile.Write(ref errors[link.Pool], reason);
    }

    public void Left(PoolLink link) => log.Left(link.Terms.Pool.ToString(), link.Session?.Pending ?? 0);

    private void Tell(BlockNews news)
    {
        Span<byte> header = stackalloc byte[BlockHeader.Size];
        var share = news.Share;
        share.Header.Write(header);
        log.Block(
            news.Fate,
            share.Hash,
            Convert.ToHexStringLower(header),
            share.JobId,
            share.Extranonce,
            share.Job?.NetworkTarget ?? UInt256.Zero);
    }

    private void Tell(SessionTerms about, AlarmNews news)
    {
        if (news.IsRaised)
        {
            log.Alarm(about.Pool.ToString(), news.Sentence);
        }
        else
        {
            log.AlarmOver(about.Pool.ToString(), news.Sentence);
        }
    }

    private PoolStatus Status(int pool, PoolLink? link, bool inUse)
    {
        var error = Volatile.Read(ref errors[pool]);
        var session = link?.Session;
        return new(
            terms[pool].Pool.ToString(),
            link is not null ? StateOf(session, inUse) : error is null ? "waiting" : "failed",
            terms[pool].Redact(error),
            session?.Difficulty,
            terms[pool].Redact(session?.LastRejection ?? Volatile.Read(ref rejections[pool])),
            session?.TimeUnverified ?? false,
            terms[pool].Source,
            [.. terms[pool].Alarms.Current.Select(alarm => terms[pool].Redact(alarm))],
            failover.Health(pool).Score,
            RedirectOf(link, terms[pool]))
        {
            Coinbase = session?.Outputs?.Status,
        };
    }

    private static string? RedirectOf(PoolLink? link, SessionTerms configured) =>
        link is not null && !link.Terms.Pool.Equals(configured.Pool) ? link.Terms.Pool.ToString() : null;

    private static string StateOf(PoolSession? session, bool inUse) => session?.Stage switch
    {
        null => "connecting",
        SessionStage.Handshake => "handshake",
        SessionStage.Setup or SessionStage.Extensions => "setup",
        SessionStage.Opening or SessionStage.AwaitingJob => "opening",
        SessionStage.Mining => inUse ? "mining" : "trial",
        _ => "failed",
    };
}
