using System.Buffers.Binary;
using System.Text;

namespace Firmware.StratumV2.Messages.Extensions;

/// <summary>
/// The worker's name behind a share, as a TLV. Extension 0x0002. The specification's worked bytes have the numbers of
/// a TLV most significant byte first, and the reference implementation as all others: ours leave as the latter, and
/// both are read (SV2 reference §2.5, D2).
/// </summary>
public static class WorkerIdentity
{
    // | extension, U16 | field, U8 | length, U16 | value |
    public const ushort ExtensionType = 0x0002;

    /// <summary>Bytes of UTF-8 that a name may have.</summary>
    public const int Max = 32;

    private const byte Field = 0x01;
    private const int HeaderSize = 5;
    private const int LengthOffset = 3;

    /// <summary>Nobody has that many extensions: whatever stands behind so many fields is not looked at.</summary>
    private const int FieldsMax = 16;

    /// <summary>As much of a name as fits, in whole characters.</summary>
    public static byte[] Encode(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var bytes = new byte[Max];
        Encoding.UTF8.GetEncoder().Convert(name, bytes, flush: true, out _, out var used, out _);
        return bytes[..used];
    }

    /// <summary>Writes the TLV; nothing for an empty name.</summary>
    public static void Write(ref PayloadWriter payload, scoped ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return;
        }

        payload.U16(ExtensionType);
        payload.U8(Field);
        payload.B064K(name);
    }

    /// <summary>
    /// The name among what follows a message's last field; empty where there is none, or nothing but nonsense. Whatever
    /// it is, it costs the message nothing.
    /// </summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> trailing)
    {
        var name = Find(trailing, isBigEndian: false);
        return name.IsEmpty ? Find(trailing, isBigEndian: true) : name;
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> trailing, bool isBigEndian)
    {
        for (var i = 0; i < FieldsMax && trailing.Length >= HeaderSize; i++)
        {
            int length = U16(trailing[LengthOffset..], isBigEndian);
            var value = trailing[HeaderSize..];
            if (length > value.Length)
            {
                return default;
            }

            if (U16(trailing, isBigEndian) == ExtensionType && trailing[2] == Field)
            {
                return length <= Max ? value[..length] : default;
            }

            trailing = value[length..];
        }

        return default;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, bool isBigEndian) => isBigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(bytes)
        : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
