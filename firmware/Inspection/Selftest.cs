using Drivers;
using Drivers.Fans;
using Drivers.Hashing;
using Firmware.Boards;
using Firmware.Guard;
using Firmware.Mining;
using Microsoft.Extensions.Logging;

namespace Firmware.Inspection;

/// <summary>
/// The factory test of one board: its parts, its temperatures, its fans, its rail, its chips, and whether these hash,
/// at a low clock. What fails ends it, for what comes after needs what came before; and however it ends, the board is
/// cold then.
/// </summary>
internal sealed class Selftest(BoardConfig config, ILogger log, Func<TimeSpan> clock, CancellationToken stop)
{
    /// <summary>Of the clock of the board's file: enough to hash, and little to heat.</summary>
    private const double LowClock = 0.25;

    /// <summary>Zero bits beyond the silicon's own of a result: often enough to count some in a few seconds.</summary>
    private const int TicketBitsMax = 4;

    private const double SlowestMegahertz = 50;

    private const string NoPower = "What it says names the step: check the supply first, and then that part";

    private static readonly TimeSpan CommandMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SpinUpMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SteadyFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DieAwayMax = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PowerMax = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ChipsMax = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan HashMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly List<Finding> findings = [];

    /// <summary>Told as soon as it is known.</summary>
    public Action<Finding> Found { get; init; } = _ => { };

    /// <returns>Every line, the last of them about the end.</returns>
    /// <exception cref="StartException">The board is not there, or guard has it. Nothing was touched.</exception>
    public IReadOnlyList<Finding> Run()
    {
        using var parts = OpenBoard.From(config);
        try
        {
            _ = SafeOff.Command(parts); // Whatever it was doing before, nobody was watching.
            _ = Identify(parts) && Temperatures(parts) && Fans(parts) && DeadRail(parts) && Hash(parts);
        }
        catch (OperationCanceledException)
        {
            Add(new(Outcome.Fail, "selftest", "it was told to stop before its end"));
        }
        catch (Exception failure) when (failure is IOException or StartException)
        {
            Add(new(Outcome.Fail, "the chips' port", failure.Message));
        }
        catch (Exception bug)
        {
            // Not left to a finally, which an exception that nobody catches need not reach.
            Add(new(Outcome.Fail, "selftest", $"a bug in it: {bug}"));
        }

        End(parts);
        return findings;
    }

    private void Add(Finding finding)
    {
        findings.Add(finding);
        Found(finding);
    }

    private bool Add(bool passed, string thing, string detail, string remedy)
    {
        Add(Finding.Of(passed, thing, detail, remedy));
        return passed;
    }

    private bool Identify(GuardParts parts)
    {
        var all = true;
        foreach (var finding in parts.Identities.Select(Identification.Of))
        {
            Add(finding);
            all &= finding.Outcome == Outcome.Pass;
        }

        return all;
    }

    private bool Temperatures(GuardParts parts)
    {
        var io = new BoardIo(parts);
        _ = Within(CommandMax, () => ReadSensors(io));
        var all = true;
        for (var i = 0; i < io.Sensors.Length; i++)
        {
            var limit = parts.Rail is null ? parts.Sensors[i].Limits.Target : PowerSequence.StartBelow;
            all &= Add(
                io.Sensors[i].Value < limit,
                $"sensor '{parts.Sensors[i].Limits.Name}'",
                $"{io.Sensors[i]}, and below {limit} is wanted to begin",
                "Check its wires; or let the board cool down");
        }

        return all;
    }

    /// <summary>Full drive must turn each fan as fast as its file says, and the least drive slower than that.</summary>
    private bool Fans(GuardParts parts)
    {
        if (parts.Fans.Count == 0)
        {
            return true;
        }

        var io = new BoardIo(parts);
        var took = Within(CommandMax, () => io.Drive(DutyCycle.Full));
        SpinUp(io);
        var full = io.Fans.ToArray();
        var all = true;
        for (var i = 0; i < full.Length; i++)
        {
            all &= Add(
                took && full[i].Value?.Value >= parts.Fans[i].RpmMin.Value,
                parts.Fans[i].Name,
                took ? $"at full drive {full[i]}, and at least {parts.Fans[i].RpmMin} is wanted" : "takes no command",
                "Check that it is plugged in, that nothing blocks it, and that its tach wire is connected");
        }

        return all && FansFollow(io, full);
    }

    /// <summary>Until no fan has become faster for a while: a rotor takes its time.</summary>
    private void SpinUp(BoardIo io)
    {
        const double faster = 1.02;
        var fastest = new double[io.Fans.Length];
        var steadySince = clock();
        _ = Within(SpinUpMax, () =>
        {
            foreach (var i in ReadFans(io))
            {
                if (io.Fans[i].Value?.Value is { } rpm && rpm > fastest[i] * faster)
                {
                    (fastest[i], steadySince) = (rpm, clock());
                }
            }

            // What counts is the last reading, and a transfer may be lost.
            return clock() - steadySince >= SteadyFor && Array.TrueForAll(io.Fans, fan => fan.Value?.Value > 0);
        });
    }

    private bool FansFollow(BoardIo io, FanReading[] full)
    {
        const double slower = 0.9;
        var followers = ReadFans(io).Where(i => io.Parts.Fans[i].DutyMin.Fraction < slower).ToArray();
        _ = io.Drive(default);
        _ = Within(SpinUpMax, () => ReadFans(io).All(i => !followers.Contains(i) || IsSlower(i)));
        var all = true;
        foreach (var i in followers)
        {
            all &= Add(
                IsSlower(i),
                io.Parts.Fans[i].Name,
                $"at least drive {io.Fans[i]}, at full drive {full[i]}",
                "It does not follow its drive: check its PWM wire");
        }

        return Within(CommandMax, () => io.Drive(DutyCycle.Full)) && all;

        bool IsSlower(int i) => io.Fans[i].Value?.Value < full[i].Value?.Value * slower
            || io.Fans[i].Fault == FanFault.Stopped;
    }

    private bool DeadRail(GuardParts parts)
    {
        if (parts.Rail is null)
        {
            return true;
        }

        var io = new BoardIo(parts);
        var dead = Within(
            DieAwayMax,
            () => io.TurnOff() && io.ReadRail().Output is { } output && output.Value < PowerSequence.OffBelow.Value);
        return Add(
            dead,
            "rail, switched off",
            $"{io.Rail.Output?.ToString() ?? "nothing"} measured, and below {PowerSequence.OffBelow} is wanted",
            "The regulator does not let go of its output: do not use this board");
    }

    /// <summary>From here on guard watches the board as it does in service.</summary>
    private bool Hash(GuardParts parts)
    {
        var low = config with { Chains = Array.ConvertAll(config.Chains, Slow) };
        var chain = MiningBoards.ChainOf(low);
        using var bench = new SelftestBench(parts, chain, low.Chains[0].Megahertz, log, clock, stop);
        var rail = new RailAccuracy(parts.Rail?.SetPoint);
        bench.Ticked = () => rail.Saw(bench.HasPower ? bench.Guard.Rail?.Volts : null);
        bench.GiveJob(TestJob.New(chain.Chain, clock()));

        return Power(bench)
            && (Chips(bench, low.Chains[0].Chips) && Nonces(bench, chain.Chain))
            & (parts.Rail is null || Add(rail.IsGood, "rail, switched on", rail.ToString(), RailAccuracy.Remedy));
    }

    private bool Power(SelftestBench bench)
    {
        var power = bench.RunUntil(() => bench.HasPower, PowerMax);
        return Add(power, "power", power ? bench.Guard.Reason : bench.Trouble ?? bench.Guard.Reason, NoPower);
    }

    private bool Chips(SelftestBench bench, int wanted)
    {
        var running = bench.RunUntil(() => bench.Chain.Status.State == ChainState.Running, ChipsMax);
        var chips = bench.Chain.Status.Chips;
        return Add(
            running && chips == wanted,
            "chips",
            running ? $"{chips} of {wanted} answer" : bench.Trouble ?? bench.Chain.Reason,
            "Check the data line, the reset line and the number of chips in the board file");
    }

    private bool Nonces(SelftestBench bench, IHashChain chain)
    {
        var test = new NonceTest(chain.ReportedZeroBits, clock());
        _ = bench.RunUntil(
            () => test.IsEnough(bench.Chain.Status.HashRate, bench.Counters, clock()), HashMax);
        return Add(
            bench.Trouble is null && test.Passes(bench.Counters),
            "nonces",
            bench.Trouble ?? test.Describe(bench.Counters, bench.Chain.Status.Clock),
            "The chips compute wrong or too little at a low clock: check the rail's voltage and the cooling");
    }

    private void End(GuardParts parts)
    {
        var proof = SafeOff.Run([parts], clock, Thread.Sleep)[0];
        _ = Add(
            proof.IsProven,
            "end",
            proof.ToString(),
            "Take the power from the board by hand, and do not use it");
    }

    /// <summary>The last look comes after the time is up, so a machine under load does not fail a good part.</summary>
    private bool Within(TimeSpan patience, Func<bool> isTrue)
    {
        for (var end = clock() + patience; ; Thread.Sleep(Look))
        {
            stop.ThrowIfCancellationRequested();
            var late = clock() >= end;
            if (isTrue())
            {
                return true;
            }

            if (late)
            {
                return false;
            }
        }
    }

    private static bool ReadSensors(BoardIo io)
    {
        io.ReadSensors();
        return Array.TrueForAll(io.Sensors, sensor => sensor.Value is not null);
    }

    private static IEnumerable<int> ReadFans(BoardIo io)
    {
        io.ReadFans();
        return Enumerable.Range(0, io.Fans.Length);
    }

    private static ChainConfig Slow(ChainConfig chain) => chain.Spi is not null || chain.IsCpu ? chain : chain with
    {
        Megahertz = new(Math.Max(SlowestMegahertz, chain.Megahertz.Value * LowClock)),
        TicketBits = Math.Min(chain.TicketBits, TicketBitsMax),
    };
}
