using System.Device.I2c;
using Drivers.Buses;

namespace Drivers.Sensors;

/// <summary>Who made a part with the registers of a TMP451; register 0xFE.</summary>
public enum Tmp451Maker : byte
{
    /// <summary>TMP451 itself.</summary>
    TexasInstruments = 0x55,

    /// <summary>ADT7461: no fraction of its own die.</summary>
    AnalogDevices = 0x41,

    /// <summary>NCT218: its own die only, in whole degrees. The identity is from a driver in the field.</summary>
    OnSemi = 0x1A,
}

/// <summary>
/// TI TMP451 and the parts with its registers: its own die and one remote diode. Set up at the first reading, and
/// again whenever its configuration is not ours, because a part that was reset tells degrees in another format. The
/// reading that sets it up has no value: the registers still hold the old format.
/// </summary>
/// <param name="offAt">Written into both THERM limits, whose pin cuts the power where a board has wired it.</param>
public sealed class Tmp451(I2cDevice i2c, Celsius offAt, Tmp451Maker maker = Tmp451Maker.TexasInstruments)
    : IIdentified
{
    /// <summary>Runs, −64 to 191 °C; the standard range shows frost, and a shorted diode, as 0 °C.</summary>
    private const byte RunsExtended = 0x04;

    private const int ExtendedZero = 64;
    private const byte RemoteOpen = 0x04;
    private const byte AllOnes = 0xFF;

    private readonly byte thermLimit = (byte)(Math.Clamp(Math.Floor(offAt.Degrees), 0, 127) + ExtendedZero);
    private readonly bool hasRemote = maker != Tmp451Maker.OnSemi;
    private readonly bool hasFraction = maker == Tmp451Maker.TexasInstruments;
    private bool ready;
    private int setUps;

    private enum Register : byte
    {
        LocalHigh = 0x00,
        RemoteHigh = 0x01,
        Status = 0x02,
        Configuration = 0x03,
        ConfigurationWrite = 0x09,
        RemoteLow = 0x10,
        LocalLow = 0x15,
        RemoteTherm = 0x19,
        LocalTherm = 0x20,
        Manufacturer = 0xFE,
    }

    /// <summary>The remote diode; without an answer on a part that has none.</summary>
    public ITemperatureSensor Remote => field ??= new RemoteDiode(this);

    /// <summary>The part's own die: about the board around it.</summary>
    public ITemperatureSensor Local => field ??= new Die(this);

    /// <summary>High byte: whole degrees, 64 more in the extended range. Low byte, upper half: 1/16 °C.</summary>
    public static Celsius Decode(byte high, byte low, bool extended) =>
        new(high - (extended ? ExtendedZero : 0) + (low >> 4) / 16.0);

    public bool IsPresent() => TryRead(Register.Manufacturer, out var found) && found == (byte)maker;

    /// <summary>Null where the values are in our format; else why there is none yet.</summary>
    /// <param name="seen">Which set-up the caller has read after.</param>
    private SensorFault? NotReady(ref int seen)
    {
        byte configuration = 0;
        if (ready && !TryRead(Register.Configuration, out configuration))
        {
            ready = false;
            return SensorFault.NoAnswer;
        }

        if ((!ready || configuration != RunsExtended) && !TrySetUp())
        {
            return SensorFault.NoAnswer;
        }

        // The other channel may have set the part up a moment ago: each skips a reading of its own.
        var fresh = seen == setUps;
        seen = setUps;
        return fresh ? null : SensorFault.NotRead;
    }

    private bool TrySetUp()
    {
        ready = IsPresent()
            && i2c.TryWriteByte((byte)Register.ConfigurationWrite, RunsExtended)
            && TryRead(Register.Configuration, out var configuration) && configuration == RunsExtended
            && i2c.TryKeepByte((byte)Register.LocalTherm, thermLimit)
            && (!hasRemote || i2c.TryKeepByte((byte)Register.RemoteTherm, thermLimit));
        setUps += ready ? 1 : 0;
        return ready;
    }

    private bool TryRead(Register register, out byte value) => i2c.TryReadByte((byte)register, out value);

    private sealed class RemoteDiode(Tmp451 part) : ITemperatureSensor
    {
        private int seen;

        public SensorReading Read()
        {
            if (!part.hasRemote)
            {
                return SensorFault.NoAnswer;
            }

            return part.NotReady(ref seen) is { } fault
                ? fault
                : part.TryRead(Register.Status, out var status) && status != AllOnes
                    && part.TryRead(Register.RemoteHigh, out var high)
                    && part.TryRead(Register.RemoteLow, out var low)
                        ? Judge(status, high, low)
                        : SensorFault.NoAnswer;
        }

        private static SensorReading Judge(byte status, byte high, byte low) => (status & RemoteOpen) != 0
            ? SensorFault.OpenDiode
            : high == 0
                ? SensorFault.ShortedDiode
                : ((SensorReading)Decode(high, low, extended: true)).OfMetal();
    }

    private sealed class Die(Tmp451 part) : ITemperatureSensor
    {
        private int seen;

        public SensorReading Read()
        {
            byte low = 0;
            return part.NotReady(ref seen) is { } fault
                ? fault
                : part.TryRead(Register.LocalHigh, out var high)
                    && (!part.hasFraction || part.TryRead(Register.LocalLow, out low))
                        ? ((SensorReading)Decode(high, low, extended: true)).OfMetal()
                        : SensorFault.NoAnswer;
        }
    }
}
