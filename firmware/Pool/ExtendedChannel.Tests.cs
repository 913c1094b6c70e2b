using Drivers.Hashing;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using static Firmware.Pool.ExtendedJobs;

namespace Firmware.Pool;

/// <summary>Jobs, tips, targets and prefixes on an extended channel (SV2 reference §4.5 to §4.7, §6).</summary>
public class ExtendedChannelTests
{
    private const uint Mask = StandardChannel.GeneralPurposeVersionBits;

    private static readonly TimeSpan Now = TimeSpan.FromSeconds(33);
    private static readonly UInt256 First = Targets.FromDifficulty(100);
    private static readonly UInt256 Second = Targets.FromDifficulty(200);

    private readonly ExtendedChannel channel = New();

    [Fact] // sv2-vectors-work.json: the extranonce 00 01 02 … 0f is not the first one, so it is asked for by name.
    public void TheWorkVectorBecomesItsHeaderAndItsHash()
    {
        channel.Receive(Job(), Now);
        var job = channel.Receive(Tip(), Now).Start!;
        var coinbase = Coinbase.Read(Job(), ExtranoncePrefix, RolledSize, out _)!;
        var header = job.Header with
        {
            MerkleRoot = coinbase.MerkleRoot(Rolled),
            Version = 0x2000_2000,
            Nonce = 194_273,
        };
        var bytes = new byte[BlockHeader.Size];
        header.Write(bytes);

        Assert.Equal(
            "0020002081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000ce3dee934a7966bb9392737394eca248"
            + "68b533bd90349aedf59b79953e90b55600f15365ffff001de1f60200",
            Convert.ToHexStringLower(bytes));
        Assert.Equal(
            "9158352260f74c834cf3a67efdb9269ce0d435b7a9643eb3bf65a94c0b040000",
            Convert.ToHexStringLower(InMemoryPool.Bytes(header.Hash())));
        Assert.True(header.Hash() <= Targets.FromZeroBits(20));
    }

    [Fact]
    public void AFutureJobIsNotHashedUntilATipNamesIt()
    {
        Assert.Equal(default, channel.Receive(Job(), Now));
        var step = channel.Receive(Tip(), Now);

        Assert.True(step.StopOldWork);
        Assert.Equal(JobId, step.Start?.Id);
        Assert.Equal(UInt256.Read(PreviousHash), step.Start?.Header.PreviousHash);
        Assert.Equal(NTime, step.Start?.Header.NTime);
        Assert.Equal(0x1D00_FFFFu, step.Start?.Header.NBits);
        Assert.Equal(Targets.FromNBits(0x1D00_FFFF), step.Start?.NetworkTarget);
        Assert.Equal(Now, step.Start?.ActiveSince);
    }

    [Fact]
    public void EveryRootIsThatOfTheCoinbaseWithItsExtranonce()
    {
        var job = Start();
        for (var i = 0; i < 300; i++)
        {
            var (extranonce, root) = Next(job);

            Assert.Equal(RolledSize, extranonce.Length);
            Assert.Equal(RootOf([.. ExtranoncePrefix, .. extranonce]), root);
        }
    }

    [Fact]
    public void NoRootComesTwiceNotEvenWhereTheSameContentComesUnderAnotherId()
    {
        var seen = new HashSet<string>();
        var job = Start();
        for (var id = 10u; id < 20; id++)
        {
            for (var i = 0; i < 5; i++)
            {
                Assert.True(seen.Add(Convert.ToHexString(Next(job).Root)));
            }

            job = channel.Receive(Job(id, NTime), Now).Start!;
        }
    }

    [Fact]
    public void ASecondTipMessageWithALaterTimeRepeatsNoRootEither()
    {
        var small = New(prefix: [.. ExtranoncePrefix, .. Rolled[..15]], size: 1);
        small.Receive(Job(), Now);
        var job = small.Receive(Tip(), Now).Start!;
        for (var i = 0; i < 256; i++)
        {
            Assert.NotEmpty(Next(job, NTime).Root);
        }

        small.Receive(Job(), Now);
        job = small.Receive(Tip(ntime: NTime - 1), Now).Start!;
        Assert.False(job.Roots!.TryNext(NTime - 1, out _, out _));
        Assert.False(job.Roots.TryNext(NTime, out _, out _));
        Assert.True(job.Roots.TryNext(NTime + 1, out _, out _));
    }

    [Theory]
    [InlineData(true, Mask)]
    [InlineData(false, 0u)]
    public void VersionBitsAreRolledOnlyWhereTheJobAllowsIt(bool allowed, uint mask)
    {
        channel.Receive(Job(rolls: allowed, version: 0x3FFF_E004), Now);
        var job = channel.Receive(Tip(), Now).Start!;

        Assert.Equal(mask, job.VersionMask);
        Assert.Equal(0x3FFF_E004u, job.Header.Version);
    }

    [Fact]
    public void APoolThatForbidsRollingIsObeyedWhateverTheJobSays()
    {
        var fixedVersion = New(mask: 0);
        fixedVersion.Receive(Job(rolls: true), Now);

        Assert.Equal(0u, fixedVersion.Receive(Tip(), Now).Start?.VersionMask);
    }

    [Fact]
    public void ANewPrefixIsForLaterJobsAndQueuedOnesKeepTheOld()
    {
        byte[] later = [9, 9, 9, 9];
        channel.Receive(Job(1), Now);
        SetPrefix(later);
        channel.Receive(Job(2), Now);
        var first = channel.Receive(Tip(1), Now).Start!;
        var (extranonce, root) = Next(first);
        Assert.Equal(RootOf([.. ExtranoncePrefix, .. extranonce]), root);

        var second = channel.Receive(Job(3, NTime), Now).Start!;
        (extranonce, root) = Next(second);
        Assert.Equal(RootOf([.. later, .. extranonce]), root);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(32)]
    public void APrefixOfAnotherLengthClosesTheChannel(int length)
    {
        Start();
        var step = SetPrefix(new byte[length]);

        Assert.True(step.StopOldWork);
        Assert.Null(step.Start);
        Assert.Contains($"from 4 to {length} bytes", step.CloseBecause, StringComparison.Ordinal);
        Assert.False(channel.IsOpen);
        Assert.False(channel.IsAddressedBy(Channel));
    }

    [Theory]
    [InlineData(0, 32, true)]
    [InlineData(32, 0, true)]
    [InlineData(16, 17, false)]
    [InlineData(32, 1, false)]
    [InlineData(0, 33, false)]
    [InlineData(32, ushort.MaxValue, false)]
    public void AnExtranonceOfMoreThanThirtyTwoBytesLeavesTheChannelClosed(int prefix, int size, bool isOpen)
    {
        var odd = New(prefix: new byte[prefix], size: size);

        Assert.Equal(isOpen, odd.IsOpen);
        Assert.Equal(isOpen, odd.CloseBecause is null);
        Assert.Equal(isOpen, odd.IsAddressedBy(Channel));
    }

    [Fact]
    public void WithoutAnExtranonceOfOursTheCoinbaseIsFixedAndNothingRolls()
    {
        var odd = New(prefix: [.. ExtranoncePrefix, .. Rolled], size: 0);
        odd.Receive(Job(), Now);
        var job = odd.Receive(Tip(), Now).Start!;

        Assert.Null(job.Roots);
        Assert.Equal(Root, Convert.ToHexStringLower(InMemoryPool.Bytes(job.Header.MerkleRoot)));
    }

    [Fact]
    public void AJobWhoseScriptSigLengthLiesIsRefusedHereAndTheOldWorkGoesOn()
    {
        Start();
        var step = channel.Receive(Job(10, NTime, suffix: Suffix[..^1]), Now);

        Assert.Equal(new ChannelStep { Notice = step.Notice }, step);
        Assert.NotNull(step.Notice);
    }

    [Fact]
    public void ANewTargetIsForQueuedFutureJobsAndNotForTheActiveOne()
    {
        var active = Start();
        channel.Receive(Job(10), Now);
        Assert.True(channel.Receive(
            new SetTarget { ChannelId = Group, MaximumTarget = InMemoryPool.Bytes(Second) }));

        Assert.Equal(First, active.Target);
        Assert.Equal(Second, channel.Receive(Tip(10, hash: new byte[32]), Now).Start?.Target);
    }

    [Fact]
    public void ATipDropsEveryOtherJob()
    {
        channel.Receive(Job(1), Now);
        channel.Receive(Job(2), Now);
        channel.Receive(Tip(2), Now);

        Assert.Equal(new ChannelStep(null, StopOldWork: true), channel.Receive(Tip(1, hash: new byte[32]), Now));
    }

    [Fact]
    public void ATipSaidAgainIsSaidOnceEvenWhereALaterJobRuns()
    {
        Start();
        channel.Receive(Job(10, NTime + 1), Now);

        Assert.Equal(default, channel.Receive(Tip(), Now));
    }

    [Fact]
    public void AJobSaidTwiceIsSaidOnceAndOneThatDiffersTakesItsPlace()
    {
        channel.Receive(Job(), Now);
        channel.Receive(Tip(), Now);
        channel.Receive(Job(10, NTime), Now);

        Assert.Equal(default, channel.Receive(Job(10, NTime), Now));
        Assert.True(channel.Receive(Job(10, NTime, rolls: false), Now).StopOldWork);
        var other = channel.Receive(Job(10, NTime, rolls: false, path: []), Now);
        Assert.True(other.StopOldWork);
        Assert.NotNull(other.Notice);
        Assert.Equal(
            RootOf([.. ExtranoncePrefix, .. new byte[RolledSize]], path: []), Bytes(other.Start!.Header.MerkleRoot));
    }

    [Fact]
    public void AJobThatIsHashedNoMoreLetsItsCoinbaseGo()
    {
        // Work and shares remember their job, and a pool may put 64 KB into each.
        var former = Start();
        var latest = channel.Receive(Job(10, NTime + 1), Now).Start!;
        Assert.False(former.Roots!.TryNext(NTime, out _, out _));
        Assert.True(latest.Roots!.TryNext(NTime + 1, out _, out _));

        channel.Receive(Tip(11, hash: new byte[32]), Now);
        Assert.False(latest.Roots.TryNext(NTime + 1, out _, out _));
    }

    [Fact]
    public void FutureJobsHoldAQuarterOfAMegabyteTogetherAndTheOldestGoFirst()
    {
        var script = Enumerable.Repeat((byte)0x6A, 60_000).ToArray();
        var length = BitConverter.GetBytes((ushort)script.Length);
        byte[] suffix = [.. Suffix[..4], 1, .. new byte[8], 0xFD, .. length, .. script, .. new byte[4]];
        for (var id = 1u; id <= 1000; id++)
        {
            channel.Receive(Job(id, suffix: suffix), Now);
        }

        Assert.NotNull(channel.Receive(Tip(997), Now).Start);
        for (var id = 1u; id <= 1000; id++)
        {
            channel.Receive(Job(id, suffix: suffix), Now);
        }

        Assert.Null(channel.Receive(Tip(996, hash: new byte[32]), Now).Start);
    }

    [Fact]
    public void ATargetOrTipForAChannelWithoutAGroupCarriesItsOwnIdAlone()
    {
        var alone = New(group: null);

        Assert.Equal(Channel, alone.Group);
        Assert.True(alone.IsAddressedBy(Channel));
        Assert.False(alone.IsAddressedBy(0));
        Assert.False(alone.IsAddressedBy(Group));
    }

    [Fact]
    public void MessagesToTheGroupAreForTheChannelAndItMovesWithTheGroupThatListsIt()
    {
        Assert.True(channel.IsAddressedBy(Group));
        Assert.False(Regroup(9, 7, 8));
        Assert.True(Regroup(9, 7, Channel));
        Assert.True(channel.IsAddressedBy(9));
        Assert.False(channel.IsAddressedBy(Group));
    }

    [Fact]
    public void AFinishedMerkleRootIsOfNoUseHere() => Assert.Equal(default, channel.Receive(
        new NewMiningJob
        {
            ChannelId = Channel,
            JobId = 1,
            MinNTime = NTime,
            Version = ExtendedJobs.Version,
            MerkleRoot = new byte[32],
        },
        Now));

    [Fact]
    public void TheOutputsAreThoseOfTheJobThatIsHashed()
    {
        channel.Receive(Job(), Now);
        Assert.Null(channel.Outputs);

        channel.Receive(Tip(), Now);
        Assert.Equal(312_500_000UL, channel.Outputs?.Shown[0].Sats);
        Assert.Equal(ScriptKind.P2wpkh, channel.Outputs?.Shown[0].Kind);
        Assert.Equal(ScriptKind.Commitment, channel.Outputs?.Shown[1].Kind);
        Assert.True(channel.Outputs!.Pays(Convert.FromHexString("00141111111111111111111111111111111111111111")));

        channel.Close();
        Assert.Null(channel.Outputs);
    }

    [Fact]
    public void AClosedChannelHearsNothingMore()
    {
        Assert.Equal(new ChannelStep(null, StopOldWork: true), channel.Close());
        Assert.False(channel.IsAddressedBy(Channel));
        Assert.False(channel.IsAddressedBy(Group));
    }

    private static ExtendedChannel New(
        uint mask = Mask, byte[]? prefix = null, int size = RolledSize, uint? group = Group) =>
        new(Channel, group, First, mask, prefix ?? ExtranoncePrefix, size, new Nowhere());

    private static (byte[] Extranonce, byte[] Root) Next(Job job, uint ntime = NTime)
    {
        Assert.True(job.Roots!.TryNext(ntime, out var extranonce, out var root));
        var bytes = new byte[extranonce.Length];
        extranonce.CopyTo(bytes);
        return (bytes, Bytes(root));
    }

    private static byte[] Bytes(UInt256 number) => InMemoryPool.Bytes(number);

    private Job Start()
    {
        channel.Receive(Job(), Now);
        return channel.Receive(Tip(), Now).Start!;
    }

    private ChannelStep SetPrefix(byte[] prefix) =>
        channel.Receive(new SetExtranoncePrefix { ChannelId = Channel, ExtranoncePrefix = prefix });

    private bool Regroup(uint group, params uint[] channels)
    {
        var bytes = channels.SelectMany(BitConverter.GetBytes).ToArray();
        return channel.Receive(
            new SetGroupChannel { GroupChannelId = group, ChannelIds = new ItemSequence(bytes, itemSize: 4) });
    }

    private sealed class Nowhere : IShareSink
    {
        public bool TrySubmit(in Share share, TimeSpan now) => throw new InvalidOperationException("Nobody asked.");
    }
}
