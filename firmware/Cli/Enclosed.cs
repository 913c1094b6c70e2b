using Firmware.Boards;
using Firmware.Guard;
using Firmware.Pool;
using Firmware.Serve;
using Firmware.Walls;

namespace Firmware.Cli;

/// <summary>
/// The processes, each behind its walls before it begins anything. What is called here may come back in a second life
/// of the process: see <see cref="Enclosure"/>.
/// </summary>
internal static class Enclosed
{
    public static GuardOptions Guard(GuardOptions options)
    {
        MakeFolder(options.StateFolder);
        return options with { Walls = Enclosure.PutUp(GuardWall.Of(options.StateFolder, options.Watchdog)) };
    }

    /// <exception cref="UsageException">A board file is wrong.</exception>
    public static MineOptions Mine(MineOptions options)
    {
        var boards = BoardConfig.Load(options.BoardFiles);
        MakeFolder(options.StateFolder);
        var opener = Enclosure.IsRaised ? PortOpener.Inherited(boards)
            : Array.Exists(boards, HasPort) ? PortOpener.TryStart(options.BoardFiles, boards)
            : null;
        var wall = MineWall.Of(options.StateFolder, options.BoardFiles, Devices(boards, opener));
        var walls = Enclosure.PutUp(wall, opener is null ? [] : [opener.Inheritance]);
        return options with { Walls = walls, OpenPort = opener is null ? null : opener.Open };
    }

    public static ServeOptions Serve(ServeOptions options) => options with
    {
        Walls = Enclosure.PutUp(ServeWall.Of(options.StateFolder, options.Http.Port)),
    };

    /// <summary>The process that opens mine's ports, and ends with it.</summary>
    public static int OpenPorts(string[] files, int socket)
    {
        _ = Enclosure.PutUp(PortOpener.Wall);
        return PortOpener.Serve(socket, BoardConfig.Load(files));
    }

    /// <summary>What is to be allowed has to be there. Where it cannot be made, whoever needs it says so.</summary>
    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            // Told later, in the words of the verb.
        }
    }

    /// <summary>Its chips are at a serial port.</summary>
    private static bool HasPort(BoardConfig board) => board.Chains[0] is { IsCpu: false, Spi: null };

    /// <summary>What mine itself has to open: SPI and its pins, and ports where nobody can open them for it.</summary>
    private static string[] Devices(BoardConfig[] boards, PortOpener? opener)
    {
        var buses = boards.Select(board => board.Chains[0].Spi).OfType<SpiConfig>().ToArray();
        var devices = buses.Select(bus => $"/dev/spidev{bus.Bus}.{bus.ChipSelect}").ToList();
        if (Array.Exists(buses, bus => bus.ClockPin is not null) && Directory.Exists("/dev"))
        {
            devices.AddRange(Directory.EnumerateFiles("/dev", "gpiochip*"));
        }

        if (opener is null && Array.Exists(boards, HasPort))
        {
            devices.Add("/dev");
        }

        return [.. devices];
    }
}
