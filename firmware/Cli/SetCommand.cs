using System.Diagnostics;

using Firmware.Link;

namespace Firmware.Cli;

/// <summary>The verb set: asks a running guard for settings, one after the other, and tells what it answers.</summary>
internal static class SetCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>0 where all of them were accepted, else 1.</summary>
    /// <param name="board">Null where there is only one.</param>
    /// <param name="words">KEY=VALUE; KEY= takes a setting back to the board's own.</param>
    /// <exception cref="UsageException">A word is no setting, or it is not clear which board is meant.</exception>
    /// <exception cref="StartException">guard does not answer.</exception>
    public static int Run(string stateFolder, string? board, string[] words, TextWriter output)
    {
        var settings = Array.ConvertAll(words, Split);
        var clock = Stopwatch.StartNew();
        using var guard = new LinkClient(LinkPaths.Guard(stateFolder));
        var boards = Array.ConvertAll(
            Hear(guard, clock, line => line.Guard?.Boards), status => status.Board);
        var asked = board ?? (boards is [var only]
            ? only
            : throw new UsageException($"There are several boards: add --on with one of {string.Join(", ", boards)}."));
        var exitCode = 0;
        for (var i = 0; i < settings.Length; i++)
        {
            var (key, value) = settings[i];
            var sequence = i + 1L;
            guard.Send(new(Ask: new(sequence, asked, key, value)));
            clock.Restart();
            var answer = Hear(guard, clock, line => line.Answer is { } one && one.Sequence == sequence ? one : null);
            var verdict = answer.Accepted ? "accepted" : "refused";
            output.WriteLine($"{asked}: {key} = {value ?? "the board's own"}: {verdict}: {answer.Reason}");
            exitCode = answer.Accepted ? exitCode : 1;
        }

        return exitCode;
    }

    private static T Hear<T>(LinkClient guard, Stopwatch clock, Func<LinkLine, T?> pick)
        where T : class
    {
        while (clock.Elapsed < Patience)
        {
            guard.Wait(TimeSpan.FromMilliseconds(100), clock.Elapsed);
            while (guard.TryNext(out var line))
            {
                if (pick(line) is { } picked)
                {
                    return picked;
                }
            }
        }

        throw new StartException(
            $"guard does not answer ({guard.LastTrouble ?? "it is silent"}): does it run, with this --state?");
    }

    private static (string Key, string? Value) Split(string word) => word.Split('=', 2) is [var key, var value]
        && key.Trim() is { Length: > 0 } name
        ? (name, value.Trim() is { Length: > 0 } text ? text : null)
        : throw new UsageException($"'{word}' is no setting: write it as KEY=VALUE, or KEY= for the board's own.");
}
