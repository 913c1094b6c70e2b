using Firmware.Mining;
using Firmware.Pool;

namespace TestPool;

/// <summary>A scenario played to the product's sessions for some minutes of simulated time.</summary>
internal sealed class ModelRun : IDisposable
{
    public const double HashRate = 200;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly StringWriter log = new();

    private ModelRun(Scenario scenario, double hashRate, Func<SessionTerms, SessionTerms>? vary)
    {
        Pool = new ModelPool(scenario, seed: 1, log);
        Miner = new ModelMiner([Pool], hashRate, seed: 1, vary);
    }

    public ModelPool Pool { get; }

    public ModelMiner Miner { get; }

    public ShareVerdict[] Verdicts => Pool.Ledger.Verdicts;

    public string Tale => string.Join('\n', [
        $"{Pool.Connections} connections, {Pool.Ledger.Accepted} accepted; {Pool.Ledger}",
        string.Join(", ", Miner.Chips.Verdicts),
        .. Miner.Ends,
        .. Miner.Terms.Alarms.Current,
        .. Miner.Taps.SelectMany(tap => tap.Faults).Take(10),
        .. Verdicts.Where(verdict => !verdict.Accepted).Take(10).Select(verdict => verdict.ToString()),
    ]);

    public static ModelRun Of(
        string scenario,
        double minutes = 2,
        Func<SessionTerms, SessionTerms>? vary = null,
        double hashRate = HashRate) => Of(Scenario.Named(scenario)!, minutes, vary, hashRate);

    public static ModelRun Of(
        Scenario scenario,
        double minutes = 2,
        Func<SessionTerms, SessionTerms>? vary = null,
        double hashRate = HashRate)
    {
        var run = new ModelRun(scenario, hashRate, vary);
        run.Miner.Run(TimeSpan.FromMinutes(minutes), Step);
        return run;
    }

    /// <summary>
    /// Shares came, and none was refused but for crossing the end of its job on the wire; nothing was sent for work
    /// whose end had been read; the chips were given nothing twice.
    /// </summary>
    /// <param name="shares">So many at least: 240 are due in two minutes where the targets stay.</param>
    public ModelRun AllIsWell(int shares = 150)
    {
        Assert.True(Array.TrueForAll(Verdicts, verdict => verdict.Accepted || verdict.Lateness is not null), Tale);
        Assert.True(Miner.Taps.TrueForAll(tap => tap.Faults.Count == 0), Tale);
        Assert.DoesNotContain(Verdict.HardwareError, Miner.Chips.Verdicts);
        Assert.DoesNotContain(Verdict.Duplicate, Miner.Chips.Verdicts);
        Assert.True(Pool.Ledger.Accepted >= shares, Tale);
        return this;
    }

    /// <summary>The same, over one connection from the beginning to the end.</summary>
    public ModelRun OnOneConnection()
    {
        Assert.True(Pool.Connections == 1, Tale);
        return this;
    }

    public void Dispose() => log.Dispose();
}
