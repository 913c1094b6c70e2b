using Firmware.Link;

namespace Firmware.Cli;

/// <summary>What the supervisor sees when it looks at one of its processes.</summary>
internal enum WardState
{
    Waiting,
    Living,

    /// <summary>It ended before it was ready: its own sentence is on stderr, and trying again would not help.</summary>
    NeverReady,

    /// <summary>It ended, or went silent and was killed, just now.</summary>
    Fell,

    /// <summary>It fell too often.</summary>
    GivenUp,
}

/// <summary>A process under watch: started, listened to, and started again after it fell.</summary>
/// <param name="patience">How long it may stay silent once it was ready.</param>
internal sealed class Ward(string verb, string[] arguments, string stateFolder, TimeSpan patience, RestartPolicy policy)
    : IDisposable
{
    /// <summary>A process that has not reported itself ready by then hangs.</summary>
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan StartAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(1);

    private readonly WatchdogListener listener = new(Path.Combine(stateFolder, verb + ".notify"));
    private Child? child;
    private TimeSpan? nextStart = TimeSpan.Zero;
    private TimeSpan lastSign;
    private bool ready;

    public string Verb => verb;

    public bool WasEverReady { get; private set; }

    public bool IsRunning => child is { HasExited: false };

    /// <summary>Of the process that ended last.</summary>
    public int ExitCode { get; private set; }

    public WardState Look(TimeSpan now)
    {
        if (child is null)
        {
            return nextStart is { } start ? StartAt(start, now) : WardState.GivenUp;
        }

        Listen(now);
        if (child.HasExited)
        {
            return Buried(now);
        }

        if (now - lastSign <= (ready ? patience : StartMax))
        {
            return WardState.Living;
        }

        child.Kill();
        return child.WaitForExit(KillPatience) ? Buried(now) : WardState.Waiting; // The kernel holds it: asked again.
    }

    public void Terminate() => child?.Terminate();

    public void End(TimeSpan patience)
    {
        child?.End(patience);
    }

    public void Dispose()
    {
        child?.Kill();
        child?.Dispose();
        listener.Dispose();
    }

    private WardState StartAt(TimeSpan start, TimeSpan now)
    {
        if (now < start)
        {
            return WardState.Waiting;
        }

        _ = listener.Receive(); // What the last one still said.
        ready = false;
        lastSign = now;
        child = Child.TryStart(verb, Child.Supervised(arguments), listener.Path, patience);
        if (child is null)
        {
            nextStart = now + StartAgainAfter; // It did not fall: there is no end of trying.
            return WardState.Waiting;
        }

        return WardState.Living;
    }

    private void Listen(TimeSpan now)
    {
        var signs = listener.Receive();
        if (signs != SignOfLife.None)
        {
            lastSign = now;
            ready |= signs.HasFlag(SignOfLife.Ready);
            WasEverReady |= ready;
        }
    }

    private WardState Buried(TimeSpan now)
    {
        ExitCode = child!.ExitCode;
        child.Dispose();
        child = null;
        nextStart = policy.NextStart(now);
        return WasEverReady ? WardState.Fell : WardState.NeverReady;
    }
}
