using System.Globalization;
using System.Text;

namespace Firmware.StratumV2;

/// <summary>Frames as text for people: the spec's names, a field a line. Not for hot paths.</summary>
public static class FrameText
{
    /// <summary>Name, length and every field, then what follows the last one; no line break at the end.</summary>
    /// <exception cref="ProtocolException">The payload of a known message is malformed.</exception>
    public static string Describe(Frame frame)
    {
        var text = new StringBuilder();
        var payload = new PayloadReader(frame.Payload);
        text.Append(Title(frame));
        foreach (var field in frame.CoreType is { } type ? MessageLayout.Of(type) : [])
        {
            var absent = field.MayBeAbsent && payload.Rest.IsEmpty;
            AppendField(text, field.Name, absent ? "absent" : field.Read(ref payload));
        }

        if (!payload.Rest.IsEmpty)
        {
            AppendField(text, "trailing", FieldText.Hex(payload.Rest));
        }

        return text.ToString();
    }

    private static string Title(Frame frame)
    {
        if (frame.CoreType is { } type)
        {
            var bit = frame.ChannelBit == type.HasChannelBit ? "" : ", wrong channel bit";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{type.SpecName} (0x{frame.Type:X2}), {frame.Payload.Length} bytes{bit}");
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"Message 0x{frame.Type:X2} of extension 0x{frame.ExtensionType:X4}, {frame.Payload.Length} bytes");
    }

    private static void AppendField(StringBuilder text, string name, string value) =>
        text.Append("\n  ").Append(name).Append(": ").Append(value);
}
