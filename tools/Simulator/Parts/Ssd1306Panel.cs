namespace Simulator.Parts;

/// <summary>
/// Solomon SSD1306 at its wires: a stream of commands and of columns into a memory that holds anything after power-on.
/// Page addressing only. Every command takes its own number of bytes.
/// </summary>
internal sealed class Ssd1306Panel : I2cPart
{
    private const int Columns = 128;

    private readonly byte[,] memory = new byte[8, Columns];
    private readonly List<byte> command = [];
    private int page;
    private int column;

    public Ssd1306Panel() => Reset();

    public bool Silent { get; set; }

    /// <summary>The panel shows its memory.</summary>
    public bool On { get; private set; }

    /// <summary>Bytes of the longest transfer so far.</summary>
    public int LongestTransfer { get; private set; }

    /// <summary>Eight points, the lowest bit on top.</summary>
    public byte this[int line, int at] => memory[line, at];

    /// <summary>Power was away for a moment.</summary>
    public void Reset()
    {
        On = false;
        command.Clear();
        for (var i = 0; i < memory.Length; i++)
        {
            memory[i / Columns, i % Columns] = (byte)(i * 37 & 0xFF);
        }
    }

    public override bool Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (Silent || write.Length == 0)
        {
            return false;
        }

        LongestTransfer = Math.Max(LongestTransfer, write.Length);
        read.Fill(On ? (byte)0x00 : (byte)0x40);

        // Control byte: bit 7, one byte follows and then another control byte; bit 6, it goes into the memory.
        while (write.Length > 1)
        {
            var (single, data) = ((write[0] & 0x80) != 0, (write[0] & 0x40) != 0);
            var count = single ? 1 : write.Length - 1;
            foreach (var value in write.Slice(1, count))
            {
                Take(value, data);
            }

            write = write[(1 + count)..];
        }

        return true;
    }

    private void Take(byte value, bool data)
    {
        if (data)
        {
            memory[page, column] = value;
            column = (column + 1) % Columns;
            return;
        }

        command.Add(value);
        if (command.Count == LengthOf(command[0]))
        {
            Obey(command[0]);
            command.Clear();
        }
    }

    private static int LengthOf(byte command) => command switch
    {
        0x20 or 0x81 or 0x8D or 0xA8 or 0xD3 or 0xD5 or 0xD9 or 0xDA or 0xDB => 2,
        0x21 or 0x22 => 3,
        _ => 1,
    };

    private void Obey(byte value)
    {
        switch (value)
        {
            case 0xAE or 0xAF:
                On = value == 0xAF;
                break;
            case >= 0xB0 and <= 0xB7:
                page = value & 0x7;
                break;
            case <= 0x0F:
                column = column & 0x70 | value;
                break;
            case <= 0x1F:
                column = column & 0x0F | (value & 0x7) << 4;
                break;
            default:
                break; // How the panel is built, not what it shows.
        }
    }
}
