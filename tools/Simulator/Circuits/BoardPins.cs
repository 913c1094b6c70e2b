using Firmware.Boards;

namespace Simulator.Circuits;

/// <summary>What the pins of a board are wired to, but for the chips' reset.</summary>
internal sealed class BoardPins
{
    private const double PulsesPerTurn = 2;

    private readonly Dictionary<int, Func<bool>> inputs = [];
    private readonly Dictionary<int, Action<bool>> outputs = [];
    private readonly List<Tach> tachs = [];
    private readonly Dictionary<(int Chip, int Channel), PwmOutput> channels = [];

    public BoardPins(BoardConfig board, RailModel rail)
    {
        if (board.Rail is { Switch: { } wire } && rail is PinSwitchedRail switched)
        {
            inputs[wire.Pin] = () => switched.Level;
            outputs[wire.Pin] = level => switched.Level = level;
        }

        if (board.Rail?.GoodPin is { } good && rail is FixedRail fixedRail)
        {
            inputs[good] = () => fixedRail.IsGood;
        }

        HasIoSupply = board.Rail?.IoPin is null;
        if (board.Rail?.IoPin is { } io)
        {
            inputs[io] = () => HasIoSupply;
            outputs[io] = level => HasIoSupply = level;
        }

        if (board.Light is { } light)
        {
            inputs[light.Pin] = () => LightLevel;
            outputs[light.Pin] = level => LightLevel = level;
        }
    }

    /// <summary>The chips' inputs and outputs have their voltage.</summary>
    public bool HasIoSupply { get; private set; }

    public bool LightLevel { get; private set; }

    /// <summary>A pin has seen so many falling edges.</summary>
    public event Action<int, int>? Fell;

    /// <summary>A fan on the machine's own pins.</summary>
    public MountedFan Connect(PwmConfig pwm)
    {
        var fan = new MountedFan(() => Channel(pwm.Chip, pwm.Channel).Drive);
        if (pwm.TachPin is { } pin)
        {
            tachs.Add(new Tach(pin, fan));
        }

        return fan;
    }

    public PwmOutput Channel(int chip, int channel)
    {
        if (!channels.TryGetValue((chip, channel), out var output))
        {
            channels[(chip, channel)] = output = new PwmOutput();
        }

        return output;
    }

    public bool TryRead(int pin, out bool level)
    {
        var known = inputs.TryGetValue(pin, out var read);
        level = known && read!();
        return known;
    }

    public bool TryWrite(int pin, bool level)
    {
        var known = outputs.TryGetValue(pin, out var write);
        write?.Invoke(level);
        return known;
    }

    public void Advance(double seconds)
    {
        foreach (var tach in tachs)
        {
            if (tach.Turn(seconds) is > 0 and var edges)
            {
                Fell?.Invoke(tach.Pin, edges);
            }
        }
    }

    private sealed class Tach(int pin, MountedFan fan)
    {
        private double pulses;

        public int Pin => pin;

        public int Turn(double seconds)
        {
            pulses += fan.Rpm / 60 * PulsesPerTurn * seconds;
            var whole = (int)pulses;
            pulses -= whole;
            return whole;
        }
    }
}

/// <summary>A PWM output of the machine; an open drive wire lets a four-pin fan turn fully.</summary>
internal sealed class PwmOutput
{
    public double Duty { get; set; }

    public bool Runs { get; set; }

    public double Drive => Runs ? Duty : 1;
}
