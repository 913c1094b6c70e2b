using System.Device.I2c;
using Drivers.Buses;

namespace Drivers.Displays;

/// <summary>
/// Solomon Systech SSD1306 display of 128 × 32 or 128 × 64 points, as lines of 21 letters. It shares its bus with what
/// keeps the board cool: a tick sends one transfer of at most 32 bytes, and none where the tick is late. The part has
/// no identity; whatever acknowledges at its address is taken for one. It shows, it guards nothing.
/// </summary>
public sealed class Ssd1306
{
    /// <summary>Letters in a line.</summary>
    public const int LineLength = ColumnCount / LetterWidth;

    private const int ColumnCount = 128;
    private const int LinePoints = 8;
    private const int LetterWidth = Font.Width + 1;
    private const int TransferMax = 32;
    private const int Addressing = 7; // Three commands of two bytes each, and the byte that says that data follow.
    private const int ColumnsPerTransfer = TransferMax - Addressing;

    private const byte OneCommand = 0x80;
    private const byte Commands = 0x00;
    private const byte Data = 0x40;

    private readonly I2cDevice i2c;
    private readonly byte[] wanted;
    private readonly byte[] shown;
    private readonly byte[] setUp;
    private bool ready;

    /// <param name="lines">4 or 8: a display of 32 or 64 points.</param>
    public Ssd1306(I2cDevice i2c, int lines)
    {
        if (lines is not (4 or 8))
        {
            throw new ArgumentOutOfRangeException(nameof(lines), lines, "A display has 4 or 8 lines.");
        }

        this.i2c = i2c;
        wanted = new byte[lines * ColumnCount];
        shown = new byte[lines * ColumnCount];
        setUp = SetUp(lines);
    }

    public int Lines => wanted.Length / ColumnCount;

    /// <summary>What the line is to say from now on; longer text is cut. Sends nothing.</summary>
    public void Show(int line, ReadOnlySpan<char> text)
    {
        var columns = wanted.AsSpan(line * ColumnCount, ColumnCount);
        columns.Clear();
        for (var i = 0; i < Math.Min(text.Length, LineLength); i++)
        {
            Font.Of(text[i]).CopyTo(columns[(i * LetterWidth)..]);
        }
    }

    /// <summary>
    /// Once a tick, after all that matters. Sends the next piece that differs from what is shown; a display that does
    /// not answer is set up anew when it does.
    /// </summary>
    /// <param name="late">The tick is behind its time: the piece waits for the next one.</param>
    /// <returns>True where nothing is left to send.</returns>
    public bool Tick(bool late)
    {
        if (late)
        {
            return false;
        }

        if (!ready)
        {
            TrySetUp();
            return false;
        }

        var first = wanted.AsSpan().CommonPrefixLength(shown);
        if (first == wanted.Length)
        {
            return true;
        }

        var count = Math.Min(ColumnsPerTransfer, ColumnCount - first % ColumnCount);
        ready = TrySend(first, wanted.AsSpan(first, count));
        wanted.AsSpan(first, count).CopyTo(shown.AsSpan(first));
        return false;
    }

    /// <summary>The start of the datasheet's application note, with addresses by page.</summary>
    private static byte[] SetUp(int lines) =>
    [
        Commands,
        0xAE, // Off while it is set up.
        0xD5, 0x80, 0xA8, (byte)(lines * LinePoints - 1), 0xD3, 0x00, 0x40,
        0x8D, 0x14, // Its own charge pump.
        0x20, 0x02, // Page addressing.
        0xA1, 0xC8, 0xDA, lines == 4 ? (byte)0x02 : (byte)0x12,
        0x81, 0x8F, 0xD9, 0xF1, 0xDB, 0x40, 0xA4, 0xA6,
        0xAF, // On.
    ];

    private void TrySetUp()
    {
        ready = i2c.TryWrite(setUp);

        // Its memory holds anything after power-on: every column differs from what is wanted.
        for (var i = 0; i < wanted.Length; i++)
        {
            shown[i] = (byte)(wanted[i] ^ 0xFF);
        }
    }

    //  80 B0+page  80 column low  80 10+column high  40  columns…
    private bool TrySend(int first, ReadOnlySpan<byte> columns)
    {
        Span<byte> transfer = stackalloc byte[TransferMax];
        var (page, column) = (first / ColumnCount, first % ColumnCount);
        (transfer[0], transfer[1]) = (OneCommand, (byte)(0xB0 | page));
        (transfer[2], transfer[3]) = (OneCommand, (byte)(column & 0xF));
        (transfer[4], transfer[5]) = (OneCommand, (byte)(0x10 | column >> 4));
        transfer[6] = Data;
        columns.CopyTo(transfer[Addressing..]);
        return i2c.TryWrite(transfer[..(Addressing + columns.Length)]);
    }
}
