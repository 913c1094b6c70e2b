namespace Simulator.Parts;

/// <summary>
/// A part on PMBus: commands of its own shape, words low byte first, a packet error code behind whatever asks for one,
/// status bits that stay until cleared. A transfer with a wrong code changes nothing.
/// </summary>
internal abstract class PmBusPart(int address, Dictionary<byte, PmBusRegister> registers) : I2cPart
{
    protected const byte CmlBadData = 0x40;
    private const byte CmlBadCommand = 0x80;
    private const byte CmlPacketError = 0x20;

    /// <summary>The part's wires are cut, or it has no supply: it acknowledges nothing.</summary>
    public bool Silent { get; set; }

    /// <summary>The command that the transfer in hand is about.</summary>
    protected byte Pointer { get; private set; }

    public override bool Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (Silent)
        {
            return false;
        }

        if (write.Length > 0)
        {
            Pointer = write[0];
            if (!registers.TryGetValue(Pointer, out var register))
            {
                Flag(Tps546Registers.StatusCml, CmlBadCommand);
                return false;
            }

            if (read.Length == 0 && !Write(register, write))
            {
                return false;
            }
        }

        return read.Length == 0 || Read(write.Length > 0, read);
    }

    /// <summary>Takes a value whose length and code were right; false is no acknowledge.</summary>
    protected abstract bool Accept(PmBusRegister register, ReadOnlySpan<byte> data);

    /// <summary>Puts what the part measures into its registers, before one of them is read.</summary>
    protected abstract void Measure();

    protected byte Flags(byte status) => registers[status].Value[0];

    protected void Flag(byte status, byte flag) => registers[status].Value[0] |= flag;

    protected void ClearStatus()
    {
        for (var status = Tps546Registers.StatusVout; status <= Tps546Registers.StatusMfr; status++)
        {
            registers[status].Value[0] = 0;
        }
    }

    protected void SetWord(byte register, ushort word) =>
        registers[register].Value = [(byte)(word & 0xFF), (byte)(word >> 8)];

    /// <summary>STATUS_WORD as the status registers and the output make it.</summary>
    protected ushort Summary(bool on, bool powerGood)
    {
        var (vout, iout, input) =
            (Flags(Tps546Registers.StatusVout), Flags(Tps546Registers.StatusIout), Flags(Tps546Registers.StatusInput));
        var word = Bit(vout != 0, 15) | Bit(iout != 0, 14) | Bit(input != 0, 13)
            | Bit(Flags(Tps546Registers.StatusMfr) != 0, 12)
            | Bit(!powerGood, 11) | Bit(!on, 6) | Bit((vout & 0x80) != 0, 5) | Bit((iout & 0x80) != 0, 4)
            | Bit((input & 0x10) != 0, 3)
            | Bit(Flags(Tps546Registers.StatusTemperature) != 0, 2) | Bit(Flags(Tps546Registers.StatusCml) != 0, 1);
        return (ushort)word;
    }

    private static int Bit(bool set, int bit) => set ? 1 << bit : 0;

    private bool Write(PmBusRegister register, ReadOnlySpan<byte> write)
    {
        var data = write[1..];
        var size = register.Shape switch
        {
            PmBusShape.Send => 0,
            PmBusShape.Block => register.Value.Length + 1,
            _ => register.Value.Length,
        };
        if (data.Length == 0 && size > 0)
        {
            return true; // Sets the pointer for a read that follows.
        }

        if (data.Length == size + 1)
        {
            if (PmBusNumber.PacketErrorCode([(byte)(address << 1), .. write[..^1]]) != write[^1])
            {
                Flag(Tps546Registers.StatusCml, CmlPacketError);
                return false;
            }

            data = data[..^1];
        }

        if (data.Length != size)
        {
            return false;
        }

        if (register.ReadOnly || (register.Shape == PmBusShape.Block && data[0] != register.Value.Length))
        {
            Flag(Tps546Registers.StatusCml, CmlBadData);
            return false;
        }

        return Accept(register, data);
    }

    private bool Read(bool joined, Span<byte> read)
    {
        if (!registers.TryGetValue(Pointer, out var register) || register.Shape == PmBusShape.Send)
        {
            Flag(Tps546Registers.StatusCml, CmlBadCommand);
            return false;
        }

        Measure();
        var answer = register.Shape == PmBusShape.Block
            ? register.Value.Prepend((byte)register.Value.Length).ToArray()
            : register.Value;
        var (write, readAddress) = ((byte)(address << 1), (byte)(address << 1 | 1));
        var code = joined
            ? PmBusNumber.PacketErrorCode([write, Pointer, readAddress, .. answer])
            : PmBusNumber.PacketErrorCode([readAddress, .. answer]);
        read.Fill(0xFF);
        byte[] whole = [.. answer, code];
        whole.AsSpan(0, Math.Min(whole.Length, read.Length)).CopyTo(read);
        return true;
    }
}
