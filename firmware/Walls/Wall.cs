namespace Firmware.Walls;

/// <summary>Which sockets a process may still make.</summary>
[Flags]
public enum Sockets
{
    /// <summary>Those of this machine alone: AF_UNIX.</summary>
    Local = 0,

    /// <summary>TCP over IPv4 and IPv6; no other protocol that carries a stream.</summary>
    Tcp = 1,

    /// <summary>UDP: what a resolver of names needs.</summary>
    Udp = 2,

    /// <summary>Netlink's routes: how the C library learns which families of addresses this machine has.</summary>
    Routes = 4,
}

/// <summary>What a process may open, write and speak, from its first line on and for good.</summary>
public sealed record Wall
{
    /// <summary>The verb behind it.</summary>
    public required string Verb { get; init; }

    public required Sockets Sockets { get; init; }

    /// <summary>Files, and folders with all below, that may be read; null for everything.</summary>
    public required string[]? Reads { get; init; }

    /// <summary>Files, and folders with all below, that may be read and written. Missing ones are left out.</summary>
    public required string[] Writes { get; init; }

    /// <summary>Where TCP may listen; null for nowhere. 0 is any port the kernel picks.</summary>
    public int? Listens { get; init; }

    /// <summary>TCP may connect to others.</summary>
    public bool Connects { get; init; }

    /// <summary>
    /// The types of the ioctl(2) requests that pass, as the kernel numbers them ('T' is terminals); null for all.
    /// </summary>
    public byte[]? Controls { get; init; }

    /// <summary>What root keeps of its rights; everybody else has none to keep.</summary>
    public required Capability[] Keeps { get; init; }
}

/// <summary>By their numbers in linux/capability.h.</summary>
public enum Capability
{
    /// <summary>
    /// Files of other users: root needs it for a state folder or a board file that is not root's own.
    /// </summary>
    OverrideFileModes = 1,

    /// <summary>Ports below 1024.</summary>
    BindLowPorts = 10,

    /// <summary>A place before all other processes.</summary>
    GoFirst = 23,
}
