namespace Firmware.Walls;

/// <summary>serve has one port to listen at. It opens no device, and calls nobody: no pool, no name server.</summary>
public static class ServeWall
{
    public static Wall Of(string stateFolder, int port) => new()
    {
        Verb = "serve",
        Sockets = Sockets.Tcp,
        Reads = ProgramFiles.All(),
        Writes = [stateFolder, "/dev/null"],
        Listens = port,
        Controls = [ProgramFiles.Terminal],
        Keeps = [Capability.BindLowPorts, Capability.OverrideFileModes],
    };
}
