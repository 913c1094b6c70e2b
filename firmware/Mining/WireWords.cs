using Drivers.Hashing;

namespace Firmware.Mining;

/// <summary>
/// Says of a wire that much of what is well-formed on it makes no sense, minute by minute. A five-bit checksum lets one
/// noise in 128 pass; whoever sees many of them has a great deal of noise, or a second voice on the wire.
/// </summary>
public sealed class WireWords
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Of all well-formed answers of a minute.</summary>
    private const double ShareMax = 0.01;

    private const long FewMax = 10;

    private ChainStatus before;
    private TimeSpan? since;

    /// <summary>What was seen in the last minute, and what helps; null where all made sense.</summary>
    public string? Word { get; private set; }

    /// <summary>To be called about once a second.</summary>
    public void Step(in ChainStatus status, TimeSpan now)
    {
        if (since is { } start && now - start < Window)
        {
            return;
        }

        Word = since is null ? null : Judge(status);
        (before, since) = (status, now);
    }

    private string? Judge(in ChainStatus status)
    {
        var answers = status.Frames - before.Frames;
        var unasked = status.LeftAside.Unasked - before.LeftAside.Unasked;
        var torn = status.LeftAside.SmallCores - before.LeftAside.SmallCores;
        return IsMuch(unasked, answers)
            ? $"{unasked} of {answers} answers within a minute were to questions that nobody had asked: the data wires "
                + "are noisy, or something else talks on them."
            : IsMuch(torn, answers)
                ? $"{torn} of {answers} answers within a minute named two small cores for one result: the data wires "
                    + "are noisy. Check them, or set a lower baud in the board file."
                : null;
    }

    private static bool IsMuch(long count, long answers) => count > FewMax && count > ShareMax * answers;
}
