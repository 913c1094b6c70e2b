using Drivers.Hashing;

namespace Firmware.Pool;

/// <summary>SV2 reference §4.6 and B21, B23; the figures are those of §5.3.</summary>
public class TargetDoubtTests
{
    private const double Terahash = 1e12;

    public static TheoryData<string, double, PoolAlarm?> Targets => new()
    {
        // Little-endian, as on the wire.
        { "0000000000000000000000000000000000000000000000000000ffff00000000", 7e6, null }, // Difficulty 1
        { "0000000000000000000000000000000000000000000000000000ffff00000000", 1e6, PoolAlarm.UnreachableTarget },
        { "00000000ffff0000000000000000000000000000000000000000000000000000", 7e6, PoolAlarm.SwappedTarget },
        { "a1b2464e314fca7149a0b1727e2ae6b2db764c7a69734968c2251c0000000000", Terahash, null }, // 6 a minute
        { "00000000001c25c2684973697a4c76dbb2e62a7e72b1a04971ca4f314e46b2a1", Terahash, PoolAlarm.SwappedTarget },
        { new string('0', 64), Terahash, PoolAlarm.ZeroTarget },
        { new string('0', 64), 0, PoolAlarm.ZeroTarget },
        { new string('f', 64), Terahash, null },
        { "01" + new string('0', 62), Terahash, PoolAlarm.UnreachableTarget },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public void ATargetOfZeroOneOutOfReachAndOneTheWrongWayRoundAreToldApart(
        string wire, double hashRate, PoolAlarm? kind) =>
        Assert.Equal(kind, TargetDoubt.Of(UInt256.Read(Convert.FromHexString(wire)), hashRate)?.Kind);

    [Fact]
    public void TheSentenceOfASwappedTargetSaysWhatItWouldBe()
    {
        var swapped = UInt256.Read(
            Convert.FromHexString("00000000001c25c2684973697a4c76dbb2e62a7e72b1a04971ca4f314e46b2a1"));

        Assert.Contains("difficulty 2328", TargetDoubt.Of(swapped, Terahash)?.Sentence, StringComparison.Ordinal);
    }
}
