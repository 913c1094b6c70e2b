using Firmware.Boards;
using Firmware.Mining;

namespace Firmware.Guard;

public sealed class OpenBoardTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("open").FullName;
    private readonly Pty first = new();
    private readonly Pty second = new();

    [Fact]
    public void ABridgeThatCameBackUnderTheSameNameIsAnotherOne()
    {
        var link = Path.Combine(folder, "by-id");
        File.CreateSymbolicLink(link, first.Path);
        using var parts = OpenBoard.From(BoardAt(link));
        Assert.False(parts.HasVanished());

        // Plugged in again between two looks: the name is there at each of them.
        File.Delete(link);
        File.CreateSymbolicLink(link, second.Path);

        Assert.True(parts.HasVanished());
    }

    [Fact]
    public void ABridgeWithoutItsPortHasVanished()
    {
        var link = Path.Combine(folder, "by-id");
        File.CreateSymbolicLink(link, first.Path);
        using var parts = OpenBoard.From(BoardAt(link));

        File.Delete(link);

        Assert.True(parts.HasVanished());
    }

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private BoardConfig BoardAt(string port)
    {
        var file = Path.Combine(folder, "gamma.toml");
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "board-configs", "bitaxe-gamma-601.toml"));
        var usb = text.Split('\n').Single(line => line.StartsWith("usb_product", StringComparison.Ordinal));
        var ports = $"control_port = \"{port}\"\ndata_port = \"{port}\"\ndialect = \"v0\"";
        File.WriteAllText(file, text.Replace(usb, ports, StringComparison.Ordinal));
        return BoardConfig.Load([file])[0];
    }
}
