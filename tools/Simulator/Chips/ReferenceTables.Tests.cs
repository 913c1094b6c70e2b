using Drivers.Hashing;

namespace Simulator.Chips;

/// <summary>The reference's tables as silicon takes them: frames as published, and what follows.</summary>
public class ReferenceTablesTests
{
    [Theory] // §4: word and checksum of the broadcast, and the clock that the chip then runs at.
    [InlineData("bm1370", "40A802650F", 50)]
    [InlineData("bm1370", "40BD026501", 56.25)]
    [InlineData("bm1370", "40AF026408", 62.5)]
    [InlineData("bm1370", "40A002431E", 100)]
    [InlineData("bm1370", "40A0024114", 200)]
    [InlineData("bm1370", "40A802601E", 300)]
    [InlineData("bm1370", "40B702601B", 326.7857)]
    [InlineData("bm1370", "40A0024011", 400)]
    [InlineData("bm1370", "50C202401C", 485)]
    [InlineData("bm1370", "40A002301D", 500)]
    [InlineData("bm1370", "40A8023003", 525)]
    [InlineData("bm1370", "50C0023005", 600)]
    [InlineData("bm1370", "50C802301B", 625)]
    [InlineData("bm1373", "40B702601B", 326.7857)]
    [InlineData("bm1366", "409002520F", 100)]
    [InlineData("bm1366", "4090023013", 450)]
    [InlineData("bm1368", "50C4024006", 490)]
    [InlineData("bm1366", "40B0023004", 550)]
    [InlineData("bm1368", "40B802301A", 575)]
    [InlineData("bm1397", "403C02531A", 50)]
    [InlineData("bm1397", "4040024211", 100)]
    [InlineData("bm1397", "404002411E", 200)]
    [InlineData("bm1397", "4040022108", 400)]
    [InlineData("bm1397", "4044022107", 425)]
    [InlineData("bm1397", "4048022116", 450)]
    [InlineData("bm1397", "40C2025107", 485)]
    [InlineData("bm1397", "4050022111", 500)]
    [InlineData("bm1397", "406002211F", 600)]
    public void TheTablesFrameSetsItsClock(string chip, string end, double megahertz)
    {
        var bench = new ChipBench(chip);

        Send(bench, "55AA51090008" + end);

        Assert.Equal(megahertz, bench.Line.Megahertz, precision: 3);
        Models.Read(bench, Silicon.Find(chip)!, 0, 0x08);
        var (_, frame) = Assert.Single(Models.Listen(bench, Silicon.Find(chip)!, TimeSpan.FromMilliseconds(20)));
        Assert.Equal(Convert.ToByte(end[..2], 16) | 0x80, frame[2]); // Locked
        Assert.Equal(end[2..8], Convert.ToHexString(frame)[6..12]);
    }

    [Theory] // §4: words of captures and of other drivers, by the same formula.
    [InlineData("bm1370", 0x50D2_0265, 62.5)]
    [InlineData("bm1370", 0x50E7_0265, 68.75)]
    [InlineData("bm1370", 0x50D2_0264, 75)]
    [InlineData("bm1370", 0x50E4_0264, 81.4286)]
    [InlineData("bm1370", 0x50C4_0263, 87.5)]
    [InlineData("bm1370", 0x50D2_0263, 93.75)]
    [InlineData("bm1370", 0x50E0_0263, 100)]
    [InlineData("bm1370", 0x40E0_0260, 400)]
    [InlineData("bm1370", 0x50D2_0240, 525)]
    [InlineData("bm1362", 0x40A2_0255, 56.25)]
    [InlineData("bm1362", 0x40A8_0230, 525)]
    [InlineData("bm1362", 0x40F0_0224, 200)]
    [InlineData("bm1397", 0x40F0_0235, 200)]
    [InlineData("bm1387", 0x0020_0241, 100)]
    [InlineData("bm1387", 0x0078_0241, 375)]
    [InlineData("bm1387", 0x0045_0221, 431.25)]
    [InlineData("bm1387", 0x0070_0231, 466.6667)]
    [InlineData("bm1387", 0x0050_0221, 500)]
    [InlineData("bm1387", 0x005F_0221, 593.75)]
    [InlineData("bm1387", 0x0068_0221, 650)]
    [InlineData("bm1387", 0x0073_0221, 718.75)]
    [InlineData("bm1387", 0x0050_0211, 1000)]
    [InlineData("bm1387", 0x005E_0211, 1175)]
    public void EveryPublishedWordLocksAtItsClock(string chip, uint word, double megahertz) =>
        Assert.Equal(megahertz, Silicon.Find(chip)!.Megahertz(word), precision: 3);

    [Theory] // §6: each difficulty's frame, and how much rarer results become.
    [InlineData("000000001C", 1)]
    [InlineData("0000008012", 2)]
    [InlineData("000000F01E", 16)]
    [InlineData("000000FC07", 64)]
    [InlineData("000000FE0D", 128)]
    [InlineData("000000FF08", 256)]
    [InlineData("000080FF04", 512)]
    [InlineData("0000C0FF02", 1024)]
    [InlineData("0000E0FF01", 2048)]
    [InlineData("0000F0FF12", 4096)]
    [InlineData("0000F8FF09", 8192)]
    [InlineData("0000FCFF16", 16384)]
    [InlineData("0000FFFF17", 65536)]
    [InlineData("00F0FFFF04", 1 << 20)]
    [InlineData("00FFFFFF18", 1 << 24)]
    public void TheTablesFrameSetsItsTicket(string end, int difficulty)
    {
        var bench = new ChipBench("bm1370");
        Send(bench, "55AA51090014" + end);
        Models.Read(bench, Silicon.Bm1370, 0, 0x14);
        var (_, frame) = Assert.Single(Models.Listen(bench, Silicon.Bm1370, TimeSpan.FromMilliseconds(20)));
        Assert.Equal(end[..8], Convert.ToHexString(frame)[4..12]);

        // The hash with just so many zero bits passes, the one with a bit less does not.
        var word = Convert.ToUInt32(end[..8], 16);
        var zeros = 32 + (int)Math.Log2(difficulty);
        Assert.True(HashEngine.Passes(Targets.FromZeroBits(zeros), 32, word));
        Assert.False(HashEngine.Passes(Targets.FromZeroBits(zeros - 1), 32, word));
    }

    private static void Send(ChipBench bench, string frame)
    {
        bench.TryWrite(Convert.FromHexString(frame));
        bench.Drain(TimeSpan.FromSeconds(1));
    }
}
