using System.Buffers.Binary;

namespace Fuzz.Targets;

/// <summary>What may happen to a client.</summary>
internal enum ActKind : byte
{
    /// <summary>A frame from the pool: | ext and bit | type | payload |.</summary>
    Frame,

    /// <summary>Bytes that are no whole frame, or several.</summary>
    Raw,

    /// <summary>Tenths of a second.</summary>
    Pass,

    /// <summary>The chips find so many shares of the newest job, and of the one before it.</summary>
    Shares,

    /// <summary>The wire takes so many bytes more.</summary>
    Room,

    /// <summary>The pool closes the connection.</summary>
    HangUp,

    /// <summary>The miner itself goes.</summary>
    Goodbye,
}

/// <summary>The steps of a story as an input spells them: | kind | length, 2 | body |.</summary>
internal ref struct Act(ReadOnlySpan<byte> rest)
{
    private const int Prefix = 3;
    private const int Kinds = 7;

    private ReadOnlySpan<byte> rest = rest;

    /// <summary>False at the end. A length beyond the end means all that is left.</summary>
    public bool TryNext(out ActKind kind, out ReadOnlySpan<byte> body)
    {
        kind = default;
        body = default;
        if (rest.Length < Prefix)
        {
            return false;
        }

        kind = (ActKind)(rest[0] % Kinds);
        var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(rest[1..]), rest.Length - Prefix);
        body = rest.Slice(Prefix, length);
        rest = rest[(Prefix + length)..];
        return true;
    }

    /// <param name="frame">Whole and plain.</param>
    public static byte[] Frame(byte[] frame) =>
        Spell(ActKind.Frame, [(byte)(frame[0] | (frame[1] & 0x80)), frame[2], .. frame.AsSpan(6)]);

    public static byte[] Raw(params byte[] bytes) => Spell(ActKind.Raw, bytes);

    public static byte[] Pass(TimeSpan time) => Spell(ActKind.Pass, Number((ushort)(time.TotalSeconds * 10)));

    public static byte[] Shares(byte count) => Spell(ActKind.Shares, [count]);

    public static byte[] Room(ushort bytes) => Spell(ActKind.Room, Number(bytes));

    public static byte[] HangUp() => Spell(ActKind.HangUp, []);

    public static byte[] Goodbye() => Spell(ActKind.Goodbye, []);

    private static byte[] Spell(ActKind kind, byte[] body) => [(byte)kind, .. Number((ushort)body.Length), .. body];

    private static byte[] Number(ushort number)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, number);
        return bytes;
    }
}
