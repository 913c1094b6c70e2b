using Drivers;
using Firmware.Link;
using Microsoft.Extensions.Logging;

namespace Firmware.Guard;

/// <summary>
/// What a board may do while it has power: asks the pure steps once a tick what clock heat, a power limit, a pause and
/// the rail leave of the desired one, and whether the watts are such as they should be.
/// </summary>
internal sealed class Regulation
{
    /// <summary>Of the board's highest clock.</summary>
    private const double LightWork = 0.5;

    private readonly BoardIo io;
    private readonly BoardSettings settings;
    private readonly LiveRail rail;
    private readonly ILogger log;
    private readonly Throttle throttle;
    private readonly EnergyCheck? energy;
    private Megahertz permitted;
    private Megahertz reported;
    private bool isOn;
    private bool wasPaused;
    private bool measures;
    private string? noted;

    public Regulation(BoardIo io, BoardSettings settings, LiveRail rail, ILogger log)
    {
        this.io = io;
        this.settings = settings;
        this.rail = rail;
        this.log = log;
        noted = settings.Note;
        throttle = new(new(io.Parts.MegahertzMax, io.Parts.Points), io.Parts.Rail is null ? null : rail.VoltsFor);
        energy = io.Parts.Energy is { } model ? new(model) : null;
    }

    public SetPoints SetPoints => settings.Current;

    public Megahertz Granted => new(Math.Min(permitted.Value, rail.Carries.Value));

    public bool IsReducedByHeat => throttle.IsReducedByHeat;

    /// <summary>The clock is down for a pause: the power may go.</summary>
    public bool IsDownForPause => SetPoints.IsPaused && throttle.IsDown;

    /// <summary>What is asked of the cooling.</summary>
    public CoolingDemand Demand => new(SetPoints.FixedFan, SetPoints.FanFloor, Load)
    {
        IsLight = reported.Value < LightWork * io.Parts.MegahertzMax.Value,
    };

    public OperationStatus Status => OperationReport.Of(
        io, settings, throttle, rail, isOn ? new ClockView(Granted, reported) : null, EnergyWords);

    /// <summary>Watts where the board measures them, else the clock: it is its changes that count.</summary>
    private double Load => !isOn ? 0 : measures ? io.Drawn?.Value ?? 0 : reported.Value;

    private string EnergyWords => (energy, io.Drawn, isOn) switch
    {
        (null, null, true) => "not judged: nothing on this board measures watts",
        (null, _, _) => "not judged: the board file does not say what a healthy board draws",
        (_, _, false) => "nothing to judge: no power",
        (_, null, _) => "not judged: the watts could not be read",
        ({ Expected: { } expected }, { } drawn, _) => $"{drawn} drawn, {expected} expected",
        _ => "not judged yet",
    };

    /// <summary>Faults or failed starts have lowered the board: it was opened with less than its file has.</summary>
    private bool IsLowered => io.Parts.MegahertzMax.Value < settings.Board.MegahertzMax.Value;

    /// <summary>What is desired, and no more than a lowered board may have.</summary>
    private Volts? TopVolts => (IsLowered, SetPoints.Volts, io.Parts.Rail?.SetPoint) switch
    {
        (true, { } desired, { } most) when most.Value < desired.Value => most,
        var (_, desired, _) => desired,
    };

    /// <summary>What a bring-up brings the rail to; null where there is none.</summary>
    public Volts? StartVolts(TimeSpan now)
    {
        rail.Aim(SetPoints.Clock, TopVolts);
        rail.Begin(now);
        return TopVolts;
    }

    /// <summary>A bring-up has proven the power good.</summary>
    public void Begin(TimeSpan now)
    {
        isOn = true;
        rail.Begin(now);
        throttle.Begin(SetPoints, wasPaused, now);
        throttle.Others = [.. Others(supplyShare: 1)];
        energy?.Begin(now);
        wasPaused = false;
        permitted = throttle.Permitted(SetPoints);
    }

    /// <summary>The power goes.</summary>
    /// <param name="isPause">It comes back from the bottom of the clock then.</param>
    public void End(bool isPause)
    {
        isOn = false;
        wasPaused = isPause;
        reported = default;
    }

    /// <summary>The power goes for a fault, or the board is gone: what was on trial has not proven itself.</summary>
    public void Fail(string why) => settings.RollBack(why);

    /// <summary>One tick with power, after everything was read. Returns why the power must go, or null.</summary>
    /// <param name="isFree">The chips are out of reset.</param>
    /// <param name="supplyShare">What a weak supply leaves of the clock.</param>
    public FaultCause? Step(in HeatState heat, BoardWant? want, bool isFree, double supplyShare, TimeSpan now)
    {
        reported = new(Sound(want?.Megahertz));
        measures |= io.Drawn is not null;
        rail.Aim(SetPoints.Clock, TopVolts);
        throttle.Others = [.. Others(supplyShare)];
        var power = new PowerView(io.Drawn, reported, rail.Told);
        throttle.Step(new(heat, power, Granted, SetPoints.IsPaused), SetPoints, now);
        permitted = throttle.Permitted(SetPoints);
        if (throttle.Change is { } change)
        {
            log.Limited(io.Parts.Key, change);
        }

        return isFree ? energy?.Step(power, Sound(want?.ResultsPerSecond), now) : null;
    }

    /// <summary>One step of the voltage towards what the clock needs.</summary>
    public void Walk(TimeSpan now) => rail.Walk(permitted, reported, now);

    /// <summary>Every tick, with or without power: what is on trial proves itself, or does not.</summary>
    public void Prove(bool works, BoardWant? want, TimeSpan now)
    {
        settings.Step(works, Sound(want?.ResultsPerSecond), now);
        if (settings.Note is { } note && note != noted)
        {
            noted = note;
            log.SettingsDecided(io.Parts.Key, note);
        }
    }

    private IEnumerable<ClockLimit> Others(double supplyShare)
    {
        if (io.Parts.MegahertzMax.Value < SetPoints.Clock.Value)
        {
            yield return new(io.Parts.MegahertzMax, "lowered after faults or failed starts");
        }

        if (supplyShare < 1)
        {
            yield return new(new(SetPoints.Clock.Value * supplyShare), "the supply gave way");
        }
    }

    /// <summary>A number from another process.</summary>
    private static double Sound(double? number) =>
        number is { } value && double.IsFinite(value) ? Math.Max(value, 0) : 0;
}
