using System.Buffers.Binary;
using Firmware.StratumV2;
using Firmware.StratumV2.Noise;

namespace Fuzz.Targets;

/// <summary>Frames as an input spells them, so that they can be sealed: | ext | type | length, 2 | … |.</summary>
internal ref struct FrameScript(ReadOnlySpan<byte> rest)
{
    private const int Prefix = 4;

    private ReadOnlySpan<byte> rest = rest;

    /// <summary>The next plain frame; false at the end. A length beyond the end means all that is left.</summary>
    public bool TryNext(out byte[] frame)
    {
        frame = [];
        if (rest.Length < Prefix)
        {
            return false;
        }

        var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]), rest.Length - Prefix);
        frame = new byte[FrameHeader.Size + length];
        new FrameHeader((ushort)(rest[0] & 0x7F), (rest[0] & 0x80) != 0, rest[1], length).Write(frame);
        rest.Slice(Prefix, length).CopyTo(frame.AsSpan(FrameHeader.Size));
        rest = rest[(Prefix + length)..];
        return true;
    }

    /// <summary>The other way round: a plain frame as an input spells it.</summary>
    public static byte[] Spell(ReadOnlySpan<byte> frame)
    {
        var header = FrameHeader.Read(frame);
        var spelt = new byte[Prefix + header.PayloadLength];
        spelt[0] = (byte)(header.ExtensionType | (header.ChannelBit ? 0x80 : 0));
        spelt[1] = header.Type;
        BinaryPrimitives.WriteUInt16LittleEndian(spelt.AsSpan(2), (ushort)header.PayloadLength);
        frame[FrameHeader.Size..].CopyTo(spelt.AsSpan(Prefix));
        return spelt;
    }

    /// <summary>Seals every frame of a script.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> script, CipherState cipher)
    {
        var sealer = new FrameSealer(cipher);
        var frames = new FrameScript(script);
        var wire = new List<byte>();
        while (frames.TryNext(out var plain))
        {
            var sealedFrame = new byte[FrameSealer.SealedLength(plain.Length - FrameHeader.Size)];
            wire.AddRange(sealedFrame.AsSpan(0, sealer.Seal(plain, sealedFrame)));
        }

        return [.. wire];
    }

    /// <summary>The same frames without a cipher.</summary>
    public static byte[] Plain(ReadOnlySpan<byte> script)
    {
        var frames = new FrameScript(script);
        var wire = new List<byte>();
        while (frames.TryNext(out var plain))
        {
            wire.AddRange(plain);
        }

        return [.. wire];
    }
}
