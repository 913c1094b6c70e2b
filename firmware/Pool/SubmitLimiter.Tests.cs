using CsCheck;

namespace Firmware.Pool;

public class SubmitLimiterTests
{
    private readonly SubmitLimiter limiter = new(3);

    [Theory] // Milliseconds at which shares come, and which of them pass.
    [InlineData(new[] { 0, 0, 0, 0, 0 }, "+++--")]
    [InlineData(new[] { 0, 400, 800, 999, 1000, 1399, 1400 }, "+++-+-+")]
    [InlineData(new[] { 0, 1000, 2000, 3000 }, "++++")]
    public void SoManyPassInAnySecond(int[] milliseconds, string passed) => Assert.Equal(
        passed,
        string.Concat(milliseconds.Select(at => limiter.TryPass(TimeSpan.FromMilliseconds(at)) ? '+' : '-')));

    [Fact]
    public void WhateverComesNoSecondSeesMoreAndASteadyStreamIsNotStarved() =>
        Gen.Int[0, 200].Array[1, 400].Sample(gaps =>
        {
            var fresh = new SubmitLimiter(5);
            var now = TimeSpan.Zero;
            var passed = new List<TimeSpan>();
            foreach (var gap in gaps)
            {
                now += TimeSpan.FromMilliseconds(gap);
                if (fresh.TryPass(now))
                {
                    passed.Add(now);
                }
                else
                {
                    Assert.True(now - passed[^5] < TimeSpan.FromSeconds(1));
                }
            }

            for (var i = 5; i < passed.Count; i++)
            {
                Assert.True(passed[i] - passed[i - 5] >= TimeSpan.FromSeconds(1));
            }
        });

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void ALimitOfNothingOrOfEverythingIsNoLimit(int sharesASecondMax) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SubmitLimiter(sharesASecondMax));
}
