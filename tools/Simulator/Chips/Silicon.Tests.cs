namespace Simulator.Chips;

public class SiliconTests
{
    public static TheoryData<string> All => [.. Silicon.Names.Split(", ")];

    [Theory] // Reference §4: tables, captured alternatives and power-on values.
    [InlineData("bm1387", 0x0020_0241, 100)]
    [InlineData("bm1387", 0x0078_0241, 375)]
    [InlineData("bm1387", 0x0070_0231, 466.6667)]
    [InlineData("bm1387", 0x0068_0221, 650)]
    [InlineData("bm1387", 0x005E_0211, 1175)]
    [InlineData("bm1397", 0xC060_0161, 400)]
    [InlineData("bm1397", 0x403C_0253, 50)]
    [InlineData("bm1397", 0x4044_0221, 425)]
    [InlineData("bm1397", 0x40C2_0251, 485)]
    [InlineData("bm1397", 0x40F0_0235, 200)]
    [InlineData("bm1362", 0x40A2_0255, 56.25)]
    [InlineData("bm1362", 0x40A8_0230, 525)]
    [InlineData("bm1362", 0x40F0_0224, 200)]
    [InlineData("bm1366", 0xC054_0165, 50)]
    [InlineData("bm1366", 0x4090_0252, 100)]
    [InlineData("bm1366", 0x50C4_0240, 490)]
    [InlineData("bm1366", 0x40B8_0230, 575)]
    [InlineData("bm1368", 0x50C4_0240, 490)]
    [InlineData("bm1370", 0x40A8_0265, 50)]
    [InlineData("bm1370", 0x50E7_0265, 68.75)]
    [InlineData("bm1370", 0x50E4_0264, 81.4286)]
    [InlineData("bm1370", 0x50C8_0230, 625)]
    [InlineData("bm1373", 0x40B7_0260, 326.7857)]
    public void TheClockFollowsTheDividersInTheModelsOwnCoding(string chip, uint word, double megahertz) =>
        Assert.Equal(megahertz, Silicon.Find(chip)!.Megahertz(word), precision: 3);

    [Theory]
    [InlineData("bm1370", 0x4090_0230)] // Feedback 144 is a BM1366's: its VCO is too slow here.
    [InlineData("bm1370", 0x50F0_0230)] // VCO 3000 MHz
    [InlineData("bm1366", 0x408F_0230)] // Feedback 143
    [InlineData("bm1366", 0x50EC_0230)] // Feedback 236
    [InlineData("bm1362", 0x50DA_0141)] // VCO 5450 MHz, a table of a project that never had it on a wire
    [InlineData("bm1397", 0x403B_0253)] // Feedback 59
    [InlineData("bm1366", 0x4090_0223)] // Post-divider 1 below 2
    [InlineData("bm1397", 0x4044_0201)] // Plain coding: none is zero
    [InlineData("bm1370", 0x00A8_0230)] // Switched off
    [InlineData("bm1370", 0x40A8_0030)] // No reference
    [InlineData("bm1387", 0x00F0_0211)] // VCO 3000 MHz
    public void DividersOutOfTheModelsRangeDoNotLock(string chip, uint word) =>
        Assert.Equal(0, Silicon.Find(chip)!.Megahertz(word));

    [Theory] // Reference §5
    [InlineData("bm1387", 0x1C, 0x4020_9A80, 115_741)]
    [InlineData("bm1387", 0x1C, 0x0020_8180, 1_562_500)]
    [InlineData("bm1397", 0x18, 0x0000_3A01, 115_741)]
    [InlineData("bm1397", 0x18, 0x0000_7A31, 115_741)]
    [InlineData("bm1397", 0x18, 0x0000_6131, 1_562_500)]
    [InlineData("bm1397", 0x18, 0x0000_6031, 3_125_000)]
    [InlineData("bm1362", 0x28, 0x1130_0000, 3_125_000)]
    [InlineData("bm1362", 0x28, 0x1130_0500, 520_833)]
    [InlineData("bm1366", 0x28, 0x1130_0200, 1_041_667)]
    [InlineData("bm1368", 0x28, 0x0130_1A00, 115_741)]
    [InlineData("bm1370", 0x28, 0x0130_0000, 3_125_000)]
    [InlineData("bm1373", 0x28, 0x8000_0000, 3_000_000)]
    public void EachModelKeepsItsRateWhereItsFamilyDoes(string chip, byte register, uint word, int baud) =>
        Assert.Equal(baud, Silicon.Find(chip)!.BaudOf(which => which == register ? word : 0, present: 115_741));

    [Fact]
    public void TheFastestRateComesThroughAPllThatMustHaveBeenSet()
    {
        static Func<byte, uint> Pll1(uint word) => which => which == 0x60 ? word : 0x1560_0700u;

        Assert.Equal(6_250_000, Silicon.Bm1366.BaudOf(Pll1(0xC070_0111), present: 1));
        Assert.Equal(0, Silicon.Bm1366.BaudOf(Pll1(0x2050_0174), present: 1));
        Assert.Equal(
            6_250_000,
            Silicon.Bm1397.BaudOf(
                which => which switch { 0x68 => 0xC070_0111, 0x28 => 0x0600_000F, _ => 0x0001_6731 }, present: 1));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void EveryModelLeavesResetAtTheSlowRateAndWithAClockThatLocks(string chip)
    {
        var silicon = Silicon.Find(chip)!;
        uint Register(byte which) => silicon.PowerOn.FirstOrDefault(entry => entry.Register == which).Value;

        Assert.Equal(Silicon.ResetBaud, silicon.BaudOf(Register, Silicon.ResetBaud));
        Assert.NotEqual(0, silicon.Megahertz(Register(silicon.Map.Pll)));
        Assert.InRange(silicon.Runt, 1, silicon.SmallCores);
    }

    [Theory] // Reference §7.3
    [InlineData(0x2A10_5D5D, 23, 42)]
    [InlineData(0xD257_38D3, 52, 82)]
    [InlineData(0x4726_8D19, 6, 71)]
    [InlineData(0xA5E0_9223, 8, 37)]
    [InlineData(0xD57C_1CE4, 57, 85)]
    [InlineData(0x40E5_5650, 20, 64)]
    public void TheOldestChipsNonceHoldsChipAndCoreInTheHeadersOrder(uint littleEndian, int chip, uint core)
    {
        var layout = Silicon.Bm1387.Nonce;
        var wire = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(littleEndian);

        Assert.True(layout.TryLocate(wire, (byte)(chip * 4), out var located, out var counter));
        Assert.Equal(core, located);
        Assert.Equal(wire, layout.Place(core, counter, (byte)(chip * 4)));
        Assert.False(layout.TryLocate(wire, (byte)(chip * 4 ^ 4), out _, out _));
    }
}
