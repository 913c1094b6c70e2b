using System.Globalization;
using System.Text;
using Drivers;

namespace Firmware.Link;

/// <summary>
/// Tells whoever started us (systemd, or our own supervisor: both speak sd_notify(3)) that we are ready and alive.
/// Without a NOTIFY_SOCKET every call does nothing; no call blocks, and none throws.
/// </summary>
public sealed class Watchdog : IDisposable
{
    private readonly string? path;
    private int descriptor = -1;

    /// <param name="path">Where datagrams go: a path, or an abstract name written with '@'; null for nowhere.</param>
    /// <param name="period">Within which a sign of life is expected, or null.</param>
    public Watchdog(string? path, TimeSpan? period = null)
    {
        Period = period;
        if (path is not null && UnixSocket.Fits(path))
        {
            this.path = path;
            descriptor = UnixSocket.OpenDatagram();
        }
    }

    /// <summary>Within which the listener wants a sign of life; null where it does not watch.</summary>
    public TimeSpan? Period { get; }

    /// <summary>The watchdog that the environment names: NOTIFY_SOCKET and WATCHDOG_USEC.</summary>
    public static Watchdog FromEnvironment()
    {
        var period = Environment.GetEnvironmentVariable("WATCHDOG_USEC");
        return new(
            Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
            long.TryParse(period, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            && microseconds is > 0 and < long.MaxValue / 10
                ? TimeSpan.FromMicroseconds(microseconds)
                : null);
    }

    /// <summary>The start is done. <paramref name="status"/> is one line for `systemctl status`.</summary>
    public void Ready(string status) => Tell($"READY=1\nSTATUS={status.ReplaceLineEndings(" ")}");

    public void Alive() => Tell("WATCHDOG=1");

    public void Stopping() => Tell("STOPPING=1");

    public void Dispose()
    {
        if (descriptor >= 0)
        {
            _ = Linux.Close(descriptor);
            descriptor = -1;
        }
    }

    private void Tell(string message)
    {
        if (descriptor >= 0 && path is not null)
        {
            _ = UnixSocket.TrySendTo(descriptor, path, Encoding.UTF8.GetBytes(message));
        }
    }
}
