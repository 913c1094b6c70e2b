namespace Drivers.Hashing.Bm13xx;

/// <summary>
/// From a released reset to chips that wait for their clock: count them, set them up, change the baud rate. A pure step
/// like the chain it belongs to. Where the fast rate does not work it goes on at the slow one, and stays there at every
/// later start.
/// </summary>
internal sealed class BringUp(Bm13xxConfig config)
{
    /// <summary>Between two configuration writes.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    /// <summary>From the write of a new rate to the change of the host's side.</summary>
    private static readonly TimeSpan BaudSettle = TimeSpan.FromMilliseconds(60);

    private const int VersionWrites = 3;
    private const int FastAsksMax = 3;

    private readonly byte[][] commands = BringUpCommands.Make(config.Model, config.Chips, config.Ticket);
    private readonly byte[] send = new byte[Commands.SizeMax];
    private readonly RollCall rollCall = new(config.Model.Id, config.Chips);

    private Phase phase;
    private int done;

    /// <summary>What <see cref="Step"/> does next.</summary>
    private enum Phase : byte
    {
        SetSlowBaud,
        RollVersions,
        CallRoll,
        CountAnswers,
        SetProbeBaud,
        CallRollAtProbe,
        CountAtProbe,
        Configure,
        TellFast,
        SetFastBaud,
        CallRollAtFast,
        CountAtFast,
        TellSlow,
        FallBack,
        CallRollAtFallBack,
        CountAtFallBack,
        Done,
        Failed,
    }

    public ChainState State => phase switch
    {
        <= Phase.CountAtProbe => ChainState.Enumerating,
        Phase.Configure => ChainState.Initialising,
        <= Phase.CountAtFallBack => ChainState.SwitchingBaud,
        Phase.Done => ChainState.Ramping,
        _ => ChainState.Failed,
    };

    public bool IsDone => phase == Phase.Done;

    /// <summary>When <see cref="Step"/> has something to do; an answer moves it.</summary>
    public TimeSpan Due { get; private set; }

    /// <summary>How many chips of the right model answered the enumeration.</summary>
    public int Chips { get; private set; }

    public string? Fault { get; private set; }

    public bool StaysSlow { get; private set; }

    /// <summary>What to expect of answers: until the chips were counted, version rolling may be on or not.</summary>
    public ResponseLength AnswerLength => phase < Phase.Configure ? ResponseLength.Either : ResponseLength.Long;

    private bool IsCounting =>
        phase is Phase.CountAnswers or Phase.CountAtProbe or Phase.CountAtFast or Phase.CountAtFallBack;

    public void Begin(TimeSpan now)
    {
        Next(Phase.SetSlowBaud);
        Due = now;
        Chips = 0;
        Fault = null;
    }

    /// <summary>Takes a chip's answer; false where nobody had asked for one.</summary>
    public bool Hear(ChipId id, TimeSpan now)
    {
        if (!IsCounting)
        {
            return false;
        }

        rollCall.Hear(id, now);
        Due = rollCall.EndsAt;
        return true;
    }

    /// <summary>One thing that is due now.</summary>
    public ChainStep Step(TimeSpan now) => phase switch
    {
        <= Phase.CountAnswers => Enumerate(now),
        <= Phase.CountAtProbe => Probe(now),
        Phase.Configure => Configure(now),
        <= Phase.CountAtFast => SwitchBaud(now),
        <= Phase.CountAtFallBack => FallBack(now),
        _ => Wait(now),
    };

    private ChainStep Enumerate(TimeSpan now)
    {
        switch (phase)
        {
            case Phase.SetSlowBaud:
                return SetBaud(now, Bm13xxConfig.SlowBaud, Phase.RollVersions);
            case Phase.RollVersions:
                Next(done + 1 < VersionWrites ? Phase.RollVersions : Phase.CallRoll, done + 1);
                return Send(now, Written(Commands.WriteAll(VersionRolling.All, send)), Pace);
            case Phase.CallRoll:
                return CallRoll(now, Phase.CountAnswers);
            default:
                Chips = rollCall.Answered;
                return Counted(now);
        }
    }

    private ChainStep Counted(TimeSpan now)
    {
        if (rollCall.IsComplete)
        {
            Next(Phase.Configure);
            return Wait(now);
        }

        if (Chips == 0 && rollCall.Stranger is null && config.SwitchesBaud)
        {
            Next(Phase.SetProbeBaud);
            return Wait(now);
        }

        return Fail(now, BringUpFault.WrongCount(config, Chips, rollCall.Stranger));
    }

    /// <summary>Nobody answered. Chips that were not reset still listen at the fast rate: worth knowing.</summary>
    private ChainStep Probe(TimeSpan now) => phase switch
    {
        Phase.SetProbeBaud => SetBaud(now, config.FastUart.Baud, Phase.CallRollAtProbe),
        Phase.CallRollAtProbe => CallRoll(now, Phase.CountAtProbe),
        _ => Fail(now, BringUpFault.Silence(config, rollCall.Answered)),
    };

    private ChainStep Configure(TimeSpan now)
    {
        var command = commands[done];
        if (done + 1 < commands.Length)
        {
            Next(Phase.Configure, done + 1);
        }
        else
        {
            Next(config.SwitchesBaud && !StaysSlow ? Phase.TellFast : Phase.Done);
        }

        return Send(now, command, Pace);
    }

    private ChainStep SwitchBaud(TimeSpan now)
    {
        switch (phase)
        {
            case Phase.TellFast:
                Next(Phase.SetFastBaud);
                return Send(now, Written(Commands.WriteAll(config.FastUart, send)), BaudSettle);
            case Phase.SetFastBaud:
                return SetBaud(now, config.FastUart.Baud, Phase.CallRollAtFast);
            case Phase.CallRollAtFast:
                return CallRoll(now, Phase.CountAtFast);
            default:
                var silent = done + 1 < FastAsksMax ? Phase.CallRollAtFast : Phase.TellSlow;
                Next(rollCall.IsComplete ? Phase.Done : silent, done + 1);
                return Wait(now);
        }
    }

    /// <summary>The fast rate does not work. Either the chips never heard of it, or they hear us there.</summary>
    private ChainStep FallBack(TimeSpan now)
    {
        switch (phase)
        {
            case Phase.TellSlow:
                StaysSlow = true;
                Next(Phase.FallBack);
                return Send(now, Written(Commands.WriteAll(FastUart.AfterReset, send)), BaudSettle);
            case Phase.FallBack:
                return SetBaud(now, Bm13xxConfig.SlowBaud, Phase.CallRollAtFallBack);
            case Phase.CallRollAtFallBack:
                return CallRoll(now, Phase.CountAtFallBack);
            default:
                if (!rollCall.IsComplete)
                {
                    return Fail(now, BringUpFault.LostInSwitch(config));
                }

                Next(Phase.Done);
                return Wait(now);
        }
    }

    private ChainStep CallRoll(TimeSpan now, Phase then)
    {
        phase = then;
        rollCall.Begin(now);
        Due = rollCall.EndsAt;
        return new ChainStep
        {
            DiscardInput = true,
            Send = Written(Commands.ReadAll<ChipId>(send)),
            Deadline = Due,
        };
    }

    private ChainStep SetBaud(TimeSpan now, int baud, Phase then)
    {
        Next(then);
        Due = now + Pace;
        return new ChainStep { DiscardInput = true, Baud = baud, Deadline = Due };
    }

    private ChainStep Fail(TimeSpan now, string sentence)
    {
        Fault = sentence;
        Next(Phase.Failed);
        return Wait(now);
    }

    private void Next(Phase next, int stepsDone = 0)
    {
        phase = next;
        done = stepsDone;
    }

    private ChainStep Send(TimeSpan now, ReadOnlySpan<byte> frame, TimeSpan pause)
    {
        Due = now + pause;
        return new ChainStep { Send = frame, Deadline = Due };
    }

    /// <summary>Nothing to send: the next phase is due at once.</summary>
    private ChainStep Wait(TimeSpan now)
    {
        Due = now;
        return new ChainStep { Deadline = now };
    }

    private ReadOnlySpan<byte> Written(int length) => send.AsSpan(0, length);
}
