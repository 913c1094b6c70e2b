using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>How long work is worth hashing (plan §1), in simulated time.</summary>
public sealed class HubTests : IDisposable
{
    private readonly EasyChip chip = new();
    private readonly object session = new();
    private readonly TimeSpan start = Uptime.Now;

    [Fact]
    public void AtTheStartAPoolHasAMinuteToAppear()
    {
        var hub = new Hub(start);

        Assert.True(hub.HasWork(start + TimeSpan.FromSeconds(59.9)));
        Assert.False(hub.HasWork(start + TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void WorkIsHashedForAMinuteAfterItsPoolHasGoneAndNoLonger()
    {
        Mine();
        Assert.True(chip.Hub.HasWork(start + TimeSpan.FromDays(1)));

        var gone = start + TimeSpan.FromHours(2);
        chip.Hub.End(session, gone);
        Assert.True(chip.Hub.HasWork(gone + TimeSpan.FromSeconds(59.9)));
        Assert.False(chip.Hub.HasWork(gone + TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void ASessionThatBringsNoJobDoesNotProlongIt()
    {
        Mine();
        chip.Hub.End(session, start);
        var empty = new object();
        chip.Hub.Begin(empty, default, start);
        chip.Hub.End(empty, start + TimeSpan.FromSeconds(50));

        Assert.False(chip.Hub.HasWork(start + TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void AJobFromAnyPoolBringsTheWorkBack()
    {
        Mine();
        chip.Hub.End(session, start);
        Mine();

        Assert.True(chip.Hub.HasWork(start + TimeSpan.FromDays(1)));
    }

    [Fact]
    public void AChainThatTheNewPoolGivesNothingIsWithoutWorkThoughTheOtherHasIt()
    {
        using var other = new EasyChip();
        chip.Hub.Connect([chip.Driver, other.Driver]);
        Mine();

        var minute = start + TimeSpan.FromSeconds(60);
        Assert.True(chip.Hub.HasWork(chip.Driver, minute));
        Assert.False(chip.Hub.HasWork(other.Driver, minute));
        Assert.True(chip.Hub.HasWork(minute));
    }

    [Fact]
    public void AChainWhoseWorkThePoolTookBackIdlesAfterAMinuteUnlessOtherWorkComes()
    {
        Mine();
        var hour = TimeSpan.FromHours(1);
        chip.Hub.Give(session, 0, start: null, stopOldWork: true, start + hour);
        Assert.True(chip.Hub.HasWork(chip.Driver, start + hour + TimeSpan.FromSeconds(59.9)));
        Assert.False(chip.Hub.HasWork(chip.Driver, start + hour + TimeSpan.FromSeconds(60)));
        Assert.False(chip.Hub.HasWork(start + hour + TimeSpan.FromSeconds(60)));

        Mine();
        Assert.True(chip.Hub.HasWork(chip.Driver, start + hour + hour));
    }

    [Fact]
    public void TheEndOfAFormerSessionIsNoNews()
    {
        Mine();
        chip.Hub.End(new object(), start);

        Assert.True(chip.Hub.HasWork(start + TimeSpan.FromDays(1)));
    }

    public void Dispose() => chip.Dispose();

    private void Mine()
    {
        var job = new Job(1, default, 0, UInt256.Max, UInt256.Zero, start, new Nowhere());
        chip.Hub.Begin(session, default, start);
        chip.Hub.Give(session, 0, job, stopOldWork: false, start);
    }

    private sealed class Nowhere : IShareSink
    {
        public bool TrySubmit(in Share share, TimeSpan now) => throw new InvalidOperationException("Nobody asked.");
    }
}
