namespace Drivers.Hashing.Bm13xx;

/// <summary>The commands between the chips' first answer and the change of baud rate, in their order.</summary>
internal static class BringUpCommands
{
    public static byte[][] Make(ChipModel model, int chips, TicketMask ticket)
    {
        var frames = new List<byte[]>();
        Add(frames, frame => Commands.WriteAll(VersionRolling.All, frame));
        AddAll(frames, model.BeforeAddressing);
        Add(frames, frame => Commands.ChainInactive(frame));
        for (var chip = 0; chip < chips; chip++)
        {
            var address = NonceSpace.Address(chip, chips);
            Add(frames, frame => Commands.SetAddress(address, frame));
        }

        AddAll(frames, model.BeforeTicket);
        Add(frames, frame => Commands.WriteAll(ticket, frame));
        AddAll(frames, model.AfterTicket);
        for (var chip = 0; chip < chips; chip++)
        {
            var address = NonceSpace.Address(chip, chips);
            foreach (var write in model.EachChip)
            {
                Add(frames, frame => Commands.Write(address, write.Register, write.Bits, frame));
            }
        }

        AddAll(frames, model.AtTheEnd);
        return [.. frames];
    }

    private static void AddAll(List<byte[]> frames, RegisterWrite[] writes)
    {
        foreach (var write in writes)
        {
            Add(frames, frame => Commands.WriteAll(write.Register, write.Bits, frame));
        }
    }

    private static void Add(List<byte[]> frames, Func<byte[], int> write)
    {
        var frame = new byte[Commands.SizeMax];
        frames.Add(frame[..write(frame)]);
    }
}
