using System.Numerics;

namespace Simulator.Chips;

/// <summary>The cores of one chip: their own registers, and which of them may hash and report.</summary>
internal sealed class CoreArray(Silicon silicon)
{
    private const int Registers = 32;
    private const byte EnableRegister = 0x02;
    private const byte Enabled = 0xAA;

    private readonly byte[,] registers = new byte[silicon.Cores, Registers];
    private int opened;
    private CoreSet last = CoreSet.Empty;

    /// <summary>The registers are what they are after a reset.</summary>
    public void Reset()
    {
        Array.Clear(registers);
        foreach (var (register, value) in silicon.CorePowerOn)
        {
            for (var core = 0; core < silicon.Cores; core++)
            {
                registers[core, register] = value;
            }
        }
    }

    /// <summary>No core has had its null job.</summary>
    public void Close() => opened = 0;

    /// <summary>A null job has come for the next core.</summary>
    public void OpenNext() => opened = Math.Min(opened + 1, silicon.Cores);

    /// <summary>The core mailbox: bit 31 all cores, else 23-16 which; bit 15 write; 12-8 register; 7-0 value.</summary>
    /// <returns>What the reply register holds then, where the word reads.</returns>
    public uint? Obey(uint word)
    {
        var core = (int)(word >> 16 & 0xFF);
        var register = (int)(word >> 8 & 0x1F);
        var all = (word & 0x8000_0000) != 0;
        if (!all && core >= silicon.Cores)
        {
            return null;
        }

        if ((word & 0x8000) == 0)
        {
            return word & 0xFFFF_FF00 | registers[all ? 0 : core, register];
        }

        for (var i = all ? 0 : core; i <= (all ? silicon.Cores - 1 : core); i++)
        {
            registers[i, register] = (byte)(word & 0xFF);
        }

        return null;
    }

    /// <summary>Those that hash and may report.</summary>
    /// <param name="misc">The register with the result gates.</param>
    /// <param name="deadQuarter">The quarter that does not hash, or null.</param>
    public CoreSet Open(uint misc, int? deadQuarter)
    {
        var open = new bool[silicon.Cores];
        for (var core = 0; core < open.Length; core++)
        {
            open[core] = (!silicon.NeedsCoreEnable || registers[core, EnableRegister] == Enabled)
                && (!silicon.NeedsOpenCore || core < opened)
                && GateIsOpen(core, misc)
                && core * 4 / silicon.Cores != deadQuarter;
        }

        return last.SameAs(open) ? last : last = new CoreSet(open);
    }

    /// <summary>Each of the gates that the model has opens its share of the cores, the lowest bit the first.</summary>
    private bool GateIsOpen(int core, uint misc)
    {
        if (silicon.Gates == 0)
        {
            return true;
        }

        var share = core * BitOperations.PopCount(silicon.Gates) / silicon.Cores;
        var bits = (uint)silicon.Gates;
        for (; share > 0; share--)
        {
            bits &= bits - 1;
        }

        return (misc >> 28 & bits & (~bits + 1)) != 0;
    }
}
