using Drivers;
using Drivers.Power;

namespace Firmware.Guard;

public class PowerSequenceTests
{
    private static readonly Volts SetPoint = new(1.15);

    /// <summary>What a healthy board answers to each action, in the order of boards-and-peripherals §5.1.</summary>
    private static readonly (PowerAction Action, PowerAnswer Answer)[] Healthy =
    [
        (PowerAction.FansFull, new(true)),
        (PowerAction.ReadFans, new(true)),
        (PowerAction.HoldReset, new(true)),
        (PowerAction.RailOff, new(true)),
        (PowerAction.ReadOff, new(true, new Volts(0.01))),
        (PowerAction.Identify, new(true)),
        (PowerAction.ReadTemperatures, new(true)),
        (PowerAction.Configure, new(true)),
        (PowerAction.TurnOn, new(true)),
        (PowerAction.ReadGood, new(true, new Volts(1.10))),
        (PowerAction.ReadSettled, new(true, new Volts(1.149))),
    ];

    private readonly PowerSequence sequence = new(SetPoint, TimeSpan.Zero);
    private TimeSpan now;

    public static TheoryData<PowerAction, int, string> Deadlines => new()
    {
        { PowerAction.FansFull, 1000, "do not take the command to turn fully" },
        { PowerAction.ReadFans, 3000, "the fans do not turn" },
        { PowerAction.HoldReset, 1000, "the reset line" },
        { PowerAction.RailOff, 1000, "does not obey the command to switch off" },
        { PowerAction.ReadOff, 3000, "keeps its voltage" },
        { PowerAction.Identify, 1000, "not the one that the board file names" },
        { PowerAction.ReadTemperatures, 120_000, "not cool enough" },
        { PowerAction.Configure, 1000, "does not take its limits" },
        { PowerAction.TurnOn, 200, "does not switch on" },
        { PowerAction.ReadGood, 100, "does not come up" },
        { PowerAction.ReadSettled, 200, "does not hold its voltage" },
    };

    [Fact]
    public void AHealthyBoardGoesThroughAllStepsInTheirOrder()
    {
        foreach (var (action, answer) in Healthy)
        {
            Assert.Equal(PowerState.Underway, sequence.State);
            Assert.Equal(action >= PowerAction.TurnOn, sequence.MayBePowered);
            Assert.Equal(action, NextAction());
            sequence.Answer(answer, now);
        }

        Assert.Equal(PowerState.Good, sequence.State);
        Assert.Equal("power is good at 1.149 V", sequence.Reason);
        Assert.Equal(PowerAction.None, sequence.Next(now + TimeSpan.FromHours(1)));
    }

    [Fact] // An APW12 answers half a second after it was asked, and needs several questions.
    public void ASlowPartHasTimeForTenAnswersMore()
    {
        var slow = new PowerSequence(SetPoint, TimeSpan.Zero, answerTime: TimeSpan.FromMilliseconds(500));
        foreach (var (_, answer) in Healthy[..5])
        {
            Assert.NotEqual(PowerAction.None, slow.Next(now));
            slow.Answer(answer, now);
        }

        for (; now < TimeSpan.FromSeconds(5.9); now += TimeSpan.FromMilliseconds(100))
        {
            Assert.Equal(PowerAction.Identify, slow.Next(now));
            slow.Answer(new(false), now);
            Assert.Equal(PowerState.Underway, slow.State);
        }

        for (; slow.State == PowerState.Underway; now += TimeSpan.FromMilliseconds(100))
        {
            slow.Next(now);
            slow.Answer(new(false), now);
        }

        Assert.InRange(now.TotalSeconds, 6, 6.2);
    }

    [Fact]
    public void WhereNothingMeasuresTheOutputItsSwitchIsBelieved()
    {
        var blind = new PowerSequence(SetPoint, TimeSpan.Zero, measures: false);
        while (blind.State == PowerState.Underway)
        {
            if (blind.Next(now) != PowerAction.None)
            {
                blind.Answer(new(true), now);
            }

            now += TimeSpan.FromMilliseconds(10);
        }

        Assert.Equal(PowerState.Good, blind.State);
        Assert.Equal("power is on; nothing on the board measures it", blind.Reason);
    }

    [Fact]
    public void HalfASecondPassesBetweenPowerGoodAndTheMeasurement()
    {
        GoTo(PowerAction.ReadGood);
        var good = now;
        sequence.Answer(new(true, SetPoint), now);

        Assert.Equal(PowerAction.None, sequence.Next(good + TimeSpan.FromMilliseconds(499)));
        Assert.Equal(PowerAction.ReadSettled, sequence.Next(good + TimeSpan.FromMilliseconds(500)));
    }

    [Theory]
    [MemberData(nameof(Deadlines))]
    public void AStepThatDoesNotComeTrueFailsInItsTime(PowerAction action, int milliseconds, string failure)
    {
        GoTo(action);
        var begun = now;

        while (sequence.State == PowerState.Underway)
        {
            Assert.Equal(action, NextAction());
            sequence.Answer(new(false, Detail: "as the part says"), now);
        }

        Assert.InRange((now - begun).TotalMilliseconds, milliseconds, milliseconds + 300);
        Assert.Contains(failure, sequence.Reason, StringComparison.Ordinal);
        Assert.EndsWith("(as the part says)", sequence.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryStepMayFailOnceAndStillComeTrue()
    {
        foreach (var (action, answer) in Healthy)
        {
            Assert.Equal(action, NextAction());
            sequence.Answer(new(false), now);
            Assert.Equal(action, NextAction());
            sequence.Answer(answer, now);
        }

        Assert.Equal(PowerState.Good, sequence.State);
    }

    [Theory]
    [InlineData(0.249, true)]
    [InlineData(0.250, false)]
    [InlineData(1.150, false)]
    [InlineData(-0.3, false)]
    [InlineData(null, false)] // what could not be measured is not off
    public void OffIsWhatWasMeasuredBelowAQuarterOfAVolt(double? volts, bool off)
    {
        GoTo(PowerAction.ReadOff);

        sequence.Answer(new(true, volts is { } value ? new Volts(value) : null), now);

        Assert.Equal(off ? PowerAction.Identify : PowerAction.ReadOff, NextAction());
    }

    [Theory]
    [InlineData(1.093, true)] // 5 % below 1.150 V is 1.0925 V
    [InlineData(1.207, true)]
    [InlineData(1.092, false)]
    [InlineData(1.208, false)]
    [InlineData(null, false)]
    public void GoodIsWithinFivePercentOnceSettled(double? volts, bool good)
    {
        GoTo(PowerAction.ReadSettled);

        sequence.Answer(new(true, volts is { } value ? new Volts(value) : null), now);

        Assert.Equal(good ? PowerState.Good : PowerState.Underway, sequence.State);
    }

    [Fact]
    public void ALateLookAtGoodPowerIsNoFailure()
    {
        GoTo(PowerAction.ReadGood);
        sequence.Answer(new(false, new Volts(0.3)), now); // still ramping

        now += TimeSpan.FromSeconds(3); // the machine did something else
        Assert.Equal(PowerAction.ReadGood, sequence.Next(now));
        sequence.Answer(new(true, SetPoint), now);

        Assert.Equal(PowerState.Underway, sequence.State);
    }

    [Theory] // A machine with other work hands on late what the bus has answered.
    [InlineData(PowerAction.ReadGood, 900, true)]
    [InlineData(PowerAction.ReadSettled, 900, true)]
    [InlineData(PowerAction.ReadGood, 1200, false)]
    [InlineData(PowerAction.ReadSettled, 1200, false)]
    public void ARailThatSaysNothingHasASecondToSpeak(PowerAction action, int silentFor, bool good)
    {
        GoTo(action);
        var speaksAt = now + TimeSpan.FromMilliseconds(silentFor);
        while (sequence.State == PowerState.Underway && NextAction() == action)
        {
            sequence.Answer(now < speaksAt ? new(false) : new(true, SetPoint), now);
        }

        Assert.Equal(good, sequence.State != PowerState.Failed);
    }

    [Fact] // Half a reading is none: the output came, and the status word was lost.
    public void ARailThatTellsItsVoltageAndNotItsStatusHasASecondAsWell()
    {
        GoTo(PowerAction.ReadSettled);
        var tellsAt = now + TimeSpan.FromMilliseconds(900);
        while (sequence.State == PowerState.Underway)
        {
            Assert.Equal(PowerAction.ReadSettled, NextAction());
            var whole = new RailReading(null, SetPoint, null, null, Status: 0, null);
            sequence.Answer(PowerSequence.Judge(now < tellsAt ? whole with { Status = null } : whole), now);
        }

        Assert.Equal(PowerState.Good, sequence.State);
    }

    [Theory] // Two or three lost transfers, each awaited for its whole time, are as long as a step's time.
    [InlineData(PowerAction.FansFull, 10)]
    [InlineData(PowerAction.HoldReset, 10)]
    [InlineData(PowerAction.Configure, 10)]
    [InlineData(PowerAction.TurnOn, 5)]
    public void AStepIsTriedOftenHoweverLongEachTryTakes(PowerAction action, int tries)
    {
        GoTo(action);
        for (var i = 1; i <= tries; i++)
        {
            Assert.Equal(action, NextAction());
            now += TimeSpan.FromMilliseconds(600);
            sequence.Answer(new(false), now);
            Assert.Equal(i < tries ? PowerState.Underway : PowerState.Failed, sequence.State);
        }
    }

    [Fact]
    public void ALookThatTookLongIsFollowedByAnother()
    {
        GoTo(PowerAction.ReadGood);
        sequence.Answer(new(false, new Volts(0.3)), now + TimeSpan.FromSeconds(3)); // begun in time, answered late

        Assert.Equal(PowerState.Underway, sequence.State);
    }

    [Theory]
    [InlineData(null, 0x0000, true)]
    [InlineData(null, 0x0800, true)] // not power-good: the measured voltage decides
    [InlineData(null, 0x0840, false)]
    [InlineData("output over-voltage", 0x8020, false)]
    public void PowerIsToldByTheStatusAsWell(string? fault, int status, bool obeyed)
    {
        var answer = PowerSequence.Judge(new RailReading(null, SetPoint, null, null, (ushort)status, fault));

        Assert.Equal(new PowerAnswer(obeyed, SetPoint, fault), answer);
        Assert.False(answer.IsSilence);
    }

    [Theory]
    [InlineData(PowerAction.ReadFans, null, FaultKind.Fan)]
    [InlineData(PowerAction.ReadOff, null, FaultKind.StaysOn)]
    [InlineData(PowerAction.Identify, null, FaultKind.Identity)]
    [InlineData(PowerAction.ReadTemperatures, FaultKind.SensorLoss, FaultKind.SensorLoss)]
    [InlineData(PowerAction.ReadTemperatures, FaultKind.Heat, FaultKind.Heat)]
    [InlineData(PowerAction.ReadGood, null, FaultKind.Regulator)]
    [InlineData(PowerAction.ReadGood, FaultKind.Sag, FaultKind.Sag)]
    public void AFailureIsOfTheKindThatItsAnswerKnowsElseOfItsStep(PowerAction action, FaultKind? told, FaultKind kind)
    {
        GoTo(action);
        while (sequence.State == PowerState.Underway)
        {
            Assert.Equal(action, NextAction());
            sequence.Answer(new(false, Kind: told), now);
        }

        Assert.Equal(kind, sequence.FailureKind);
    }

    [Fact]
    public void ARailThatDoesNotComeUpForWantOfInputIsASag() =>
        Assert.Equal(
            FaultKind.Sag,
            PowerSequence.Judge(new RailReading { Registers = new(0x2848) { Input = 0x08 } }).Kind);

    [Fact]
    public void AnUnreadStatusIsNoPower() => Assert.False(PowerSequence.Judge(default).Obeyed);

    private void GoTo(PowerAction action)
    {
        foreach (var (step, answer) in Healthy)
        {
            Assert.Equal(step, NextAction());
            if (step == action)
            {
                return;
            }

            sequence.Answer(answer, now);
        }
    }

    private PowerAction NextAction()
    {
        now = sequence.Due > now ? sequence.Due : now;
        return sequence.Next(now);
    }
}
