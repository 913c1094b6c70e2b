using System.Runtime.InteropServices;

using Drivers;

namespace Firmware.Cli;

/// <summary>SIGINT and SIGTERM as a token. A supervised child obeys its supervisor alone, and dies with it.</summary>
internal sealed class StopSignal : IDisposable
{
    private const int SetParentDeathSignal = 1; // PR_SET_PDEATHSIG
    private const int SigTerm = 15;

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration interrupt;
    private readonly PosixSignalRegistration terminate;

    private StopSignal(bool heedsInterrupt)
    {
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => End(signal, heedsInterrupt));
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, heeds: true));
    }

    public CancellationToken Token => source.Token;

    public static StopSignal ForSupervisor() => new(heedsInterrupt: true);

    /// <summary>
    /// For a process of its own (null), or for the child of a supervisor, whose death reaches it as SIGTERM: guard
    /// still makes its boards safe. The kernel sends it when the *thread* that started the child ends, so supervisors
    /// start their children on the main thread.
    /// </summary>
    public static StopSignal For(int? supervisor)
    {
        var signal = new StopSignal(heedsInterrupt: supervisor is null);
        if (supervisor is { } parent)
        {
            _ = Linux.ProcessControl(SetParentDeathSignal, SigTerm, 0, 0, 0);
            if (Linux.ParentProcess() != parent)
            {
                signal.source.Cancel(); // It died before we could ask to be told.
            }
        }

        return signal;
    }

    public void Dispose()
    {
        interrupt.Dispose();
        terminate.Dispose();
        source.Dispose();
    }

    private void End(PosixSignalContext signal, bool heeds)
    {
        signal.Cancel = true;
        if (heeds)
        {
            source.Cancel();
        }
    }
}
