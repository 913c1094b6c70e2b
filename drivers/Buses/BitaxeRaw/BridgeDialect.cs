namespace Drivers.Buses.BitaxeRaw;

/// <summary>
/// How a USB bridge frames its answers. Known from the bridge's USB identity or from the board file, never by trial:
/// an answer of one dialect can look like the header of another.
/// </summary>
public enum BridgeDialect : byte
{
    /// <summary>bitaxe-raw, EmberOne firmware x.0: the length counts the data alone, but in errors the whole.</summary>
    V0,

    /// <summary>EmberOne firmware from x.1 on, RHAP-D: the length counts all; a status follows the id.</summary>
    V1,

    /// <summary>Bonanza bridge: the length counts the whole, errors are payloads of one byte.</summary>
    Bonanza,
}
