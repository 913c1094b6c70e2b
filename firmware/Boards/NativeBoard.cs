using Drivers.Buses;
using Drivers.Buses.Native;
using Drivers.Hashing;

namespace Firmware.Boards;

/// <summary>A board on this machine's own buses: guard's, and nobody else's.</summary>
public static class NativeBoard
{
    /// <summary>Touches no wire. A lock on the board's file keeps a second guard away.</summary>
    /// <exception cref="IOException">Another process has the board, or its file cannot be opened.</exception>
    public static IBuses Open(BoardConfig board, TimeSpan transferTimeout)
    {
        var native = board.Native ?? throw new UsageException($"'{board.File}' does not hang on this machine's buses.");
        var held = HashingLock.TryTake(board.File)
            ?? throw new IOException($"{board.File} is in use by another process: stop it first.");
        return new LinuxBuses(native.PinChip, transferTimeout, bus => WiresOf(native, bus), held);
    }

    /// <summary>
    /// Every bus that the file names has to be there before the board is taken into service. To make a board safe it
    /// need not be: what can be reached is told to be off.
    /// </summary>
    /// <exception cref="StartException">One is not.</exception>
    public static void Demand(BoardConfig board)
    {
        foreach (var bus in board.Native?.Buses ?? [])
        {
            if (!File.Exists($"/dev/i2c-{bus.Number}"))
            {
                throw new StartException(
                    $"{board.Key}: there is no /dev/i2c-{bus.Number}: switch that bus on in this machine's set-up, or "
                    + $"correct [[i2c]] in '{board.File}'.");
            }
        }
    }

    private static I2cPins? WiresOf(NativeConfig native, int bus) =>
        Array.Find(native.Buses, one => one.Number == bus)?.Recovery is { } wires
            ? new I2cPins(wires.Data, wires.Clock)
            : null;
}
