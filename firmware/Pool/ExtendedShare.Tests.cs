using System.Buffers.Binary;
using System.Security.Cryptography;
using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;
using static Firmware.Pool.ExtendedJobs;

namespace Firmware.Pool;

/// <summary>
/// The whole way of a share on an extended channel: the pool's coinbase goes in, chips that really hash find something,
/// and the pool builds the header again from what was submitted, with the class library's SHA-256 and nothing of ours.
/// </summary>
public sealed class ExtendedShareTests : IDisposable
{
    private const ushort OurSize = 8;
    private const uint FixedBits = ~StandardChannel.GeneralPurposeVersionBits;

    private static readonly byte[] PoolsPart = [0xC0, 0xFF, 0xEE];
    private static readonly UInt256 Easy = Targets.FromZeroBits(8);

    // Three and eight bytes of extranonce instead of the vector's twenty.
    private static readonly byte[] ShortPrefix = [.. Prefix[..41], 17 + 3 + OurSize, .. Prefix[42..]];

    private readonly InMemoryPool pool = new(
        change: terms => terms with { Channel = ChannelChoice.Extended, SharesASecondMax = 1000 });
    private readonly WorkTable table = new(slots: 16, () => TimeSpan.FromMilliseconds(2));
    private readonly Judge judge = new(UInt256.Max);

    public ExtendedShareTests()
    {
        pool.AnswerHandshake();
        pool.AnswerSetup();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EveryShareMeetsTheTargetWhenThePoolBuildsItsHeaderAgain(bool rolls)
    {
        Open(group: Group);
        pool.Give(Job(rolls: rolls, prefix: ShortPrefix, channel: Group));
        pool.Give(Tip());
        Take();

        for (var i = 0; i < 40; i++)
        {
            var share = FindShare();
            var hash = HashOf(share, PreviousHash, MerklePath, ShortPrefix, Suffix);

            Assert.True(hash <= Easy, $"{hash}");
            Assert.Equal(OurSize, share.Extranonce.Length);
            Assert.InRange(share.NTime, NTime, NTime + 1);
            Assert.Equal(ExtendedJobs.Version, share.Version & (rolls ? FixedBits : uint.MaxValue));
        }

        Assert.Equal(40, pool.Session.Pending);
    }

    [Fact]
    public void ALateResultIsSubmittedWithTheExtranonceAndThePathOfItsOwnJob()
    {
        Open(group: null);
        pool.Give(Job(1, prefix: ShortPrefix));
        pool.Give(Tip(1));
        Take();
        Assert.True(table.TryNext(pool.Now, out var slot, out var work));
        pool.Give(Job(2, NTime, prefix: ShortPrefix, path: []));
        Take();
        Assert.True(table.TryNext(pool.Now, out _, out _));

        var late = Submit(slot, work);
        Assert.Equal(1u, late.JobId);
        Assert.True(HashOf(late, PreviousHash, MerklePath, ShortPrefix, Suffix) <= Easy);
    }

    [Fact]
    public void UnstrippedCoinbasesMakeSharesOfTheSameRootAsStrippedOnes()
    {
        Open(group: Group);
        byte[] withMarker = [.. ShortPrefix[..MarkerOffset], 0, 1, .. ShortPrefix[MarkerOffset..]];
        pool.Give(Job(prefix: withMarker, suffix: SuffixWithWitness));
        pool.Give(Tip());
        Take();

        Assert.True(HashOf(FindShare(), PreviousHash, MerklePath, ShortPrefix, Suffix) <= Easy);
    }

    [Fact]
    public void ASuccessWithoutAGroupIsAChannelAllTheSame()
    {
        Open(group: null);
        pool.Give(Job(prefix: ShortPrefix));
        pool.Give(Tip());

        Assert.Equal(JobId, pool.LastStep.Start?.Id);
        Assert.Equal(SessionStage.Mining, pool.Session.Stage);
    }

    [Fact]
    public void AJobOfSixtyFourKilobytesIsHashedAndOneOfTwiceThatIsJudgedAndEndsNothing()
    {
        Open(group: Group);
        var script = Enumerable.Repeat((byte)0x6A, ushort.MaxValue - 20).ToArray();
        var length = BitConverter.GetBytes((ushort)script.Length);
        byte[] suffix = [.. Suffix[..4], 1, .. new byte[8], 0xFD, .. length, .. script, .. Suffix[^4..]];
        GiveLong(Job(1, prefix: ShortPrefix, suffix: suffix));
        pool.Give(Tip(1));
        Take();
        Assert.True(HashOf(FindShare(), PreviousHash, MerklePath, ShortPrefix, suffix) <= Easy);

        // No scriptSig has 64 KB, so this prefix is a lie.
        GiveLong(Job(2, NTime, prefix: [.. ShortPrefix, .. new byte[ushort.MaxValue - 59]], suffix: suffix));
        Assert.Null(pool.Ended);
        Assert.Contains("scriptSig", pool.Session.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public void AWallClockThatIsSetMovesNoNTime()
    {
        Open(group: Group);
        pool.Give(Job(prefix: ShortPrefix));
        pool.Give(Tip());
        Take();
        Assert.True(table.TryNext(pool.Now, out _, out var before));

        // Years forward and back again: the clock is for certificates alone, and what the jobs count is time since.
        foreach (var seconds in new long[] { 0, 1_767_300_000, 4_000_000_000 })
        {
            var tip = pool.Sealed(Tip());
            tip.CopyTo(pool.Session.Free);
            pool.Session.Received(tip.Length, new ClockView(seconds, Trusted: true), pool.Now);
        }

        pool.Pass(TimeSpan.FromSeconds(5));
        Assert.True(table.TryNext(pool.Now, out _, out var after));
        Assert.Equal(before.Header.NTime + 5, after.Header.NTime);
    }

    public void Dispose() => pool.Dispose();

    /// <summary>As a pool does it, from its own job and the bytes of the submission.</summary>
    private static UInt256 HashOf(SentShare share, byte[] previous, byte[] path, byte[] prefix, byte[] suffix)
    {
        var header = new byte[BlockHeader.Size];
        BinaryPrimitives.WriteUInt32LittleEndian(header, share.Version);
        previous.CopyTo(header, 4);
        RootOf([.. PoolsPart, .. share.Extranonce], path, prefix, suffix).CopyTo(header, 36);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(68), share.NTime);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(72), 0x1D00_FFFF);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(76), share.Nonce);
        return UInt256.Read(SHA256.HashData(SHA256.HashData(header)));
    }

    private void Open(uint? group)
    {
        var payload = new PayloadReader(Assert.Single(pool.Take(MessageType.OpenExtendedMiningChannel)));
        pool.Give(new OpenExtendedMiningChannelSuccess
        {
            RequestId = OpenExtendedMiningChannel.Read(ref payload).RequestId,
            ChannelId = Channel,
            Target = InMemoryPool.Bytes(Easy),
            ExtranonceSize = OurSize,
            ExtranoncePrefix = PoolsPart,
            GroupChannelId = group,
        });
    }

    private void GiveLong(in NewExtendedMiningJob job)
    {
        var plain = new byte[FrameHeader.Size + 139_253];
        pool.GiveRaw(pool.SealedFrame(plain[..FrameWriter.Write(job, plain)]));
    }

    private void Take() => table.Take(pool.LastStep.Start!);

    private SentShare FindShare()
    {
        while (true)
        {
            if (table.TryNext(pool.Now, out var slot, out var work))
            {
                return Submit(slot, work);
            }

            pool.Pass(TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>What a chip does: it counts nonces, turns version bits where it may, and reports.</summary>
    private SentShare Submit(int slot, Work work)
    {
        for (var nonce = 0u; ; nonce++)
        {
            var bits = nonce << 13 & work.VersionMask;
            var version = work.Header.Version & ~work.VersionMask | bits;
            var header = work.Header with { Nonce = nonce, Version = version };
            if (header.Hash() > Easy)
            {
                continue;
            }

            var (newest, before) = table.At(slot);
            var judgement = judge.Weigh(new FoundNonce(slot, nonce, bits, 0, 0), newest, before);
            Assert.Equal(Verdict.Share, judgement.Verdict);
            Assert.True(judgement.Sink!.TrySubmit(judgement.Share, pool.Now));
            return SentShare.Read(Assert.Single(pool.Take(MessageType.SubmitSharesExtended)));
        }
    }

    private sealed record SentShare(uint JobId, uint Nonce, uint NTime, uint Version, byte[] Extranonce)
    {
        public static SentShare Read(byte[] payload)
        {
            var reader = new PayloadReader(payload);
            var share = SubmitSharesExtended.Read(ref reader);
            Assert.Equal(Channel, share.ChannelId);
            Assert.True(reader.Rest.IsEmpty);
            return new(share.JobId, share.Nonce, share.NTime, share.Version, share.Extranonce.ToArray());
        }
    }
}
