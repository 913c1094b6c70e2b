using Drivers.Hashing;
using Firmware.Mining;
using Microsoft.Extensions.Logging;

namespace Firmware.Pool;

/// <summary>A block is written down whole, so that it is not lost with its pool (SV2 reference §4.8).</summary>
public class BlockLogTests
{
    [Fact]
    public void ABlockIsLoggedWithItsHeaderItsHashAndItsJobAndThenItsFate()
    {
        var header = new BlockHeader { Version = 0x2000_0000, NTime = InMemoryPool.NTime, Nonce = 0xC0FFEE };
        var block = new Share(77, 0xC0FFEE, InMemoryPool.NTime, 0x2000_0000, IsBlock: true)
        {
            Header = header,
            Hash = Sha256d.Hash(header),
            Extranonce = new Extranonce([0xAB, 0xCD]),
        };
        var blocks = new BlockBook();
        blocks.Tell(block, BlockFate.Sent);
        blocks.Tell(block, BlockFate.Accepted);
        var heard = new Heard();
        new PoolBoard([], new Failover(pools: 1, seed: 1), heard).Tell(blocks, TimeSpan.FromHours(1));

        Assert.Equal(2, heard.Lines.Count);
        Assert.Contains("Sent", heard.Lines[0], StringComparison.Ordinal);
        Assert.Contains("job 77", heard.Lines[0], StringComparison.Ordinal);
        Assert.Contains("'abcd'", heard.Lines[0], StringComparison.Ordinal);
        Assert.Contains(Sha256d.Hash(header).ToString(), heard.Lines[0], StringComparison.Ordinal);
        var bytes = new byte[BlockHeader.Size];
        header.Write(bytes);
        Assert.Contains(Convert.ToHexStringLower(bytes), heard.Lines[0], StringComparison.Ordinal);
        Assert.Contains("Accepted", heard.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void APoolThatCallsEveryShareABlockDoesNotFillTheLog()
    {
        var heard = new Heard();
        var board = new PoolBoard([], new Failover(pools: 1, seed: 1), heard);
        var blocks = new BlockBook();
        var share = new Share(1, 0, InMemoryPool.NTime, 0x2000_0000, IsBlock: true);
        for (var tick = 0; tick < 25 * 60; tick++)
        {
            blocks.Tell(share, BlockFate.Sent);
            board.Tell(blocks, TimeSpan.FromHours(1) + TimeSpan.FromSeconds(tick / 25.0));
        }

        Assert.InRange(heard.Lines.Count, 100, 160); // A hundred at once, and one a second.
    }

    private sealed class Heard : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
