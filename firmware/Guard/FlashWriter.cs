using Drivers;

namespace Firmware.Guard;

/// <summary>
/// Writes on a thread of its own, so that a slow card does not hold up whoever watches the heat. That one goes before
/// every ordinary thread, and on a machine with one core would wait in vain for one of its own process that has a lock,
/// has only just been started, or must be stopped by the collector. So this thread runs from the beginning, before
/// anybody goes first, and then goes as first as guard.
/// </summary>
public sealed class FlashWriter : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly object gate = new();
    private readonly List<(string File, Action Write, Action<string?> Done)> waiting = [];
    private bool writes;
    private bool ended;

    public FlashWriter() => new Thread(Run) { Name = "flash", IsBackground = true }.Start();

    /// <summary>Returns at once. Only the newest of what is to be done with a file is done.</summary>
    /// <param name="done">Told, on the thread that writes, why it could not be done, or null.</param>
    public void Later(string file, Action write, Action<string?> done)
    {
        lock (gate)
        {
            waiting.RemoveAll(other => other.File == file);
            waiting.Add((file, write, done));
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Waits for what is still to be written, not for ever.</summary>
    public void Finish()
    {
        var end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        lock (gate)
        {
            while ((writes || waiting.Count > 0) && end - Environment.TickCount64 is > 0 and var left)
            {
                Monitor.Wait(gate, (int)left);
            }
        }
    }

    /// <summary>What has not been written by now is not.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
            Monitor.PulseAll(gate);
        }
    }

    private void Run()
    {
        _ = Linux.TryGoFirst(SafeOffCommand.Priority);
        while (Next() is { } next)
        {
            next.Done(Trouble(next.Write));
        }
    }

    /// <summary>Waits for it; null in the end.</summary>
    private (Action Write, Action<string?> Done)? Next()
    {
        lock (gate)
        {
            writes = false;
            Monitor.PulseAll(gate);
            while (waiting.Count == 0 && !ended)
            {
                Monitor.Wait(gate);
            }

            if (ended)
            {
                return null;
            }

            writes = true;
            var (_, write, done) = waiting[0];
            waiting.RemoveAt(0);
            return (write, done);
        }
    }

    /// <summary>Whatever it is, it is no reason to end the process that watches over the heat.</summary>
    private static string? Trouble(Action write)
    {
        try
        {
            write();
            return null;
        }
        catch (Exception refusal)
        {
            return refusal.Message;
        }
    }
}
