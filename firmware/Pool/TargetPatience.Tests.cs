using Drivers.Hashing;

namespace Firmware.Pool;

public class TargetPatienceTests
{
    private readonly TargetPatience patience = new();

    [Fact]
    public void AZeroTargetIsAskedAboutOnceThenTheChannelIsReopenedAndAfterTenMinutesThePoolIsLeft()
    {
        var said = new List<(int, TargetRemedy)>();
        for (var second = 100; second < 1000; second++)
        {
            var remedy = patience.Step(UInt256.Zero, TimeSpan.FromSeconds(second));
            if (remedy != TargetRemedy.None)
            {
                said.Add((second - 100, remedy));
            }
        }

        Assert.Equal([(0, TargetRemedy.Ask), (60, TargetRemedy.Reopen), (600, TargetRemedy.Leave)], said);
    }

    [Fact]
    public void ATargetThatCanBeMetEndsTheTroubleAndTheNextOneBeginsAnew()
    {
        patience.Step(UInt256.Zero, TimeSpan.Zero);
        Assert.Equal(TargetPatience.ReopenAfter, patience.Deadline);
        patience.Step(UInt256.Zero, TargetPatience.ReopenAfter);
        Assert.Equal(TargetPatience.LeaveAfter, patience.Deadline);

        Assert.Equal(TargetRemedy.None, patience.Step(UInt256.Max, TimeSpan.FromMinutes(2)));
        Assert.Equal(TimeSpan.MaxValue, patience.Deadline);
        Assert.Equal(TargetRemedy.Ask, patience.Step(UInt256.Zero, TimeSpan.FromMinutes(20)));
    }

    [Fact] // As with a pool that opens channels with a good target and then takes it back.
    public void AGoodTargetThatDoesNotLastBuysNoTime()
    {
        var said = new List<(int, TargetRemedy)>();
        for (var second = 0; second <= 660; second++)
        {
            var target = second % 60 < 50 ? UInt256.Zero : UInt256.Max;
            var remedy = patience.Step(target, TimeSpan.FromSeconds(second));
            if (remedy != TargetRemedy.None)
            {
                said.Add((second, remedy));
            }

            Assert.True(target == UInt256.Zero || patience.Deadline == TimeSpan.MaxValue);
        }

        Assert.Equal([(0, TargetRemedy.Ask), (60, TargetRemedy.Reopen), (600, TargetRemedy.Leave)], said);
    }
}
