using CsCheck;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>Statements 1 and 2 of the SV2 reference §13, and hostile inputs B36 and B40, on a whole session.</summary>
public sealed class SessionNoiseTests : IDisposable
{
    private readonly InMemoryPool pool = new();

    [Fact] // Statement 1
    public void ActOneIsExactly64BytesOfAFreshKeyAndNothingElseLeavesBeforeActTwo()
    {
        var first = new Recorder();
        var second = new Recorder();
        var now = TimeSpan.FromHours(1);
        using var one = new PoolSession(pool.Terms, first, pool.Totals, now);
        using var other = new PoolSession(pool.Terms, second, pool.Totals, now);
        one.Tick(now + TimeSpan.FromSeconds(9));

        var act2 = new byte[NoiseInitiator.Act2Size - 1]; // All but one byte of an answer.
        act2.CopyTo(one.Free);
        one.Received(act2.Length, InMemoryPool.Clock, now + TimeSpan.FromSeconds(9));

        Assert.Equal(64, first.Sent.Count);
        Assert.Equal(64, second.Sent.Count);
        Assert.NotEqual(first.Sent, second.Sent);
    }

    [Fact] // Statement 2
    public void ActTwoIsExactly234BytesAndTheNextByteBelongsToTheFirstFrame()
    {
        var act2 = pool.MakeAct2();
        byte[] together = [.. act2, .. pool.Sealed(new SetupConnectionSuccess(2, 0))];

        Assert.Equal(234, act2.Length);
        pool.GiveRaw(together);

        Assert.Null(pool.Ended);
        Assert.Equal([MessageType.SetupConnection, MessageType.OpenStandardMiningChannel], pool.TakeTypes());
    }

    [Fact] // B36
    public void GarbageInPlaceOfActTwoEndsTheSessionBeforeAnyFrameIsSent() => Gen
        .OneOf(Gen.Byte, Gen.Byte[0, 1], Gen.Const((byte)0xFF)).Array[NoiseInitiator.Act2Size]
        .Sample(
            garbage =>
            {
                using var victim = new InMemoryPool();
                victim.MakeAct2(); // Takes act 1 away; the session sees none of it.
                victim.GiveRaw(garbage);
                return victim.Ended is { Length: > 0 } && victim.TakeTypes().Length == 0;
            },
            iter: 30);

    [Theory] // B40
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    public void AReplayedOrReorderedFrameEndsTheSession(int first, int second)
    {
        pool.Opened();
        byte[][] jobs = [Future(1), Future(2)];

        pool.GiveRaw(jobs[first]);
        pool.GiveRaw(jobs[second]);

        Assert.NotNull(pool.Ended);
        Assert.All(pool.Steps, step => Assert.Null(step.Start));
    }

    public void Dispose() => pool.Dispose();

    private byte[] Future(uint id) => pool.Sealed(new NewMiningJob
    {
        ChannelId = InMemoryPool.FirstChannel,
        JobId = id,
        MinNTime = null,
        Version = 0x2000_0000,
        MerkleRoot = InMemoryPool.Filled(7),
    });

    private sealed class Recorder : IWire
    {
        public List<byte> Sent { get; } = [];

        public int Send(ReadOnlySpan<byte> bytes)
        {
            Sent.AddRange(bytes);
            return bytes.Length;
        }

        public void CallForAttention() => throw new InvalidOperationException("Nothing was left behind.");
    }
}
