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
        var layout = MessageLayout.Of(frame);
        var text = new StringBuilder(Title(frame, layout?.Name));
        var payload = new PayloadReader(frame.Payload);
        foreach (var field in layout?.Fields ?? [])
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

    private static string Title(Frame frame, string? name)
    {
        var core = frame.ExtensionType == 0;
        var extension = core ? "" : $" of extension 0x{frame.ExtensionType:X4}";
        var wrongBit = name is not null && frame.ChannelBit != (core && ((MessageType)frame.Type).HasChannelBit);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name ?? "Unknown message"} (0x{frame.Type:X2}{extension}), {frame.Payload.Length} bytes"
            + $"{(wrongBit ? ", wrong channel bit" : "")}");
    }

    private static void AppendField(StringBuilder text, string name, string value) =>
        text.Append("\n  ").Append(name).Append(": ").Append(value);
}
