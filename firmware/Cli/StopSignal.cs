using System.Runtime.InteropServices;

using Drivers;

namespace Firmware.Cli;

/// <summary>
/// What asks a process to end, as a token: SIGTERM, Ctrl-C, Ctrl-\ and a terminal that is closed. A supervised child
/// obeys its supervisor alone, and dies with it. Ctrl-Z does nothing: chips would go on heating with nobody awake.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private const int SetParentDeathSignal = 1; // PR_SET_PDEATHSIG
    private const int SigTerm = 15;

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    private StopSignal(bool heedsTerminal, bool heedsOrders = true) => registrations =
    [
        On(PosixSignal.SIGTERM, heedsOrders),
        On(PosixSignal.SIGINT, heedsTerminal),
        On(PosixSignal.SIGQUIT, heedsTerminal),
        On(PosixSignal.SIGHUP, heedsTerminal),
        On(PosixSignal.SIGTSTP, heeds: false),
    ];

    public CancellationToken Token => source.Token;

    public static StopSignal ForSupervisor() => new(heedsTerminal: true);

    /// <summary>For what is soon over and must not be broken off.</summary>
    public static StopSignal None() => new(heedsTerminal: false, heedsOrders: false);

    /// <summary>
    /// For a process of its own (null), or for the child of a supervisor, whose death reaches it as SIGTERM: guard
    /// still makes its boards safe. The kernel sends it when the *thread* that started the child ends, so supervisors
    /// start their children on the main thread.
    /// </summary>
    public static StopSignal For(int? supervisor)
    {
        var signal = new StopSignal(heedsTerminal: supervisor is null);
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
        Array.ForEach(registrations, registration => registration.Dispose());
        source.Dispose();
    }

    /// <summary>Never what the signal would do by itself, which is an end or a stop in the middle of things.</summary>
    private PosixSignalRegistration On(PosixSignal which, bool heeds) => PosixSignalRegistration.Create(which, signal =>
    {
        signal.Cancel = true;
        if (heeds)
        {
            source.Cancel();
        }
    });
}
