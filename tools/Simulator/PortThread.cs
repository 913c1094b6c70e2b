using Drivers;

namespace Simulator;

/// <summary>One port of the bridge: a terminal and the thread that serves it, with the cable in or out.</summary>
internal abstract class PortThread : IDisposable
{
    private const int ThisThread = 0;
    private const int BeforeOthers = -10;
    private const int RealTimePriority = 20;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(5);

    private readonly string link;
    private readonly Faults faults;
    private readonly Thread thread;
    private readonly bool goesFirst;
    private Pty? pty;
    private volatile bool stopping;

    /// <param name="goesFirst">Before every ordinary thread: for a port that computes next to nothing.</param>
    protected PortThread(string link, Faults faults, bool goesFirst)
    {
        this.goesFirst = goesFirst;
        this.link = link;
        this.faults = faults;
        pty = new Pty(link);
        thread = new Thread(Serve) { IsBackground = true, Name = $"simulated {Path.GetFileName(link)} port" };
    }

    public void Dispose()
    {
        stopping = true;
        thread.Join();
        pty?.Dispose();
    }

    /// <summary>Derived classes call it when they are whole.</summary>
    protected void Begin() => thread.Start();

    /// <summary>Reads, works, writes. Returns how long nothing will happen unless bytes arrive.</summary>
    protected abstract TimeSpan Step(Pty port, TimeSpan now);

    /// <summary>The cable is out: the board goes on, and whatever it says is lost.</summary>
    protected abstract void StepUnplugged(TimeSpan now);

    private void Serve()
    {
        // Hardware is not slowed down by a busy host. Without the right to go first, the simulator waits its turn.
        if (!goesFirst || !Linux.TryGoFirst(RealTimePriority))
        {
            _ = Linux.SetPriority(0, ThisThread, BeforeOthers);
        }

        while (!stopping)
        {
            PlugOrUnplug();
            var now = MonotonicClock.Now;
            if (pty is { } port)
            {
                Wait(port.Master, Step(port, now));
            }
            else
            {
                StepUnplugged(now);
                Wait(-1, LongestWait);
            }
        }
    }

    private void PlugOrUnplug()
    {
        if (faults.Unplugged && pty is not null)
        {
            pty.Dispose();
            pty = null;
        }
        else if (!faults.Unplugged && pty is null)
        {
            pty = new Pty(link);
        }
    }

    private static unsafe void Wait(int descriptor, TimeSpan longest)
    {
        var wait = longest < LongestWait ? longest : LongestWait;
        var entry = new Linux.PollEntry { Descriptor = descriptor, Wanted = Linux.PollIn };
        Linux.Poll(&entry, 1, (int)Math.Ceiling(Math.Max(wait.TotalMilliseconds, 0)));
    }
}
