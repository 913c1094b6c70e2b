using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>
/// The share is a capture from a Bitaxe Gamma (BM1370), accepted by a pool; its difficulty is 29588.01.
/// </summary>
public class JudgeTests
{
    private const uint Mask = 0x1FFF_E000;

    private static readonly BlockHeader Captured = BlockHeader.Read(Convert.FromHexString(
        "0040B420FD55646BC162B96DFCD4F201A3F4670D1D3996BC96520100000000000000000006DDF5F0"
        + "8C36414B95EA54DB71A0C28761A98BCF6355919E044F88725519A7CBD7685468043A02174C035275"));

    private static readonly UInt256 Ticket256 = Targets.FromZeroBits(40);

    private static readonly FoundNonce Found =
        new(Slot: 0, Captured.Nonce, VersionBits: 0x05A2 << 13, Chip: 0, Core: 0);

    private readonly Sink sink = new();
    private readonly Judge judge = new(Ticket256);

    [Fact]
    public void TheCapturedResultIsTheShareItWas()
    {
        var assignment = Assigned(Targets.FromDifficulty(29588));
        var judgement = judge.Weigh(Found, assignment, default);

        Assert.Equal(Verdict.Share, judgement.Verdict);
        Assert.Equal(
            new Share(7, Captured.Nonce, Captured.NTime, Captured.Version, IsBlock: false)
            {
                Job = assignment.Job,
                Header = Captured,
                Hash = Sha256d.Hash(Captured),
            },
            judgement.Share);
        Assert.Same(sink, judgement.Sink);
        Assert.True(judgement.IsToBeSent);
    }

    [Fact]
    public void ATargetThatIsMetExactlyIsMet() =>
        Assert.Equal(Verdict.Share, judge.Weigh(Found, Assigned(Sha256d.Hash(Captured)), default).Verdict);

    [Fact]
    public void OneAboveTheTargetIsOnlyWork() =>
        Assert.Equal(Verdict.BelowTarget, judge.Weigh(Found, Assigned(Targets.FromDifficulty(29589)), default).Verdict);

    [Fact]
    public void VersionBitsReplaceThoseOfTheJobInsteadOfJoiningThem()
    {
        // The pool's own version has bits set inside the mask (SV2 reference §4.4).
        var judgement = judge.Weigh(Found, Assigned(UInt256.Max, version: 0x3FFF_E000), default);

        Assert.Equal(Captured.Version, judgement.Share.Version);
        Assert.NotEqual(Verdict.HardwareError, judgement.Verdict);
    }

    [Fact]
    public void BitsOutsideTheMaskAreNotTheChipsToChange()
    {
        var greedy = Found with { VersionBits = Found.VersionBits | ~Mask };

        Assert.Equal(Captured.Version, judge.Weigh(greedy, Assigned(UInt256.Max), default).Share.Version);
    }

    [Fact]
    public void AFlippedBitIsAHardwareError()
    {
        for (var bit = 0; bit < 32; bit++)
        {
            var wrong = Found with { Nonce = Found.Nonce ^ (1u << bit) };
            var judgement = judge.Weigh(wrong, Assigned(Targets.FromDifficulty(29588)), default);
            Assert.Equal(Verdict.HardwareError, judgement.Verdict);
            Assert.False(judgement.IsToBeSent);
        }
    }

    [Fact]
    public void AnEmptySlotIsAHardwareError() =>
        Assert.Equal(Verdict.HardwareError, judge.Weigh(Found, default, default).Verdict);

    [Fact]
    public void AResultOfTheSlotsFormerWorkIsStillFound()
    {
        var other = Assigned(UInt256.Zero) with { Work = new Work(new BlockHeader { Version = 1 }, Mask), Number = 2 };

        Assert.Equal(Verdict.Share, judge.Weigh(Found, other, Assigned(Targets.FromDifficulty(29588))).Verdict);
    }

    [Fact]
    public void TheSecondReportIsADuplicateAndTheSameNonceOfOtherWorkIsNone()
    {
        var assignment = Assigned(Targets.FromDifficulty(1));
        judge.Weigh(Found, assignment, default);

        Assert.Equal(Verdict.Duplicate, judge.Weigh(Found, assignment, default).Verdict);
        Assert.Equal(Verdict.Share, judge.Weigh(Found, assignment with { Number = 9 }, default).Verdict);
    }

    [Fact]
    public void RetiredWorkIsStale()
    {
        var judgement = judge.Weigh(Found, Assigned(Targets.FromDifficulty(1)) with { Retired = true }, default);

        Assert.Equal(Verdict.Stale, judgement.Verdict);
        Assert.False(judgement.IsToBeSent);
    }

    [Fact]
    public void WorkThatWasNeverAShareIsNoStaleShareEither()
    {
        var easy = Assigned(Targets.FromDifficulty(29589)) with { Retired = true };

        Assert.Equal(Verdict.BelowTarget, judge.Weigh(Found, easy, default).Verdict);
    }

    [Fact]
    public void ABlockIsSentEvenWhereItIsStale()
    {
        var assignment = Assigned(Targets.FromDifficulty(1));
        var job = assignment.Job! with { NetworkTarget = Sha256d.Hash(Captured) };

        var judgement = judge.Weigh(Found, assignment with { Job = job, Retired = true }, default);

        Assert.Equal(Verdict.Block, judgement.Verdict);
        Assert.True(judgement.Share.IsBlock);
        Assert.True(judgement.IsToBeSent);
    }

    [Fact]
    public void ANetworkTargetOfZeroIsNeverABlock() =>
        Assert.Equal(Verdict.Share, judge.Weigh(Found, Assigned(UInt256.Max), default).Verdict);

    [Fact]
    public void JudgingAllocatesNothing()
    {
        var assignment = Assigned(Targets.FromDifficulty(1));
        judge.Weigh(Found, assignment, default);

        var before = GC.GetAllocatedBytesForCurrentThread();
        judge.Weigh(Found, assignment with { Number = 2 }, assignment);
        judge.Weigh(Found, assignment, assignment);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void TheCapturedHeaderHasThePublishedHash() => Assert.Equal(
        "0000000000023704cface997bcf7388694ea43dae96c51d80658687a7d8827fe", Sha256d.Hash(Captured).ToString());

    private Assignment Assigned(UInt256 target, uint version = 0x2000_0000)
    {
        var header = Captured with { Version = version, Nonce = 0 };
        var job = new Job(7, header, Mask, target, UInt256.Zero, TimeSpan.Zero, sink);
        return new Assignment(job, new Work(header, Mask), Number: 1, Retired: false);
    }

    private sealed class Sink : IShareSink
    {
        public bool TrySubmit(in Share share, TimeSpan now) => throw new InvalidOperationException("Nobody asked.");
    }
}
