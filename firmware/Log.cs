using System.Text;
using Drivers;
using Microsoft.Extensions.Logging;

namespace Firmware;

/// <summary>
/// A log that writes plain lines to stderr, where journald, a container or a person reads them. It never waits for a
/// reader: a line that would block is dropped, and the next one that fits says how many were.
/// </summary>
/// <param name="source">Who speaks: the verb's name.</param>
/// <param name="descriptor">Where to: stderr, or for a test anything that poll(2) knows.</param>
/// <param name="clean">Takes out of a line what does not belong into a log; none lets everything pass.</param>
public sealed class Log(string source, int descriptor = 2, Func<string, string>? clean = null) : ILogger
{
    /// <summary>A pipe that is ready takes this much without blocking (PIPE_BUF), and in one piece.</summary>
    private const int LineBytesMax = 4096;

    private readonly Lock writing = new();
    private int dropped;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and not LogLevel.None;

    void ILogger.Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var text = exception is null ? formatter(state, null) : $"{formatter(state, null)}: {exception}";
            Write(logLevel, clean is null ? text : clean(text));
        }
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Information => "",
        LogLevel.Warning => "warning: ",
        _ => "error: ",
    };

    private void Write(LogLevel level, string text)
    {
        lock (writing)
        {
            if (!IsReady(descriptor))
            {
                dropped = unchecked(dropped + 1);
                return;
            }

            var lost = dropped > 0 ? $"[{dropped} lines before this one were dropped] " : "";
            if (TryWrite($"{source}: {Word(level)}{lost}{text.ReplaceLineEndings(" | ")}\n"))
            {
                dropped = 0;
            }
        }
    }

    /// <summary>Whether a line can be written there without waiting for a reader.</summary>
    internal static unsafe bool IsReady(int descriptor)
    {
        var entry = new Linux.PollEntry { Descriptor = descriptor, Wanted = Linux.PollOut };
        return Linux.Poll(&entry, 1, 0) == 1 && entry.Ready == Linux.PollOut;
    }

    private unsafe bool TryWrite(string line)
    {
        Span<byte> bytes = stackalloc byte[LineBytesMax];
        _ = Encoding.UTF8.TryGetBytes(line, bytes, out var length);
        if (length == 0)
        {
            // Too long: what fits of it is better than nothing.
            Encoding.UTF8.GetEncoder().Convert(line, bytes[..^1], flush: false, out _, out length, out _);
            bytes[length++] = (byte)'\n';
        }

        fixed (byte* start = bytes)
        {
            return Linux.Write(descriptor, start, (nuint)length) == length;
        }
    }
}
