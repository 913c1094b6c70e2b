namespace Firmware.Mining;

/// <summary>
/// Tells chips that have gone quiet, or talk nonsense, from bad luck: results come at random, so silence counts only
/// where luck cannot explain it.
/// </summary>
public sealed class SilenceWatch
{
    /// <summary>Below it nothing is silence: the pool's thread, the wire and the kernel take their time.</summary>
    public static readonly TimeSpan SilenceMin = TimeSpan.FromSeconds(10);

    /// <summary>A wedged chip repeats one wrong frame (hashing-chips reference §13).</summary>
    public const int WrongInARowMax = 20;

    /// <summary>So many results missing in a row: once in e^30 intervals by chance.</summary>
    private const double MissingMax = 30;

    private TimeSpan lastTrueAt;
    private int wrongInARow;

    /// <summary>Hashing begins, or goes on after a pause.</summary>
    public void Start(TimeSpan now)
    {
        lastTrueAt = now;
        wrongInARow = 0;
    }

    public void Saw(Verdict verdict, TimeSpan now)
    {
        switch (verdict)
        {
            case Verdict.HardwareError:
                wrongInARow++;
                break;
            case Verdict.Duplicate:
                break; // Proves neither health nor harm: a wedged chip repeats true ones as well.
            default:
                Start(now);
                break;
        }
    }

    /// <summary>What is wrong, in one sentence, or null.</summary>
    /// <param name="resultsPerSecond">What healthy chips report at their present clock.</param>
    public string? Trouble(double resultsPerSecond, TimeSpan now)
    {
        var patience = TimeSpan.FromSeconds(Math.Min(MissingMax / Math.Max(resultsPerSecond, 1e-6), 1e6));
        patience = patience > SilenceMin ? patience : SilenceMin;
        return wrongInARow >= WrongInARowMax
                ? $"The chips reported {wrongInARow} wrong results in a row and are reset: a lower clock may help."
            : resultsPerSecond > 0 && now - lastTrueAt >= patience
                ? $"The chips reported nothing for {(now - lastTrueAt).TotalSeconds:0} s: they are reset."
            : null;
    }
}
