using CsCheck;

namespace Firmware.Pool;

public class ShareLedgerTests
{
    private readonly ShareLedger ledger = new();

    [Fact]
    public void NumbersBeginAtOne()
    {
        Assert.Equal(1u, ledger.Submit());
        Assert.Equal(2u, ledger.Submit());
    }

    [Fact]
    public void AcceptingTwiceCountsOnce()
    {
        Submit(5);

        Assert.Equal(3, ledger.Accept(3));
        Assert.Equal(0, ledger.Accept(3));
        Assert.Equal(0, ledger.Accept(1));
        Assert.Equal(2, ledger.Accept(5));
    }

    [Fact]
    public void ARefusalAfterTheAcceptanceIsNotBelieved()
    {
        Submit(2);
        ledger.Accept(2);

        Assert.False(ledger.Reject(1));
    }

    [Fact]
    public void NothingSubmittedIsNothingAccepted()
    {
        Assert.Equal(0, ledger.Accept(0));
        Assert.Equal(0, ledger.Accept(7));
        Assert.Equal(0, ledger.Accept(uint.MaxValue));
        Assert.False(ledger.Reject(0));
        Assert.False(ledger.Reject(uint.MaxValue));
    }

    [Theory]
    [InlineData(4u)]
    [InlineData(500u)]
    [InlineData(int.MaxValue)]
    public void AnAcceptanceOfTheFutureSwallowsNoLaterShare(uint future)
    {
        Submit(3);
        Assert.Equal(3, ledger.Accept(future));
        Submit(2);

        Assert.Equal(2, ledger.Accept(5));
    }

    [Fact]
    public void TheOldestIsForgottenWhenTooManyWait()
    {
        Submit(ShareLedger.Kept + 3);

        Assert.Equal(3, ledger.Forgotten);
        Assert.Equal(ShareLedger.Kept, ledger.Pending);
        Assert.False(ledger.Reject(3));
        Assert.True(ledger.Reject(4));
        Assert.Equal(ShareLedger.Kept - 1, ledger.Accept(ShareLedger.Kept + 3));
    }

    [Fact]
    public void TheEndLeavesNothingWaiting()
    {
        Submit(4);
        ledger.Accept(1);

        Assert.Equal(3, ledger.Abandon());
        Assert.Equal(0, ledger.Pending);
        Assert.Equal(0, ledger.Accept(4));
    }

    /// <summary>Whatever a pool says, in whatever order, each share meets exactly one fate.</summary>
    [Fact]
    public void EveryShareMeetsExactlyOneFate()
    {
        var words = Gen.Select(Gen.Int[0, 2], Gen.UInt[0, 60]).Array[0, 200];
        words.Sample(said =>
        {
            var books = new ShareLedger();
            long submitted = 0, accepted = 0, rejected = 0;
            foreach (var (kind, number) in said)
            {
                switch (kind)
                {
                    case 0:
                        books.Submit();
                        submitted++;
                        break;
                    case 1:
                        accepted += books.Accept(number);
                        break;
                    default:
                        rejected += books.Reject(number) ? 1 : 0;
                        break;
                }
            }

            return accepted + rejected + books.Abandon() == submitted;
        });
    }

    private void Submit(int count)
    {
        for (var i = 0; i < count; i++)
        {
            ledger.Submit();
        }
    }
}
