using Firmware.Link;

namespace Firmware.Mining;

/// <summary>guard's newest word. Written by the thread that listens to guard, read by any.</summary>
public sealed class Grants
{
    /// <summary>An older grant is no permission (plan §1).</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(1.5);

    private volatile Heard? newest;

    /// <returns>True where it says something else than before, or anything after silence.</returns>
    public bool Receive(GrantMessage message, TimeSpan now)
    {
        var before = newest;
        newest = new(message, now);
        return before is null
            || now - before.At >= AgeMax
            || !before.Message.Boards.AsSpan().SequenceEqual(message.Boards);
    }

    /// <summary>What guard permits for a board now, or null for nothing.</summary>
    public BoardGrant? Of(string board, TimeSpan now) =>
        newest is { } heard && now - heard.At < AgeMax
            ? Array.Find(heard.Message.Boards, grant => grant.Board == board)
            : null;

    /// <summary>When the newest word becomes none.</summary>
    public TimeSpan ExpiresAt => newest is { } heard ? heard.At + AgeMax : TimeSpan.MaxValue;

    private sealed record Heard(GrantMessage Message, TimeSpan At);
}
