namespace Drivers.Hashing.Bm13xx.Decoding;

/// <summary>Captured bytes of one side, without a break.</summary>
public readonly record struct WireRun(WireSide Side, byte[] Bytes);

/// <summary>One field of a frame, for people.</summary>
public readonly record struct Detail(string Name, string Value);

/// <summary>What one frame of a capture is, or what bytes belong to none.</summary>
/// <param name="Sender">Who sent it; known of every frame.</param>
/// <param name="Offset">Of its first byte among the bytes of its stream.</param>
/// <param name="Missing">How many bytes of the frame are not there.</param>
/// <param name="IsFrame">False for bytes that belong to no frame.</param>
/// <param name="IsSound">A whole frame with the right checksum.</param>
public sealed record Explanation(
    WireSide Sender,
    int Offset,
    int Length,
    int Missing,
    bool IsFrame,
    bool IsSound,
    string Title,
    IReadOnlyList<Detail> Details);
