namespace Firmware.Guard;

/// <summary>The fans of a board that has power: which of them does not cool, and when all shall turn fully.</summary>
internal sealed class FanBank(BoardIo io)
{
    private readonly FanWatch[] watches = [.. io.Parts.Fans.Select(_ => new FanWatch())];

    /// <summary>One of them may be freed by full drive.</summary>
    public bool NeedsFull { get; private set; }

    /// <summary>By the last reading: why the power must go, or null.</summary>
    /// <param name="powered">Where there is no power, nothing is judged and all suspicion forgotten.</param>
    /// <param name="busIsDead">Where nothing answers, the fan is not what is wrong.</param>
    public FaultCause? Trouble(bool powered, bool busIsDead, TimeSpan now)
    {
        NeedsFull = false;
        FaultCause? trouble = null;
        for (var i = 0; i < watches.Length; i++)
        {
            if (!powered)
            {
                watches[i].Reset();
            }
            else if (!busIsDead)
            {
                var verdict = watches[i].Step(io.Told(i) ?? default, io.FansObeyed[i], io.Fans[i], now);
                NeedsFull |= verdict != FanVerdict.Turning;
                trouble ??= WhatIsWrong(verdict) is { } wrong
                    ? new(FaultKind.Fan, $"{io.Parts.Fans[i].Name} {wrong}")
                    : null;
            }
        }

        return trouble;
    }

    private static string? WhatIsWrong(FanVerdict verdict) => verdict switch
    {
        FanVerdict.Stalled => "does not turn",
        FanVerdict.Deaf => "does not take its commands",
        _ => null,
    };
}
