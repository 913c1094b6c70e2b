using System.Globalization;

using Simulator;

namespace HilTests;

/// <summary>
/// One miner of each chip model, in real time: a Gamma with other chips on it, which no one has built, but whose wires
/// are as real as the Gamma's. One class a model, so that they mine beside each other.
/// </summary>
public abstract class ModelStory : IDisposable
{
    private readonly Rig rig;

    /// <param name="ticket">So that a dozen results a second come, or all there are.</param>
    /// <param name="domainVolts">Of chips that stand one on the other; null for chips on the Gamma's rail.</param>
    private protected ModelStory(string chip, int chips, int baud, int ticket, double? domainVolts = null) =>
        rig = new Rig(
        new SimulationOptions { Megahertz = 200, Ticket = ticket },
        chain: new Dictionary<string, string>
        {
            ["chip"] = $"\"{chip}\"",
            ["chips"] = $"{chips}",
            ["baud"] = $"{baud}",
        },
        rail: domainVolts is not { } volts ? null : new Dictionary<string, string>
        {
            ["domains"] = $"{chips}",
            ["volts"] = Text(volts),
            ["volts_min"] = Text(volts - 0.01),
            ["volts_max"] = Text(volts + 0.01),
        });

    [Fact]
    public void ItMinesWithoutAnErrorAndEndsCold()
    {
        using var run = rig.Run("--seconds", "10");

        var code = run.Wait(TimeSpan.FromSeconds(90));
        Assert.True(code == 0, $"It ended with {code}: {run.Everything}");

        var last = Rig.LastLine(run);
        Assert.True(last.SafeOff && rig.IsCold, rig.Describe(run));
        Assert.True(last.HardwareErrors == 0, rig.Describe(run));
        Assert.Equal(0, rig.Pool.Rejected - rig.Pool.Ledger.Late);
        Assert.Equal(rig.Pool.Accepted, last.Accepted + last.Unconfirmed);

        // The pool aims at 120 a minute: 20 expected in 10 s; by 5 sigma no upper bound is below 43.
        Assert.True(last.Accepted is >= 1 and <= 43, $"{last.Accepted} accepted: {rig.Describe(run)}");
    }

    public void Dispose()
    {
        rig.Dispose();
        GC.SuppressFinalize(this);
    }

    private static string Text(double volts) => volts.ToString("0.000", CultureInfo.InvariantCulture);
}

public sealed class Bm1387Story() : ModelStory("bm1387", chips: 3, baud: 1_562_500, ticket: 2, domainVolts: 0.42);

public sealed class Bm1397Story() : ModelStory("bm1397", chips: 2, baud: 3_125_000, ticket: 4);

public sealed class Bm1362Story() : ModelStory("bm1362", chips: 4, baud: 1_000_000, ticket: 8, domainVolts: 0.3);

public sealed class Bm1366Story() : ModelStory("bm1366", chips: 1, baud: 1_000_000, ticket: 4);

public sealed class Bm1368Story() : ModelStory("bm1368", chips: 1, baud: 1_000_000, ticket: 4);

public sealed class Bm1370ChainStory() : ModelStory("bm1370", chips: 4, baud: 1_000_000, ticket: 64);

public sealed class Bm1373Story() : ModelStory("bm1373", chips: 1, baud: 3_000_000, ticket: 64);
