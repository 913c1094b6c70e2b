using Drivers.Buses;

namespace Drivers.Power;

/// <summary>Bits as the TPS546 has them; the traces are reports from boards in the field.</summary>
public class PmBusStatusTests
{
    [Theory]
    [InlineData(0x8020, "output over-voltage")]
    [InlineData(0x4010, "output over-current")]
    [InlineData(0x2008, "input under-voltage")]
    public void TheStatusWordAloneTellsTheGravestFaults(ushort word, string text) =>
        Assert.StartsWith(text, new PmBusStatus(word, 0, 0, 0, 0, 0, 0).Fault(wantedOn: false));

    [Theory]
    [InlineData(0x7A, 0x10, "output under-voltage")]
    [InlineData(0x7A, 0x04, "output did not rise in time")]
    [InlineData(0x7C, 0x80, "input over-voltage")]
    [InlineData(0x7C, 0x08, "off because the input is too low")]
    [InlineData(0x7D, 0x80, "regulator over-temperature")]
    [InlineData(0x7E, 0x10, "memory fault")]
    [InlineData(0x7E, 0x08, "processor fault")]
    [InlineData(0x80, 0x40, "self-test failed")]
    public void EachDetailIsReadWhereTheStatusWordPointsToIt(byte register, byte bits, string text)
    {
        var part = new FakePmBusDevice { [0x79] = [0x06, 0xF0] }; // Everything summarised.
        foreach (byte detail in new[] { 0x7A, 0x7B, 0x7C, 0x7D, 0x7E, 0x80 })
        {
            part[detail] = [detail == register ? bits : (byte)0];
        }

        part[0x20] = [0x97];
        foreach (byte reading in new[] { 0x88, 0x8B, 0x8C, 0x8D })
        {
            part[reading] = [0, 0];
        }

        var rail = new Tps546(part, new Volts(1), new Volts(1.25), Tps546Stage.SingleFiveVolt);
        Assert.Equal($"{text} (status 0xF006)", rail.Read().Fault);
    }

    [Fact]
    public void WarningsAloneAreNoFaultAndStandBesideOne()
    {
        var warnings = new PmBusStatus(0xE002, 0x68, Iout: 0x20, Input: 0x20, Temperature: 0x40, Cml: 0xE2, 0x8E);

        Assert.Null(warnings.Fault(wantedOn: true));
        var fault = (warnings with { Word = 0xE012 }).Fault(wantedOn: true);
        Assert.StartsWith("output over-current, output over-voltage warning, ", fault);
        Assert.Contains("packet check failed", fault);
        Assert.EndsWith("(status 0xE012)", fault);
    }

    [Fact]
    public void AnOutputThatWasToldToBeOffIsNoFault() =>
        Assert.Null(new PmBusStatus(0x0840, 0, 0, 0, 0, 0, 0).Fault(wantedOn: false));

    [Fact]
    public void TheSameWhereItShouldBeOnIsASilentShutdown() =>
        Assert.Equal(
            "switched itself off without a cause: look at the input voltage before it (status 0x0840)",
            new PmBusStatus(0x0840, 0, 0, 0, 0, 0, 0).Fault(wantedOn: true));

    [Fact]
    public void AMissingPowerGoodDuringARampIsNoFault() =>
        Assert.Null(new PmBusStatus(0x0800, 0, 0, 0, 0, 0, 0).Fault(wantedOn: true));

    [Fact]
    public void ASagOfTheInputIsNotBlamedOnTheRegulator() =>
        Assert.StartsWith(
            "input voltage sagged",
            new PmBusStatus(0x2801, 0, 0, Input: 0x20, 0, 0, 0).Fault(wantedOn: true));

    [Theory]
    [InlineData(0x2801, 0x20, true)] // a sag that was reported from a board in the field
    [InlineData(0x2008, 0x10, true)]
    [InlineData(0x2840, 0x08, true)]
    [InlineData(0x2001, 0x20, false)] // a warning, and power is good
    [InlineData(0x0840, 0x00, false)] // off, and nobody knows why
    [InlineData(0x6818, 0x20, false)] // over-current: it would pull any input down
    [InlineData(0xA828, 0x20, false)] // over-voltage
    public void OnlyALackOfInputThatNothingElseExplainsIsOne(ushort word, byte input, bool isLow) =>
        Assert.Equal(isLow, new PmBusStatus(word, Input: input).InputIsLow);

    [Fact]
    public void AnOverheatedRegulatorIsNoLackOfInput() =>
        Assert.False(new PmBusStatus(0x2805, Input: 0x20, Temperature: 0x80).InputIsLow);

    [Fact]
    public void TheRegistersAreToldByTheirNames() =>
        Assert.Equal(
            "STATUS_WORD 0x2801, VOUT 0x00, IOUT 0x00, INPUT 0x20, TEMPERATURE 0x00, CML 0x00, MFR_SPECIFIC 0x00",
            new PmBusStatus(0x2801, Input: 0x20).ToString());
}
