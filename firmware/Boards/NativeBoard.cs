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

    private static I2cPins? WiresOf(NativeConfig native, int bus) =>
        Array.Find(native.Buses, one => one.Number == bus)?.Recovery is { } wires
            ? new I2cPins(wires.Data, wires.Clock)
            : null;
}
