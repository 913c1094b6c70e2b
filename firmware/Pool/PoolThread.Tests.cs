using Firmware.Mining;
using Microsoft.Extensions.Logging.Abstractions;

namespace Firmware.Pool;

/// <summary>The pool's thread between real sockets and a chip on a real pty, in real time.</summary>
public sealed class PoolThreadTests : IDisposable
{
    private readonly EasyChip chip = new();
    private readonly LoopbackPool pool = new();
    private PoolThread? thread;

    [Fact]
    public void AShareTravelsFromTheWireToThePoolAndItsConfirmationBack()
    {
        Start(pool);
        chip.Answers = true;
        chip.Until(() => chip.Hub.Totals.Accepted >= 3, "three shares are accepted");

        Assert.Equal([1u, 2u, 3u], pool.Shares.Take(3).Select(share => share.SequenceNumber));
        Assert.Equal("mining", thread!.Status()[0].State);
        Assert.NotNull(thread.Current);
        Assert.Equal(0, chip.Hub.Totals.Rejected);
    }

    [Fact]
    public void AClockThatNobodyKeepsIsSaidUntilSomebodyDoes()
    {
        var trusted = false;
        thread = new PoolThread(
            [LoopbackPool.Terms(pool.Address)],
            new Failover(1, seed: 1),
            chip.Hub,
            NullLogger.Instance,
            () => new(1_767_300_000, Volatile.Read(ref trusted)));
        chip.Driver.Start();
        thread.Start();
        chip.Until(() => thread.Current is not null, "mining");
        Assert.True(thread.Status()[0].TimeUnverified);

        Volatile.Write(ref trusted, true);
        pool.NewBlock(job: 2);
        chip.Until(() => !thread.Status()[0].TimeUnverified, "the certificate's time is checked");
        Assert.Equal("mining", thread.Status()[0].State);
    }

    [Fact]
    public void ANewBlockReachesTheChipsAtOnce()
    {
        Start(pool);
        chip.Until(() => chip.Jobs.Count > 0, "the first job");
        pool.NewBlock(job: 2);
        chip.Until(() => chip.Jobs[^1].Header.MerkleRoot.Low == 0x0202_0202_0202_0202, "the new block's job");
    }

    [Fact]
    public void APoolThatRefusesIsLeftForTheNext()
    {
        Start(LoopbackPool.Refusing(), pool.Address);
        chip.Until(() => chip.Jobs.Count > 0, "the second pool's job");
        chip.Until(() => thread!.Current is not null, "mining"); // The job goes first.

        var status = thread!.Status();
        Assert.Equal("failed", status[0].State);
        Assert.NotNull(status[0].LastError);
        Assert.Equal("mining", status[1].State);
    }

    [Fact]
    public void ALostConnectionIsMadeAnewAndItsOpenSharesAreUnconfirmed()
    {
        Start(pool);
        chip.Until(() => chip.Jobs.Count > 0, "the first job");
        pool.HangUp();
        chip.Until(() => pool.Connections == 2, "the pool is dialled again");
        var jobs = chip.Jobs.Count;
        chip.Until(() => chip.Jobs.Count > jobs && thread!.Current is not null, "mining again");
        Assert.True(chip.Hub.HasWork(Uptime.Now));
    }

    [Fact]
    public void TheEndSaysGoodbyeAndDoesNotWaitWithoutReason()
    {
        Start(pool);
        chip.Until(() => chip.Jobs.Count > 0, "the first job");
        thread!.BeginStop();

        Assert.True(thread.Join(PoolThread.GoodbyeMax - TimeSpan.FromMilliseconds(50)));
        chip.Until(() => pool.SaidGoodbye, "the pool hears the goodbye");
    }

    [Fact]
    public void AThreadThatIsDiallingEndsAtOnce()
    {
        Start(LoopbackPool.Refusing());
        chip.Until(() => thread!.Status()[0].LastError is not null, "the refusal");
        thread!.BeginStop();

        Assert.True(thread.Join(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void AHostThatIsNotThereIsSaidInOneSentence()
    {
        Start(StratumV2.PoolAddress.Parse("stratum2+tcp+insecure://no-such-host.invalid:3333"));
        chip.Until(() => thread!.Status()[0].LastError is not null, "the look-up fails");

        Assert.Contains("Check host, port and network.", thread!.Status()[0].LastError, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        thread?.BeginStop();
        Assert.True(thread?.Join(TimeSpan.FromSeconds(10)) ?? true, "The pool's thread does not end.");
        thread?.Dispose();
        chip.Dispose();
        pool.Dispose();
    }

    private void Start(LoopbackPool only) => Start(only.Address);

    private void Start(params StratumV2.PoolAddress[] pools)
    {
        thread = new PoolThread(
            Array.ConvertAll(pools, LoopbackPool.Terms),
            new Failover(pools.Length, seed: 1),
            chip.Hub,
            NullLogger.Instance);
        chip.Driver.Start();
        thread.Start();
    }
}
