using Drivers.Hashing;
using Firmware.StratumV2.Messages;

namespace TestPool;

public class ShareValidatorTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // The worked share of the SV2 reference, 5.2: header and hash checked there against independent code.
    private static readonly BlockHeader Header = new()
    {
        Version = 0x2000_0000,
        PreviousHash = Number("81cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000"),
        MerkleRoot = Number("ce3dee934a7966bb9392737394eca24868b533bd90349aedf59b79953e90b556"),
        NTime = 1_700_000_000,
        NBits = 0x1D00_FFFF,
    };

    private static readonly SubmitSharesStandard Good = new(
        ChannelId: 2,
        SequenceNumber: 1,
        JobId: 9,
        Nonce: 194_273,
        NTime: 1_700_000_000,
        Version: 0x2000_2000);

    private static readonly UInt256 Hash = Number("9158352260f74c834cf3a67efdb9269ce0d435b7a9643eb3bf65a94c0b040000");

    private readonly ShareValidator validator = new(connection: 1);

    public ShareValidatorTests() => validator.Activate(JobWithTarget(9, Number(new string('f', 58) + "0f0000")));

    [Fact]
    public void TheWorkedShareIsAcceptedWithTheWorkedHash()
    {
        var verdict = validator.Judge(Good, Second);

        Assert.Null(verdict.Code);
        Assert.Equal(Hash, verdict.Hash);
        Assert.False(verdict.IsBlock);
        Assert.Equal(Second, verdict.At);
    }

    [Fact] // Block 125552.
    public void ARealBlockIsAShareAndABlock()
    {
        var header = new BlockHeader
        {
            Version = 1,
            PreviousHash = Header.PreviousHash,
            MerkleRoot = Number("e320b6c2fffc8d750423db8b1eb942ae710e951ed797f7affc8892b0f1fc122b"),
            NTime = 1_305_998_791,
            NBits = 0x1A44_B9F2,
        };
        var network = PoolTarget.FromBits(header.NBits);
        validator.Activate(new PoolJob(10, header, UInt256.Difficulty1, network, TimeSpan.Zero));

        var verdict = validator.Judge(new(2, 1, 10, 2_504_433_986, header.NTime, 1), Second);

        Assert.Null(verdict.Code);
        Assert.True(verdict.IsBlock);
    }

    [Fact]
    public void AHashEqualToTheTargetIsAShare()
    {
        validator.Activate(JobWithTarget(10, Hash));

        Assert.Null(validator.Judge(Good with { JobId = 10 }, Second).Code);
    }

    [Fact]
    public void AHashOneAboveTheTargetIsNone()
    {
        validator.Activate(JobWithTarget(10, Hash with { Low = Hash.Low - 1 }));

        var verdict = validator.Judge(Good with { JobId = 10 }, Second);

        Assert.Equal(ShareErrors.DifficultyTooLow, verdict.Code);
        Assert.Equal(Hash, verdict.Hash);
    }

    [Fact]
    public void AWrongNonceIsTooEasy() =>
        Assert.Equal(ShareErrors.DifficultyTooLow, validator.Judge(Good with { Nonce = 194_274 }, Second).Code);

    [Fact]
    public void TheSameShareTwiceIsADuplicate()
    {
        validator.Judge(Good, Second);

        Assert.Equal(
            ShareErrors.DuplicateShare,
            validator.Judge(Good with { SequenceNumber = 2 }, Second).Code);
    }

    [Theory]
    [InlineData(0x6000_2000u)]
    [InlineData(0x2000_2001u)]
    [InlineData(0x2000_3000u)]
    [InlineData(0x0000_2000u)]
    public void AVersionBitOutsideTheMaskIsRefused(uint version) =>
        Assert.Equal(
            ShareErrors.InvalidVersionBits,
            validator.Judge(Good with { Version = version }, Second).Code);

    [Theory]
    [InlineData(-1, ShareErrors.InvalidShare)]
    [InlineData(0, null)]
    [InlineData(5, ShareErrors.DifficultyTooLow)] // In the window: the hash is another one, and misses.
    [InlineData(5 + ShareValidator.NTimeSlack, ShareErrors.DifficultyTooLow)]
    [InlineData(6 + ShareValidator.NTimeSlack, ShareErrors.InvalidShare)]
    public void NTimeMayLieBetweenTheMinimumAndTheSecondsSinceTheJobBecameActive(long offset, string? code) =>
        Assert.Equal(code, validator.Judge(Good with { NTime = (uint)(Good.NTime + offset) }, 5 * Second).Code);

    [Fact]
    public void AnNTimeFarAheadIsRefusedWhereTheSumWouldWrap()
    {
        validator.Activate(new PoolJob(10, Header with { NTime = uint.MaxValue }, UInt256.Max, default, default));

        Assert.Null(validator.Judge(Good with { JobId = 10, NTime = uint.MaxValue }, 5 * Second).Code);
    }

    [Fact]
    public void AJobThatWasNeverActiveIsUnknown() =>
        Assert.Equal(ShareErrors.InvalidJobId, validator.Judge(Good with { JobId = 8 }, Second).Code);

    [Fact]
    public void AJobOfTheLastBlockIsStale()
    {
        validator.RetireAll(Second);

        var verdict = validator.Judge(Good, 2 * Second);

        Assert.Equal(ShareErrors.StaleShare, verdict.Code);
        Assert.Equal("its job ended 1.000 s ago", verdict.Reason);
    }

    [Fact]
    public void AnOlderJobOfTheSameBlockStillCounts()
    {
        validator.Activate(JobWithTarget(10, UInt256.Zero));

        Assert.Null(validator.Judge(Good, Second).Code);
    }

    [Fact]
    public void AThousandJobsAndBlocksLeaveTheOldestOnesForgottenAndTheLastRetiredStale()
    {
        for (uint id = 100; id < 1100; id++)
        {
            validator.RetireAll(Second);
            validator.Activate(JobWithTarget(id, UInt256.Max));
        }

        Assert.Equal(ShareErrors.InvalidJobId, validator.Judge(Good, Second).Code);
        Assert.Equal(
            ShareErrors.StaleShare,
            validator.Judge(Good with { JobId = 1098, SequenceNumber = 2 }, Second).Code);
        Assert.Null(validator.Judge(Good with { JobId = 1099, SequenceNumber = 3 }, Second).Code);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(1, 1)]
    [InlineData(0, 2)]
    public void ASequenceNumberThatIsNotTheNextIsRefused(uint first, uint second)
    {
        validator.Judge(Good with { SequenceNumber = first }, Second);

        var verdict = validator.Judge(Good with { SequenceNumber = second, Nonce = 1 }, Second);

        Assert.Equal(ShareErrors.InvalidShare, verdict.Code);
        Assert.Contains("sequence", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void AChannelThatStartsInTheMiddleOfTheCountIsRefusedOnce()
    {
        Assert.Equal(ShareErrors.InvalidShare, validator.Judge(Good with { SequenceNumber = 7 }, Second).Code);
        Assert.Null(validator.Judge(Good with { SequenceNumber = 8 }, Second).Code);
    }

    [Fact]
    public void AfterTheHighestSequenceNumberComesZero()
    {
        validator.Judge(Good with { SequenceNumber = uint.MaxValue }, Second);

        Assert.Null(validator.Judge(Good with { SequenceNumber = 0 }, Second).Code);
    }

    private static PoolJob JobWithTarget(uint id, UInt256 target) =>
        new(id, Header, target, PoolTarget.FromBits(Header.NBits), TimeSpan.Zero);

    private static UInt256 Number(string wire) => UInt256.Read(Convert.FromHexString(wire));
}
