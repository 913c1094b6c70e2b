using System.Device.Gpio;

namespace Drivers.Buses.BitaxeRaw;

/// <summary>The bytes of each request, from the protocol's published examples where there is one.</summary>
public class BitaxeRawBusesTests
{
    private readonly FakeBridge bridge = new();

    [Fact]
    public void OpeningTouchesNoWire()
    {
        using var buses = Buses(BridgeDialect.V0);
        buses.OpenI2c(0x4C);
        buses.OpenOutput(0);

        Assert.Empty(bridge.Requests);
    }

    [Fact]
    public void TheClockIsSetOnceBeforeTheFirstTransfer()
    {
        using var buses = Buses(BridgeDialect.V0);
        var part = buses.OpenI2c(0x4F);
        bridge.WillAnswer("00 00 00");
        bridge.WillAnswer("01 00 01 01");
        bridge.WillAnswer("01 00 02 01");

        part.Write([0xDE]);
        part.Write([0xDE]);

        Assert.Equal(["0A0000000510A0860100", "080001000520" + "4FDE", "080002000520" + "4FDE"], bridge.Requests);
    }

    [Theory] // No source says what a bridge answers: nothing, or the data again.
    [InlineData(BridgeDialect.V0, "00 00 00")]
    [InlineData(BridgeDialect.V0, "04 00 00 A0 86 01 00")]
    [InlineData(BridgeDialect.V1, "04 00 00 00")]
    [InlineData(BridgeDialect.V1, "08 00 00 00 A0 86 01 00")]
    [InlineData(BridgeDialect.Bonanza, "03 00 00")]
    [InlineData(BridgeDialect.Bonanza, "07 00 00 A0 86 01 00")]
    public void TheClocksAnswerMayRepeatItOrBeEmpty(BridgeDialect dialect, string answer)
    {
        using var buses = Buses(dialect);
        bridge.WillAnswer(answer);

        Assert.Throws<IOException>(() => buses.OpenI2c(0x4C).Write([0x00]));
        Assert.Equal(2, bridge.Requests.Count); // The clock was taken; the write itself got no answer.
    }

    [Fact]
    public void AClockThatWasNotSetIsSetAgain()
    {
        using var buses = Buses(BridgeDialect.V0);
        var part = buses.OpenI2c(0x4F);

        Assert.Throws<IOException>(() => part.Write([0xDE]));
        bridge.WillAnswer("00 00 01");
        bridge.WillAnswer("01 00 02 01");
        part.Write([0xDE]);

        Assert.Equal("0A0001000510A0860100", bridge.Requests[1]);
    }

    [Fact]
    public void ReadsAndWriteReadsAsTheProtocolsExamples()
    {
        using var buses = Buses(BridgeDialect.V1);
        bridge.WillAnswer("04 00 00 00");
        bridge.WillAnswer("05 00 01 00 19");
        bridge.WillAnswer("06 00 02 00 5D 16");
        Span<byte> one = [0xFF];
        Span<byte> two = [0xFF, 0xFF];

        buses.OpenI2c(0x4C).Read(one);
        buses.OpenI2c(0x32).WriteRead([0xFE], two);

        Assert.Equal(["0800010005304C01", "09000200054032FE02"], bridge.Requests[1..]);
        Assert.Equal([0x19], one.ToArray());
        Assert.Equal([0x5D, 0x16], two.ToArray());
    }

    [Fact]
    public void ABonanzaBridgeIsAskedForTwoBytesBecauseOneMayBeAnError()
    {
        using var buses = Buses(BridgeDialect.Bonanza);
        bridge.WillAnswer("03 00 00");
        bridge.WillAnswer("05 00 01 10 FF");
        Span<byte> one = [0xFF];

        buses.OpenI2c(0x4C).WriteRead([0x00], one);

        Assert.Equal("0900010005404C0002", bridge.Requests[1]);
        Assert.Equal([0x10], one.ToArray()); // 16 °C, not "timed out".
    }

    [Theory]
    [InlineData(BridgeDialect.V0, "01 00 00 01")]
    [InlineData(BridgeDialect.V1, "05 00 00 00 01")]
    [InlineData(BridgeDialect.Bonanza, "04 00 00 01")]
    public void ReleasingResetIsThePublishedFrame(BridgeDialect dialect, string answer)
    {
        using var buses = Buses(dialect);
        var reset = buses.OpenOutput(0);
        bridge.WillAnswer(answer);

        reset.Write(PinValue.High);

        Assert.Equal("07000000060001", bridge.Requests.Single());
    }

    [Theory]
    [InlineData("01 00 00 00", false)]
    [InlineData("01 00 00 01", true)]
    public void ReadsAPinsLevel(string answer, bool high)
    {
        using var buses = Buses(BridgeDialect.V0);
        var pin = buses.OpenOutput(3);
        bridge.WillAnswer(answer);

        Assert.Equal(high ? PinValue.High : PinValue.Low, pin.Read());
        Assert.Equal("060000000603", bridge.Requests.Single());
    }

    [Fact]
    public void ALevelThatIsNoneIsAnError()
    {
        using var buses = Buses(BridgeDialect.V0);
        var pin = buses.OpenOutput(0);
        bridge.WillAnswer("01 00 00 02");

        Assert.Contains("level 2", Assert.Throws<IOException>(() => pin.Read()).Message);
    }

    [Fact]
    public void ASilentBridgeIsAnErrorOfPinsToo()
    {
        using var buses = Buses(BridgeDialect.V0);
        var pin = buses.OpenOutput(0);

        Assert.Throws<IOException>(() => pin.Write(PinValue.Low));
    }

    [Fact]
    public void ReadsTheCoreVoltagesAnalogueInput()
    {
        using var buses = Buses(BridgeDialect.V0);
        bridge.WillAnswer("02 00 00 7E 04");

        Assert.Equal(1150, buses.ReadAdc(0x50));
        Assert.Equal("060000000750", bridge.Requests.Single());
    }

    [Fact]
    public void SaysThatNothingCutsThePowerForUs()
    {
        using var buses = Buses(BridgeDialect.V0);

        Assert.Equal("none", buses.DeadMan);
    }

    private BitaxeRawBuses Buses(BridgeDialect dialect) =>
        new(new BridgePort(bridge, dialect, BridgePort.UsualTimeout, bridge));
}
