using System.Runtime.InteropServices;

namespace Drivers.Buses;

/// <summary>
/// A serial line's settings in the kernel: raw, 8N1, no flow control, at a rate. termios2 takes any rate; where there
/// is none (an emulated system call table, such as qemu-user has), the old termios takes the standard rates.
/// </summary>
internal static unsafe class LineSettings
{
    // Kernel ABI, the same on x64 and arm64: asm-generic/ioctls.h and termbits.h.
    private const nuint TCGETS = 0x5401;
    private const nuint TCSETS = 0x5402;
    private const nuint TCGETS2 = 0x802C_542A;
    private const nuint TCSETS2 = 0x402C_542B;
    private const uint CBAUD = 0x100F;
    private const uint BOTHER = 0x1000;
    private const uint CS8 = 0x30;
    private const uint CREAD = 0x80;
    private const uint CLOCAL = 0x800;
    private const int VTIME = 5;
    private const int VMIN = 6;
    private const int ENOSYS = 38;

    private static readonly (int Baud, uint Code)[] StandardRates =
    [
        (9_600, 0xD), (19_200, 0xE), (38_400, 0xF), (57_600, 0x1001), (115_200, 0x1002), (230_400, 0x1003),
        (460_800, 0x1004), (500_000, 0x1005), (576_000, 0x1006), (921_600, 0x1007), (1_000_000, 0x1008),
        (1_152_000, 0x1009), (1_500_000, 0x100A), (2_000_000, 0x100B), (2_500_000, 0x100C), (3_000_000, 0x100D),
    ];

    /// <summary>struct termios2 of termbits.h; struct termios is the same without the two speeds.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Termios2
    {
        public uint InputFlags;
        public uint OutputFlags;
        public uint ControlFlags;
        public uint LocalFlags;
        public byte Line;
        public fixed byte ControlCharacters[19];
        public uint InputSpeed;
        public uint OutputSpeed;
    }

    /// <summary>The rate read back from the driver, or null where a call failed: errno says why.</summary>
    public static int? TrySet(int descriptor, int baud)
    {
        Termios2 settings;
        if (Linux.IoControl(descriptor, TCGETS2, &settings) >= 0)
        {
            MakeRaw(&settings, BOTHER | (BOTHER << 16));
            settings.InputSpeed = (uint)baud;
            settings.OutputSpeed = (uint)baud;
            return Linux.IoControl(descriptor, TCSETS2, &settings) >= 0
                && Linux.IoControl(descriptor, TCGETS2, &settings) >= 0 ? (int)settings.OutputSpeed : null;
        }

        return Marshal.GetLastPInvokeError() == ENOSYS ? TrySetStandard(descriptor, baud) : null;
    }

    /// <summary>As <see cref="TrySet"/>, at the standard rate nearest to the one asked for.</summary>
    public static int? TrySetStandard(int descriptor, int baud)
    {
        Termios2 settings;
        if (Linux.IoControl(descriptor, TCGETS, &settings) < 0)
        {
            return null;
        }

        MakeRaw(&settings, StandardRates.MinBy(rate => Math.Abs(rate.Baud - baud)).Code);
        if (Linux.IoControl(descriptor, TCSETS, &settings) < 0 || Linux.IoControl(descriptor, TCGETS, &settings) < 0)
        {
            return null;
        }

        var code = settings.ControlFlags & CBAUD;
        return Array.Find(StandardRates, rate => rate.Code == code).Baud;
    }

    private static void MakeRaw(Termios2* settings, uint rate)
    {
        settings->InputFlags = 0;
        settings->OutputFlags = 0;
        settings->LocalFlags = 0;
        settings->ControlFlags = rate | CS8 | CREAD | CLOCAL;
        settings->ControlCharacters[VMIN] = 1;
        settings->ControlCharacters[VTIME] = 0;
    }
}
