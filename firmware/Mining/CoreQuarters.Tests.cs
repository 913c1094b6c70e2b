namespace Firmware.Mining;

public class CoreQuartersTests
{
    private CoreQuarters quarters;

    [Theory]
    [InlineData(128, 64, 96, 2)]
    [InlineData(65, 0, 17, 0)] // 65 cores: quarters of 17, 16, 16 and 16.
    [InlineData(114, 86, 114, 3)]
    public void AQuarterWithoutAResultAmongAHundredIsSilent(int cores, int first, int end, int quarter)
    {
        for (var i = 0; i < CoreQuarters.SilentAfter; i++)
        {
            Assert.Null(quarters.Silent);
            var core = i % cores;
            quarters.Saw(core >= first && core < end ? (end % cores) : core, cores);
        }

        Assert.Equal(quarter, quarters.Silent);
        quarters.Saw(first, cores);
        Assert.Null(quarters.Silent);
    }

    [Theory] // Seeded; a million results of a healthy chip.
    [InlineData(128)]
    [InlineData(65)]
    public void AHealthyChipHasNoSilentQuarter(int cores)
    {
        var random = new Random(5);
        for (var i = 0; i < 1_000_000; i++)
        {
            quarters.Saw(random.Next(cores), cores);
            Assert.Null(quarters.Silent);
        }
    }

    [Theory]
    [InlineData(1, 0)] // Threads, and chips whose results do not tell.
    [InlineData(128, 128)] // Noise.
    [InlineData(128, -1)]
    public void WhatIsNoCoreSaysNothing(int cores, int core)
    {
        for (var i = 0; i < 1000; i++)
        {
            quarters.Saw(core, cores);
        }

        Assert.Null(quarters.Silent);
    }
}
