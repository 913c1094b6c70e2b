using System.Buffers.Binary;
using Drivers.Hashing;
using Drivers.Hashing.Bm13xx;

namespace Benchmarks;

/// <summary>
/// The least that passes for a chain of chips on its wire: answers what its registers are asked for, and remembers the
/// newest job so that nonces can be made up for it. Hashes nothing and takes no time.
/// </summary>
/// <param name="slotShift">Where the number of the job stands in the header of a result.</param>
internal sealed class ScriptedChip(ChipModel model, int chips = 1, int slotShift = 4)
{
    public const int AnswerSize = 11;

    private const byte Preamble0 = 0x55;
    private const byte Preamble1 = 0xAA;
    private const byte Job = 0x21;
    private const byte ReadAll = 0x52;
    private const byte ReadOne = 0x42;
    private const byte SetAddress = 0x40;
    private const byte Write = 0x41;
    private const byte WriteAll = 0x51;
    private const byte NonceType = 0x80;
    private const byte PllRegister = 0x08;
    private const uint Locked = 0x8000_0000;
    private const int JobSlotShift = 3;

    private readonly byte[] pending = new byte[8192];
    private readonly byte[] answers = new byte[8192];
    private readonly uint[] registers = new uint[256];
    private readonly HashSet<byte> fallen = [];
    private int pendingCount;
    private int answersCount;
    private byte slot;

    public int Jobs { get; private set; }

    /// <summary>Of the newest job; nonce 0.</summary>
    public BlockHeader Header { get; private set; }

    /// <summary>The beginning of a frame waits for its end.</summary>
    public bool Partial => pendingCount > 0;

    /// <summary>What the chip says to what it received; <see cref="ClearAnswers"/> it then.</summary>
    public ReadOnlySpan<byte> Answers => answers.AsSpan(0, answersCount);

    public void ClearAnswers() => answersCount = 0;

    /// <summary>These chips are what they are after a reset, and mute, until each is given its address again.</summary>
    public void Fall(int first, int count)
    {
        for (var chip = first; chip < first + count; chip++)
        {
            fallen.Add(AddressOf(chip));
        }
    }

    public bool HasFallen(int chip) => fallen.Contains(AddressOf(chip));

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(pending.AsSpan(pendingCount));
        pendingCount += bytes.Length;
        var done = 0;
        while (TryFrame(pending.AsSpan(done, pendingCount - done), out var length))
        {
            Obey(pending.AsSpan(done, length));
            done += length;
        }

        pending.AsSpan(done, pendingCount - done).CopyTo(pending);
        pendingCount -= done;
    }

    /// <summary>The frame of a result for the newest job, version bits not rolled.</summary>
    public void WriteNonce(uint nonce, Span<byte> frame)
    {
        frame[..AnswerSize].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(frame[2..], nonce);
        frame[7] = (byte)(slot << slotShift);
        Finish(frame, NonceType);
    }

    private static bool TryFrame(ReadOnlySpan<byte> bytes, out int length)
    {
        length = bytes.Length < 4 ? 0 : bytes[3] + 2;
        return bytes.Length >= 4 && bytes.Length >= length
            ? bytes[0] == Preamble0 && bytes[1] == Preamble1
                ? true
                : throw new InvalidOperationException("The host sent what is no frame.")
            : false;
    }

    private void Obey(ReadOnlySpan<byte> frame)
    {
        switch (frame[2])
        {
            case Job:
                TakeJob(frame);
                break;
            case ReadAll:
                for (var chip = 0; chip < chips; chip++)
                {
                    Answer(AddressOf(chip), frame[5]);
                }

                break;
            case ReadOne:
                Answer(frame[4], frame[5]);
                break;
            case Write or WriteAll:
                registers[frame[5]] = BinaryPrimitives.ReadUInt32BigEndian(frame[6..]);
                break;
            case SetAddress:
                fallen.Remove(frame[4]); // Addresses are dealt out as they are expected.
                break;
            default:
                break;
        }
    }

    private void TakeJob(ReadOnlySpan<byte> frame)
    {
        Jobs++;
        slot = (byte)(frame[4] >> JobSlotShift);
        Header = new BlockHeader
        {
            NBits = BinaryPrimitives.ReadUInt32LittleEndian(frame[10..]),
            NTime = BinaryPrimitives.ReadUInt32LittleEndian(frame[14..]),
            MerkleRoot = ReadGroupsReversed(frame[18..]),
            PreviousHash = ReadGroupsReversed(frame[50..]),
            Version = BinaryPrimitives.ReadUInt32LittleEndian(frame[82..]),
        };
    }

    private static UInt256 ReadGroupsReversed(ReadOnlySpan<byte> bytes)
    {
        Span<byte> straight = stackalloc byte[UInt256.Size];
        for (var group = 0; group < UInt256.Size; group += 4)
        {
            bytes.Slice(UInt256.Size - 4 - group, 4).CopyTo(straight[group..]);
        }

        return UInt256.Read(straight);
    }

    private byte AddressOf(int chip) => NonceSpace.Address(model, chip, chips);

    private void Answer(byte address, byte register)
    {
        if (fallen.Contains(address))
        {
            return;
        }

        var frame = answers.AsSpan(answersCount, AnswerSize);
        frame.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(frame[2..], register switch
        {
            _ when register == ChipId.Address => new ChipId(model.Id, Revision: 0, address).ToBits(),
            PllRegister => registers[PllRegister] | Locked,
            _ => 0,
        });
        frame[6] = address;
        frame[7] = register;
        Finish(frame, type: 0);
        answersCount += AnswerSize;
    }

    /// <summary>Preamble, type, and the five bits that make the checksum of the whole zero.</summary>
    private static void Finish(Span<byte> frame, byte type)
    {
        frame[0] = Preamble1;
        frame[1] = Preamble0;
        do
        {
            frame[AnswerSize - 1] = type++;
        }
        while (Crc.Crc5(frame[2..AnswerSize]) != 0);
    }
}
