using Drivers.Hashing;
using Firmware.Mining;

namespace Storm;

/// <summary>
/// A pool as mine sees it: sessions that come and go, jobs, blocks. It counts what it was given, and nothing else.
/// </summary>
internal sealed class SimulatedPool(SimulatedClock clock, Troubles troubles, Dice dice)
{
    private static readonly TimeSpan ConnectAgainAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StormEvery = TimeSpan.FromMilliseconds(100);
    private static readonly UInt256 ShareTarget = Targets.FromZeroBits(StormChips.ZeroBits + 1);

    private Session? session;
    private TimeSpan dueAt;
    private uint job;

    /// <summary>Since when no session gives work, on the clock of the episode; null while one does.</summary>
    public TimeSpan? WithoutWorkSince { get; private set; } = TimeSpan.Zero;

    /// <summary>When <see cref="Act"/> has something to do.</summary>
    public TimeSpan Due => dueAt;

    /// <summary>Shares that sessions took.</summary>
    public long Taken { get; private set; }

    private Sabotage Sabotage => troubles.Sabotage;

    public void Act(MineProcess mine)
    {
        if (clock.Now < dueAt)
        {
            return;
        }

        if (troubles.PoolGone || !mine.Acts)
        {
            Close();
            dueAt = clock.Now + ConnectAgainAfter;
            return;
        }

        session ??= new Session(this);
        WithoutWorkSince = null;
        var isBlock = troubles.PoolStorms || dice.Chance(0.05);
        mine.Give(NewJob(session, mine.Clock), isBlock);
        dueAt = clock.Now + (troubles.PoolStorms ? StormEvery : TimeSpan.FromSeconds(dice.Between(20, 40)));
    }

    /// <summary>The connection is gone: a new one takes its time.</summary>
    public void Close()
    {
        session?.IsOpen = false;
        session = null;
        WithoutWorkSince ??= clock.Now;
        dueAt = clock.Now + ConnectAgainAfter;
    }

    /// <summary>What is wrong with the pool changed.</summary>
    public void Wake() => dueAt = clock.Now;

    private Job NewJob(Session from, TimeSpan now)
    {
        job++;
        Span<byte> root = stackalloc byte[32];
        BitConverter.TryWriteBytes(root, job);
        var header = new BlockHeader
        {
            Version = 0x2000_0000,
            MerkleRoot = UInt256.Read(root),
            NTime = 1_700_000_000,
        };
        return new(job, header, 0x1FFF_E000, ShareTarget, UInt256.Zero, now, from);
    }

    private sealed class Session(SimulatedPool pool) : IShareSink
    {
        private int shares;

        public bool IsOpen { get; set; } = true;

        public bool TrySubmit(in Share share, TimeSpan now)
        {
            shares++;
            var isLost = pool.Sabotage == Sabotage.LostShares && shares % 20 == 0;
            pool.Taken += IsOpen && !isLost ? 1 : 0;
            return IsOpen;
        }
    }
}
