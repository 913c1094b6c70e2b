namespace Simulator.Parts;

/// <summary>One fan channel of an EMC2103 or EMC230x: eight bits of drive, a tach counter of thirteen.</summary>
internal sealed class FanDrive
{
    private const double CyclesPerMinute = 32_768 * 60;
    private const int Overrun = 0x1FFF;

    private byte latchedLow = 0xFF;

    public byte Setting { get; set; }

    /// <summary>Bit 7 closed loop, 6:5 range, 4:3 edges, 2:0 update; 0x2B after power-on.</summary>
    public byte Configuration { get; set; } = 0x2B;

    /// <summary>What the fan really does; two poles, so five edges a turn.</summary>
    public double Rpm { get; set; }

    public double Duty => Setting / 255.0;

    /// <summary>The counter's upper byte. Reading it latches the lower one.</summary>
    public byte ReadTachHigh()
    {
        var count = Count();
        latchedLow = (byte)(count << 3 & 0xF8);
        return (byte)(count >> 5);
    }

    public byte ReadTachLow() => latchedLow;

    /// <summary>
    /// Cycles of 32.768 kHz while the configured edges pass, as many times slower counted as the range says: for two
    /// poles, five edges are one turn, and the datasheet's constant of 3,932,160 is twice the cycles of a minute.
    /// </summary>
    private int Count()
    {
        if (Rpm <= 0)
        {
            return Overrun;
        }

        var range = 1 << (Configuration >> 5 & 0x3);
        var turns = ((Configuration >> 3 & 0x3) * 2 + 2) / 4.0; // 3, 5, 7 or 9 edges.
        return (int)Math.Min(Math.Round(2 * CyclesPerMinute * range * turns / Rpm), Overrun);
    }
}
