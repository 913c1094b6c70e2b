using Drivers.Hashing;

namespace Firmware.StratumV2.Messages;

/// <summary>Each field by its name, in the frames of SRI stratum 26802203.</summary>
public class JobAndShareMessagesTests
{
    private static readonly byte[] Counting = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];
    private static readonly byte[] Coinbase = [.. Enumerable.Repeat((byte)0xAA, 10)];

    [Fact]
    public void NewMiningJobIsForNowOrForTheFuture()
    {
        var active = Read<NewMiningJob>("NewMiningJob active");

        Assert.Equal(2u, active.ChannelId);
        Assert.Equal(9u, active.JobId);
        Assert.Equal(1_700_000_000u, active.MinNTime);
        Assert.Equal(0x2000_0000u, active.Version);
        Assert.Equal(Counting, active.MerkleRoot);
        Assert.Null(Read<NewMiningJob>("NewMiningJob future").MinNTime);
    }

    [Fact]
    public void NewExtendedMiningJob()
    {
        var job = Read<NewExtendedMiningJob>("NewExtendedMiningJob");

        Assert.Equal(3u, job.ChannelId);
        Assert.Equal(9u, job.JobId);
        Assert.Null(job.MinNTime);
        Assert.Equal(0x2000_0000u, job.Version);
        Assert.True(job.VersionRollingAllowed);
        Assert.Equal(2, job.MerklePath.Count);
        Assert.Equal(Counting, job.MerklePath[0]);
        Assert.Equal(Counting, job.MerklePath[1]);
        Assert.Equal(Coinbase, job.CoinbaseTxPrefix);
        Assert.Equal(Coinbase, job.CoinbaseTxSuffix);
    }

    [Fact]
    public void SetNewPrevHash()
    {
        var tip = Read<SetNewPrevHash>("SetNewPrevHash");

        Assert.Equal(2u, tip.ChannelId);
        Assert.Equal(9u, tip.JobId);
        Assert.Equal(Counting, tip.PrevHash);
        Assert.Equal(1_700_000_000u, tip.MinNTime);
        Assert.Equal(0x1D00_FFFFu, tip.NBits);
    }

    [Fact]
    public void SubmitSharesStandard() => Assert.Equal(
        new SubmitSharesStandard(2, SequenceNumber: 1, JobId: 9, Nonce: 0xDEAD_BEEF, NTime: 1_700_000_001, 0x2000_2000),
        Read<SubmitSharesStandard>("SubmitSharesStandard"));

    [Fact]
    public void SubmitSharesExtended()
    {
        var share = Read<SubmitSharesExtended>("SubmitSharesExtended");

        Assert.Equal(3u, share.ChannelId);
        Assert.Equal(1u, share.SequenceNumber);
        Assert.Equal(9u, share.JobId);
        Assert.Equal(0xDEAD_BEEFu, share.Nonce);
        Assert.Equal(1_700_000_001u, share.NTime);
        Assert.Equal(0x2000_2000u, share.Version);
        Assert.Equal(new byte[16], share.Extranonce);
    }

    [Fact]
    public void SubmitSharesSuccess() => Assert.Equal(
        new SubmitSharesSuccess(2, LastSequenceNumber: 10, NewSubmitsAcceptedCount: 10, NewSharesSum: 2_328_270),
        Read<SubmitSharesSuccess>("SubmitShares.Success"));

    [Fact]
    public void SubmitSharesError()
    {
        var error = Read<SubmitSharesError>("SubmitShares.Error");

        Assert.Equal(2u, error.ChannelId);
        Assert.Equal(11u, error.SequenceNumber);
        Assert.Equal("stale-share"u8, error.ErrorCode);
    }

    [Fact]
    public void SetCustomMiningJob()
    {
        var job = Read<SetCustomMiningJob>("SetCustomMiningJob");

        Assert.Equal(3u, job.ChannelId);
        Assert.Equal(5u, job.RequestId);
        Assert.Equal("tok"u8, job.MiningJobToken);
        Assert.Equal(0x2000_0000u, job.Version);
        Assert.Equal(Counting, job.PrevHash);
        Assert.Equal(1_700_000_000u, job.MinNTime);
        Assert.Equal(0x1D00_FFFFu, job.NBits);
        Assert.Equal(2u, job.CoinbaseTxVersion);
        Assert.Equal((byte[])[0x03, 0xA0, 0xBB, 0x0D], job.CoinbasePrefix);
        Assert.Equal(uint.MaxValue, job.CoinbaseTxInputNSequence);
        Assert.Equal((byte[])[0x00], job.CoinbaseTxOutputs);
        Assert.Equal(0u, job.CoinbaseTxLocktime);
        Assert.Equal(1, job.MerklePath.Count);
        Assert.Equal(Counting, job.MerklePath[0]);
    }

    [Fact]
    public void SetCustomMiningJobSuccess() => Assert.Equal(
        new SetCustomMiningJobSuccess(3, RequestId: 5, JobId: 77),
        Read<SetCustomMiningJobSuccess>("SetCustomMiningJob.Success"));

    [Fact]
    public void SetCustomMiningJobError()
    {
        var error = Read<SetCustomMiningJobError>("SetCustomMiningJob.Error");

        Assert.Equal(3u, error.ChannelId);
        Assert.Equal(5u, error.RequestId);
        Assert.Equal("invalid-mining-job-token"u8, error.ErrorCode);
    }

    [Fact] // The worked job: prev_hash of block 125552, synthetic coinbase.
    public void JobTipAndShareMakeTheHeaderThatWasHashed()
    {
        var worked = FrameVectors.Load("work.json");
        var job = ReadWorked<NewMiningJob>("NewMiningJob ch2 job9 (same root, as if extranonce prefix were ep||en)");
        var tip = ReadWorked<SetNewPrevHash>("SetNewPrevHash ch3 job9");
        var share = ReadWorked<SubmitSharesStandard>("SubmitSharesStandard");

        var bytes = new byte[BlockHeader.Size];
        new BlockHeader
        {
            Version = share.Version,
            PreviousHash = UInt256.Read(tip.PrevHash),
            MerkleRoot = UInt256.Read(job.MerkleRoot),
            NTime = share.NTime,
            NBits = tip.NBits,
            Nonce = share.Nonce,
        }.Write(bytes);

        Assert.Equal(worked.GetProperty("header").GetString(), Convert.ToHexStringLower(bytes));
    }

    [Fact] // The worked job again, as an extended channel gets and answers it.
    public void AnExtendedJobHasTheWorkedCoinbaseAndPath()
    {
        var worked = FrameVectors.Load("work.json");
        var job = ReadWorked<NewExtendedMiningJob>("NewExtendedMiningJob ch3 job9 future");
        var share = ReadWorked<SubmitSharesExtended>("SubmitSharesExtended");

        Assert.Equal(worked.GetProperty("prefix").GetString(), Convert.ToHexStringLower(job.CoinbaseTxPrefix));
        Assert.Equal(worked.GetProperty("suffix").GetString(), Convert.ToHexStringLower(job.CoinbaseTxSuffix));
        Assert.Equal(worked.GetProperty("path")[1].GetString(), Convert.ToHexStringLower(job.MerklePath[1]));
        Assert.Equal(worked.GetProperty("en").GetString(), Convert.ToHexStringLower(share.Extranonce));
        Assert.Equal(worked.GetProperty("nonce").GetUInt32(), share.Nonce);
    }

    private static T Read<T>(string name)
        where T : IMessage<T>, allows ref struct => FrameVectors.Parse(FrameVectors.All[name]).Read<T>();

    private static T ReadWorked<T>(string name)
        where T : IMessage<T>, allows ref struct
    {
        var frames = FrameVectors.Load("work.json").GetProperty("frames");
        return FrameVectors.Parse(Convert.FromHexString(frames.GetProperty(name).GetString()!)).Read<T>();
    }
}
