using System.Text;
using Microsoft.Extensions.Logging;

namespace Firmware.Guard;

/// <summary>
/// Writes guard.toml, whole or not at all. On a thread of its own, because a slow card must not hold up whoever watches
/// the heat; of several changes at once the last is what counts.
/// </summary>
/// <param name="folder">The folder given as --state.</param>
public sealed class SettingsKeeper(string folder, ILogger log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private string? pending;
    private Thread? writer;
    private volatile string? trouble;

    /// <summary>Why the last change could not be kept, or null.</summary>
    public string? Trouble => trouble;

    /// <summary>Returns at once.</summary>
    public void Keep(string text)
    {
        lock (gate)
        {
            pending = text;
            if (writer is null)
            {
                writer = new Thread(WriteAll) { IsBackground = true, Name = "settings" };
                writer.Start();
            }
        }
    }

    /// <summary>Waits for what is still being written, not for ever.</summary>
    public void Finish()
    {
        Thread? last;
        lock (gate)
        {
            last = writer;
        }

        last?.Join(Patience);
    }

    private void WriteAll()
    {
        while (true)
        {
            string text;
            lock (gate)
            {
                if (pending is null)
                {
                    writer = null;
                    return;
                }

                text = pending;
                pending = null;
            }

            Write(text);
        }
    }

    private void Write(string text)
    {
        try
        {
            DurableFile.Write(Path.Combine(folder, GuardFile.FileName), Encoding.UTF8.GetBytes(text));
            trouble = null;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            trouble = $"the settings could not be written: {refusal.Message}";
            log.SettingsNotKept(refusal.Message);
        }
    }
}
