namespace Drivers.Hashing.Bm13xx.Decoding;

public class RegisterTextTests
{
    [Theory] // Words of captures and of drivers in the field, and what the reference says they mean.
    [InlineData("bm1370", 0x00, 0x1370_0006, "model", "0x1370 (BM1370)")]
    [InlineData("bm1373", 0x00, 0x1372_0000, "model", "0x1372 (BM1372)")]
    [InlineData("bm1370", 0x00, 0x4242_0000, "model", "0x4242, none that is known")]
    [InlineData("bm1370", 0x08, 0x50C2_0240, "core clock", "485 MHz")]
    [InlineData("bm1370", 0x08, 0xC0A8_0230, "locked", "yes")]
    [InlineData("bm1370", 0x08, 0x40A8_0030, "core clock", "none: a divider is zero")]
    [InlineData("bm1397", 0x08, 0x4044_0221, "core clock", "425 MHz")]
    [InlineData("bm1397", 0x08, 0x4044_0201, "core clock", "none: a divider is zero")]
    [InlineData("bm1387", 0x0C, 0x0068_0221, "core clock", "650 MHz")]
    [InlineData("bm1370", 0x0C, 0x8000_03F1, "counter starts at", "0x007E200")]
    [InlineData("bm1366", 0x10, 0x000F_FFFF, "next versions after", "83.886 ms")]
    [InlineData("bm1366", 0x10, 0, "next versions after", "never: it stops hashing")]
    [InlineData("bm1370", 0x14, 0x0000_C0FF, "difficulty", "1024")]
    [InlineData("bm1387", 0x18, 0x0000_00FC, "difficulty", "64")]
    [InlineData("bm1387", 0x18, 0x0000_0001, "difficulty", "1 scattered bits: no power of two")]
    [InlineData("bm1370", 0x18, 0x0000_C100, "open quarters", "none: no core may report")]
    [InlineData("bm1362", 0x18, 0xB000_C100, "open quarters", "0, 1, 3")]
    [InlineData("bm1397", 0x18, 0x0000_7A31, "baud", "115741")]
    [InlineData("bm1397", 0x18, 0x0001_6731, "baud", "divided from PLL3, not from the crystal")]
    [InlineData("bm1387", 0x1C, 0x4020_9A80, "baud", "as before")]
    [InlineData("bm1387", 0x1C, 0x0020_8180, "baud", "1562500")]
    [InlineData("bm1387", 0x1C, 0x0020_8180, "gate block", "on: nonces are kept back")]
    [InlineData("bm1370", 0x28, 0x1130_0200, "baud", "1041667")]
    [InlineData("bm1366", 0x28, 0x1560_0700, "baud", "6250000")]
    [InlineData("bm1368", 0x28, 0x1560_0700, "baud", "divided from PLL1, not from the crystal")]
    [InlineData("bm1373", 0x28, 0x8000_0000, "baud", "3000000")]
    [InlineData("bm1370", 0x2C, 0x007C_0003, "relays", "answers and commands")]
    [InlineData("bm1370", 0x3C, 0x8000_82AA, "core register", "0x02 core enable")]
    [InlineData("bm1370", 0x3C, 0x0005_02FF, "does", "read")]
    [InlineData("bm1370", 0x58, 0x0001_F111, "CLKO", "15, the end of a domain")]
    [InlineData("bm1370", 0x8C, 0x0000_0001, "hashes", "4.295E+9")]
    [InlineData("bm1370", 0xA4, 0x9000_FFFF, "mask of the header's version", "0x1FFFE000")]
    [InlineData("bm1397", 0x04, 0x007F_FFFF, "hash rate", "not ready")]
    [InlineData("bm1397", 0x04, 0x0004_0000, "hash rate", "274.878 GH/s")]
    public void FieldsMeanWhatTheReferenceSays(string chip, byte register, uint bits, string name, string value) =>
        Assert.Equal(value, Field(chip, register, bits, name));

    [Theory]
    [InlineData("bm1370", 0x08, "PLL0 (0x08)")]
    [InlineData("bm1387", 0x08, "HASH_RATE (0x08)")]
    [InlineData("bm1397", 0xA4, "MIDSTATE_CONFIG (0xA4)")]
    [InlineData("bm1366", 0xA4, "VERSION_ROLLING (0xA4)")]
    [InlineData("bm1370", 0x77, "register 0x77")]
    public void NamesAreTheModelsOwn(string chip, byte register, string name) =>
        Assert.Equal(name, RegisterText.Name(ChipModel.Find(chip)!, register));

    [Fact]
    public void AnyWordOfAnyRegisterIsExplainedWithoutAnError()
    {
        var random = new Random(1);
        foreach (var model in ChipModel.All)
        {
            for (var register = 0; register < 256; register++)
            {
                for (var i = 0; i < 20; i++)
                {
                    var bits = (uint)random.NextInt64(1L << 32) & (i % 2 == 0 ? uint.MaxValue : 0x8F0F_F0F0);
                    Assert.All(
                        RegisterText.Fields(model, (byte)register, bits),
                        field => Assert.NotEqual("", field.Value));
                }
            }
        }
    }

    [Theory] // The reference's §7.3, and a chain whose starts are spread.
    [InlineData("bm1387", "", 0x5D5D_102A, "23 (address 0x5C)")]
    [InlineData("bm1366", "55AA53,55AA4000,55AA4080", 0xD260_8517, "0 (address 0x00)")]
    [InlineData("bm1366", "55AA53,55AA4000,55AA4080", 0xD300_8517, "1 (address 0x80)")]
    [InlineData("bm1397", "55AA53,55AA4000,55AA4080", 0x2180_0000, "1 (address 0x80)")]
    [InlineData("bm1370", "55AA53,55AA4000,55AA4080", 0xD300_8517, "not told: no CHIP_NONCE_OFFSET was written")]
    [InlineData("bm1370", "55AA53,55AA4000,55AA4002,0C00=80000000,0C02=800003F1", 0x0007_E200, "1 (address 0x02)")]
    [InlineData("bm1370", "55AA53,55AA4000,55AA4002,0C00=80000000,0C02=800003F1", 0x0007_E1FF, "0 (address 0x00)")]
    [InlineData("bm1370", "55AA53,55AA4000", 0xD300_8517, "0 (address 0x00)")]
    [InlineData("bm1370", "", 0x0002_0000, "address 0x01, if it counts from its address")]
    public void AChipIsFoundByItsNonce(string chip, string commands, uint nonce, string finder)
    {
        var seen = new ChipsSeen(ChipModel.Find(chip)!);
        foreach (var command in commands.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var address = Convert.ToByte(command.Split('=')[0][^2..], 16);
            if (command.StartsWith("0C", StringComparison.Ordinal))
            {
                seen.Offset(address, ChipNonceOffset.FromBits(Convert.ToUInt32(command[^8..], 16)));
            }
            else if (command.EndsWith("53", StringComparison.Ordinal))
            {
                seen.Inactive();
            }
            else
            {
                seen.Address(address);
            }
        }

        Assert.StartsWith(finder, seen.Finder(nonce), StringComparison.Ordinal);
    }

    private static string Field(string chip, byte register, uint bits, string name) => Assert.Single(
        RegisterText.Fields(ChipModel.Find(chip)!, register, bits), field => field.Name == name).Value;
}
