using System.Runtime.InteropServices;
using Drivers;

namespace Benchmarks;

/// <summary>The far end of a pseudo terminal; the other process opens <see cref="SlavePath"/>.</summary>
internal sealed unsafe class PtyMaster : IDisposable
{
    private const nuint LockSlave = 0x4004_5431; // TIOCSPTLCK
    private const nuint SlaveNumber = 0x8004_5430; // TIOCGPTN
    private const int Flags = Linux.ReadWrite | Linux.NoControllingTerminal | Linux.NonBlocking | Linux.CloseOnExec;

    private readonly int keptOpen;

    public PtyMaster()
    {
        Descriptor = Checked(Linux.Open("/dev/ptmx", Flags), "/dev/ptmx");
        var zero = 0;
        var number = 0;
        Checked(Linux.IoControl(Descriptor, LockSlave, &zero), "TIOCSPTLCK");
        Checked(Linux.IoControl(Descriptor, SlaveNumber, &number), "TIOCGPTN");
        SlavePath = $"/dev/pts/{number}";

        // Held here as well, so that the master never hangs up between two owners.
        keptOpen = Checked(Linux.Open(SlavePath, Flags), SlavePath);
    }

    public int Descriptor { get; }

    public string SlavePath { get; }

    /// <summary>0 where nothing has come.</summary>
    public int Read(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return (int)nint.Max(Linux.Read(Descriptor, bytes, (nuint)buffer.Length), 0);
        }
    }

    public void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            if (Linux.Write(Descriptor, bytes, (nuint)buffer.Length) != buffer.Length)
            {
                throw new IOException($"{SlavePath} takes no bytes: nobody reads there.");
            }
        }
    }

    public void Dispose()
    {
        _ = Linux.Close(keptOpen);
        _ = Linux.Close(Descriptor);
    }

    private static int Checked(int result, string what) => result >= 0
        ? result
        : throw new IOException($"{what} failed with error {Marshal.GetLastPInvokeError()}.");
}
