namespace Drivers;

public class BitsTests
{
    [Theory]
    [InlineData(31, 24, 0x12)]
    [InlineData(23, 16, 0x34)]
    [InlineData(7, 4, 0x7)]
    [InlineData(0, 0, 0x0)]
    [InlineData(3, 3, 0x1)]
    [InlineData(31, 0, 0x12345678)]
    public void AFieldHasBothItsEnds(int high, int low, uint field) =>
        Assert.Equal(field, 0x12345678u.Field(high, low));

    [Fact]
    public void ABitIsSetOrNot() => Assert.True(0x8000_0000u.Bit(31) && !0x7FFF_FFFFu.Bit(31));
}
