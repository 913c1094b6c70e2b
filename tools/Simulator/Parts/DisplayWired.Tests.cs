using Drivers.Displays;

namespace Simulator.Parts;

/// <summary>The product's driver on a simulated panel that was written apart from it.</summary>
public class DisplayWiredTests
{
    private readonly Ssd1306Panel panel = new();
    private readonly Ssd1306 display;

    public DisplayWiredTests() => display = new Ssd1306(new Wired(panel, 0x3C), lines: 8);

    [Fact]
    public void ShowsEveryLineInTransfersOfAtMost32Bytes()
    {
        display.Show(0, "I");
        display.Show(7, "..I");
        Finish();

        Assert.True(panel.On);
        Assert.InRange(panel.LongestTransfer, 1, 32);
        Assert.Equal([0x00, 0x41, 0x7F, 0x41, 0x00, 0x00], Row(0)[..6]);
        Assert.All(Row(0)[6..], points => Assert.Equal(0, points));
        Assert.All(Row(3), points => Assert.Equal(0, points));
        Assert.Equal([0x00, 0x41, 0x7F, 0x41, 0x00, 0x00], Row(7)[12..18]);
    }

    [Fact]
    public void APanelThatCameBackIsFilledAnew()
    {
        display.Show(0, "I");
        Finish();
        panel.Silent = true;
        display.Show(0, "L");
        display.Tick(late: false);
        panel.Reset();
        panel.Silent = false;
        Finish();

        Assert.True(panel.On);
        Assert.Equal([0x7F, 0x40, 0x40, 0x40, 0x40, 0x00], Row(0)[..6]);
        Assert.All(Row(5), points => Assert.Equal(0, points));
    }

    private byte[] Row(int line) => [.. Enumerable.Range(0, 128).Select(at => panel[line, at])];

    private void Finish()
    {
        var ticks = 0;
        while (!display.Tick(late: false))
        {
            Assert.InRange(++ticks, 1, 100);
        }
    }
}
