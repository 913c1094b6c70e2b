using Drivers.Hashing.Bm13xx;
using Firmware.Mining;
using Microsoft.Extensions.Logging.Abstractions;

namespace Firmware.Boards;

public sealed class UartSectionTests : IDisposable
{
    private static readonly string Gamma = File.ReadAllText(
        Path.Combine(AppContext.BaseDirectory, "board-configs", "bitaxe-gamma-601.toml"));

    private readonly string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.toml");

    public void Dispose() => File.Delete(file);

    [Fact]
    public void WithoutAWordThePortMakesAnyRate() => Assert.Equal(HostUart.Any, Parse("").Uart);

    [Theory]
    [InlineData("uart = \"pl011\"\n", "pl011", 48_000_000)]
    [InlineData("uart = \"am335x\"\n", "am335x", 48_000_000)]
    [InlineData("uart = \"pl011\"\nuart_hertz = 64_000_000\n", "pl011", 64_000_000)]
    public void APortHasANameAndItsClockANumber(string lines, string name, int hertz)
    {
        var uart = Parse(lines).Uart;

        Assert.Equal((name, hertz), (uart.Name, uart.ClockHertz));
    }

    [Theory]
    [InlineData("uart = \"16550\"\n", "'uart' in [[chain]] is \"16550\"; allowed here: am335x, pl011.")]
    [InlineData("uart_hertz = 64_000_000\n", "'uart_hertz' in [[chain]] says nothing without 'uart'")]
    [InlineData("uart = \"pl011\"\nuart_hertz = 48\n", "'uart_hertz' in [[chain]] is 48; allowed here: 1843200 to ")]
    public void WhatIsNoPortIsRefusedByName(string lines, string message) => Assert.Contains(
        message, Assert.Throws<UsageException>(() => Parse(lines)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(3_125_000, "am335x", "625000, 520833, 312500, 284091")]
    [InlineData(1_000_000, "am335x", "625000, 520833, 312500, 284091")]
    [InlineData(3_125_000, "pl011", "1562500, 1041667, 781250, 625000")]
    public void ABaudThatThePortMissesIsRefusedWithThoseThatItMakes(int baud, string uart, string instead)
    {
        File.WriteAllText(file, Text($"uart = \"{uart}\"\n", baud));

        var refusal = Assert.Throws<UsageException>(() => Open());

        Assert.Contains($"'{file}': baud = {baud} is not possible: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"the {uart} port ", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith($"Set one of {instead}.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact] // What is missing then is the bridge itself.
    public void OneThatItMakesIsNot()
    {
        File.WriteAllText(file, Text("uart = \"pl011\"\nuart_hertz = 64_000_000\n", 3_125_000));

        Assert.Throws<StartException>(() => Open());
    }

    private MiningBoard[] Open() => MiningBoards.Open([file], new Hub(Uptime.Now), NullLogger.Instance);

    private static ChainConfig Parse(string lines) =>
        BoardConfig.Parse(Text(lines, 1_000_000), "board.toml").Chains.Single();

    private static string Text(string lines, int baud) => Gamma
        .Replace("usb_product = \"Bitaxe\"", Ports, StringComparison.Ordinal)
        .Replace("baud = 1_000_000", $"{lines}baud = {baud}", StringComparison.Ordinal);

    private const string Ports = "control_port = \"/dev/no-such-port\"\ndata_port = \"/dev/no-such-port\"\n"
        + "dialect = \"v0\"";
}
