using CsCheck;

namespace Firmware.Mining;

public class RecentNoncesTests
{
    private readonly RecentNonces recent = new();

    [Fact]
    public void AClaimIsNewOnce()
    {
        Assert.True(recent.TryAdd(1, 2, 3));
        Assert.False(recent.TryAdd(1, 2, 3));
    }

    [Fact]
    public void EachPartOfAClaimTellsItApart()
    {
        Assert.True(recent.TryAdd(1, 2, 3));
        Assert.True(recent.TryAdd(9, 2, 3));
        Assert.True(recent.TryAdd(1, 9, 3));
        Assert.True(recent.TryAdd(1, 2, 9));
        Assert.False(recent.TryAdd(9, 2, 3));
    }

    [Fact]
    public void ZeroesAreAClaimLikeAnyOther()
    {
        Assert.True(recent.TryAdd(1, 0, 0));
        Assert.False(recent.TryAdd(1, 0, 0));
    }

    [Fact]
    public void TheLast256AreRememberedAndNoMore()
    {
        for (var nonce = 0u; nonce < RecentNonces.Kept; nonce++)
        {
            Assert.True(recent.TryAdd(1, nonce, 0));
        }

        Assert.False(recent.TryAdd(1, 0, 0));
        Assert.True(recent.TryAdd(1, RecentNonces.Kept, 0));
        Assert.True(recent.TryAdd(1, 0, 0));
        Assert.False(recent.TryAdd(1, RecentNonces.Kept, 0));
    }

    [Fact]
    public void AnyClaimsAreKnownAgainAsALongListWouldKnowThem() =>
        Gen.Select(Gen.Long[1, 3], Gen.UInt[0, 30], Gen.UInt[0, 6]).Array[0, 2000].Sample(claims =>
        {
            var ours = new RecentNonces();
            var list = new List<(long, uint, uint)>();
            foreach (var claim in claims)
            {
                var isNew = !list.TakeLast(RecentNonces.Kept).Contains(claim);
                Assert.Equal(isNew, ours.TryAdd(claim.Item1, claim.Item2, claim.Item3));
                if (isNew)
                {
                    list.Add(claim);
                }
            }
        },
        iter: 100);
}
