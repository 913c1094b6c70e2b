using System.Globalization;
using System.Text;

namespace Firmware.StratumV2;

/// <summary>Frames as text for people: the spec's tables, name, type and value. Not for hot paths.</summary>
public static class FrameText
{
    /// <summary>Name, length and every field, then what follows the last one; no line break at the end.</summary>
    /// <exception cref="ProtocolException">The payload of a known message is malformed.</exception>
    public static string Describe(Frame frame)
    {
        var layout = MessageLayout.Of(frame);
        var text = new StringBuilder(Title(frame, layout?.Name));
        var payload = new PayloadReader(frame.Payload);
        var table = new List<(string Name, string Type, string Value)>();
        foreach (var field in layout?.Fields ?? [])
        {
            var absent = field.MayBeAbsent && payload.Rest.IsEmpty;
            table.Add((field.Name, field.Type.Name, absent ? "absent" : field.Type.Read(ref payload)));
        }

        if (!payload.Rest.IsEmpty)
        {
            table.Add(("trailing", $"{payload.Rest.Length} bytes", FieldText.Hex(payload.Rest)));
        }

        AppendTable(text, table);
        return text.ToString();
    }

    /// <summary>Three columns; further lines of a value stand under its name.</summary>
    internal static void AppendTable(StringBuilder text, IReadOnlyList<(string Name, string Type, string Value)> table)
    {
        var names = table.Select(row => row.Name.Length).DefaultIfEmpty().Max();
        var types = table.Select(row => row.Type.Length).DefaultIfEmpty().Max();
        foreach (var (name, type, value) in table)
        {
            text.Append("\n  ").Append(name.PadRight(names))
                .Append("  ").Append(type.PadRight(types))
                .Append("  ").Append(value);
        }
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
}
