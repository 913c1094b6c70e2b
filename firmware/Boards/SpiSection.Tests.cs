using Drivers.Hashing;
using Drivers.Hashing.Bitfury;

namespace Firmware.Boards;

public sealed class SpiSectionTests : IDisposable
{
    private const string Chips = "name = \"Chips on a Pi\"\n[[chain]]\nchip = \"bitfury\"\nchips = 16\nspi = \"0.1\"\n";

    private readonly string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.toml");

    public SpiSectionTests() => File.WriteAllText(file, Chips.Replace("0.1", "31.31", StringComparison.Ordinal));

    public void Dispose() => File.Delete(file);

    [Fact]
    public void AChainOnSpiNeedsChipsAndABus()
    {
        var board = BoardConfig.Parse(Chips, "pi.toml");

        Assert.Equal((null, null), (board.Bridge, board.Rail));
        Assert.Empty(board.Fans);
        Assert.Empty(board.Sensors);
        var chain = board.Chains.Single();
        Assert.Equal(("bitfury", 16, 54, 32, false),
            (chain.Chip, chain.Chips, chain.OscillatorBits, chain.ZeroBits, chain.AutoAdjust));
        Assert.Equal(new SpiConfig(0, 1, 1_677_852, null, null), chain.Spi);
        Assert.Equal(Oscillator.Clock(54), chain.Megahertz);
    }

    [Fact]
    public void WhatIsOnlyKnownFromTheFieldIsAKey()
    {
        var chain = BoardConfig.Parse(
            Chips + "osc_bits = 56\nspi_hertz = 625_000\nreset_sck_pin = 24\nreset_mosi_pin = 25\nauto_adjust = true\n",
            "pi.toml").Chains.Single();

        Assert.Equal(new SpiConfig(0, 1, 625_000, 24, 25), chain.Spi);
        Assert.Equal((56, true, Oscillator.Clock(56)), (chain.OscillatorBits, chain.AutoAdjust, chain.MegahertzMax));
    }

    [Theory]
    [InlineData("osc_bits = 58\n", "'osc_bits' in [[chain]] is 58; allowed here: 52 to 57.")]
    [InlineData("spi_hertz = 9_000_000\n", "'spi_hertz' in [[chain]] is 9000000; allowed here: 100000 to 8000000.")]
    [InlineData("reset_sck_pin = 24\n", "'reset_sck_pin' in [[chain]] stands alone; the chips need both pins or none.")]
    [InlineData("reset_mosi_pin = 24\n", "'reset_mosi_pin' in [[chain]] stands alone")]
    [InlineData("baud = 115200\n", "unknown key 'baud' in [[chain]]")]
    [InlineData("[rail]\n", "a board of chip \"bitfury\" has no [rail]; take it out.")]
    [InlineData("[[chain]]\nchip = \"bitfury\"\nchips = 1\nspi = \"0.0\"\n", "write a file for each bus.")]
    public void WhatCannotBeIsRefusedByName(string line, string message)
    {
        var refusal = Assert.Throws<UsageException>(() => BoardConfig.Parse(Chips + line, "pi.toml"));

        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.1.2")]
    [InlineData("/dev/spidev0.0")]
    [InlineData("99.0")]
    public void ABusIsTwoNumbers(string spi)
    {
        var text = Chips.Replace("0.1", spi, StringComparison.Ordinal);

        var refusal = Assert.Throws<UsageException>(() => BoardConfig.Parse(text, "pi.toml"));
        Assert.Contains("it names a bus and a chip select, as in \"0.0\"", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhileSomebodyMinesNothingIsStillAndNobodyElseGetsTheBus()
    {
        var chain = new SpiChain(BoardConfig.Load([file]).Single());
        using var held = HashingLock.TryTake(file);

        Assert.False(chain.IsStill());
        Assert.Contains("Stop it", Assert.Throws<IOException>(chain.Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ABusThatIsNotThereIsNoProofAndLeavesNoLockBehind()
    {
        var board = BoardConfig.Load([file]).Single();
        var chain = new SpiChain(board);

        Assert.Throws<IOException>(() => chain.IsStill());
        using var opened = Board.Open(board, buses: null);
        Assert.True(opened.IsProvenByStillness);
        Assert.Throws<IOException>(() => opened.IsStill());
        using var free = HashingLock.TryTake(file);
        Assert.NotNull(free);
    }
}
