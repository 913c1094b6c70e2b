namespace Simulator.Circuits;

/// <summary>
/// A whole board as physics: parts on its buses, power, heat, fans. It knows no clock but the time that it is told, and
/// is used from one thread at a time.
/// </summary>
internal sealed class Circuit
{
    private const double SupplyHeadroom = 1.02;
    private const double SupplyOhms = 0.02;
    private const double RegulatorEfficiency = 0.9;

    // P = leakage + c · f · V². 18.5 W at 525 MHz and 1.15 V: the factory test of a Gamma expects 19 W at its input.
    // Other models and longer chains are taken to draw the same for each hash unit, at their own usual voltage.
    private const double GammaHashUnits = 2040;
    private const double GammaVolts = 1.15;
    private const double GammaWatts = 18.5;
    private const double LeakageWattsPerVoltSquared = 1.134 / GammaHashUnits;
    private const double WattsPerMegahertzVoltSquared = 0.02448 / GammaHashUnits;
    private const double IdleShare = 0.12; // The clock tree alone, while no job is hashed.
    private const int CoreVoltsInput = 0x50;
    private const double CoreVoltsFullScale = 3.3;
    private const double BrownOut = 0.52; // Of the model's usual voltage.

    private readonly BoardPlan plan;
    private readonly Faults faults;
    private readonly double thermalSpeed;
    private readonly int hashUnits;
    private readonly double size;
    private readonly Metal metal;
    private TimeSpan last;
    private bool resetReleased;
    private bool wasDown = true;
    private double clockedUnits;

    public Circuit(BoardPlan plan, Faults faults, SimulationOptions options, TimeSpan now)
    {
        this.plan = plan;
        this.faults = faults;
        last = now;
        thermalSpeed = options.ThermalSpeed;
        hashUnits = plan.Chips * plan.Silicon.HashUnits;
        var clocked = plan.Megahertz * hashUnits;
        var square = Square(plan.Volts);
        var watts = square * (LeakageWattsPerVoltSquared * hashUnits + WattsPerMegahertzVoltSquared * clocked);
        size = Math.Max(1, watts / GammaWatts);
        metal = new Metal(options.StartDegrees, size);
        Parts = new BoardParts(plan.Board, faults);
        if (options.StartPowered)
        {
            Parts.Rail.StartOn(plan.Volts);
            resetReleased = true;
        }

        Measure();
    }

    public BoardParts Parts { get; }

    public RailModel Rail => Parts.Rail;

    public Metal Metal => metal;

    /// <summary>Whether the chips are let go.</summary>
    public bool ResetReleased => resetReleased;

    /// <summary>When the reset was last pulled low; null while it never was.</summary>
    public TimeSpan? ResetLowAt { get; private set; }

    /// <summary>Hashes per second that healthy silicon would compute in this state.</summary>
    public double HashRate { get; private set; }

    /// <summary>The chips' hash clock.</summary>
    public double Megahertz { get; private set; }

    /// <summary>The least of all fans' drives: what "full" has to be true of.</summary>
    public double FanDuty => Parts.Fans.Length == 0 ? 0 : Parts.Fans.Min(fan => fan.Duty);

    /// <summary>Of the slowest.</summary>
    public double FanRpm => Parts.Fans.Length == 0 ? 0 : Parts.Fans.Min(fan => fan.Rpm);

    /// <summary>What the chips turn into heat, and whatever leaks beside them.</summary>
    public double Watts
    {
        get
        {
            var running = resetReleased && !faults.ChipDead ? clockedUnits * (HashRate > 0 ? 1 : IdleShare) : 0;
            return (Rail.On ? faults.LeakWatts : 0)
                + Square(Rail.Volts)
                * (LeakageWattsPerVoltSquared * hashUnits + WattsPerMegahertzVoltSquared * running);
        }
    }

    private bool IsBrownedOut => Rail.Volts / plan.Domains < BrownOut * plan.Silicon.NominalVolts;

    /// <summary>False without an acknowledge.</summary>
    public bool Transfer(int bus, int address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (Parts.Find(bus, address) is not { } part)
        {
            return false;
        }

        var acknowledged = part.Transfer(write, read);
        Measure();
        return acknowledged;
    }

    /// <summary>False where nothing is wired to such a pin.</summary>
    public bool TryReadPin(int pin, out bool level)
    {
        level = resetReleased;
        return pin == plan.ResetPin || (!faults.PinsHidden && Parts.Pins.TryRead(pin, out level));
    }

    /// <summary>The part of its full scale that an analogue input shows; null where nothing is wired to it.</summary>
    public double? ReadAnalogue(int input) =>
        plan.Board.Rail?.Output is { } output
            ? output.Input == input ? Math.Clamp(Rail.Volts / output.Volts.Value, 0, 1) : null
            : input == CoreVoltsInput ? Math.Clamp(Rail.Volts / CoreVoltsFullScale, 0, 1) : null;

    public bool TryWritePin(int pin, bool level)
    {
        if (pin != plan.ResetPin)
        {
            return !faults.PinsHidden && Parts.Pins.TryWrite(pin, level);
        }

        ResetLowAt = resetReleased && !level ? last : ResetLowAt;
        resetReleased = level;
        wasDown |= !level;
        return true;
    }

    /// <summary>False where a bridge has no such output, or nothing turns at it.</summary>
    public bool TrySetFan(int channel, double duty)
    {
        if (!Array.Exists(plan.Board.Fans, fan => fan.Pwm?.Channel == channel))
        {
            return false;
        }

        var output = Parts.Pins.Channel(0, channel);
        (output.Duty, output.Runs) = (duty, true);
        return true;
    }

    /// <summary>Whether the chips run, and whether they lost power or were reset since the last call.</summary>
    public (bool Powered, bool WasDown) TakeSupply()
    {
        var supply = (resetReleased && !IsBrownedOut && Parts.Pins.HasIoSupply, wasDown);
        wasDown = false;
        return supply;
    }

    /// <summary>What the chips do, which decides what they draw.</summary>
    public void Load(double chipMegahertz, double chipsClockedUnits, double chipHashRate)
    {
        Megahertz = chipMegahertz;
        clockedUnits = chipsClockedUnits;
        HashRate = chipHashRate;
    }

    public void Advance(TimeSpan now)
    {
        var seconds = (now - last).TotalSeconds;
        if (seconds <= 0)
        {
            return;
        }

        last = now;
        Parts.Advance(seconds, now);
        var watts = Watts;
        var lost = watts * (1 / RegulatorEfficiency - 1);
        var air = Parts.Fans.Length == 0 ? 0 : Parts.Fans.Average(fan => fan.Fraction);
        metal.Advance(seconds * thermalSpeed, watts, lost, air, faults.AmbientDegrees);
        wasDown |= IsBrownedOut || !Parts.Pins.HasIoSupply;
        Measure();
    }

    /// <summary>The volts that count for a chip, as if it were a Gamma's.</summary>
    private double Square(double railVolts)
    {
        var volts = railVolts / plan.Domains / plan.Silicon.NominalVolts * GammaVolts;
        return volts * volts;
    }

    private void Measure()
    {
        var watts = Watts;
        var input = plan.InputVolts * SupplyHeadroom;
        var amperes = watts / RegulatorEfficiency / input;
        Parts.Feel(new Climate(
            metal.Chip,
            metal.Regulator,
            metal.Board,
            input - SupplyOhms / size * amperes,
            amperes,
            Rail.Volts > 0.01 ? watts / Rail.Volts : 0));
    }
}
