using System.Device.I2c;
using Drivers;
using Drivers.Fans;
using Drivers.Sensors;

namespace Firmware.Boards;

/// <summary>A driver, and where its part is.</summary>
internal readonly record struct OpenedPart(int Bus, int Address, object Part);

/// <summary>
/// The sensors and fans of a board, by the names that its file gives to parts. One object for one part, however many
/// sensors and fans of the file live in it. Opening touches no wire.
/// </summary>
/// <param name="open">Opens the device at an address on a bus.</param>
/// <param name="regulator">The die of the part of [rail]; null where that tells no temperature.</param>
internal sealed class OpenedParts(BoardConfig config, Func<int, int, I2cDevice> open, ITemperatureSensor? regulator)
{
    private readonly Dictionary<(int Bus, int Address), object> parts = [];

    /// <summary>Opens a fan on the machine's own pins.</summary>
    public Func<PwmConfig, IFan> OpenPwmFan { get; init; } =
        _ => throw new UsageException("There are no pins to drive a fan with.");

    /// <summary>Every part that was opened here, by its address.</summary>
    public IEnumerable<OpenedPart> Opened =>
        parts.Select(part => new OpenedPart(part.Key.Bus, part.Key.Address, part.Value));

    public ITemperatureSensor Sensor(SensorConfig sensor)
    {
        var part = Uncorrected(sensor);
        return sensor is { Gain: 1, Offset: 0 } ? part : new CorrectedSensor(part, sensor.Gain, sensor.Offset);
    }

    public IFan Fan(FanConfig fan) => fan.Part switch
    {
        "emc2101" => Emc2101(At(fan)),
        "emc2103" => Emc2103(At(fan)),
        "emc2301" => Emc230x(fan, Emc230xModel.Emc2301),
        "emc2302" => Emc230x(fan, Emc230xModel.Emc2302),
        "emc2303" => Emc230x(fan, Emc230xModel.Emc2303),
        "emc2305" => Emc230x(fan, Emc230xModel.Emc2305),
        "pwm" when fan.Pwm is { } pwm => OpenPwmFan(pwm),
        _ => throw new UsageException($"No driver for the fan '{fan.Part}' in '{config.File}'."),
    };

    private ITemperatureSensor Uncorrected(SensorConfig sensor) => sensor.Part switch
    {
        "emc2101-external" => Emc2101(At(sensor)).External,
        "emc2101-internal" => Emc2101(At(sensor)).Internal,
        "emc2103-external1" => Emc2103(At(sensor)).External1,
        "emc2103-external2" => Emc2103(At(sensor)).External2,
        "emc2103-internal" => Emc2103(At(sensor)).Internal,
        _ when regulator is not null && RailSection.PartsWithDie.Contains(sensor.Part) => regulator,
        "thermal-zone" => KernelTemperature.OfZone(sensor.Zone ?? ""),
        "hwmon" => KernelTemperature.OfMonitor(sensor.Zone ?? ""),
        _ => Thermometer(sensor),
    };

    private ITemperatureSensor Thermometer(SensorConfig sensor) => sensor.Part switch
    {
        "lm75a" => One(At(sensor), i2c => new Lm75(i2c, bits: 11)),
        "tmp75" => One(At(sensor), i2c => new Lm75(i2c, bits: 12)),
        "tmp1075" => One(At(sensor), i2c => new Tmp1075(i2c, AlertAt(At(sensor)))),
        "tmp451-remote" => Tmp451(At(sensor), Tmp451Maker.TexasInstruments).Remote,
        "tmp451-local" => Tmp451(At(sensor), Tmp451Maker.TexasInstruments).Local,
        "adt7461-remote" => Tmp451(At(sensor), Tmp451Maker.AnalogDevices).Remote,
        "adt7461-local" => Tmp451(At(sensor), Tmp451Maker.AnalogDevices).Local,
        "nct218" => Tmp451(At(sensor), Tmp451Maker.OnSemi).Local,
        _ => throw new UsageException($"No driver for the sensor '{sensor.Part}' in '{config.File}'."),
    };

    private Emc2101 Emc2101((int Bus, int Address) address)
    {
        const byte factoryIdeality = 0x12;
        const byte factoryBeta = 0x08;
        var diode = Diode(address);
        return One(
            address, i2c => new Emc2101(i2c, diode?.Ideality ?? factoryIdeality, diode?.Beta ?? factoryBeta));
    }

    private Emc2103 Emc2103((int Bus, int Address) address)
    {
        const byte factoryIdeality = 0x12;
        const byte factoryBeta = 0x10;
        var diode = Diode(address);
        return One(
            address, i2c => new Emc2103(i2c, diode?.Ideality ?? factoryIdeality, diode?.Beta ?? factoryBeta));
    }

    private IFan Emc230x(FanConfig fan, Emc230xModel model) =>
        One(At(fan), i2c => new Emc2305(i2c, model))[fan.Channel - 1];

    private Tmp451 Tmp451((int Bus, int Address) address, Tmp451Maker maker) =>
        One(address, i2c => new Tmp451(i2c, AlertAt(address), maker));

    private SensorConfig? Diode((int Bus, int Address) address) =>
        Array.Find(config.Sensors, sensor => sensor.Ideality is not null && At(sensor) == address);

    /// <summary>What a part's alert pin gets: the highest off temperature in it, as the part measures.</summary>
    private Celsius AlertAt((int Bus, int Address) address) => new(config.Sensors
        .Where(sensor => At(sensor) == address)
        .Max(sensor => (sensor.Off.Degrees - sensor.Offset) / sensor.Gain));

    private static (int Bus, int Address) At(SensorConfig sensor) => (sensor.Bus, sensor.Address);

    private static (int Bus, int Address) At(FanConfig fan) => (fan.Bus, fan.Address);

    private T One<T>((int Bus, int Address) address, Func<I2cDevice, T> create)
        where T : notnull
    {
        if (!parts.TryGetValue(address, out var part))
        {
            part = create(open(address.Address, address.Bus));
            parts.Add(address, part);
        }

        return part is T same
            ? same
            : throw new UsageException(
                $"Two different parts stand at 0x{address.Address:X2} in '{config.File}'; keep one.");
    }
}
