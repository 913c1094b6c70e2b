using System.Buffers.Binary;

namespace Drivers.Hashing.Cpu;

/// <summary>
/// What <see cref="CpuChain"/> and <see cref="CpuPort"/> say to each other, byte for byte as over a wire: whole desired
/// state one way, results the other. Numbers are little-endian.
/// </summary>
internal static class CpuFrames
{
    //  job:  'J' | slot | 0 0 | version mask (4) | header (80)
    //  duty: 'D' | 0 0 0 | hundredths of a percent (4)
    public const byte Job = (byte)'J';
    public const byte Duty = (byte)'D';
    public const int JobSize = 8 + BlockHeader.Size;
    public const int DutySize = 8;

    //  nonce:    'N' | slot | thread (2) | nonce (4) | version bits (4) | 0 0 0 0
    //  progress: 'P' | 0    | thread (2) | hashes since the last one (8) | 0 0 0 0
    public const byte Nonce = (byte)'N';
    public const byte Progress = (byte)'P';
    public const int AnswerSize = 16;

    private const double DutyUnits = 100;

    public static int WriteJob(Span<byte> frame, int slot, in Work work)
    {
        frame[..8].Clear();
        frame[0] = Job;
        frame[1] = checked((byte)slot);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], work.VersionMask);
        work.Header.Write(frame[8..]);
        return JobSize;
    }

    public static (int Slot, Work Work) ReadJob(ReadOnlySpan<byte> frame) =>
        (frame[1], new(BlockHeader.Read(frame[8..]), BinaryPrimitives.ReadUInt32LittleEndian(frame[4..])));

    public static int WriteDuty(Span<byte> frame, Megahertz clock)
    {
        frame[..DutySize].Clear();
        frame[0] = Duty;
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], (uint)Math.Round(clock.Value * DutyUnits));
        return DutySize;
    }

    /// <summary>The part of its time that a thread may hash.</summary>
    public static double ReadDuty(ReadOnlySpan<byte> frame) => Math.Min(
        BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]) / DutyUnits / CpuConfig.FullDuty.Value, 1);

    public static void WriteNonce(Span<byte> frame, in FoundNonce found)
    {
        frame[0] = Nonce;
        frame[1] = checked((byte)found.Slot);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[2..], checked((ushort)found.Chip));
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], found.Nonce);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], found.VersionBits);
        frame[12..AnswerSize].Clear();
    }

    public static FoundNonce ReadNonce(ReadOnlySpan<byte> frame) => new(
        Slot: frame[1],
        Nonce: BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]),
        VersionBits: BinaryPrimitives.ReadUInt32LittleEndian(frame[8..]),
        Chip: BinaryPrimitives.ReadUInt16LittleEndian(frame[2..]),
        Core: 0);

    public static void WriteProgress(Span<byte> frame, int thread, long hashes)
    {
        frame[..AnswerSize].Clear();
        frame[0] = Progress;
        BinaryPrimitives.WriteUInt16LittleEndian(frame[2..], checked((ushort)thread));
        BinaryPrimitives.WriteInt64LittleEndian(frame[4..], hashes);
    }

    public static (int Thread, long Hashes) ReadProgress(ReadOnlySpan<byte> frame) =>
        (BinaryPrimitives.ReadUInt16LittleEndian(frame[2..]), BinaryPrimitives.ReadInt64LittleEndian(frame[4..]));
}
