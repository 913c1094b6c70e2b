using CsCheck;
using Firmware.StratumV2;

namespace Firmware.Pool;

/// <summary>The global rule of the SV2 reference, §14: whatever comes costs the session at most.</summary>
public class AnyMessageTests
{
    private static readonly Gen<(byte Type, byte[] Payload)> Message = Gen.Select(
        Gen.OneOf(Gen.Byte[0x00, 0x04], Gen.Byte[0x10, 0x25], Gen.Byte),
        Gen.OneOf(Gen.Const(36), Gen.Const(45), Gen.Const(48), Gen.Const(49), Gen.Int[0, 300])
            .SelectMany(length => Gen.OneOf(Gen.Byte, Gen.Byte[0, 2], Gen.Const((byte)0xFF)).Array[length]));

    [Fact]
    public void NoSequenceOfMessagesIsMoreThanTheEndOfTheSession() =>
        Gen.Select(Gen.Int[0, 3], Message.Array[1, 30]).Sample((stage, messages) =>
        {
            using var pool = new InMemoryPool(chains: 2, insecure: true);
            Reach(pool, stage);
            foreach (var (type, payload) in messages)
            {
                var frame = new byte[FrameHeader.Size + payload.Length];
                new FrameHeader(0, true, type, payload.Length).Write(frame);
                Address(payload);
                payload.CopyTo(frame, FrameHeader.Size);
                pool.GiveRaw(frame);
                pool.Pass(TimeSpan.FromMilliseconds(100));
                Assert.True(pool.Session.Difficulty is null or > 0);
            }
        });

    private static void Reach(InMemoryPool pool, int stage)
    {
        if (stage > 0)
        {
            pool.AnswerSetup();
        }

        if (stage > 1)
        {
            pool.AnswerOpen();
        }

        if (stage > 2)
        {
            pool.GiveFutureJob(1);
            pool.GiveTip(job: 1);
        }
    }

    /// <summary>Most of what begins with small bytes is meant for a channel, a request or the group.</summary>
    private static void Address(byte[] payload)
    {
        if (payload.Length >= 4 && payload[0] < 4)
        {
            payload.AsSpan(1, 3).Clear();
        }
    }
}
