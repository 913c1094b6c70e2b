using System.Buffers.Binary;

namespace Drivers.Hashing.Bitfury;

/// <summary>What a chip says while it is given a job: sixteen results, and which of its two jobs it hashes.</summary>
internal readonly ref struct Answer(ReadOnlySpan<byte> bytes)
{
    public const int Size = JobWords.Count * sizeof(uint);

    private const int JobSelectAt = 16;
    private const int GuardAt = 17;
    private const int WordsTold = 18;

    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>0 or all ones; turns over when the chip has gone on to the newest job.</summary>
    public uint JobSelect => this[JobSelectAt];

    /// <summary>Two words can only be all zeros or all ones: anything else was damaged on the way.</summary>
    public bool IsSound => IsConstant(JobSelect) && IsConstant(this[GuardAt]);

    /// <summary>Nothing drives the wire, or the chip has no power.</summary>
    public bool IsMute => bytes[..(WordsTold * sizeof(uint))].IndexOfAnyExcept(bytes[0]) < 0 && IsConstant(this[0]);

    public uint this[int word] => BinaryPrimitives.ReadUInt32LittleEndian(bytes[(word * sizeof(uint))..]);

    private static bool IsConstant(uint word) => word is 0 or uint.MaxValue;
}
