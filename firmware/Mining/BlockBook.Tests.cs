namespace Firmware.Mining;

public class BlockBookTests
{
    private readonly BlockBook book = new();

    [Fact]
    public void ABlockIsKeptUntilThePoolHasSpokenOfIt()
    {
        book.Tell(Block(1), BlockFate.Sent);
        book.Tell(Block(2), BlockFate.Sent);
        book.Tell(Block(3), BlockFate.NotSent);
        book.Tell(Block(2), BlockFate.Unconfirmed);
        Assert.Equal([1u, 2u, 3u], book.Waiting.Select(share => share.Nonce));

        book.Tell(Block(2), BlockFate.Accepted);
        book.Tell(Block(1), BlockFate.Refused);
        Assert.Equal([3u], book.Waiting.Select(share => share.Nonce));
    }

    [Fact]
    public void EverythingThatHappensIsToldOnceInItsOrder()
    {
        book.Tell(Block(1), BlockFate.Sent);
        book.Tell(Block(1), BlockFate.Accepted);

        Assert.Equal([(1u, BlockFate.Sent), (1u, BlockFate.Accepted)], News());
        Assert.Empty(News());
    }

    [Fact]
    public void NoFloodOfBlocksMakesItGrow()
    {
        for (var nonce = 1u; nonce <= 1000; nonce++)
        {
            book.Tell(Block(nonce), BlockFate.Sent);
        }

        Assert.Equal(Enumerable.Range(985, 16), book.Waiting.Select(share => (int)share.Nonce));
        Assert.Equal(Enumerable.Range(985, 16), News().Select(each => (int)each.Nonce));
    }

    private static Share Block(uint nonce) => new(7, nonce, 1_700_000_000, 0x2000_0000, IsBlock: true);

    private List<(uint Nonce, BlockFate Fate)> News()
    {
        var all = new List<(uint, BlockFate)>();
        while (book.TryTakeNews(out var news))
        {
            all.Add((news.Share.Nonce, news.Fate));
        }

        return all;
    }
}
