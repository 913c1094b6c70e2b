using Drivers;
using Drivers.Fans;
using Drivers.Sensors;

namespace Simulator.Parts;

/// <summary>The product's fan drivers on simulated parts that were written apart from them.</summary>
public class FansWiredTests
{
    private readonly Emc2305Chip emc2302 = new(product: 0x36);
    private readonly Emc2103Chip emc2103 = new();

    [Theory]
    [InlineData(1200)]
    [InlineData(5000)]
    [InlineData(14_000)]
    public void SpeedsAreToldWithinAPercent(double rpm)
    {
        emc2302.Fans[1].Rpm = emc2103.Fan.Rpm = rpm;

        Assert.Equal(rpm, NewEmc2302()[1].ReadSpeed().Value!.Value.Value, rpm / 100);
        Assert.Equal(rpm, NewEmc2103().ReadSpeed().Value!.Value.Value, rpm / 100);
    }

    [Fact]
    public void AStandingFanIsStoppedAndNot960Rpm()
    {
        Assert.Equal(FanFault.Stopped, NewEmc2302()[0].ReadSpeed());
        Assert.Equal(FanFault.Stopped, NewEmc2103().ReadSpeed());
    }

    [Fact]
    public void AHostThatFallsSilentLeavesFullFans()
    {
        var part = NewEmc2302();
        for (var tick = 0; tick < 20; tick++)
        {
            Assert.True(part[0].TryDrive(new DutyCycle(0.3)));
            Assert.True(part[1].TryDrive(new DutyCycle(0.3)));
            emc2302.Advance(TimeSpan.FromSeconds(0.5));
        }

        Assert.All(emc2302.Fans, fan => Assert.Equal(77 / 255.0, fan.Duty));
        emc2302.Advance(TimeSpan.FromSeconds(4));
        Assert.All(emc2302.Fans, fan => Assert.Equal(1, fan.Duty));
    }

    [Fact]
    public void AResetIsNoticedAtTheNextDriveAndTheWatchdogIsSetAgain()
    {
        var part = NewEmc2302();
        part[0].TryDrive(new DutyCycle(0.3));
        emc2302.Reset();
        Assert.Null(part[0].ReadDuty());

        Assert.True(part[0].TryDrive(new DutyCycle(0.3)));
        Assert.Equal(1, emc2302.Fans[1].Duty); // Full until somebody judges its heat.
        emc2302.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(1, emc2302.Fans[0].Duty);
    }

    [Fact]
    public void NeitherTakesTheOtherForItself()
    {
        Assert.False(new Emc2103(new Wired(emc2302, 0x2E), 0x12, 0x10).TryDrive(DutyCycle.Full));
        Assert.False(new Emc2305(new Wired(emc2103, 0x2E), Emc230xModel.Emc2302)[0].TryDrive(DutyCycle.Full));
    }

    [Fact]
    public void AnEmc2103TellsItsThreeTemperatures()
    {
        (emc2103.Degrees[0], emc2103.Degrees[1], emc2103.Degrees[2]) = (31.5, 64.125, null);
        var part = NewEmc2103();

        Assert.Equal(new Celsius(31.5), part.Internal.Read());
        Assert.Equal(new Celsius(64.125), part.External1.Read());
        Assert.Equal(SensorFault.OpenDiode, part.External2.Read());
    }

    private Emc2305 NewEmc2302() => new(new Wired(emc2302, 0x2F), Emc230xModel.Emc2302);

    private Emc2103 NewEmc2103() => new(new Wired(emc2103, 0x2E), ideality: 0x24, beta: 0x00);
}
