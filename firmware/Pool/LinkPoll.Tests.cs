using System.Globalization;
using Firmware.Link;
using Firmware.Mining;

namespace Firmware.Pool;

public sealed class LinkPollTests : IDisposable
{
    /// <summary>Nobody who does what he should waits for so long.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private readonly Wake wake = new();
    private readonly LinkPoll poll;

    public LinkPollTests()
    {
        poll = new LinkPoll(wake, linksMax: 2);
        poll.Clear();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ItWaitsUntilTheDeadlineWhetherATipIsNearOrNot(bool tipIsNear)
    {
        var deadline = Uptime.Now + TimeSpan.FromMilliseconds(50);
        if (tipIsNear)
        {
            poll.Alert.Begin(Uptime.Now);
        }

        poll.Wait(deadline);

        Assert.True(Uptime.Now >= deadline - TimeSpan.FromMilliseconds(1)); // poll(2) knows milliseconds.
        Assert.Equal(0, poll.Ready(0));
        Assert.Equal(0, poll.Ready(7));
    }

    [Fact]
    public void ADeadlineThatHasPassedIsNotWaitedForThoughATipIsNear()
    {
        var begun = Uptime.Now;
        poll.Alert.Begin(begun + Long); // And for so much longer.

        poll.Wait(begun - TimeSpan.FromSeconds(1));

        Assert.True(Uptime.Now < begun + Long);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhoeverCallsIsHeardAtOnceAndOnce(bool tipIsNear)
    {
        var begun = Uptime.Now;
        wake.Set();
        if (tipIsNear)
        {
            poll.Alert.Begin(begun);
        }

        poll.Wait(begun + Long);
        Assert.True(Uptime.Now < begun + Long);

        var soon = Uptime.Now + TimeSpan.FromMilliseconds(20);
        poll.Wait(soon);
        Assert.True(Uptime.Now >= soon - TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void WhileATipIsNearNothingSleeps()
    {
        const int tries = 50; // A collection of garbage may put any thread to sleep.

        Assert.Contains(Enumerable.Range(0, tries), _ => SleepsDuringAWait(isNear: true) == 0);
        Assert.NotEqual(0, SleepsDuringAWait(isNear: false));
    }

    public void Dispose() => wake.Dispose();

    private int SleepsDuringAWait(bool isNear)
    {
        if (isNear)
        {
            poll.Alert.Begin(Uptime.Now);
        }

        var before = Sleeps();
        poll.Wait(Uptime.Now + TimeSpan.FromMilliseconds(isNear ? 1 : 20)); // It is not near for so long.
        return Sleeps() - before;
    }

    /// <summary>How often this thread has left its core of its own accord.</summary>
    private static int Sleeps()
    {
        const string key = "voluntary_ctxt_switches:";
        var lines = File.ReadLines("/proc/thread-self/status");
        var line = lines.Single(each => each.StartsWith(key, StringComparison.Ordinal));
        return int.Parse(line[key.Length..], CultureInfo.InvariantCulture);
    }
}
