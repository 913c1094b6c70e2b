using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Storm;

/// <summary>What happened in an episode, a line each. Kept only where somebody wants to read it.</summary>
internal sealed class Trace(SimulatedClock clock) : ILogger
{
    private readonly List<string> lines = [];

    public IReadOnlyList<string> Lines => lines;

    public void Say(string who, string what) => lines.Add(string.Create(
        CultureInfo.InvariantCulture, $"{clock.Now.TotalSeconds,8:0.000} {who,-10} {what}"));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) => Say("guard", formatter(state, exception));
}
