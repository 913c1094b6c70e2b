using System.Text.Json;
using System.Text.Json.Serialization;

using Firmware.Link;

namespace Firmware.Cli;

/// <summary>The last line of a run, for scripts.</summary>
/// <param name="Unconfirmed">Shares whose session ended before the pool had answered.</param>
/// <param name="Hashrate">H/s, smoothed, as last measured.</param>
/// <param name="SafeOff">Rail off, reset low and fan full were read back after the end.</param>
internal sealed record FinalLine(
    long Accepted,
    long Rejected,
    long Stale,
    long Unconfirmed,
    long HardwareErrors,
    string? Pool,
    double Hashrate,
    bool SafeOff);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FinalLine))]
internal sealed partial class FinalLineJson : JsonSerializerContext;

/// <summary>What a run tells the person at the terminal: a line a second, and the last one.</summary>
/// <remarks>
/// Whoever reads it may pause (Ctrl-S, a pager) or be a full disk. The supervisor must notice a dead guard all the
/// same, so a line that would have to wait is left out; only the last one waits.
/// </remarks>
/// <param name="width">The columns of the terminal at this moment; null for a file.</param>
internal sealed class RunReport(TextWriter output, Func<int?> width)
{
    public const int StandardOutput = 1;
    public const int StandardError = 2;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private FinalLine sums = new(0, 0, 0, 0, 0, Pool: null, Hashrate: 0, SafeOff: false);
    private TimeSpan nextLine;
    private string? page;

    public bool HasStarted { get; private set; }

    public void Started() => HasStarted = true;

    public void EverySecond(GuardStatus? guard, MineStatus? mine, string? pageAddress, TimeSpan now)
    {
        if (mine is not null)
        {
            sums = sums with { Pool = Current(mine) ?? sums.Pool };
        }

        if (now < nextLine)
        {
            return;
        }

        nextLine = now + Period;
        if (pageAddress is not null && page != pageAddress)
        {
            page = pageAddress;
            Say(output, StandardOutput, $"status: {page}/api/v1/status");
        }

        Say(output, StandardOutput, StatusLine.Cut(StatusLine.Of(guard, mine, now), width()));
    }

    /// <summary>Writes the line where that waits for nobody.</summary>
    public static void Say(TextWriter output, int descriptor, string line)
    {
        if (Log.IsReady(descriptor))
        {
            Write(output, line);
        }
    }

    /// <summary>However long that takes.</summary>
    public static void Write(TextWriter output, string line)
    {
        try
        {
            output.WriteLine(line);
        }
        catch (IOException)
        {
            // A full disk or a terminal that was closed: no reason to end what goes well.
        }
    }

    /// <summary>A mine that fell takes its counters with it: they are kept here.</summary>
    public void KeepSums(MineStatus? fallen) => sums = Add(sums, fallen);

    public void LastLine(MineStatus? mine, bool safeOff)
    {
        var last = Add(sums, mine) with { SafeOff = safeOff };
        Write(output, JsonSerializer.Serialize(last, FinalLineJson.Default.FinalLine));
    }

    /// <summary>What is still pending when mine has ended stays unconfirmed for ever.</summary>
    private static FinalLine Add(FinalLine sums, MineStatus? mine) => mine is null ? sums : sums with
    {
        Accepted = sums.Accepted + mine.Accepted,
        Rejected = sums.Rejected + mine.Rejected,
        Stale = sums.Stale + mine.Stale,
        Unconfirmed = sums.Unconfirmed + mine.Unconfirmed + mine.Pending,
        HardwareErrors = sums.HardwareErrors + mine.HardwareErrors,
        Hashrate = Math.Round(mine.HashRate),
    };

    private static string? Current(MineStatus mine) =>
        Array.Find(mine.Pools, pool => pool.State == "mining")?.Pool;
}
