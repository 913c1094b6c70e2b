using Drivers.Hashing;

namespace Firmware.Boards;

public sealed class NativeBoardTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("native").FullName;

    [Fact]
    public async Task AFileWhoseBoardSomebodyHasIsReadAllTheSameAndReadingItTakesNoLock()
    {
        var file = Path.Combine(folder, "board.toml");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "board-configs", "piaxe.toml"), file);
        using (HashingLock.TryTake(file))
        {
            Assert.Equal("board", BoardConfig.Load([file]).Single().Key);
        }

        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                _ = BoardConfig.Load([file]);
            }
        });
        Assert.DoesNotContain(Enumerable.Range(0, 200), _ => !HashingLock.IsFree(file));
        await stop.CancelAsync();
        await reader;
    }

    [Fact]
    public void ABusThatThisMachineDoesNotHaveIsNamedAndABoardWithoutBusesNeedsNone()
    {
        var piaxe = Load("piaxe.toml");
        var gone = piaxe with { Native = piaxe.Native! with { Buses = [new(255, MayBeScanned: false, [], null)] } };

        var refusal = Assert.Throws<StartException>(() => NativeBoard.Demand(gone));
        Assert.StartsWith("piaxe: there is no /dev/i2c-255: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("piaxe.toml", refusal.Message, StringComparison.Ordinal);
        NativeBoard.Demand(Load("bitaxe-gamma-601.toml"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static BoardConfig Load(string file) =>
        BoardConfig.Load([Path.Combine(AppContext.BaseDirectory, "board-configs", file)])[0];
}
