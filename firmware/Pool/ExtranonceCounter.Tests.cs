using CsCheck;

namespace Firmware.Pool;

public class ExtranonceCounterTests
{
    private const uint NTime = 1_700_000_000;

    [Fact]
    public void ItCountsFromZeroInTheLastBytes()
    {
        var counter = new ExtranonceCounter(10);

        Assert.Equal("00000000000000000000", Next(counter, 10));
        Assert.Equal("00000000000000000001", Next(counter, 10));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void EveryExtranonceComesOnceAndThenNoneUntilANewSecond(int size)
    {
        var counter = new ExtranonceCounter(size);
        var count = 1 << (8 * size);
        for (var second = 0u; second < 3; second++)
        {
            var seen = new HashSet<string>();
            for (var i = 0; i < count; i++)
            {
                Assert.True(seen.Add(Next(counter, size, NTime + second)!));
            }

            Assert.Null(Next(counter, size, NTime + second));
        }
    }

    [Fact]
    public void ASecondThatIsOverIsNotUsedAgainOnceTheNumbersAre()
    {
        var counter = new ExtranonceCounter(1);
        for (var i = 0; i < 256; i++)
        {
            Next(counter, 1, NTime + 5);
        }

        Assert.Null(Next(counter, 1, NTime + 4));
        Assert.NotNull(Next(counter, 1, NTime + 6));
    }

    [Fact]
    public void ANewTipMakesEveryExtranonceNewAgain()
    {
        var counter = new ExtranonceCounter(1);
        for (var i = 0; i < 256; i++)
        {
            Next(counter, 1, NTime + 5);
        }

        Assert.NotNull(Next(counter, 1, NTime, tip: 2));
        Assert.Null(Next(counter, 1, NTime + 6, tip: 1));
    }

    [Fact] // Seconds go up and down as jobs with other min_ntime come; tips only go on.
    public void WhateverTheOrderOfSecondsNoPairOfExtranonceAndSecondComesTwiceOnOneTip() =>
        Gen.Select(Gen.UInt[0, 4], Gen.Int[1, 120]).Array[1, 40].Sample(steps =>
        {
            var counter = new ExtranonceCounter(1);
            var seen = new HashSet<(string, uint)>();
            foreach (var (second, count) in steps)
            {
                for (var i = 0; i < count; i++)
                {
                    if (Next(counter, 1, NTime + second) is { } extranonce)
                    {
                        Assert.True(seen.Add((extranonce, second)));
                    }
                }
            }
        });

    [Fact]
    public void NoByteBehindTheExtranonceIsTouched()
    {
        var bytes = Enumerable.Repeat((byte)0xFF, 32).ToArray();
        new ExtranonceCounter(3).TryNext(ofTip: 1, NTime, bytes);

        Assert.Equal(new byte[3], bytes[..3]);
        Assert.All(bytes[3..], left => Assert.Equal(0xFF, left));
    }

    private static string? Next(ExtranonceCounter counter, int size, uint ntime = NTime, long tip = 1)
    {
        var bytes = Enumerable.Repeat((byte)0xFF, size).ToArray();
        return counter.TryNext(tip, ntime, bytes) ? Convert.ToHexString(bytes) : null;
    }
}
