using System.Numerics;

namespace Drivers.Hashing.Bm13xx;

/// <summary>From work to a job frame, and from a result back to the work's slot. Encodes on any thread.</summary>
internal sealed class JobEncoder(ChipModel model)
{
    private readonly Lock gate = new();
    private readonly uint[] masks = new uint[model.Slots];
    private uint rolledMask = VersionRolling.HeaderMask;
    private bool tellsMask;
    private bool holds;
    private bool hasKept;
    private int sent;
    private int keptSlot;
    private Work kept;

    public int FrameSize => model.Format == JobFormat.FullHeader
        ? Commands.SizeMax + JobFrame.Size
        : MidstateFrame.SizeMax;

    /// <summary>Of the newest work.</summary>
    public uint RolledMask => Volatile.Read(ref rolledMask);

    /// <summary>What the chips were told to roll.</summary>
    public uint ToldMask => Volatile.Read(ref tellsMask) ? RolledMask : VersionRolling.HeaderMask;

    /// <summary>A job was encoded since the chips began to hash.</summary>
    public bool HasSent => Volatile.Read(ref sent) > 0;

    /// <summary>No slot was used a second time since.</summary>
    public bool IsFirstRound => Volatile.Read(ref sent) <= model.Slots;

    /// <summary>Whether work is kept instead of encoded.</summary>
    public bool Holds
    {
        set
        {
            lock (gate)
            {
                holds = value;
            }
        }
    }

    /// <summary>Before the chips begin to hash.</summary>
    public void Reset()
    {
        lock (gate)
        {
            Volatile.Write(ref sent, 0);
            hasKept = false;
            holds = false;
        }
    }

    /// <returns>The length of the frame, 0 where the work was kept.</returns>
    public int Encode(int slot, in Work work, Span<byte> frame)
    {
        lock (gate)
        {
            Volatile.Write(ref sent, Math.Min(sent + 1, model.Slots + 1));
            Volatile.Write(ref rolledMask, work.VersionMask);
            if (!holds)
            {
                return Write(slot, work, frame);
            }

            _ = model.JobIdByte(slot);
            (hasKept, keptSlot, kept) = (true, slot, work);
            return 0;
        }
    }

    /// <summary>Writes the work that was kept, if there is any.</summary>
    public int TakeKept(Span<byte> frame)
    {
        lock (gate)
        {
            if (!hasKept || holds)
            {
                return 0;
            }

            hasKept = false;
            return Write(keptSlot, kept, frame);
        }
    }

    public FoundNonce Found(in Response response, int chips)
    {
        var slot = model.Slot(response.ResultHeader);
        var version = model.RollsVersions
            ? VersionRolling.ToHeader(response.Version)
            : MidstateFrame.Deposit((uint)model.Below(response.ResultHeader), MaskOf(slot));
        return new FoundNonce(
            slot,
            response.Nonce,
            version,
            NonceSpace.Chip(model, response.Value, chips),
            NonceSpace.Core(model, response.Value));
    }

    private uint MaskOf(int slot) => slot < masks.Length ? Volatile.Read(ref masks[slot]) : 0;

    private int Write(int slot, in Work work, Span<byte> frame)
    {
        var id = model.JobIdByte(slot);
        if (model.Format == JobFormat.Midstates)
        {
            Volatile.Write(ref masks[slot], work.VersionMask);
            var count = model.Midstates(BitOperations.PopCount(work.VersionMask));
            return MidstateFrame.Write(model.Commands, id, work, count, frame);
        }

        // Once a pool allowed fewer bits, every job brings its own: whether the one before was sent is not known here.
        var length = 0;
        Volatile.Write(ref tellsMask, tellsMask || work.VersionMask != VersionRolling.HeaderMask);
        if (tellsMask)
        {
            var mask = VersionRolling.FromHeaderMask(work.VersionMask);
            length = model.Commands.WriteAll(RegisterWrite.Of(mask), frame);
        }

        return length + JobFrame.Write(id, work.Header, frame[length..]);
    }
}
