using System.Text.Json;

namespace Firmware.StratumV2;

/// <summary>Frames whose bytes SRI stratum 26802203 parsed and serialised again, by the spec's name.</summary>
internal static class FrameVectors
{
    public static readonly Dictionary<string, byte[]> All = Load("frames.json")
        .GetProperty("frames")
        .EnumerateObject()
        .ToDictionary(frame => frame.Name, frame => Convert.FromHexString(frame.Value.GetString()!));

    public static JsonElement Load(string file) => JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "StratumV2", "Vectors", file)))
        .RootElement;

    /// <summary>A frame over bytes that hold a header and a payload.</summary>
    public static Frame Parse(ReadOnlySpan<byte> bytes) =>
        new(FrameHeader.Read(bytes), bytes[FrameHeader.Size..]);
}
