using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Pwm;
using Drivers;
using Drivers.Buses;
using Drivers.Fans;
using Drivers.Sensors;

namespace Firmware.Boards;

public sealed class BoardTests
{
    private readonly Wires wires = new();

    public static TheoryData<string> BoardFiles => BoardConfigTests.BoardFiles;

    [Theory]
    [MemberData(nameof(BoardFiles))]
    public void EveryBoardFileOpensIntoPartsWithoutTouchingAWire(string file)
    {
        using var board = Open(file);

        Assert.Equal(board.Config.Sensors, board.Sensors.Select(sensor => sensor.Config));
        Assert.Equal(board.Config.Fans, board.Fans.Select(fan => fan.Config));
        var watchdog = Array.Find(board.Config.Fans, fan => fan.Part.StartsWith("emc230", StringComparison.Ordinal));
        Assert.StartsWith(watchdog?.Part ?? "none", board.DeadMan, StringComparison.Ordinal);
        Assert.Equal(board.Config.Key, board.Key);
        Assert.Empty(wires.Touched);
    }

    [Fact]
    public void EachPartIsReachedAtItsAddressAndIsOneObject()
    {
        using var board = Open();
        board.Sensors[0].Sensor.Read();
        board.Sensors[1].Sensor.Read();
        board.Fans[0].Fan.TryDrive(DutyCycle.Full);
        board.Rail!.TryTurnOff();

        Assert.Equal([0x24, 0x4C], wires.Touched.Distinct().Order());
        Assert.Equal([0x24, 0x4C], wires.Opened.Order());
    }

    [Fact]
    public void ADeadBusIsFaultsAndRefusalsAndNeverAnException()
    {
        using var board = Open();

        Assert.All(board.Sensors, sensor => Assert.Equal(SensorFault.NoAnswer, sensor.Sensor.Read()));
        Assert.Equal(FanFault.NoAnswer, board.Fans[0].Fan.ReadSpeed());
        Assert.Null(board.Fans[0].Fan.ReadDuty());
        Assert.False(board.Fans[0].Fan.TryDrive(DutyCycle.Full));
        Assert.False(board.Rail!.IsPresent());
        Assert.False(board.Rail!.TryConfigure());
        Assert.False(board.Rail!.TryTurnOn(new Volts(1.15)));
        Assert.False(board.Rail!.TryTurnOff());
        Assert.Equal(default, board.Rail!.Read());
    }

    [Fact]
    public void EachPartOnTheBusIsThereOnceToBeIdentified()
    {
        using var board = Open();

        Assert.Equal(
            [("tps546", 0x24), ("emc2101", 0x4C)], board.Identities.Select(part => (part.Part, part.Address)));
        Assert.All(board.Identities, part => Assert.False(part.IsPresent() || part.Answers()));
    }

    [Theory]
    [InlineData("none", "emc2302: 4 s after the last word to it its fans turn fully; it cuts no power")]
    [InlineData(
        "a lease", "a lease; emc2302: 4 s after the last word to it its fans turn fully; it cuts no power")]
    public void AFanChipThatWatchesIsToldBesideWhatTheBusesHave(string buses, string deadMan)
    {
        wires.DeadMan = buses;
        var file = Path.Combine(AppContext.BaseDirectory, "board-configs", "bitaxe-gamma-601.toml");
        var text = File.ReadAllText(file).Replace(
            "part = \"emc2101\"\naddress = 0x4C",
            "part = \"emc2302\"\nchannel = 1\naddress = 0x2E",
            StringComparison.Ordinal);
        using var board = Board.Open(BoardConfig.Parse(text, file), wires);

        Assert.Equal(deadMan, board.DeadMan);
    }

    [Fact]
    public void ResetIsTheConfigsPin()
    {
        using var board = Open();

        Assert.Equal(0, board.Reset!.PinNumber);
        Assert.Throws<IOException>(() => board.Reset!.Write(PinValue.Low));
    }

    [Fact]
    public void TheBusesAreClosedWithTheBoard()
    {
        Open().Dispose();

        Assert.True(wires.Closed);
    }

    private Board Open(string file = "bitaxe-gamma-601.toml") => Board.Open(
        BoardConfig.Load([Path.Combine(AppContext.BaseDirectory, "board-configs", file)]).Single(), wires);

    /// <summary>Buses on which nothing answers.</summary>
    private sealed class Wires : IBuses
    {
        private readonly GpioController pins = new(new DeadPins());

        public List<int> Opened { get; } = [];

        public List<int> Touched { get; } = [];

        public bool Closed { get; private set; }

        public string DeadMan { get; set; } = "none";

        public I2cDevice OpenI2c(int address, int bus = 0)
        {
            Opened.Add(address);
            return new DeadDevice(address, Touched);
        }

        public GpioPin OpenOutput(int pin) => pins.OpenPin(pin);

        public GpioPin OpenInput(int pin) => pins.OpenPin(pin);

        public PwmChannel OpenPwm(int chip, int channel, int hertz) => new DeadPwm();

        public double? ReadAnalogue(int input) => null;

        public void Dispose()
        {
            pins.Dispose();
            Closed = true;
        }
    }

    private sealed class DeadDevice(int address, List<int> touched) : I2cDevice
    {
        public override I2cConnectionSettings ConnectionSettings { get; } = new(0, address);

        public override void Read(Span<byte> buffer) => Fail();

        public override void Write(ReadOnlySpan<byte> buffer) => Fail();

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => Fail();

        private void Fail()
        {
            touched.Add(address);
            throw new IOException("No acknowledge.");
        }
    }

    private sealed class DeadPwm : PwmChannel
    {
        public override int Frequency { get; set; } = 25_000;

        public override double DutyCycle
        {
            get => throw new IOException("The channel does not answer.");
            set => throw new IOException("The channel does not answer.");
        }

        public override void Start() => throw new IOException("The channel does not answer.");

        public override void Stop() => throw new IOException("The channel does not answer.");
    }

    private sealed class DeadPins : GpioDriver
    {
        protected override int PinCount => 8;

        protected override void OpenPin(int pinNumber)
        {
        }

        protected override void ClosePin(int pinNumber)
        {
        }

        protected override void SetPinMode(int pinNumber, PinMode mode)
        {
        }

        protected override PinMode GetPinMode(int pinNumber) => PinMode.Output;

        protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

        protected override PinValue Read(int pinNumber) => throw new IOException("The pin does not answer.");

        protected override void Write(int pinNumber, PinValue value) =>
            throw new IOException("The pin does not answer.");

        protected override WaitForEventResult WaitForEvent(
            int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        protected override void AddCallbackForPinValueChangedEvent(
            int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
            throw new NotSupportedException();

        protected override void RemoveCallbackForPinValueChangedEvent(
            int pinNumber, PinChangeEventHandler callback) => throw new NotSupportedException();
    }
}
