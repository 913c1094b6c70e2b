namespace Firmware.Pool;

/// <summary>Hostile input B4 of the SV2 reference, §14.</summary>
public class UselessFramesTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);

    private readonly UselessFrames frames = new();

    [Fact]
    public void AThousandASecondAreEnduredForEverHoweverTheNetworkBundlesThem()
    {
        for (var second = 0; second < 3600; second++)
        {
            Assert.True(EnduresAtOnce(1000, Start + TimeSpan.FromSeconds(second)));
        }

        Assert.Equal(3_600_000, frames.Count);
    }

    [Fact]
    public void WhatANetworkHeldBackForASecondIsEnduredAtOnce()
    {
        Assert.True(EnduresAtOnce(1000, Start));
        Assert.True(EnduresAtOnce(2000, Start + TimeSpan.FromSeconds(2)));
    }

    [Fact] // 1.2 times as many: a fifth of a thousand too many each second, and two thousand are endured.
    public void AWorseFloodIsLeftWithinTenSeconds()
    {
        var millisecond = 0;
        while (EnduresAtOnce(6, Start + TimeSpan.FromMilliseconds(millisecond)))
        {
            millisecond += 5;
        }

        Assert.InRange(millisecond, 9_000, 10_100);
    }

    [Fact]
    public void AMillionASecondAreLeftWithinMilliseconds()
    {
        Assert.True(EnduresAtOnce(UselessFrames.AtOnceMax, Start));
        Assert.False(EnduresAtOnce(1, Start));
    }

    [Fact]
    public void AFloodOfBytesIsAFloodThoughItsFramesAreFew()
    {
        const int Long = 200_000;
        var sent = 0;
        while (frames.Endures(Long, Start))
        {
            sent++;
        }

        Assert.Equal(10, sent);
    }

    [Fact]
    public void SilenceBuysNoLongerFlood()
    {
        Assert.True(EnduresAtOnce(1, Start));
        Assert.True(EnduresAtOnce(UselessFrames.AtOnceMax, Start + TimeSpan.FromHours(5)));
        Assert.False(EnduresAtOnce(1, Start + TimeSpan.FromHours(5)));
    }

    [Fact] // B33
    public void BadMannersAreEnduredThreeTimes()
    {
        Assert.True(frames.EnduresOutOfTurn());
        Assert.True(frames.EnduresOutOfTurn());
        Assert.True(frames.EnduresOutOfTurn());
        Assert.False(frames.EnduresOutOfTurn());
    }

    private bool EnduresAtOnce(int count, TimeSpan now)
    {
        for (var i = 0; i < count; i++)
        {
            if (!frames.Endures(payloadLength: 100, now))
            {
                return false;
            }
        }

        return true;
    }
}
