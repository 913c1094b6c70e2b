using System.Buffers.Binary;
using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Pwm;

namespace Drivers.Buses.BitaxeRaw;

/// <summary>The buses behind a bitaxe-raw bridge: I2C, pins, analogue inputs, all through its control port.</summary>
public sealed class BitaxeRawBuses : IBuses
{
    private const byte SetClock = 0x10;
    private const int AdcFullScale = 4095;
    private const uint ClockHertz = 100_000; // What every part on these boards takes, and the wiring was made for.

    private readonly BridgePort port;
    private readonly GpioController pins;
    private bool clockSet;

    /// <summary>The port belongs to the buses from then on.</summary>
    public BitaxeRawBuses(BridgePort port)
    {
        this.port = port;
        pins = new GpioController(new BitaxeRawGpioDriver(port));
    }

    /// <summary>No firmware of this kind has a lease: when the host dies, the chip stays powered.</summary>
    public string DeadMan => "none";

    /// <param name="bus">Without meaning: a bridge has one.</param>
    public I2cDevice OpenI2c(int address, int bus = 0) => new BitaxeRawI2cDevice(this, address);

    public GpioPin OpenOutput(int pin) => pins.OpenPin(pin);

    public GpioPin OpenInput(int pin) => pins.OpenPin(pin);

    /// <param name="chip">Without meaning: a bridge has one.</param>
    public PwmChannel OpenPwm(int chip, int channel, int hertz) => new BridgePwm(port, (byte)channel, hertz);

    /// <summary>12 bits, as the bridge's converter counts; nothing corrects it.</summary>
    public double? ReadAnalogue(int input)
    {
        try
        {
            return ReadAdc((byte)input) / (double)AdcFullScale;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The raw value of an analogue input.</summary>
    /// <param name="command">0x50 is the core voltage; further inputs follow it.</param>
    public int ReadAdc(byte command)
    {
        Span<byte> raw = stackalloc byte[2];
        port.Ask(BridgePage.Adc, command, [], raw);
        return BinaryPrimitives.ReadUInt16LittleEndian(raw);
    }

    public void LimitTrouble(TimeSpan atMost) => port.LimitTrouble(atMost);

    public void Dispose()
    {
        pins.Dispose();
        port.Dispose();
    }

    internal void Transfer(byte command, ReadOnlySpan<byte> data, Span<byte> answer)
    {
        SetClockOnce();
        if (answer.IsEmpty)
        {
            port.Tell(BridgePage.I2c, command, data);
        }
        else if (answer.Length == 1 && port.Dialect == BridgeDialect.Bonanza)
        {
            // A single byte in this dialect may be an error code: read one more, and the answer is plain.
            Span<byte> two = stackalloc byte[2];
            port.Ask(BridgePage.I2c, command, [.. data[..^1], 2], two);
            answer[0] = two[0];
        }
        else
        {
            port.Ask(BridgePage.I2c, command, data, answer);
        }
    }

    private void SetClockOnce()
    {
        if (clockSet)
        {
            return;
        }

        Span<byte> hertz = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(hertz, ClockHertz);
        port.Tell(BridgePage.I2c, SetClock, hertz, mayEcho: true);
        clockSet = true;
    }
}
