namespace TestPool;

public class BlockChainTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly BlockChain chain = new(seed: 7, interval: Minute, now: Minute, startTime: 1_700_000_000);

    [Fact]
    public void ABlockComesWhenItIsDueAndTakesTheTimeOfThen()
    {
        var first = chain.Tip;

        Assert.False(chain.Step(1.99 * Minute));
        Assert.Same(first, chain.Tip);
        Assert.True(chain.Step(2.5 * Minute));
        Assert.Equal(first.Height + 1, chain.Tip.Height);
        Assert.Equal(first.MinNTime + 90, chain.Tip.MinNTime);
        Assert.NotEqual(first.PreviousHash, chain.Tip.PreviousHash);
        Assert.False(chain.Step(3.49 * Minute));
        Assert.True(chain.Step(3.5 * Minute));
    }

    [Fact]
    public void BlockHashesMeetTheDifficultyTheyClaim() =>
        Assert.True(chain.Tip.PreviousHash <= PoolTarget.FromBits(chain.Tip.NBits));

    [Fact]
    public void OneSeedMakesOneChainAndAnotherSeedAnother()
    {
        Assert.Equal(chain.Tip, new BlockChain(7, Minute, Minute, 1_700_000_000).Tip);
        Assert.NotEqual(chain.Tip, new BlockChain(8, Minute, Minute, 1_700_000_000).Tip);
    }

    [Fact]
    public void EveryJobOfEveryChannelHasItsOwnRoot()
    {
        Assert.NotEqual(chain.MerkleRoot(1, 1), chain.MerkleRoot(1, 2));
        Assert.NotEqual(chain.MerkleRoot(1, 1), chain.MerkleRoot(2, 1));
    }
}
