using System.Runtime.InteropServices;
using System.Text;
using Drivers;

namespace Simulator;

/// <summary>
/// A pseudo terminal that plays one port of a USB bridge. The product opens the slave by its link; this class keeps
/// one slave descriptor of its own, so that the master never sees a hang-up when the product closes its end.
/// </summary>
internal sealed unsafe partial class Pty : IDisposable
{
    private const nuint GetTermios2 = 0x802C542A;
    private const nuint SetTermios2 = 0x402C542B;
    private const int Termios2Words = 11; // iflag, oflag, cflag, lflag, line and 19 control characters, ispeed, ospeed
    private const int ControlFlags = 2;
    private const int OutputSpeed = 10;

    // CS8, CREAD, CLOCAL and BOTHER: eight bits, no modem lines, the speed is a number and not a code.
    private const uint RawAtAnySpeed = 0x0030 | 0x0080 | 0x0800 | 0x1000;

    private readonly string link;
    private readonly int slave;

    public Pty(string link)
    {
        this.link = link;
        Master = Checked(OpenMaster(Linux.ReadWrite | Linux.NoControllingTerminal | Linux.CloseOnExec), "posix_openpt");
        Checked(Grant(Master), "grantpt");
        Checked(Unlock(Master), "unlockpt");
        SetNonBlocking();

        var path = SlavePath();
        slave = Checked(Linux.Open(path, Linux.ReadWrite | Linux.NoControllingTerminal | Linux.CloseOnExec), path);
        MakeRaw();
        File.Delete(link);
        File.CreateSymbolicLink(link, path);
    }

    /// <summary>For poll(2).</summary>
    public int Master { get; }

    /// <summary>What the product has set its end to, in bits per second.</summary>
    public int Baud
    {
        get
        {
            var words = stackalloc uint[Termios2Words];
            return Linux.IoControl(Master, GetTermios2, words) < 0 ? 0 : (int)words[OutputSpeed];
        }
    }

    /// <summary>What the product wrote; 0 where it wrote nothing.</summary>
    public int Read(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return (int)nint.Max(Linux.Read(Master, bytes, (nuint)buffer.Length), 0);
        }
    }

    /// <summary>Returns how many bytes the terminal took; the rest is lost, as on a port that nobody reads.</summary>
    public int Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return (int)nint.Max(Linux.Write(Master, bytes, (nuint)buffer.Length), 0);
        }
    }

    public void Dispose()
    {
        // Only a link that still points here: another simulator may have taken the name since.
        if (new FileInfo(link).LinkTarget == SlavePath())
        {
            File.Delete(link);
        }

        Linux.Close(slave);
        Linux.Close(Master);
    }

    private string SlavePath()
    {
        const int Longest = 64;
        var name = stackalloc byte[Longest];
        if (SlaveName(Master, name, Longest) != 0)
        {
            throw new IOException("The kernel does not name the slave of a pseudo terminal.");
        }

        return Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
    }

    private void MakeRaw()
    {
        var words = stackalloc uint[Termios2Words];
        Checked(Linux.IoControl(slave, GetTermios2, words), "TCGETS2");
        words[0] = 0;
        words[1] = 0;
        words[ControlFlags] = RawAtAnySpeed;
        words[3] = 0;
        words[OutputSpeed - 1] = 115200;
        words[OutputSpeed] = 115200;
        Checked(Linux.IoControl(slave, SetTermios2, words), "TCSETS2");
    }

    private void SetNonBlocking()
    {
        const nuint NonBlockingIo = 0x5421; // FIONBIO
        var on = 1;
        Checked(Linux.IoControl(Master, NonBlockingIo, &on), "FIONBIO");
    }

    private static int Checked(int result, string what) => result >= 0
        ? result
        : throw new IOException($"{what} failed with error {Marshal.GetLastPInvokeError()}.");

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(int master);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int master);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int SlaveName(int master, byte* name, nuint length);
}
