using System.Runtime.InteropServices;
using Drivers;

namespace Firmware.StratumV2.Noise;

/// <summary>Random bytes from getrandom(2), which waits only until the kernel is seeded; no OpenSSL.</summary>
internal static class Entropy
{
    public static unsafe void Fill(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint got;
            fixed (byte* start = bytes)
            {
                got = Linux.GetRandom(start, (nuint)bytes.Length, flags: 0);
            }

            if (got > 0)
            {
                bytes = bytes[(int)got..];
            }
            else if (Marshal.GetLastPInvokeError() is var error and not Linux.EINTR)
            {
                throw new InvalidOperationException($"The kernel gives no random bytes: errno {error}.");
            }
        }
    }
}
