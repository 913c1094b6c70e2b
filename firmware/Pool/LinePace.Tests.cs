namespace Firmware.Pool;

public class LinePaceTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Start = TimeSpan.FromHours(3);

    private readonly LinePace pace = new(atOnceMax: 30, perLine: 10 * Second);

    [Fact]
    public void ThirtyLinesComeAtOnceAndThenOneInTenSeconds()
    {
        Assert.Equal(30, LinesWithin(Second));
        Assert.Equal(0, LinesWithin(8 * Second, Start + Second));
        Assert.Equal(360, LinesWithin(TimeSpan.FromHours(1), Start + (9 * Second)));
    }

    [Fact]
    public void AQuietPoolMaySayThirtyLinesAgain()
    {
        LinesWithin(Second);

        Assert.Equal(30, LinesWithin(Second, Start + (301 * Second)));
    }

    private int LinesWithin(TimeSpan time, TimeSpan? from = null)
    {
        var lines = 0;
        var start = from ?? Start;
        for (var now = start; now < start + time; now += 0.01 * Second)
        {
            if (pace.HasRoom(now))
            {
                pace.Take(now);
                lines++;
            }
        }

        return lines;
    }
}
