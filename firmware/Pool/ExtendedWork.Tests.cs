using System.Buffers.Binary;
using CsCheck;
using Drivers.Hashing;
using Firmware.Mining;
using static Firmware.Pool.ExtendedJobs;

namespace Firmware.Pool;

/// <summary>What a chain is given of an extended channel, whatever the pool and the clock do.</summary>
public class ExtendedWorkTests
{
    private const uint Mask = StandardChannel.GeneralPurposeVersionBits;
    private const int SmallSize = 1;

    private static readonly TimeSpan Begin = TimeSpan.FromSeconds(33);

    /// <summary>What may happen next, and how long it takes in milliseconds.</summary>
    private static readonly Gen<(int What, int Milliseconds)[]> Histories =
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 400]).Array[1, 30];

    [Fact]
    public void NoHeaderIsMadeTwiceWhateverThePoolSaysAgain() => Histories.Sample(
        history =>
        {
            var chain = new Chain();
            var seen = new HashSet<BlockHeader>();
            foreach (var (what, milliseconds) in history)
            {
                chain.Happen(what);
                chain.Pass(milliseconds, work => Assert.True(seen.Add(work.Header), $"Twice: {work.Header}"));
            }
        },
        iter: 50);

    [Fact]
    public void NTimeIsBetweenTheLeastAllowedAndThatAndTheTimeSince() => Histories.Sample(
        history =>
        {
            var chain = new Chain();
            foreach (var (what, milliseconds) in history)
            {
                chain.Happen(what);
                chain.Pass(milliseconds, work =>
                {
                    var job = chain.Table.Job!;
                    var elapsed = (uint)(chain.Now - job.ActiveSince).TotalSeconds;
                    Assert.Equal(job.Header.NTime + elapsed, work.Header.NTime);
                });
            }
        },
        iter: 20);

    [Fact]
    public void EveryWorkHasTheRootOfItsOwnExtranonceAndOfNoOther() => Histories.Sample(
        history =>
        {
            var chain = new Chain();
            foreach (var (what, milliseconds) in history)
            {
                chain.Happen(what);
                chain.Pass(milliseconds, work =>
                {
                    var bytes = new byte[SmallSize];
                    Assert.Equal(SmallSize, chain.LastExtranonce.CopyTo(bytes));
                    Assert.Equal(
                        RootOf([.. Chain.Prefix, .. bytes], Chain.PathOf(chain.Table.Job!.Id)),
                        InMemoryPool.Bytes(work.Header.MerkleRoot));
                });
            }
        },
        iter: 5);

    [Fact]
    public void FourBytesOfExtranonceFeedEveryMillisecondForAnHourWithoutAnEnd()
    {
        // As few as a pool leaves to the miner, at the pace of 2^32 nonces a millisecond: 4.3 TH/s that must not roll
        // a single version bit. All of them last for 49 days.
        var counter = new ExtranonceCounter(4);
        Span<byte> extranonce = stackalloc byte[4];
        var last = 0u;
        for (var milliseconds = 0u; milliseconds < 3_600_000; milliseconds++)
        {
            Assert.True(counter.TryNext(1, NTime + milliseconds / 1000, extranonce));
            last = BinaryPrimitives.ReadUInt32BigEndian(extranonce);
        }

        Assert.Equal(3_599_999u, last);
    }

    /// <summary>A channel with 256 extranonces, its chain's table, and chips that need a work a millisecond.</summary>
    private sealed class Chain
    {
        public static readonly byte[] Prefix = [.. ExtranoncePrefix, .. Rolled[..15]];

        private readonly ExtendedChannel channel = new(
            Channel, Group, UInt256.Max, Mask, Prefix, SmallSize, new Nowhere());

        private uint lastJob;
        private uint tipJob;

        public Chain()
        {
            Happen(0);
        }

        public WorkTable Table { get; } = new(slots: 8, () => TimeSpan.FromMilliseconds(1));

        public TimeSpan Now { get; private set; } = Begin;

        public Extranonce LastExtranonce { get; private set; }

        /// <summary>Odd jobs have another content than even ones; all odd ones have the same.</summary>
        public static byte[] PathOf(uint job) => job % 2 == 0 ? MerklePath : [];

        public void Happen(int what)
        {
            switch (what)
            {
                case 0: // A new tip.
                    tipJob = ++lastJob;
                    Take(channel.Receive(Job(lastJob, path: PathOf(lastJob)), Now));
                    Take(channel.Receive(Tip(tipJob, InMemoryPool.Filled((byte)tipJob)), Now));
                    break;
                case 1: // The same tip again.
                    Take(channel.Receive(Tip(tipJob, InMemoryPool.Filled((byte)tipJob)), Now));
                    break;
                case 2: // Content that was there before, under a new id, with its first time.
                    lastJob += 2;
                    Take(channel.Receive(Job(lastJob, NTime, path: PathOf(lastJob)), Now));
                    break;
                case 3: // A refreshed job.
                    lastJob++;
                    Take(channel.Receive(Job(lastJob, NTime + 3, path: PathOf(lastJob)), Now));
                    break;
                case 4: // The live job again.
                    Take(channel.Receive(Job(lastJob, NTime, path: PathOf(lastJob)), Now));
                    break;
            }
        }

        public void Pass(int milliseconds, Action<Work> see)
        {
            for (var left = milliseconds; left > 0; left--, Now += TimeSpan.FromMilliseconds(1))
            {
                if (Table.TryNext(Now, out var slot, out var work))
                {
                    LastExtranonce = Table.At(slot).Newest.Extranonce;
                    see(work);
                }
            }
        }

        private void Take(ChannelStep step)
        {
            if (step.StopOldWork)
            {
                Table.Retire();
            }

            if (step.Start is { } job)
            {
                Table.Take(job);
            }
        }
    }

    private sealed class Nowhere : IShareSink
    {
        public bool TrySubmit(in Share share, TimeSpan now) => throw new InvalidOperationException("Nobody asked.");
    }
}
