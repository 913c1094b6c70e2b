using Drivers;
using Drivers.Power;

namespace Firmware.Guard;

/// <summary>One thing that the shell does to the board's parts for <see cref="PowerSequence"/>.</summary>
public enum PowerAction : byte
{
    /// <summary>Nothing is due yet.</summary>
    None,

    /// <summary>Drive every fan fully.</summary>
    FansFull,

    /// <summary>Read the tachs; obeyed where every fan turns at its minimum or faster.</summary>
    ReadFans,

    /// <summary>Hold the chips in reset.</summary>
    HoldReset,

    /// <summary>Switch the rail off.</summary>
    RailOff,

    /// <summary>Measure the rail's output, which must have died away.</summary>
    ReadOff,

    /// <summary>Obeyed where every part is the one that the board file names.</summary>
    Identify,

    /// <summary>Obeyed where every temperature is known and cool enough to begin.</summary>
    ReadTemperatures,

    /// <summary>Write every limit into the regulator and read it back.</summary>
    Configure,

    /// <summary>Set the voltage and switch the rail on.</summary>
    TurnOn,

    /// <summary>Measure; obeyed where the regulator tells of no fault and of power.</summary>
    ReadGood,

    /// <summary>Only time passes.</summary>
    Settle,

    /// <summary>Measure the settled output.</summary>
    ReadSettled,
}

/// <summary>What the parts answered to an action.</summary>
/// <param name="Output">The measured output, for the actions that measure it; null where it could not be read.</param>
/// <param name="Detail">What was wrong, in a few words for a person, or null.</param>
/// <param name="Kind">Of what kind it is, where the answer knows better than the step that failed; or null.</param>
public readonly record struct PowerAnswer(
    bool Obeyed, Volts? Output = null, string? Detail = null, FaultKind? Kind = null)
{
    /// <summary>Not all of what was asked was answered, and nothing that was is wrong.</summary>
    public bool IsSilence => Detail is null && (Output is null || StatusIsUnknown);

    /// <summary>The output could be read, and not whether the part gives it.</summary>
    public bool StatusIsUnknown { get; init; }
}

/// <summary>Where a bring-up stands.</summary>
public enum PowerState : byte
{
    Underway,

    /// <summary>Power is proven good; the chips are still held in reset.</summary>
    Good,

    /// <summary>A step did not come true in its time; the reason says which.</summary>
    Failed,
}

/// <summary>
/// Brings a rail up in the one right order (boards-and-peripherals §5.1, steps 1–6): air first, then proof that
/// everything is off, then identity, temperatures, limits, and only then volts, which are measured before anybody
/// may use them. Each step is tried again until its time is up and it was tried often enough, because one bad
/// transfer means nothing, and on a busy machine a few tries can take all of that time.
/// </summary>
public sealed class PowerSequence
{
    /// <summary>Below it the chips are proven to have no power.</summary>
    public static readonly Volts OffBelow = new(0.25);

    /// <summary>A board that is hotter waits before it gets power.</summary>
    public static readonly Celsius StartBelow = new(60);

    /// <summary>
    /// A rail that says nothing is not one that says something wrong: on a busy machine what the bus has answered comes
    /// late. The chips are held in reset meanwhile.
    /// </summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(1);

    /// <summary>Before there is power nothing hurries.</summary>
    private const int TriesBeforePower = 10;

    private const int TriesUnderPower = 5;

    private const double GoodFrom = 0.90;
    private const double SettledWithin = 0.05;

    private static readonly Stage[] WithRail =
    [
        new(
            PowerAction.FansFull, Every: 100, Within: 1000,
            "the fans do not take the command to turn fully", FaultKind.Fan),
        new(PowerAction.ReadFans, Every: 100, Within: 3000, "the fans do not turn", FaultKind.Fan),
        new(PowerAction.HoldReset, Every: 100, Within: 1000, "the reset line does not go low", FaultKind.Reset),
        new(
            PowerAction.RailOff, Every: 100, Within: 1000,
            "the regulator does not obey the command to switch off", FaultKind.StaysOn),
        new(
            PowerAction.ReadOff, Every: 50, Within: 3000,
            "the rail keeps its voltage though it is switched off", FaultKind.StaysOn),
        new(
            PowerAction.Identify, Every: 100, Within: 1000,
            "a part is not the one that the board file names", FaultKind.Identity),
        new(
            PowerAction.ReadTemperatures, Every: 250, Within: 120_000,
            "the board is not cool enough to start", FaultKind.Heat),
        new(
            PowerAction.Configure, Every: 100, Within: 1000,
            "the regulator does not take its limits", FaultKind.Regulator),
        new(PowerAction.TurnOn, Every: 50, Within: 200, "the regulator does not switch on", FaultKind.Regulator),
        new(PowerAction.ReadGood, Every: 20, Within: 100, "the rail does not come up", FaultKind.Regulator),
        new(PowerAction.Settle, Every: 0, Within: 500, "", FaultKind.Regulator),
        new(PowerAction.ReadSettled, Every: 50, Within: 200, "the rail does not hold its voltage", FaultKind.Voltage),
    ];

    /// <summary>
    /// Chips that no regulator of ours feeds have their power: what is left to prove is that they stand.
    /// </summary>
    private static readonly Stage[] WithoutRail =
    [
        new(
            PowerAction.RailOff, Every: 100, Within: 3000,
            "something hashes already, and without a grant", FaultKind.StaysOn),
        new(
            PowerAction.ReadTemperatures, Every: 250, Within: 120_000,
            "the machine is not cool enough to start", FaultKind.Heat),
    ];

    /// <summary>A slow part's step takes two exchanges at most, and each may be lost some times.</summary>
    private const int ExchangesMax = 10;

    private readonly Volts? setPoint;
    private readonly bool measures;
    private readonly TimeSpan patience;
    private readonly Stage[] stages;
    private int at;
    private TimeSpan begun;
    private TimeSpan triedAt;
    private int tries;

    /// <param name="setPoint">What the rail is to be at; null where there is none to bring up.</param>
    /// <param name="answerTime">How long the rail's part takes to answer: each step that asks it has longer.</param>
    /// <param name="measures">Something on the board measures the output.</param>
    public PowerSequence(Volts? setPoint, TimeSpan now, TimeSpan answerTime = default, bool measures = true)
    {
        this.setPoint = setPoint;
        this.measures = measures;
        patience = answerTime * ExchangesMax;
        stages = setPoint is null ? WithoutRail : WithRail;
        Begin(0, now);
    }

    public PowerState State { get; private set; }

    /// <summary>What is being done, or why it failed.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Meaningful only where it failed.</summary>
    public FaultKind FailureKind { get; private set; }

    /// <summary>When <see cref="Next"/> has something to do.</summary>
    public TimeSpan Due { get; private set; }

    /// <summary>True from the moment the rail may be on: from here on a failure has something to switch off.</summary>
    public bool MayBePowered => stages[at].Action >= PowerAction.TurnOn;

    /// <summary>What to do now. Whatever is not None is done at once and answered by <see cref="Answer"/>.</summary>
    public PowerAction Next(TimeSpan now)
    {
        if (State != PowerState.Underway || now < Due)
        {
            return PowerAction.None;
        }

        triedAt = now;
        if (stages[at].Action != PowerAction.Settle)
        {
            return stages[at].Action;
        }

        Begin(at + 1, now);
        triedAt = now;
        return stages[at].Action;
    }

    /// <summary>What a reading of the rail answers to the actions that ask for power.</summary>
    public static PowerAnswer Judge(in RailReading reading) => new(
        reading.Fault is null && reading.IsOn == true,
        reading.Output,
        reading.Fault,
        reading.InputIsLow ? FaultKind.Sag : null)
    {
        StatusIsUnknown = reading.IsOn is null,
    };

    public void Answer(PowerAnswer answer, TimeSpan now)
    {
        var stage = stages[at];
        if (IsTrue(stage.Action, answer))
        {
            if (at == stages.Length - 1)
            {
                State = PowerState.Good;
                Reason = setPoint is null ? "nothing stands against hashing"
                    : measures ? $"power is good at {answer.Output}"
                    : "power is on; nothing on the board measures it";
                return;
            }

            Begin(at + 1, now);
            return;
        }

        // What counts is when the try began: a machine under load must not turn a late look into a failure.
        var detail = answer.Detail ?? answer.Output?.ToString();
        Reason = detail is null ? stage.Failure : $"{stage.Failure} ({detail})";
        FailureKind = answer.Kind ?? stage.Kind;
        Due = triedAt + stage.Every;
        tries++;
        if (triedAt - begun >= TimeOf(stage, answer) && tries >= (MayBePowered ? TriesUnderPower : TriesBeforePower))
        {
            State = PowerState.Failed;
        }
    }

    private TimeSpan TimeOf(in Stage stage, in PowerAnswer answer)
    {
        var within = stage.AsksRail ? stage.Within + patience : stage.Within;
        var silent = measures && answer.IsSilence
            && stage.Action is PowerAction.ReadGood or PowerAction.ReadSettled;
        return silent && within < SilenceMax ? SilenceMax : within;
    }

    private bool IsTrue(PowerAction action, PowerAnswer answer) => action switch
    {
        PowerAction.ReadOff when measures => answer.Output is { } output && Math.Abs(output.Value) < OffBelow.Value,
        PowerAction.ReadGood when measures => answer.Obeyed && answer.Output?.Value >= GoodFrom * setPoint?.Value,
        PowerAction.ReadSettled when measures => answer.Obeyed
            && (answer.Output, setPoint) is ({ } output, { } wanted)
            && Math.Abs(output.Value - wanted.Value) <= SettledWithin * wanted.Value,
        _ => answer.Obeyed,
    };

    private void Begin(int stage, TimeSpan now)
    {
        at = stage;
        begun = now;
        tries = 0;
        Due = stages[at].Action == PowerAction.Settle ? now + stages[at].Within : now;
        Reason = $"bring-up, step {at + 1} of {stages.Length}";
    }

    private readonly record struct Stage(
        PowerAction Action, TimeSpan Every, TimeSpan Within, string Failure, FaultKind Kind)
    {
        public bool AsksRail => Action is PowerAction.ReadOff or PowerAction.Identify or PowerAction.Configure
            or PowerAction.TurnOn or PowerAction.ReadGood or PowerAction.ReadSettled;

        public Stage(PowerAction action, int Every, int Within, string failure, FaultKind kind)
            : this(action, TimeSpan.FromMilliseconds(Every), TimeSpan.FromMilliseconds(Within), failure, kind)
        {
        }
    }
}
