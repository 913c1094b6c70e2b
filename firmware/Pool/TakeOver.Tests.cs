using Firmware.Mining;
using Firmware.StratumV2;
using Microsoft.Extensions.Logging.Abstractions;

namespace Firmware.Pool;

/// <summary>
/// One pool takes over from another while the chips hash: real sockets, a chip on a real pty, real time.
/// </summary>
public sealed class TakeOverTests : IDisposable
{
    private readonly EasyChip chip = new();
    private readonly LoopbackPool pool = new();
    private readonly LoopbackPool other = new() { FirstJob = 50 };
    private PoolThread? thread;

    [Fact]
    public void AReconnectToTheSamePlaceIsANewHandshakeThereAndTheWorkGoesOnMeanwhile()
    {
        Mine(pool.Address);
        pool.Answers = false; // The new connection stands and gives nothing yet.
        pool.SendAway("", 0);
        chip.Until(() => pool.Connections == 2, "a second connection to the same place");
        var shares = pool.Shares.Count();
        chip.Answers = true;
        pool.NewBlock(job: 2);
        chip.Until(() => pool.Shares.Count() > shares, "the old session still takes shares");
        Assert.Equal(0, pool.SharesOf(connection: 2));

        pool.Answers = true;
        chip.Until(() => pool.SharesOf(connection: 2) > 0, "the new session takes shares");
        chip.Until(() => pool.SaidGoodbye, "the old session is closed politely");
        chip.Until(() => thread!.Pending == 0, "every share is answered");
        Assert.Equal(0, chip.Hub.Totals.Unconfirmed);
    }

    [Fact]
    public void AReconnectToAnotherHostOfTheSameAuthorityTakesTheWorkThere()
    {
        Mine(pool.Address);
        pool.SendAway("localhost", other.Address.Port);
        chip.Until(() => other.Connections == 1, "a connection to the other place");
        chip.Answers = true;
        other.NewBlock(job: 60);
        chip.Until(() => other.Shares.Any(), "shares go there");

        chip.Until(() => pool.SaidGoodbye, "the old one is told");
        Assert.Equal("mining", thread!.Status()[0].State);
        Assert.Contains($":{other.Address.Port}", thread.Current, StringComparison.Ordinal);
    }

    [Fact]
    public void AReconnectToSomebodyElseIsLeftBeforeAnyFrameAndTheOldSessionGoesOn()
    {
        using var stranger = new LoopbackPool { OfAnotherAuthority = true };
        Mine(pool.Address);
        pool.SendAway("localhost", stranger.Address.Port);
        chip.Until(() => stranger.Connections == 1, "the stranger is asked to prove itself");
        chip.Until(() => thread!.Status()[0].LastError is not null, "it does not");
        chip.Answers = true;
        pool.NewBlock(job: 2);
        chip.Until(() => pool.Shares.Any(), "shares still go to the pool");

        Assert.Equal(0, stranger.Frames);
        Assert.Equal(1, pool.Connections);
        Assert.Equal("mining", thread!.Status()[0].State);
    }

    [Fact]
    public void EveryShareGoesToTheSessionThatIssuedItsJobAndNoneIsSentAgain()
    {
        Mine(pool.Address);
        chip.Answers = true;
        chip.Until(() => pool.Shares.Count() > 2, "shares for the first session");
        pool.SendAway("localhost", other.Address.Port);
        chip.Until(() => other.Connections == 1, "the other place");
        chip.Until(() => other.Shares.Any(), "a share for the second session");
        other.NewBlock(job: 60);
        chip.Until(() => other.Shares.Count() > 2, "shares for the second session");

        Assert.All(pool.Shares, share => Assert.True(share.JobId < 50, $"{share}"));
        Assert.All(other.Shares, share => Assert.True(share.JobId >= 50, $"{share}"));
        Assert.Equal(1u, other.Shares.First().SequenceNumber);
    }

    [Fact]
    public void ALostPoolsSharesAreUnconfirmedAndNeverSentToTheNext()
    {
        pool.Acknowledges = false;
        Mine(pool.Address, other.Address);
        chip.Answers = true;
        chip.Until(() => pool.Shares.Count() > 2, "shares for the first pool");
        pool.Dispose();
        chip.Until(() => other.Shares.Any(), "shares for the next pool");

        Assert.All(other.Shares, share => Assert.True(share.JobId >= 50, $"{share}"));
        Assert.True(chip.Hub.Totals.Unconfirmed >= 3);
        Assert.Equal("failed", thread!.Status()[0].State);
        Assert.NotNull(thread.Status()[0].LastError);
    }

    [Fact]
    public void APreferredPoolThatIsBackIsTriedOnTheSideAndTheOneInUseKeepsTheWork()
    {
        var refusing = LoopbackPool.Refusing();
        Mine(refusing, other.Address);
        using var back = new LoopbackPool(refusing.Port);
        chip.Until(() => thread!.Status()[0].State == "trial", "the preferred pool has work on the side");
        var jobs = chip.Jobs.Count;
        back.NewBlock(job: 3);
        chip.Answers = true;
        other.NewBlock(job: 61);
        chip.Until(() => other.Shares.Any(), "shares go to the pool in use");

        Assert.Empty(back.Shares);
        Assert.Equal("mining", thread!.Status()[1].State);
        Assert.All(chip.Jobs.Skip(jobs), job => Assert.NotEqual(0x0303_0303_0303_0303u, job.Header.MerkleRoot.Low));
    }

    [Fact] // The minute of the trial is a second here; how long it is and when it grows is told in FailoverReturnTests.
    public void APreferredPoolThatStayedWellOnTheSideTakesTheWorkAndTheOtherIsClosedPolitely()
    {
        var refusing = LoopbackPool.Refusing();
        MineWith(new Failover(pools: 2, seed: 1, trialTime: TimeSpan.FromSeconds(1)), refusing, other.Address);
        chip.Answers = true;
        chip.Until(() => other.Shares.Any(), "shares for the pool that is there");
        using var back = new LoopbackPool(refusing.Port);
        chip.Until(() => thread!.Status()[0].State == "mining", "the preferred pool is in use again");
        other.NewBlock(job: 61); // Of no use to anybody any more.
        back.NewBlock(job: 3);
        chip.Until(() => back.Shares.Any(share => share.JobId == 3), "shares go there");
        chip.Until(() => other.SaidGoodbye, "the other one is told");

        Assert.Equal("waiting", thread!.Status()[1].State);
        Assert.DoesNotContain(other.Shares, share => share.JobId is 3 or 61);
        Assert.Equal(1, back.Connections);
        Assert.Equal(0, chip.Hub.Totals.Unconfirmed);
    }

    public void Dispose()
    {
        thread?.BeginStop();
        Assert.True(thread?.Join(TimeSpan.FromSeconds(10)) ?? true, "The pool's thread does not end.");
        thread?.Dispose();
        chip.Dispose();
        pool.Dispose();
        other.Dispose();
    }

    private void Mine(params PoolAddress[] pools) => MineWith(new Failover(pools.Length, seed: 1), pools);

    private void MineWith(Failover failover, params PoolAddress[] pools)
    {
        thread = new PoolThread(
            Array.ConvertAll(pools, LoopbackPool.Terms), failover, chip.Hub, NullLogger.Instance);
        chip.Driver.Start();
        thread.Start();
        chip.Until(() => chip.Jobs.Count > 0 && thread.Current is not null, "the first job");
    }
}
