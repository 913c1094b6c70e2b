namespace Drivers.Hashing.Cpu;

public class CpuRateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)] // Those beyond the machine's own have nothing to hash on.
    public void WhatAllThreadsHashWhileTheOthersDoIsSummedUp(int threads)
    {
        var counted = Math.Min(threads, Environment.ProcessorCount);
        using var together = new Barrier(counted);
        var left = counted;

        var sum = CpuRate.Measure(threads, () =>
        {
            Assert.True(together.SignalAndWait(Patience), "They are not measured at the same time.");
            return Math.Pow(10, Interlocked.Decrement(ref left));
        });

        Assert.Equal(Enumerable.Range(0, counted).Sum(power => Math.Pow(10, power)), sum);
    }

    [Fact]
    public void WhatIsMeasuredIsARate() => Assert.InRange(CpuRate.Measure(2), 1000, 1e10);
}
