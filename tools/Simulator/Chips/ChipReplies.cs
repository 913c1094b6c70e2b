using System.Buffers.Binary;

namespace Simulator.Chips;

/// <summary>Puts what a chip has to say into frames.</summary>
internal sealed class ChipReplies(Silicon silicon, int index, Random random, IChipWire wire)
{
    private const int LongFrame = 11;
    private const int ShortFrame = 9;
    private const int Preamble = 2;
    private const byte IsResult = 0x80;
    private const int CrcBits = 5;

    private static readonly TimeSpan StaleAfter = TimeSpan.FromMilliseconds(5);

    private (ChipResult Result, byte Address, int Midstates)? heldBack;
    private byte solutions;

    /// <summary>Whether the version roller is on, which makes every reply two bytes longer.</summary>
    public bool AreLong { get; set; }

    public void Reset()
    {
        heldBack = null;
        solutions = 0;
    }

    /// <summary>What was held back of the job before comes now, and late.</summary>
    public void NewJob(SiliconJob job, TimeSpan at)
    {
        solutions = 0;
        if (heldBack is var (result, address, midstates))
        {
            heldBack = null;
            Put(result with { At = at + StaleAfter }, address, midstates);
        }
    }

    /// <param name="midstates">How many the job brought; 0 for a full header.</param>
    public void Result(in ChipResult result, byte address, int midstates)
    {
        if (wire.Faults.StaleResults && heldBack is null)
        {
            heldBack = (result, address, midstates);
            return;
        }

        Put(result, address, midstates);
    }

    public void Register(byte register, uint value, byte address, TimeSpan at)
    {
        Span<byte> frame = stackalloc byte[LongFrame];
        frame.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(frame[Preamble..], value);
        frame[6] = silicon.Preamble ? address : (byte)0; // The oldest chips say it in their identity alone.
        frame[7] = register;
        Finish(frame, type: 0, at);
    }

    /// <summary>A result of a capture, whole and right for a job that nobody sent.</summary>
    public void Wedged(TimeSpan at)
    {
        Span<byte> frame = [0, 0, 0x18, 0x00, 0xA6, 0x40, 0x02, 0x99, 0x22, 0xF9, 0];
        Finish(frame, IsResult, at);
    }

    private void Put(in ChipResult result, byte address, int midstates)
    {
        Span<byte> frame = stackalloc byte[LongFrame];
        BinaryPrimitives.WriteUInt32BigEndian(frame[Preamble..], result.Nonce);
        frame[6] = silicon.Preamble ? (byte)Math.Min(result.Excess * silicon.ExcessSteps, 255) : solutions;
        frame[7] = Header(result, midstates);
        BinaryPrimitives.WriteUInt16BigEndian(frame[8..], result.RolledBits);
        unchecked
        {
            solutions++;
        }

        Finish(frame, IsResult, result.At);
        if (Chance(wire.Faults.UnaskedReplyRate))
        {
            Register(0x18, 0x0000_C100, address, result.At);
        }
    }

    /// <summary>The job's id and, in its low bits, which of the headers that a core hashes at a time.</summary>
    private byte Header(in ChipResult result, int midstates)
    {
        var id = (byte)((result.JobId & silicon.IdMask) << silicon.IdShift);
        if (Chance(wire.Faults.WrongJobIdRate))
        {
            id ^= 0x40; // A bit of every model's id.
        }

        var slip = silicon.SmallCoreSlips > 0 && random.NextDouble() < silicon.SmallCoreSlips ? 4 : 0;
        var lane = result.Lane ^ slip;
        return midstates > 0 ? (byte)(id & ~(midstates - 1) | lane) : (byte)(id | lane);
    }

    private bool Chance(double rate) => rate > 0 && random.NextDouble() < rate;

    /// <summary>Adds preamble, type and CRC; a short reply leaves out the two bytes before the last.</summary>
    private void Finish(Span<byte> frame, byte type, TimeSpan at)
    {
        frame = AreLong ? frame : frame[..ShortFrame];
        frame[0] = 0xAA;
        frame[1] = 0x55;
        frame[^1] = type;
        frame[^1] |= Crc.Five(frame[Preamble..], (frame.Length - Preamble) * 8 - CrcBits);
        wire.Send(index, silicon.Preamble ? frame : frame[Preamble..], isResult: type != 0, at);
    }
}
