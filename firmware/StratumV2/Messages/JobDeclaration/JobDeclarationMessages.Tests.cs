namespace Firmware.StratumV2.Messages.JobDeclaration;

/// <summary>Each field by its name, in the frames of SRI stratum 26802203.</summary>
public class JobDeclarationMessagesTests
{
    private static readonly byte[] Counting = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];
    private static readonly byte[] Coinbase = [.. Enumerable.Repeat((byte)0xAA, 10)];

    [Fact]
    public void AllocateMiningJobToken()
    {
        var allocate = Read<AllocateMiningJobToken>("AllocateMiningJobToken");

        Assert.Equal("user"u8, allocate.UserIdentifier);
        Assert.Equal(1u, allocate.RequestId);
    }

    [Fact]
    public void AllocateMiningJobTokenSuccess()
    {
        var success = Read<AllocateMiningJobTokenSuccess>("AllocateMiningJobToken.Success");

        // One output of value 0 that pays a witness key hash of zeros.
        byte[] outputs = [1, .. new byte[8], 22, 0x00, 0x14, .. new byte[20]];
        Assert.Equal(1u, success.RequestId);
        Assert.Equal("tok"u8, success.MiningJobToken);
        Assert.Equal(outputs, success.CoinbaseTxOutputs);
    }

    [Fact]
    public void ProvideMissingTransactions()
    {
        var provide = Read<ProvideMissingTransactions>("ProvideMissingTransactions");

        Assert.Equal(1u, provide.RequestId);
        Assert.Equal(2, provide.UnknownTxPositionList.Count);
        Assert.Equal(0, provide.UnknownTxPositionList.U16(0));
        Assert.Equal(2, provide.UnknownTxPositionList.U16(1));
    }

    [Fact]
    public void ProvideMissingTransactionsSuccess()
    {
        var success = Read<ProvideMissingTransactionsSuccess>("ProvideMissingTransactions.Success");

        Assert.Equal(1u, success.RequestId);
        Assert.Equal(2, success.TransactionList.Count);
        var transactions = success.TransactionList.GetEnumerator();
        Assert.True(transactions.MoveNext());
        Assert.Equal((byte[])[1, 2], transactions.Current);
        Assert.True(transactions.MoveNext());
        Assert.Equal((byte[])[3], transactions.Current);
        Assert.False(transactions.MoveNext());
    }

    [Fact]
    public void DeclareMiningJob()
    {
        var declare = Read<DeclareMiningJob>("DeclareMiningJob");

        Assert.Equal(1u, declare.RequestId);
        Assert.Equal("tok"u8, declare.MiningJobToken);
        Assert.Equal(0x2000_0000u, declare.Version);
        Assert.Equal(Coinbase, declare.CoinbaseTxPrefix);
        Assert.Equal(Coinbase, declare.CoinbaseTxSuffix);
        Assert.Equal(1, declare.WtxidList.Count);
        Assert.Equal(Counting, declare.WtxidList[0]);
        Assert.True(declare.ExcessData.IsEmpty);
    }

    [Fact]
    public void DeclareMiningJobSuccess()
    {
        var success = Read<DeclareMiningJobSuccess>("DeclareMiningJob.Success");

        Assert.Equal(1u, success.RequestId);
        Assert.Equal("tok2"u8, success.NewMiningJobToken);
    }

    [Fact]
    public void DeclareMiningJobError()
    {
        var error = Read<DeclareMiningJobError>("DeclareMiningJob.Error");

        Assert.Equal(1u, error.RequestId);
        Assert.Equal("stale-chain-tip"u8, error.ErrorCode);
        Assert.True(error.ErrorDetails.IsEmpty);
    }

    [Fact]
    public void PushSolution()
    {
        var solution = Read<PushSolution>("PushSolution");

        Assert.Equal(new byte[20], solution.Extranonce);
        Assert.Equal(Counting, solution.PrevHash);
        Assert.Equal(1u, solution.Nonce);
        Assert.Equal(2u, solution.NTime);
        Assert.Equal(3u, solution.NBits);
        Assert.Equal(4u, solution.Version);
    }

    private static T Read<T>(string name)
        where T : IMessage<T>, allows ref struct => FrameVectors.Parse(FrameVectors.All[name]).Read<T>();
}
