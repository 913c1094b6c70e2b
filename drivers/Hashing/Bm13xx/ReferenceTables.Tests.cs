namespace Drivers.Hashing.Bm13xx;

/// <summary>Frames of the reference's tables, checksum included, that no other test writes.</summary>
public class ReferenceTablesTests
{
    private readonly byte[] dirty = [.. Enumerable.Repeat((byte)0xFF, Commands.SizeMax)];

    [Theory] // §4: the broadcast that sets a clock, as it leaves the driver.
    [InlineData("bm1370", 50, "40A802650F")]
    [InlineData("bm1370", 56.25, "40BD026501")]
    [InlineData("bm1370", 62.5, "40AF026408")]
    [InlineData("bm1370", 100, "40A002431E")]
    [InlineData("bm1370", 200, "40A0024114")]
    [InlineData("bm1370", 300, "40A802601E")]
    [InlineData("bm1370", 327, "40B702601B")]
    [InlineData("bm1370", 400, "40A0024011")]
    [InlineData("bm1370", 485, "50C202401C")]
    [InlineData("bm1370", 500, "40A002301D")]
    [InlineData("bm1370", 525, "40A8023003")]
    [InlineData("bm1370", 600, "50C0023005")]
    [InlineData("bm1370", 625, "50C802301B")]
    [InlineData("bm1366", 100, "409002520F")]
    [InlineData("bm1366", 450, "4090023013")]
    [InlineData("bm1368", 490, "50C4024006")]
    [InlineData("bm1366", 550, "40B0023004")]
    [InlineData("bm1368", 575, "40B802301A")]
    [InlineData("bm1397", 50, "403C02531A")]
    [InlineData("bm1397", 100, "4040024211")]
    [InlineData("bm1397", 200, "404002411E")]
    [InlineData("bm1397", 400, "4040022108")]
    [InlineData("bm1397", 425, "4044022107")]
    [InlineData("bm1397", 450, "4048022116")]
    [InlineData("bm1397", 485, "40C2025107")]
    [InlineData("bm1397", 500, "4050022111")]
    [InlineData("bm1397", 600, "406002211F")]
    public void AClockIsSetWithTheTablesFrame(string chip, double megahertz, string end)
    {
        var model = ChipModel.Find(chip)!;
        var write = model.Pll.Write(Pll.Solve(model, new Megahertz(megahertz)));

        Assert.Equal("55AA51090008" + end, Hex(model.Commands.WriteAll(write, dirty)));
    }

    [Theory] // §6: difficulty, word, checksum.
    [InlineData(1, "000000001C")]
    [InlineData(2, "0000008012")]
    [InlineData(16, "000000F01E")]
    [InlineData(64, "000000FC07")]
    [InlineData(128, "000000FE0D")]
    [InlineData(256, "000000FF08")]
    [InlineData(512, "000080FF04")]
    [InlineData(1024, "0000C0FF02")]
    [InlineData(2048, "0000E0FF01")]
    [InlineData(4096, "0000F0FF12")]
    [InlineData(8192, "0000F8FF09")]
    [InlineData(16384, "0000FCFF16")]
    [InlineData(65536, "0000FFFF17")]
    [InlineData(1 << 20, "00F0FFFF04")]
    [InlineData(1 << 24, "00FFFFFF18")]
    public void ATicketIsSetWithTheTablesFrame(double difficulty, string end) => Assert.Equal(
        "55AA51090014" + end,
        Hex(Commands.Bm1397.WriteAll(RegisterWrite.Of(TicketMask.FromDifficulty(difficulty)), dirty)));

    private string Hex(int length) => Convert.ToHexString(dirty, 0, length);
}
