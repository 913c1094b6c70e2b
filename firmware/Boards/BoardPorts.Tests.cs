using Drivers.Buses.BitaxeRaw;

namespace Firmware.Boards;

/// <summary>Trees of the shape that the kernel gives USB serial ports under /sys, links included.</summary>
public sealed class BoardPortsTests : IDisposable
{
    private const string Bus = "devices/pci0000:00/usb1";

    private readonly string sysfs = Directory.CreateTempSubdirectory("sysfs").FullName;

    public void Dispose() => Directory.Delete(sysfs, recursive: true);

    [Fact]
    public void TheFirstInterfaceIsControlAndTheSecondData()
    {
        // Numbered against their order on purpose.
        AddTty("ttyACM7", "1-1", "00");
        AddTty("ttyACM3", "1-1", "02");
        AddDevice("1-1", "Bitaxe", "A1", "0010");

        Assert.Equal(new BoardPorts("/dev/ttyACM7", "/dev/ttyACM3", BridgeDialect.V0), Find("Bitaxe"));
    }

    [Theory]
    [InlineData("Bitaxe", "0010", BridgeDialect.V0)]
    [InlineData("Bitaxe Gamma RHAP-D", "0100", BridgeDialect.V1)]
    [InlineData("BitaxeBonanza", "0100", BridgeDialect.Bonanza)]
    [InlineData("EmberOne00", "0500", BridgeDialect.V0)]
    [InlineData("EmberOne00", "0502", BridgeDialect.V0)]
    [InlineData("EmberOne00", "0510", BridgeDialect.V1)]
    public void TheIdentityDecidesTheDialect(string product, string release, BridgeDialect dialect)
    {
        AddBridge("1-1", product, "A1", release);

        Assert.Equal(dialect, Find(product).Dialect);
    }

    [Fact]
    public void AnUnknownBridgeIsAConfigErrorAndNotATrial()
    {
        AddBridge("1-1", "NerdAxe", "A1");

        Assert.Contains(
            "names the bridge \"NerdAxe\", whose dialect is not known",
            Assert.Throws<UsageException>(() => Find("NerdAxe")).Message);
    }

    [Fact]
    public void ExplicitPortsNeedNoUsb()
    {
        var board = Board("x") with
        {
            Bridge = new BridgeConfig(null, null, "/dev/pts/4", "/dev/pts/5", BridgeDialect.V1, 0),
        };

        Assert.Equal(
            new BoardPorts("/dev/pts/4", "/dev/pts/5", BridgeDialect.V1), BoardPorts.Find(board, "/nowhere"));
    }

    [Fact]
    public void NoBridgeAtAllIsSaid()
    {
        AddPlainTty("ttyS0");

        var refusal = Assert.Throws<StartException>(() => Find("Bitaxe"));
        Assert.Equal(
            "Bitaxe Gamma 601: no USB bridge \"Bitaxe\"; there is no USB serial port at all. "
            + "Plug it in, or correct [bridge] in 'gamma.toml'.",
            refusal.Message);
        Assert.Throws<StartException>(() => BoardPorts.Find(Board("Bitaxe"), "/nowhere"));
    }

    [Fact]
    public void AnotherBridgeIsListed()
    {
        AddBridge("1-1", "EmberOne00", "E7");

        var refusal = Assert.Throws<StartException>(() => Find("Bitaxe"));
        Assert.Contains("there are \"EmberOne00\" serial \"E7\" at ", refusal.Message);
    }

    [Fact]
    public void OfTwoThatFitTheSerialDecides()
    {
        AddBridge("1-1", "Bitaxe", "A1");
        AddBridge("1-2", "Bitaxe", "B2");

        var refusal = Assert.Throws<StartException>(() => Find("Bitaxe"));
        Assert.Contains("2 USB bridges fit", refusal.Message);
        Assert.Contains("serial \"A1\"", refusal.Message);
        Assert.Contains("serial \"B2\"", refusal.Message);
        Assert.Contains("usb_serial", refusal.Message);
        Assert.Equal("/dev/tty1-2.00", Find("Bitaxe", "B2").Control);
        Assert.Contains(
            "\"Bitaxe\" with serial \"C3\"", Assert.Throws<StartException>(() => Find("Bitaxe", "C3")).Message);
    }

    [Fact]
    public void ABridgeWithOnePortIsNoBridge()
    {
        AddTty("ttyACM0", "1-1", "00");
        AddDevice("1-1", "Bitaxe", "A1", "0010");

        Assert.Contains("shows 1 serial port(s)", Assert.Throws<StartException>(() => Find("Bitaxe")).Message);
    }

    [Fact]
    public void APortThatIsJustGoingAwayIsPassedOver()
    {
        AddBridge("1-1", "Bitaxe", "A1");
        Directory.CreateSymbolicLink(Path.Combine(sysfs, "class/tty/ttyACM9"), "../../devices/gone/tty/ttyACM9");
        AddTty("ttyACM8", "1-9", "00"); // Its device has lost its attributes already.

        Assert.Equal("/dev/tty1-1.00", Find("Bitaxe").Control);
    }

    private static BoardConfig Board(string product, string? serial = null)
    {
        var gamma = Path.Combine(AppContext.BaseDirectory, "board-configs", "bitaxe-gamma-601.toml");
        return BoardConfig.Load([gamma]).Single() with
        {
            File = "gamma.toml",
            Bridge = new BridgeConfig(product, serial, null, null, null, 0),
        };
    }

    private BoardPorts Find(string product, string? serial = null) => BoardPorts.Find(Board(product, serial), sysfs);

    private void AddBridge(string device, string product, string serial, string release = "0010")
    {
        AddTty($"tty{device}.02", device, "02");
        AddTty($"tty{device}.00", device, "00");
        AddDevice(device, product, serial, release);
    }

    private void AddDevice(string device, string product, string serial, string release)
    {
        var folder = Path.Combine(sysfs, Bus, device);
        File.WriteAllText(Path.Combine(folder, "product"), product + "\n");
        File.WriteAllText(Path.Combine(folder, "serial"), serial + "\n");
        File.WriteAllText(Path.Combine(folder, "bcdDevice"), release + "\n");
    }

    /// <summary>class/tty/X → devices/…/1-1/1-1:1.0/tty/X, and in there device → ../../../1-1:1.0.</summary>
    private void AddTty(string name, string device, string number)
    {
        var owner = $"{device}:1.{int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)}";
        var tty = Directory.CreateDirectory(Path.Combine(sysfs, Bus, device, owner, "tty", name));
        File.WriteAllText(Path.Combine(sysfs, Bus, device, owner, "bInterfaceNumber"), number + "\n");
        Directory.CreateSymbolicLink(Path.Combine(tty.FullName, "device"), $"../../../{owner}");
        Directory.CreateDirectory(Path.Combine(sysfs, "class/tty"));
        Directory.CreateSymbolicLink(
            Path.Combine(sysfs, "class/tty", name), $"../../{Bus}/{device}/{owner}/tty/{name}");
    }

    /// <summary>A UART of the machine itself: a device, but no USB interface.</summary>
    private void AddPlainTty(string name)
    {
        Directory.CreateDirectory(Path.Combine(sysfs, "devices/platform/serial8250/tty", name));
        Directory.CreateSymbolicLink(
            Path.Combine(sysfs, "devices/platform/serial8250/tty", name, "device"), "../../../serial8250");
        Directory.CreateDirectory(Path.Combine(sysfs, "class/tty"));
        Directory.CreateSymbolicLink(
            Path.Combine(sysfs, "class/tty", name), $"../../devices/platform/serial8250/tty/{name}");
    }
}
