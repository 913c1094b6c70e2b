namespace Firmware.Guard;

/// <summary>Against a file in the device's place: what is written is what the device would have heard.</summary>
public sealed class MachineWatchdogTests : IDisposable
{
    private readonly string device = Path.GetTempFileName();

    [Fact]
    public void EachFeedIsAByteThatDoesNotPutItToSleep()
    {
        using var watchdog = MachineWatchdog.Open(device);
        watchdog.Feed();
        watchdog.Feed();

        Assert.Equal([0, 0], File.ReadAllBytes(device));
    }

    [Fact]
    public void ItSleepsOnlyWhereItIsPutToSleep()
    {
        using (var watchdog = MachineWatchdog.Open(device))
        {
            watchdog.Feed();
        }

        Assert.DoesNotContain((byte)'V', File.ReadAllBytes(device));

        using (var watchdog = MachineWatchdog.Open(device))
        {
            watchdog.PutToSleep();
        }

        Assert.Equal((byte)'V', File.ReadAllBytes(device)[0]); // The magic close of watchdog(4).
    }

    [Fact]
    public void ADeviceThatIsNotThereIsNamedWithItsRemedy()
    {
        var refusal = Assert.Throws<StartException>(() => MachineWatchdog.Open(device + "/none"));

        Assert.Contains(device + "/none", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--watchdog", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADeviceThatDoesNotTellItsPeriodHasNone()
    {
        using var watchdog = MachineWatchdog.Open(device);

        Assert.Null(watchdog.Period);
        Assert.Contains("own period", watchdog.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(device);
}
