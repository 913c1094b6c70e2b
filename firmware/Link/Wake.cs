using System.Runtime.InteropServices;
using Drivers;

namespace Firmware.Link;

/// <summary>An eventfd(2): another thread, or a cancellation, ends somebody's wait in poll(2).</summary>
public sealed partial class Wake : IDisposable
{
    private readonly Lock closing = new();

    /// <summary>Readable, for poll(2), from <see cref="Set"/> to <see cref="Clear"/>.</summary>
    public int Descriptor { get; private set; } = EventFile(0, Linux.NonBlocking | Linux.CloseOnExec);

    /// <summary>May be called from any thread, and after the end as well.</summary>
    public unsafe void Set()
    {
        lock (closing)
        {
            var one = 1UL;
            _ = Linux.Write(Descriptor, (byte*)&one, sizeof(ulong));
        }
    }

    public unsafe void Clear()
    {
        ulong count;
        _ = Linux.Read(Descriptor, (byte*)&count, sizeof(ulong));
    }

    public void Dispose()
    {
        lock (closing)
        {
            if (Descriptor >= 0)
            {
                _ = Linux.Close(Descriptor);
                Descriptor = -1;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFile(uint initial, int flags);
}
