using System.Globalization;

namespace Firmware.Boards;

/// <summary>A serial port that a USB device offers.</summary>
/// <param name="Port">Its device file.</param>
/// <param name="Device">The USB device it belongs to, as a folder of sysfs.</param>
/// <param name="Interface">Which of the device's interfaces it is: a device with two ports has two.</param>
/// <param name="Release">bcdDevice: the device's own version, four hexadecimal digits.</param>
public sealed record UsbPort(string Port, string Device, string Product, string Serial, int Interface, int Release);

/// <summary>The USB serial ports of this machine, as the kernel shows them under /sys/class/tty.</summary>
public static class UsbPorts
{
    /// <param name="sysfs">Where sysfs is mounted: "/sys", or a tree of the same shape.</param>
    /// <param name="dev">Where the device files are.</param>
    public static UsbPort[] List(string sysfs, string dev)
    {
        var ttys = new DirectoryInfo(Path.Combine(sysfs, "class", "tty"));
        if (!ttys.Exists)
        {
            return [];
        }

        var ports = new List<UsbPort>();
        foreach (var tty in ttys.EnumerateFileSystemInfos())
        {
            if (ReadPort(tty, dev) is { } port)
            {
                ports.Add(port);
            }
        }

        return [.. ports.OrderBy(port => port.Device, StringComparer.Ordinal).ThenBy(port => port.Interface)];
    }

    /// <summary>Null for a port that is no USB one, or is being unplugged while we look.</summary>
    private static UsbPort? ReadPort(FileSystemInfo tty, string dev)
    {
        try
        {
            // /sys/class/tty/X is a link into the device tree, and X/device a link from there to the USB interface.
            var real = tty.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? tty.FullName;
            var link = new DirectoryInfo(Path.Combine(real, "device"));
            if (link.ResolveLinkTarget(returnFinalTarget: true) is not DirectoryInfo { Parent: { } device } owner
                || Attribute(owner.FullName, "bInterfaceNumber") is not { } number
                || Attribute(device.FullName, "product") is not { } product)
            {
                return null;
            }

            return new(
                Path.Combine(dev, tty.Name),
                device.FullName,
                product,
                Attribute(device.FullName, "serial") ?? "",
                Hexadecimal(number),
                Hexadecimal(Attribute(device.FullName, "bcdDevice") ?? "0"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Attribute(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    private static int Hexadecimal(string digits) =>
        int.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
