namespace Firmware.Walls;

/// <summary>
/// mine has the pools, and of devices the chips' own. A serial port it does not open itself: <see cref="PortOpener"/>
/// hands it over. So no file below /dev is open to it, whatever is plugged in and whenever, but what its SPI needs.
/// </summary>
public static class MineWall
{
    private const byte SerialPeripheral = (byte)'k';
    private const byte Pins = 0xB4;

    /// <param name="devices">Device files that the chips of a board need: its SPI, its pins.</param>
    public static Wall Of(string stateFolder, string[] boardFiles, string[] devices) => new()
    {
        Verb = "mine",
        Sockets = Sockets.Tcp | Sockets.Udp | Sockets.Routes,
        Reads = [.. ProgramFiles.All(), .. boardFiles],
        Writes = [stateFolder, "/dev/null", .. devices],
        Connects = true,
        Controls = devices.Length == 0 ? [ProgramFiles.Terminal] : [ProgramFiles.Terminal, SerialPeripheral, Pins],
        Keeps = [Capability.OverrideFileModes],
    };
}
