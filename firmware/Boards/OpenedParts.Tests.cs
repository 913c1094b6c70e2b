using System.Device.I2c;
using Drivers;
using Drivers.Fans;
using Drivers.Sensors;

namespace Firmware.Boards;

public sealed class OpenedPartsTests
{
    private static readonly string Gamma = File.ReadAllText(
        Path.Combine(AppContext.BaseDirectory, "board-configs", "bitaxe-gamma-601.toml"));

    private readonly List<int> opened = [];

    [Theory]
    [InlineData("emc2101-internal", "")]
    [InlineData("emc2103-external1", "ideality = 0x12\nbeta = 0x10")]
    [InlineData("emc2103-external2", "ideality = 0x12\nbeta = 0x10")]
    [InlineData("emc2103-internal", "")]
    [InlineData("lm75a", "")]
    [InlineData("tmp75", "")]
    [InlineData("tmp1075", "")]
    [InlineData("tmp451-remote", "")]
    [InlineData("tmp451-local", "")]
    [InlineData("adt7461-remote", "")]
    [InlineData("adt7461-local", "")]
    [InlineData("nct218", "")]
    public void EverySensorThatAFileMayNameOpensAndIsSilentOnADeadBus(string part, string keys)
    {
        var config = With(Sensor(part, keys));
        var sensor = Open(config).Sensor(config.Sensors[^1]);

        Assert.Equal([0x48], opened);
        Assert.Equal(SensorFault.NoAnswer, sensor.Read());
    }

    [Theory]
    [InlineData("emc2103", "")]
    [InlineData("emc2301", "")]
    [InlineData("emc2302", "channel = 2")]
    [InlineData("emc2303", "channel = 3")]
    [InlineData("emc2305", "channel = 5")]
    public void EveryFanThatAFileMayNameOpensAndIsSilentOnADeadBus(string part, string keys)
    {
        var config = With(Fan("second", part, keys));
        var fan = Open(config).Fan(config.Fans[^1]);

        Assert.Equal(FanFault.NoAnswer, fan.ReadSpeed());
        Assert.False(fan.TryDrive(DutyCycle.Full));
    }

    [Fact]
    public void SensorsAndFansOfOnePartAreOneObject()
    {
        var config = With(
            Sensor("emc2103-internal", "") + Fan("second", "emc2103", "") + Fan("third", "emc2305", "channel = 1", 0x4D)
            + Fan("fourth", "emc2305", "channel = 2", 0x4D));
        var parts = Open(config);
        Array.ForEach(config.Fans[1..], fan => parts.Fan(fan));
        parts.Sensor(config.Sensors[^1]);

        Assert.Equal([0x48, 0x4D], opened);
    }

    [Fact]
    public void TwoPartsAtOneAddressAreAMistakeInTheFile()
    {
        var config = With(Sensor("tmp1075", "") + Fan("second", "emc2103", ""));
        var parts = Open(config);
        parts.Sensor(config.Sensors[^1]);

        var refusal = Assert.Throws<UsageException>(() => parts.Fan(config.Fans[^1]));
        Assert.Contains("Two different parts stand at 0x48", refusal.Message);
    }

    [Fact]
    public void ACorrectionIsReadAndNoneIsNone()
    {
        var config = With(Sensor("tmp1075", "offset = 10\ngain = 1.1"));

        Assert.Equal((1.1, 10.0), (config.Sensors[^1].Gain, config.Sensors[^1].Offset));
        Assert.IsType<CorrectedSensor>(Open(config).Sensor(config.Sensors[^1]));
        Assert.IsType<Tmp1075>(Open(With(Sensor("tmp1075", ""))).Sensor(With(Sensor("tmp1075", "")).Sensors[^1]));
    }

    [Theory]
    [InlineData("tmp1075", "offset = 41", "'offset' in [[sensor]] is 41; allowed here: -40 to 40.")]
    [InlineData("tmp1075", "gain = 0", "'gain' in [[sensor]] is 0; allowed here: 0.5 to 2.")]
    [InlineData("tmp1075", "beta = 0", "unknown key 'beta' in [[sensor]]")]
    [InlineData("emc2103-external1", "ideality = 0x12\nbeta = 0x20", "'beta' in [[sensor]] is 32; allowed here: 0 to")]
    public void AMistakeInASensorIsNamed(string part, string keys, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<UsageException>(() => With(Sensor(part, keys))).Message);

    [Theory]
    [InlineData("emc2302", "", "the key 'channel' is missing in [[fan]]")]
    [InlineData("emc2302", "channel = 3", "'channel' in [[fan]] is 3; allowed here: 1 to 2.")]
    [InlineData("emc2103", "channel = 1", "unknown key 'channel' in [[fan]]")]
    public void AMistakeInAFanIsNamed(string part, string keys, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<UsageException>(() => With(Fan("second", part, keys))).Message);

    private static string Sensor(string part, string keys) =>
        $"\n[[sensor]]\nname = \"more\"\npart = \"{part}\"\naddress = 0x48\n{keys}\n"
        + "target = 50\ncritical = 60\noff = 70\n";

    private static string Fan(string name, string part, string keys, int address = 0x48) =>
        $"\n[[fan]]\nname = \"{name}\"\npart = \"{part}\"\naddress = {address}\n{keys}\n"
        + "duty_percent_min = 25\nrpm_min = 1000\n";

    private static BoardConfig With(string tables) => BoardConfig.Parse(Gamma + tables, "board.toml");

    private OpenedParts Open(BoardConfig config) => new(
        config,
        (address, _) =>
        {
            opened.Add(address);
            return new DeadDevice(address);
        },
        regulator: null);

    private sealed class DeadDevice(int address) : I2cDevice
    {
        public override I2cConnectionSettings ConnectionSettings { get; } = new(busId: 0, deviceAddress: address);

        public override void Read(Span<byte> buffer) => throw new IOException("No acknowledge.");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No acknowledge.");

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) =>
            throw new IOException("No acknowledge.");
    }
}
