namespace Drivers.Sensors;

public sealed class KernelTemperatureTests : IDisposable
{
    private readonly string sysfs = Directory.CreateTempSubdirectory("sysfs").FullName;

    [Fact]
    public void AZoneIsFoundByItsTypeWhateverItsNumber()
    {
        Write("class/thermal/thermal_zone0", ("type", "acpitz"), ("temp", "27800"));
        Write("class/thermal/thermal_zone3", ("type", "x86_pkg_temp"), ("temp", "61500"));

        Assert.Equal(new Celsius(61.5), KernelTemperature.OfZone("x86_pkg_temp", sysfs).Read().Value);
        Assert.Equal(SensorFault.NoAnswer, KernelTemperature.OfZone("cpu-thermal", sysfs).Read().Fault);
    }

    [Fact]
    public void AMonitorIsFoundByItsNameAndInput()
    {
        Write("class/hwmon/hwmon2", ("name", "coretemp"), ("temp1_input", "55000"), ("temp2_input", "-5000"));

        Assert.Equal(new Celsius(55), KernelTemperature.OfMonitor("coretemp/temp1", sysfs).Read().Value);
        Assert.Equal(new Celsius(-5), KernelTemperature.OfMonitor("coretemp/temp2", sysfs).Read().Value);
        Assert.Equal(new Celsius(55), KernelTemperature.OfMonitor("coretemp", sysfs).Read().Value);
        Assert.Equal(SensorFault.NoAnswer, KernelTemperature.OfMonitor("coretemp/temp9", sysfs).Read().Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hot")]
    [InlineData("200000")]
    [InlineData("-300000")]
    [InlineData("99999999999999")]
    public void WhatIsNoTemperatureIsImplausible(string text)
    {
        Write("class/thermal/thermal_zone0", ("type", "cpu"), ("temp", text));

        Assert.Equal(SensorFault.Implausible, KernelTemperature.OfZone("cpu", sysfs).Read().Fault);
    }

    [Fact]
    public void AZoneThatCameBackUnderAnotherNumberIsFoundAgain()
    {
        var sensor = KernelTemperature.OfZone("cpu", sysfs);
        Assert.Equal(SensorFault.NoAnswer, sensor.Read().Fault);

        Write("class/thermal/thermal_zone0", ("type", "cpu"), ("temp", "40000"));
        Assert.Equal(new Celsius(40), sensor.Read().Value);

        Directory.Delete(Path.Combine(sysfs, "class/thermal/thermal_zone0"), recursive: true);
        Write("class/thermal/thermal_zone1", ("type", "cpu"), ("temp", "41000"));
        Assert.Equal(SensorFault.NoAnswer, sensor.Read().Fault);
        Assert.Equal(new Celsius(41), sensor.Read().Value);
    }

    public void Dispose() => Directory.Delete(sysfs, recursive: true);

    private void Write(string folder, params (string Name, string Text)[] files)
    {
        Directory.CreateDirectory(Path.Combine(sysfs, folder));
        foreach (var (name, text) in files)
        {
            File.WriteAllText(Path.Combine(sysfs, folder, name), text + "\n");
        }
    }
}
