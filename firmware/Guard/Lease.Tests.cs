using Firmware.Link;

namespace Firmware.Guard;

public class LeaseTests
{
    private static readonly BoardWant Want = new("gamma", Reset: true, 50, 0, []);

    private readonly Lease lease = new();
    private readonly object mine = new();
    private readonly object other = new();

    [Fact]
    public void NobodyHasOneInTheBeginning()
    {
        Assert.Null(lease.Current(At(0)));
        Assert.Null(lease.EndsAt);
        Assert.Equal("nobody has asked for power yet", lease.Reason);
    }

    [Fact]
    public void AWantLastsOneAndAHalfSeconds()
    {
        lease.Receive(mine, Want, At(10));

        Assert.Equal(At(11.5), lease.EndsAt);
        Assert.Same(Want, lease.Current(At(11.49)));
        Assert.Null(lease.Current(At(11.5)));
        Assert.Equal("mine has been silent for 1.5 s", lease.Reason);
        Assert.Null(lease.EndsAt);
    }

    [Fact]
    public void EveryWantRenewsIt()
    {
        for (var second = 0; second < 100; second++)
        {
            lease.Receive(mine, Want with { Megahertz = second }, At(second));
            Assert.Equal(second, lease.Current(At(second + 0.9))!.Megahertz);
        }
    }

    [Fact]
    public void AWantWithoutTheBoardEndsItAtOnce()
    {
        lease.Receive(mine, Want, At(0));
        lease.Receive(mine, null, At(0.25));

        Assert.Null(lease.Current(At(0.25)));
        Assert.Contains("not wanted", lease.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void AClosedConnectionEndsItAtOnce()
    {
        lease.Receive(mine, Want, At(0));
        lease.Close(mine);

        Assert.Null(lease.Current(At(0)));
        Assert.Equal("the connection to mine has closed", lease.Reason);
    }

    [Fact]
    public void NobodyElseCanRenewOrEndIt()
    {
        lease.Receive(mine, Want, At(0));
        lease.Receive(other, null, At(0.5));
        lease.Receive(other, Want, At(1));
        lease.Close(other);

        Assert.NotNull(lease.Current(At(1.49)));
        Assert.Null(lease.Current(At(1.5)));
    }

    [Fact]
    public void TheNextOneGetsItAsSoonAsItIsFree()
    {
        lease.Receive(mine, Want, At(0));
        lease.Receive(other, Want, At(1.5));

        Assert.NotNull(lease.Current(At(2.9)));
        lease.Close(mine);
        Assert.NotNull(lease.Current(At(2.9)));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
