namespace Firmware.Pool;

/// <summary>SV2 reference §2.6 and B32.</summary>
public class RefusalWatchTests
{
    private readonly RefusalWatch watch = new();

    [Theory] // The codes of the reference pool.
    [InlineData("stale-share", ShareRefusal.Stale)]
    [InlineData("difficulty-too-low", ShareRefusal.TooLow)]
    [InlineData("invalid-job-id", ShareRefusal.UnknownJob)]
    [InlineData("invalid-channel-id", ShareRefusal.UnknownChannel)]
    [InlineData("invalid-share", ShareRefusal.Invalid)]
    [InlineData("duplicate-share", ShareRefusal.Other)]
    [InlineData("Stale-Share", ShareRefusal.Other)]
    [InlineData("stale-share ", ShareRefusal.Other)]
    [InlineData("", ShareRefusal.Other)]
    public void ReadsTheCodesItActsOnAndTakesAnyOther(string code, ShareRefusal refusal) =>
        Assert.Equal(refusal, RefusalWatch.Read(System.Text.Encoding.UTF8.GetBytes(code)));

    [Theory] // How many refusals in a row reopen the channel; 0: none ever does.
    [InlineData(ShareRefusal.Stale, 0)]
    [InlineData(ShareRefusal.Other, 20)]
    [InlineData(ShareRefusal.TooLow, 20)]
    [InlineData(ShareRefusal.UnknownJob, 20)]
    [InlineData(ShareRefusal.Invalid, 10)]
    [InlineData(ShareRefusal.UnknownChannel, 1)]
    public void SoManyInARowReopenTheChannelAndAsManyAgainLeaveThePool(ShareRefusal refusal, int inARow)
    {
        var remedies = Enumerable.Range(1, 100)
            .Select(count => (count, Remedy: watch.Refuse(refusal)))
            .Where(each => each.Remedy != RefusalRemedy.None)
            .Take(2);

        Assert.Equal(
            inARow == 0 ? [] : [(inARow, RefusalRemedy.Reopen), (2 * inARow, RefusalRemedy.Leave)],
            remedies);
    }

    [Fact]
    public void AnAcceptedShareForgivesAll()
    {
        for (var round = 0; round < 10; round++)
        {
            for (var i = 1; i < RefusalWatch.InARowMax; i++)
            {
                Assert.Equal(RefusalRemedy.None, watch.Refuse(ShareRefusal.Other));
            }

            watch.Accept();
            Assert.Equal(RefusalRemedy.Reopen, watch.Refuse(ShareRefusal.UnknownChannel));
            watch.Accept();
        }
    }

    [Fact]
    public void LateSharesBetweenNeitherCountNorForgive()
    {
        for (var i = 1; i < RefusalWatch.InARowMax; i++)
        {
            watch.Refuse(ShareRefusal.Other);
            watch.Refuse(ShareRefusal.Stale);
        }

        Assert.Equal(19, watch.InARow);
        Assert.Equal(RefusalRemedy.Reopen, watch.Refuse(ShareRefusal.TooLow));
    }
}
