using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2.Noise;
using static Firmware.Pool.ExtendedJobs;

namespace Firmware.Pool;

/// <summary>T3 of the performance reference on an extended channel, on one thread that can be measured.</summary>
public class ExtendedHotPathTests
{
    private const int Rounds = 100;

    /// <summary>Twelve nodes and the coinbase of the reference: what stands in the message has to be kept.</summary>
    private const int JobBytesMax = 1536;

    private static readonly TimeSpan Now = TimeSpan.FromSeconds(33);
    private static readonly TimeSpan Lasts = TimeSpan.FromMilliseconds(4);

    private readonly Uplink uplink = new(new Nowhere());
    private readonly ExtendedChannel channel;
    private readonly WorkTable table = new(slots: 16, () => Lasts);
    private readonly Judge judge = new(UInt256.Max);

    public ExtendedHotPathTests()
    {
        uplink.Secure(new FrameSealer(null));
        var path = new SharePath(
            uplink, new ShareTotals(), sharesASecondMax: 10_000, rejudges: false, new PoolHabits());
        var shares = new ChannelShares(path, Channel, isExtended: true, UInt256.Max);
        channel = new ExtendedChannel(Channel, Group, UInt256.Max, 0x1FFF_E000, ExtranoncePrefix, RolledSize, shares);
        channel.Receive(Job(), Now);
        table.Take(channel.Receive(Tip(), Now).Start!);
    }

    [Fact]
    public void FromARootToTheWireOfASubmittedShareNothingIsAllocated()
    {
        Run(0);
        Run(1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 2; i < Rounds; i++)
        {
            Run(i);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void AJobCostsLittleMoreThanItsOwnBytes()
    {
        var path = Enumerable.Repeat((byte)0xC3, 12 * 32).ToArray();
        channel.Receive(Job(20, NTime, path: path), Now);
        var before = GC.GetAllocatedBytesForCurrentThread();
        channel.Receive(Job(21, NTime, path: path), Now);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, JobBytesMax);
    }

    private void Run(int round)
    {
        Assert.True(table.TryNext(Now + round * Lasts, out var slot, out _));
        var (newest, before) = table.At(slot);
        var judgement = judge.Weigh(new FoundNonce(slot, (uint)round, 0, 0, 0), newest, before);
        Assert.True(judgement.Sink!.TrySubmit(judgement.Share, Now));
    }

    private sealed class Nowhere : IWire
    {
        public int Send(ReadOnlySpan<byte> bytes) => bytes.Length;

        public void CallForAttention()
        {
        }
    }
}
