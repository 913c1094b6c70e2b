using System.Buffers.Binary;
using Drivers.Hashing;

namespace Simulator.Chips;

/// <summary>What the chips of a chain share: the wire towards the host, and what is broken.</summary>
internal interface IChipWire
{
    /// <summary>Puts a frame behind those that wait already.</summary>
    void Send(ReadOnlySpan<byte> frame, bool isResult);

    void JobArrived(in BlockHeader header, byte slot);

    /// <summary>One set-address command is taken by one chip: true for the first that asks.</summary>
    bool TakeAddress();
}

/// <summary>One BM1370 at its pins: enumerated, ungated, enabled and clocked, it answers with work.</summary>
internal sealed class Bm1370(int zeroBits, Random random, Faults faults, IChipWire wire)
{
    public const int ResetBaud = 115_741; // 25 MHz / (8 · 27)

    private const double CrystalMegahertz = 25;
    private const byte CoreEnabled = 0xAA;
    private const double HashesPerCount = 1L << 32;

    private readonly Dictionary<byte, uint> registers = [];
    private readonly byte[,] coreRegisters = new byte[HashEngine.Cores, 32];
    private readonly CommandParser parser = new();
    private readonly HashEngine engine = new(zeroBits, random);
    private readonly List<ChipResult> results = [];
    private readonly double[] hashCounters = new double[4];
    private double errorCounter;
    private byte address;
    private bool addressed;
    private bool inactive;
    private Clocking clocking;

    /// <summary>Bits per second on its own pins.</summary>
    public int Baud { get; private set; } = ResetBaud;

    public double Megahertz => clocking.Megahertz;

    /// <summary>Whether any core hashes a job right now.</summary>
    public bool Hashing => engine.Loaded && clocking.Hashes;

    /// <summary>What healthy silicon of this state computes; the simulated part of it is less.</summary>
    public double HashRate => Hashing ? Megahertz * 1e6 * HashEngine.HashUnits * OpenFraction : 0;

    private double OpenFraction => (double)UInt128.PopCount(clocking.Cores) / HashEngine.Cores;

    /// <summary>Everything as it is when NRST rises.</summary>
    public void Reset()
    {
        registers.Clear();
        foreach (var (register, value) in Bm1370Registers.PowerOn)
        {
            registers[register] = value;
        }

        for (var core = 0; core < HashEngine.Cores; core++)
        {
            coreRegisters[core, 0x00] = 0x52;
            coreRegisters[core, 0x02] = 0x55;
        }

        parser.Reset();
        engine.Drop();
        Array.Clear(hashCounters);
        errorCounter = 0;
        address = 0;
        addressed = false;
        inactive = false;
        Baud = ResetBaud;
        Derive();
    }

    public void Receive(byte received)
    {
        if (parser.Push(received, out var body))
        {
            Obey(body);
        }
    }

    /// <summary>Hashes for as long as said.</summary>
    public void Run(double seconds)
    {
        if (!Hashing)
        {
            return;
        }

        CountHashes(seconds);
        engine.Run(seconds, clocking, results);
        foreach (var result in results)
        {
            Report(result);
        }

        results.Clear();
    }

    private void Obey(ReadOnlySpan<byte> body)
    {
        switch (body[0])
        {
            case CommandParser.JobHeader:
                TakeJob(body);
                break;
            case 0x53:
                inactive = true;
                addressed = false;
                address = 0;
                break;
            case 0x40:
                TakeAddress(body[2]);
                break;
            case 0x42 or 0x52 when body[0] == 0x52 || body[2] == address:
                Answer(body[3], Read(body[3]));
                break;
            case 0x41 or 0x51 when body[0] == 0x51 || body[2] == address:
                Write(body[3], BinaryPrimitives.ReadUInt32BigEndian(body[4..]));
                break;
            default:
                break; // A command for another chip.
        }
    }

    /// <summary>Only a chip that was told to be inactive listens to addresses, and only once.</summary>
    private void TakeAddress(byte offered)
    {
        if (inactive && !addressed && wire.TakeAddress())
        {
            address = offered;
            addressed = true;
        }
    }

    private void TakeJob(ReadOnlySpan<byte> body)
    {
        // Without the offset register a chip ignores its address, and its start floats from job to job.
        var offset = Register(0x0C);
        engine.Load(body, (offset & 0x8000_0000) != 0 ? (offset & 0xFFFF) << 9 : null);
        wire.JobArrived(engine.Header, (byte)((body[2] >> 3) & 0x0F));
    }

    private void Write(byte register, uint value)
    {
        if (register == 0x3C)
        {
            WriteCores(value);
        }
        else
        {
            registers[register] = value;
        }

        if (register == 0x28 && !faults.BaudWriteIgnored)
        {
            Baud = Bm1370Registers.Baud(value, Register(0x60));
        }

        Derive();
        if (register == 0x08 && faults.GarbageOnPllWrite)
        {
            Report(new ChipResult(0x0B, (uint)random.NextInt64(1L << 32), 0x5A5A, SmallCore: 5, Excess: 0x77));
        }
    }

    /// <summary>The core mailbox: bit 31 all cores, else 23-16 which; bit 15 write; 12-8 register; 7-0 value.</summary>
    private void WriteCores(uint word)
    {
        var core = (int)(word >> 16 & 0x7F);
        var register = (int)(word >> 8 & 0x1F);
        if ((word & 0x8000) == 0)
        {
            registers[0x40] = word & 0xFFFF_FF00 | coreRegisters[core, register];
            Answer(0x40, registers[0x40]);
            return;
        }

        var (first, last) = (word & 0x8000_0000) != 0 ? (0, HashEngine.Cores - 1) : (core, core);
        for (var i = first; i <= last; i++)
        {
            coreRegisters[i, register] = (byte)(word & 0xFF);
        }
    }

    private uint Read(byte register) => register switch
    {
        0x00 => (uint)faults.ChipId << 16 | address,
        0x08 => Register(0x08) & 0x7FFF_FFFF | (Megahertz > 0 ? 0x8000_0000 : 0),
        0x4C => Counter(errorCounter),
        >= 0x88 and <= 0x8B => Counter(hashCounters[register - 0x88]),
        0x8C => Counter(hashCounters.Sum()),
        _ => Register(register),
    };

    private static uint Counter(double count) => (uint)((ulong)count & uint.MaxValue);

    private uint Register(byte register) => registers.GetValueOrDefault(register);

    /// <summary>What the registers mean for the hash units.</summary>
    private void Derive() => clocking = new Clocking(
        Bm1370Registers.Megahertz(Register(0x08), CrystalMegahertz),
        Register(0x10),
        Register(0x14),
        LongReplies ? (int)(Register(0xA4) & 0xFFFF) : 0,
        OpenCores());

    /// <summary>The version roller also makes every reply two bytes longer.</summary>
    private bool LongReplies => (Register(0xA4) & 0x8000_0000) != 0;

    private UInt128 OpenCores()
    {
        var gates = Register(0x18) >> 28;
        var open = UInt128.Zero;
        for (var core = 0; core < HashEngine.Cores; core++)
        {
            var gateOpen = (gates >> (core / 32) & 1) != 0;
            open |= gateOpen && coreRegisters[core, 0x02] == CoreEnabled ? UInt128.One << core : 0;
        }

        return open;
    }

    private void CountHashes(double seconds)
    {
        for (var quarter = 0; quarter < 4; quarter++)
        {
            var cores = (double)UInt128.PopCount(clocking.Cores >> (32 * quarter) & uint.MaxValue);
            hashCounters[quarter] +=
                Megahertz * 1e6 * HashEngine.HashUnits * cores / HashEngine.Cores * seconds / HashesPerCount;
        }
    }

    private void Report(ChipResult result)
    {
        if (faults.HardwareErrorRate > 0 && random.NextDouble() < faults.HardwareErrorRate)
        {
            result = result with { Nonce = result.Nonce ^ 1u << random.Next(24) };
            errorCounter++;
        }

        Span<byte> frame = stackalloc byte[11];
        BinaryPrimitives.WriteUInt32BigEndian(frame[2..], result.Nonce);
        frame[6] = result.Excess;
        frame[7] = (byte)(result.JobId << 4 | result.SmallCore);
        BinaryPrimitives.WriteUInt16BigEndian(frame[8..], result.RolledBits);
        Finish(frame, type: 0x80);
    }

    private void Answer(byte register, uint value)
    {
        Span<byte> frame = stackalloc byte[11];
        BinaryPrimitives.WriteUInt32BigEndian(frame[2..], value);
        frame[6] = address;
        frame[7] = register;
        frame[8..].Clear();
        Finish(frame, type: 0x00);
    }

    /// <summary>Adds preamble, type and CRC; a short reply leaves out the two bytes before the last.</summary>
    private void Finish(Span<byte> frame, byte type)
    {
        frame = LongReplies ? frame : frame[..9];
        frame[0] = 0xAA;
        frame[1] = 0x55;
        frame[^1] = type;
        frame[^1] |= Crc.Five(frame[2..], (frame.Length - 3) * 8 + 3);
        wire.Send(frame, isResult: type != 0);
    }
}
