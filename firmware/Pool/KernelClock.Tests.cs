using Drivers;

namespace Firmware.Pool;

public class KernelClockTests
{
    [Theory] // adjtimex(2): the answer is -1 or the clock's state; bit 6 of the status is STA_UNSYNC
    [InlineData(0, 0x2001, true)] // TIME_OK, STA_NANO and STA_PLL: a machine with NTP
    [InlineData(5, 0x0040, false)] // TIME_ERROR: nobody keeps the clock
    [InlineData(5, 0x2041, false)]
    [InlineData(1, 0x0011, true)] // A leap second is announced.
    [InlineData(-1, 0x0000, false)] // A sandbox that forbids the question.
    public void OnlyAClockThatSomebodyKeepsIsTrusted(int answer, int status, bool trusted) =>
        Assert.Equal(trusted, KernelClock.IsTrusted(answer, status));

    [Fact]
    public unsafe void TheKernelsStatusIsReadWhereItStands()
    {
        const int unsynchronisedOrBroken = 0x0040 | 0x1000;
        var clean = default(Linux.TimeState);
        var dirty = new Linux.TimeState { Status = -1 };
        var answer = Linux.AdjustTime(&clean);
        Linux.AdjustTime(&dirty);

        // The answer, which needs no struct, is 5 (TIME_ERROR) exactly where the status has one of these bits.
        Assert.Equal(clean.Status, dirty.Status);
        Assert.Equal(answer == 5, (clean.Status & unsynchronisedOrBroken) != 0);
        Assert.Equal(KernelClock.IsTrusted(answer, clean.Status), KernelClock.View().Trusted);
    }
}
