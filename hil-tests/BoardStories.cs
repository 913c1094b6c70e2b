using Firmware.Boards;

using Simulator;

namespace HilTests;

/// <summary>
/// Every board file with a bridge, as its owner would run it: opened, identified, started, mined on, slower in a warm
/// room, off in a hot one, and ended safe. Three classes, so that three boards are played beside each other.
/// </summary>
public abstract class BoardStory
{
    private const int Classes = 3;

    /// <summary>°C below the temperature at which the clock goes down: more than the chips heat themselves.</summary>
    private const double Warm = 7;

    /// <summary>°C: about one in a second, and less on a machine that looks more rarely.</summary>
    private const double Hair = 0.01;

    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private protected static TheoryData<string> Files(int part) => new(
        Bridged.Where((_, i) => i % Classes == part).Select(board => Path.GetFileName(board.File)));

    /// <summary>A file that comes new to the folder is played as well.</summary>
    private static IEnumerable<BoardConfig> Bridged => Directory.GetFiles(Product.BoardFile(""), "*.toml")
        .Order(StringComparer.Ordinal)
        .Select(file => BoardConfig.Load([file])[0])
        .Where(board => board.Bridge is not null);

    private protected static void Play(string file)
    {
        var board = BoardConfig.Load([Product.BoardFile(file)])[0];
        using var rig = new Rig(Slow(board), boardFile: file);
        using var run = rig.Run();
        rig.WaitForShares(run, atLeast: 2);
        Assert.True(rig.World is { RailOn: true, ResetLow: false }, rig.Describe(run));
        Assert.True(rig.Status().Mine.HardwareErrors == 0, rig.Describe(run));

        // The room gets warmer by a hair with each look at a board that runs, until that is too much for the clock; no
        // warmer then, for a busy machine may tell us late.
        var clock = rig.World.Megahertz;
        rig.Board.Faults.AmbientDegrees = board.Sensors.Min(sensor => sensor.Critical.Degrees) - Warm;
        Until.True(
            () =>
            {
                var world = rig.World;
                var runs = world is { RailOn: true, Megahertz: > 0 };
                var isSlower = runs && world.Megahertz < clock - 1;
                rig.Board.Faults.AmbientDegrees += runs && !isSlower ? Hair : 0;

                // Guard's word as well: a clock is low, too, where it is on its way up.
                return isSlower && rig.Status().Guard.Boards[0].State == "reduced";
            },
            Patience,
            () => rig.Describe(run));

        rig.Board.Faults.AmbientDegrees = 100;
        Until.True(() => rig.IsCold, Patience, () => rig.Describe(run));
        Assert.Matches("overheated|by now perhaps too hot", rig.Fault(run)); // A hot reading may be lost on its way.
        rig.AssertAllOursAccepted(rig.Pool, run);

        run.Signal(Running.SigTerm);
        Assert.True(run.Wait(Patience) == 0, rig.Describe(run));
        var last = Rig.LastLine(run);
        Assert.True(last is { SafeOff: true, Accepted: >= 2 }, rig.Describe(run));
        Assert.InRange(last.HardwareErrors, 0, 2); // Chips whose clock moves, or whose power goes, may find nonsense.
        Assert.True(rig.IsCold, rig.Describe(run));
        Assert.Equal((0, 0), (rig.Board.BadRequests, rig.World.RegulatorStoreCommands));
    }

    /// <summary>100 MHz, so that it is reached soon, and some six results a second from all chips together.</summary>
    private static SimulationOptions Slow(BoardConfig board)
    {
        const double megahertz = 100;
        const double results = 6;
        var ofAll = Math.ScaleB(board.ResultsPerMegahertz * megahertz, board.Chains[0].TicketBits);
        var bits = Math.Max(0, (int)Math.Round(Math.Log2(ofAll / results)));
        return new SimulationOptions { Megahertz = megahertz, Ticket = 1 << bits, ThermalSpeed = 30 };
    }
}

public sealed class BoardStories : BoardStory
{
    public static TheoryData<string> Boards => Files(0);

    /// <summary>
    /// No bridge firmware that is published shows the pin that switches the regulator of these boards. It cannot be
    /// switched off then, and is not switched on.
    /// </summary>
    [Theory]
    [InlineData("bitaxe-max-102.toml", 1)]
    [InlineData("nerdqaxe-plus.toml", 2)]
    public void ABoardWhoseBridgeDoesNotShowTheSwitchStaysOffAndSaysWhichPinIsMissing(string file, int pin)
    {
        using var rig = new Rig(boardFile: file);
        rig.Board.Faults.PinsHidden = true;
        using var run = rig.Run("--start-within", "3");

        Assert.Equal(1, run.Wait(Patience));
        var reason = $"nothing can switch the power off: nothing answers for pin {pin}";
        Assert.Contains(run.Errors, line => line.StartsWith("sv2fw: ", StringComparison.Ordinal)
            && line.Contains(reason, StringComparison.Ordinal));
        Assert.Contains(run.Errors, line => line.StartsWith("guard: ", StringComparison.Ordinal)
            && line.EndsWith($"stays off: {reason}", StringComparison.Ordinal));
        Assert.Null(rig.World.RailOffAt); // It was never on.
        Assert.True(rig.IsCold, rig.Describe(run));
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void ABoardMinesGoesSlowerWhenWarmAndOffWhenHot(string file) => Play(file);
}

public sealed class MoreBoardStories : BoardStory
{
    public static TheoryData<string> Boards => Files(1);

    [Theory]
    [MemberData(nameof(Boards))]
    public void ABoardMinesGoesSlowerWhenWarmAndOffWhenHot(string file) => Play(file);
}

public sealed class OtherBoardStories : BoardStory
{
    public static TheoryData<string> Boards => Files(2);

    [Theory]
    [MemberData(nameof(Boards))]
    public void ABoardMinesGoesSlowerWhenWarmAndOffWhenHot(string file) => Play(file);
}
