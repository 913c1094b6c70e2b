using Drivers.Buses;
using Firmware.Boards;
using Firmware.Link;

namespace Firmware.Guard;

/// <summary>Opens a board for guard or safe-off: its control port, under the port's lock, and nothing else.</summary>
internal static class OpenBoard
{
    /// <summary>One transfer never takes longer; the next tick is the retry.</summary>
    private static readonly TimeSpan TransferTimeout = TimeSpan.FromMilliseconds(50);

    /// <summary>How to open this board, now and whenever it has come back.</summary>
    public static Func<GuardParts> Later(BoardConfig config) => () =>
    {
        NativeBoard.Demand(config);
        return From(config);
    };

    /// <exception cref="StartException">The board is not there, or another process has it: it is named.</exception>
    public static GuardParts From(BoardConfig config)
    {
        if (config.Bridge is null)
        {
            return GuardParts.Of(OpenHere(config), hasVanished: () => false);
        }

        var ports = BoardPorts.Find(config);

        // A bridge that is plugged in again within a tick may have its old name, as a link or a device: another file.
        var there = FileStatus.Of(ports.Control, follow: true);
        return GuardParts.Of(
            Board.Open(config, Buses(config, ports)),
            () => FileStatus.Of(ports.Control, follow: true) != there || there is null);
    }

    /// <summary>The buses behind a board's bridge, for whoever wants nothing else of the board.</summary>
    /// <exception cref="StartException">The board is not there, or another process has it: it is named.</exception>
    public static IBuses Buses(BoardConfig config) => Buses(config, BoardPorts.Find(config));

    private static IBuses Buses(BoardConfig config, BoardPorts ports)
    {
        try
        {
            return BoardPorts.OpenControl(config, TransferTimeout);
        }
        catch (IOException refusal)
        {
            throw new StartException(
                FileLock.Holder(ports.Control) is { } holder
                    ? $"{config.Key}: {ports.Control} is in use by {holder}: stop it first."
                    : $"{config.Key}: {refusal.Message}");
        }
    }

    /// <summary>On this machine's own buses, or without any.</summary>
    private static Board OpenHere(BoardConfig config)
    {
        try
        {
            return Board.Open(config, config.Native is null ? null : NativeBoard.Open(config, TransferTimeout));
        }
        catch (IOException refusal)
        {
            throw new StartException(
                FileLock.Holder(config.File) is { } holder
                    ? $"{config.Key}: {config.File} is in use by {holder}: stop it first."
                    : $"{config.Key}: {refusal.Message}");
        }
    }
}
