using System.Device.I2c;

namespace Drivers.Displays;

public class Ssd1306Tests
{
    private readonly Panel panel = new();
    private readonly Ssd1306 display;

    public Ssd1306Tests() => display = new Ssd1306(panel, lines: 4);

    [Fact]
    public void ATickIsOneTransferOfAtMost32Bytes()
    {
        ShowEverything();
        Assert.All(panel.Transfers, length => Assert.InRange(length, 1, 32));
        Assert.InRange(panel.Transfers.Count, 1, 30);
    }

    [Fact]
    public void ShowsItsLinesAndClearsWhatThePanelHeldBefore()
    {
        display.Show(0, "1.07 TH/s");
        display.Show(3, "60 °C");
        ShowEverything();

        Assert.Equal("1.07 TH/S", panel.Text(0));
        Assert.Equal("", panel.Text(1));
        Assert.Equal("60 °C", panel.Text(3));
        Assert.True(panel.On);
    }

    [Fact]
    public void SendsOnlyWhatChanged()
    {
        display.Show(1, "525 MHZ");
        ShowEverything();
        panel.Transfers.Clear();

        display.Show(1, "526 MHZ");
        ShowEverything();
        Assert.Single(panel.Transfers);
        Assert.Equal("526 MHZ", panel.Text(1));
    }

    [Fact]
    public void ALateTickSendsNothingAndTheNextOneGoesOn()
    {
        display.Show(0, "HEAT");
        for (var i = 0; i < 100; i++)
        {
            Assert.False(display.Tick(late: true));
        }

        Assert.Empty(panel.Transfers);
        ShowEverything();
        Assert.Equal("HEAT", panel.Text(0));
    }

    [Fact]
    public void TextThatIsTooLongIsCutAndNeverReachesTheNextLine()
    {
        display.Show(0, new string('8', 100));
        ShowEverything();

        Assert.Equal(new string('8', 21), panel.Text(0));
        Assert.Equal("", panel.Text(1));
    }

    [Fact]
    public void ADisplayThatWasUnpluggedIsSetUpAndFilledAnew()
    {
        display.Show(2, "SHARE 12");
        ShowEverything();
        panel.Unplug();
        for (var i = 0; i < 10; i++)
        {
            Assert.False(display.Tick(late: false) && i > 1);
            display.Show(2, $"SHARE {13 + i}");
        }

        panel.PlugIn();
        ShowEverything();
        Assert.Equal("SHARE 22", panel.Text(2));
        Assert.True(panel.On);
    }

    [Fact]
    public void EveryLetterOfTheFontIsItsOwn()
    {
        const string letters = "0123456789ABCDEFGHIJKLMNPQRSTUVWXYZ.,:-+/%°";
        Assert.Equal(letters.Length, letters.Select(letter => Convert.ToHexString(Font.Of(letter))).Distinct().Count());
        Assert.Equal(Font.Of('a').ToArray(), Font.Of('A').ToArray());
        Assert.Equal(new byte[Font.Width], Font.Of('\u001B').ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void NoDisplayHasAnotherNumberOfLines(int lines) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Ssd1306(panel, lines));

    private void ShowEverything()
    {
        for (var tick = 0; tick < 100; tick++)
        {
            if (display.Tick(late: false))
            {
                return;
            }
        }

        Assert.Fail("The display is never done.");
    }

    /// <summary>The panel's memory, as the datasheet's control bytes and page addressing fill it.</summary>
    private sealed class Panel : I2cDevice
    {
        private readonly byte[,] memory = new byte[8, 128];
        private int page;
        private int column;
        private bool unplugged;

        public Panel() => PlugIn();

        public List<int> Transfers { get; } = [];

        public bool On { get; private set; }

        public override I2cConnectionSettings ConnectionSettings { get; } = new(busId: 0, deviceAddress: 0x3C);

        public void Unplug() => unplugged = true;

        public void PlugIn()
        {
            (unplugged, On, page, column) = (false, false, 5, 77);
            for (var i = 0; i < memory.Length; i++)
            {
                memory[i / 128, i % 128] = 0xA5;
            }
        }

        public string Text(int line)
        {
            const string letters = "0123456789ABCDEFGHIJKLMNPQRSTUVWXYZ.,:-+/%°";
            var text = "";
            for (var i = 0; i < 21; i++)
            {
                var columns = Enumerable.Range(i * 6, 6).Select(at => memory[line, at]).ToArray();
                Assert.Equal(0, columns[^1]);
                text += letters.FirstOrDefault(letter => Font.Of(letter).SequenceEqual(columns.AsSpan(0, 5)), ' ');
            }

            return text.TrimEnd();
        }

        public override void Read(Span<byte> buffer) => throw new IOException("Write only.");

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) =>
            throw new IOException("Write only.");

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (unplugged)
            {
                throw new IOException("No acknowledge.");
            }

            Transfers.Add(buffer.Length);
            while (buffer.Length > 1 && buffer[0] == 0x80)
            {
                Command(buffer[1]);
                buffer = buffer[2..];
            }

            foreach (var value in buffer[1..])
            {
                if (buffer[0] == 0x40)
                {
                    memory[page, column] = value;
                    column = (column + 1) % 128;
                }
                else
                {
                    On = value == 0xAF; // The last of the set-up.
                }
            }
        }

        private void Command(byte value) => (page, column) = value switch
        {
            >= 0xB0 and < 0xB8 => (value & 0x7, column),
            < 0x10 => (page, column & 0x70 | value),
            < 0x18 => (page, column & 0x0F | (value & 0x7) << 4),
            _ => (page, column),
        };
    }
}
