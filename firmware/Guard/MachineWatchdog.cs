using System.Globalization;
using System.Runtime.InteropServices;
using Drivers;

namespace Firmware.Guard;

/// <summary>
/// The machine's own watchdog (watchdog(4), /dev/watchdog): fed while guard meets its deadlines, it resets the machine
/// where that ends, whatever ended it. A machine that starts anew starts guard, and guard starts with everything off.
/// Only a guard that has proven its boards cold puts it to sleep.
/// </summary>
public sealed class MachineWatchdog : IDisposable
{
    /// <summary>What is asked for; a machine makes of it what it can (a Raspberry Pi 15 s at most).</summary>
    public static readonly TimeSpan Wanted = TimeSpan.FromSeconds(10);

    private const int WriteOnly = 1;
    private const nuint SetTimeout = 0xC004_5706; // WDIOC_SETTIMEOUT
    private const nuint GetTimeout = 0x8004_5707; // WDIOC_GETTIMEOUT
    private const byte Sleep = (byte)'V'; // The "magic close".

    private readonly string path;
    private int descriptor;

    private MachineWatchdog(string path, int descriptor)
    {
        this.path = path;
        this.descriptor = descriptor;
        Period = ReadPeriod();
    }

    /// <summary>After so long without being fed it acts; null where the device does not tell.</summary>
    public TimeSpan? Period { get; }

    /// <summary>Opening starts it: from then on the machine is reset where nobody feeds it.</summary>
    /// <exception cref="StartException">It is not there, or somebody else has it.</exception>
    public static MachineWatchdog Open(string path)
    {
        var descriptor = Linux.Open(path, WriteOnly | Linux.CloseOnExec);
        return descriptor >= 0
            ? new(path, descriptor)
            : throw new StartException(
                $"The watchdog {path} cannot be opened ({Marshal.GetLastPInvokeErrorMessage()}): stop who has it, "
                + "systemd itself (RuntimeWatchdogSec) perhaps, or leave --watchdog out.");
    }

    /// <summary>One more period of life.</summary>
    public void Feed() => Write(0);

    /// <summary>Puts it to sleep: nothing is left that it would have to guard.</summary>
    public void PutToSleep() => Write(Sleep);

    /// <summary>Closes it. Unless it was put to sleep, it goes on, and resets the machine.</summary>
    public void Dispose()
    {
        if (descriptor >= 0)
        {
            _ = Linux.Close(descriptor);
            descriptor = -1;
        }
    }

    public override string ToString() => Period is { } period
        ? string.Create(
            CultureInfo.InvariantCulture, $"{path}: resets this machine where guard is late by {period.TotalSeconds} s")
        : $"{path}: resets this machine where guard is late by the device's own period";

    private unsafe TimeSpan? ReadPeriod()
    {
        var seconds = (int)Wanted.TotalSeconds;
        return Linux.IoControl(descriptor, SetTimeout, &seconds) == 0
            || Linux.IoControl(descriptor, GetTimeout, &seconds) == 0
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }

    private unsafe void Write(byte word) => _ = Linux.Write(descriptor, &word, 1);
}
