namespace Firmware.StratumV2.Messages.TemplateDistribution;

/// <summary>Each field by its name, in the frames of SRI stratum 26802203.</summary>
public class TemplateDistributionMessagesTests
{
    private static readonly byte[] Counting = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];
    private static readonly byte[] Coinbase = [.. Enumerable.Repeat((byte)0xAA, 10)];

    // Difficulty 1, least significant byte first.
    private static readonly byte[] Target1 = [.. new byte[26], 0xFF, 0xFF, 0, 0, 0, 0];

    [Fact]
    public void CoinbaseOutputConstraints() => Assert.Equal(
        new CoinbaseOutputConstraints(CoinbaseOutputMaxAdditionalSize: 43, CoinbaseOutputMaxAdditionalSigops: 4),
        Read<CoinbaseOutputConstraints>("CoinbaseOutputConstraints"));

    [Fact]
    public void NewTemplate()
    {
        var template = Read<NewTemplate>("NewTemplate");

        // One output of value 0 whose 38 bytes of script commit to the witnesses.
        byte[] outputs = [.. new byte[8], 38, 0x6A, 0x24, 0xAA, 0x21, 0xA9, 0xED, .. new byte[32]];
        Assert.Equal(1ul, template.TemplateId);
        Assert.True(template.FutureTemplate);
        Assert.Equal(0x2000_0000u, template.Version);
        Assert.Equal(2u, template.CoinbaseTxVersion);
        Assert.Equal((byte[])[0x03, 0xA0, 0xBB, 0x0D], template.CoinbasePrefix);
        Assert.Equal(0xFFFF_FFFEu, template.CoinbaseTxInputSequence);
        Assert.Equal(312_500_000ul, template.CoinbaseTxValueRemaining);
        Assert.Equal(1u, template.CoinbaseTxOutputsCount);
        Assert.Equal(outputs, template.CoinbaseTxOutputs);
        Assert.Equal(900_000u, template.CoinbaseTxLocktime);
        Assert.Equal(1, template.MerklePath.Count);
        Assert.Equal(Counting, template.MerklePath[0]);
    }

    [Fact]
    public void SetNewPrevHash()
    {
        var tip = Read<SetNewPrevHash>("TDP SetNewPrevHash");

        Assert.Equal(1ul, tip.TemplateId);
        Assert.Equal(Counting, tip.PrevHash);
        Assert.Equal(1_700_000_000u, tip.HeaderTimestamp);
        Assert.Equal(0x1D00_FFFFu, tip.NBits);
        Assert.Equal(Target1, tip.Target);
    }

    [Fact]
    public void RequestTransactionData() => Assert.Equal(
        new RequestTransactionData(TemplateId: 1),
        Read<RequestTransactionData>("RequestTransactionData"));

    [Fact]
    public void RequestTransactionDataSuccess()
    {
        var success = Read<RequestTransactionDataSuccess>("RequestTransactionData.Success");

        Assert.Equal(1ul, success.TemplateId);
        Assert.True(success.ExcessData.IsEmpty);
        Assert.Equal(1, success.TransactionList.Count);
        foreach (var transaction in success.TransactionList)
        {
            Assert.Equal((byte[])[1, 2], transaction);
        }
    }

    [Fact]
    public void RequestTransactionDataError()
    {
        var error = Read<RequestTransactionDataError>("RequestTransactionData.Error");

        Assert.Equal(1ul, error.TemplateId);
        Assert.Equal("template-id-not-found"u8, error.ErrorCode);
    }

    [Fact]
    public void SubmitSolution()
    {
        var solution = Read<SubmitSolution>("SubmitSolution");

        Assert.Equal(1ul, solution.TemplateId);
        Assert.Equal(0x2000_0000u, solution.Version);
        Assert.Equal(1_700_000_000u, solution.HeaderTimestamp);
        Assert.Equal(1u, solution.HeaderNonce);
        Assert.Equal(Coinbase, solution.CoinbaseTx);
    }

    private static T Read<T>(string name)
        where T : IMessage<T>, allows ref struct => FrameVectors.Parse(FrameVectors.All[name]).Read<T>();
}
