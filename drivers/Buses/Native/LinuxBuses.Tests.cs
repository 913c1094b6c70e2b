using System.Device.Gpio;
using System.Device.Pwm;

namespace Drivers.Buses.Native;

/// <summary>What can be tried where no such bus is: that trouble is told, and nothing is touched before.</summary>
public sealed class LinuxBusesTests
{
    private const int NoSuchBus = 240;

    private readonly LinuxBuses buses = new("no-such-chip", TimeSpan.FromMilliseconds(50));

    [Fact]
    public void OpeningTouchesNothingAndTheFirstTransferNamesTheMissingDevice()
    {
        var device = buses.OpenI2c(0x48, NoSuchBus);

        var refusal = Assert.Throws<IOException>(() => device.WriteRead([0x00], new byte[2]));

        Assert.StartsWith("/dev/i2c-240: ", refusal.Message);
        Assert.Contains("Is this I2C bus enabled", refusal.Message);
        Assert.Equal((NoSuchBus, 0x48), (device.ConnectionSettings.BusId, device.ConnectionSettings.DeviceAddress));
    }

    [Fact]
    public void AFileThatIsNoBusIsToldWithItsAddress()
    {
        using var wires = new I2cWires("/dev/null", TimeSpan.FromMilliseconds(50));

        var refusal = Assert.Throws<IOException>(() => wires.Transfer(0x4C, [0x00], new byte[1]));

        Assert.StartsWith("/dev/null, address 0x4C: ", refusal.Message);
        Assert.False(wires.LastWasStuck);
    }

    [Fact]
    public void APinOfAMissingChipIsAnIoExceptionAndNeverAnythingElse()
    {
        var pin = buses.OpenOutput(17);

        foreach (var act in new Action[] { () => pin.Write(PinValue.Low), () => pin.Read() })
        {
            Assert.Contains("no-such-chip", Assert.Throws<IOException>(act).Message);
        }
    }

    [Fact]
    public void AMissingPwmIsToldAtTheFirstDuty()
    {
        var pwm = buses.OpenPwm(60, 1, 25_000);

        Assert.Contains("pwmchip60", Assert.Throws<IOException>(() => pwm.DutyCycle = 1).Message);
        Assert.Throws<IOException>(pwm.Start);
    }

    [Fact]
    public void WhereNoTimeIsLeftNothingIsTriedAnyMore()
    {
        buses.LimitTrouble(TimeSpan.Zero);

        var refusal = Assert.Throws<IOException>(() => buses.OpenI2c(0x48, NoSuchBus).WriteByte(0));

        Assert.Contains("Too much time was lost", refusal.Message);
        buses.LimitTrouble(TimeSpan.FromMilliseconds(50));
        refusal = Assert.Throws<IOException>(() => buses.OpenI2c(0x48, NoSuchBus).WriteByte(0));
        Assert.StartsWith("/dev/i2c-240: ", refusal.Message);
    }

    [Fact]
    public void ThereIsNoAnalogueInput() => Assert.Null(buses.ReadAnalogue(0));
}

/// <summary>Pins that are taken when they are first used.</summary>
public sealed class NativePinsTests
{
    private readonly RecordedChip chip = new();

    [Fact]
    public void AnOutputIsNotDrivenBeforeItsFirstWriteAndThenAtOnceAtItsLevel()
    {
        using var pins = new GpioController(new NativePins("chip", _ => new GpioController(chip)));
        var pin = pins.OpenPin(5);
        pin.SetPinMode(PinMode.Output);
        Assert.Empty(chip.Done);

        pin.Write(PinValue.High);
        pin.Write(PinValue.Low);

        Assert.Equal(["open 5", "output 5 High", "write 5 Low"], chip.Done);
        pins.ClosePin(5);
        Assert.Equal("close 5", chip.Done[^1]);
    }

    [Fact] // A bus is freed so: pulled, let go, pulled.
    public void ALineChangesBetweenInputAndOutput()
    {
        using var pins = new GpioController(new NativePins("chip", _ => new GpioController(chip)));
        var pin = pins.OpenPin(5);

        pin.SetPinMode(PinMode.Input);
        pin.SetPinMode(PinMode.Output);
        pin.Write(PinValue.Low);

        Assert.Contains("output 5 Low", chip.Done);
    }

    [Fact]
    public void AReadBeforeAnyWriteLeavesThePinAnInput()
    {
        using var pins = new GpioController(new NativePins("chip", _ => new GpioController(chip)));
        var pin = pins.OpenPin(5);

        Assert.Equal(PinValue.High, pin.Read());

        Assert.DoesNotContain(chip.Done, done => done.StartsWith("output", StringComparison.Ordinal));
    }

    [Fact]
    public void WhateverTheLibraryThrowsIsAnIoException()
    {
        using var pins = new GpioController(
            new NativePins("chip", _ => throw new DllNotFoundException("libgpiod is not there")));

        var refusal = Assert.Throws<IOException>(() => pins.OpenPin(5).Write(PinValue.Low));

        Assert.Equal("Line 5 of the GPIO chip 'chip' cannot be used: libgpiod is not there", refusal.Message);
    }

    private sealed class RecordedChip : GpioDriver
    {
        private readonly Dictionary<int, PinMode> modes = [];

        public List<string> Done { get; } = [];

        protected override int PinCount => 8;

        protected override void OpenPin(int pinNumber) => Done.Add($"open {pinNumber}");

        protected override void ClosePin(int pinNumber) => Done.Add($"close {pinNumber}");

        protected override void SetPinMode(int pinNumber, PinMode mode)
        {
            modes[pinNumber] = mode;
            Done.Add($"mode {pinNumber} {mode}");
        }

        protected override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue)
        {
            modes[pinNumber] = mode;
            Done.Add($"{mode.ToString().ToLowerInvariant()} {pinNumber} {initialValue}");
        }

        protected override PinMode GetPinMode(int pinNumber) => modes.GetValueOrDefault(pinNumber, PinMode.Input);

        protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

        protected override PinValue Read(int pinNumber) => PinValue.High;

        protected override void Write(int pinNumber, PinValue value) => Done.Add($"write {pinNumber} {value}");

        protected override WaitForEventResult WaitForEvent(
            int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) => default;

        protected override void AddCallbackForPinValueChangedEvent(
            int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
        {
        }

        protected override void RemoveCallbackForPinValueChangedEvent(
            int pinNumber, PinChangeEventHandler callback)
        {
        }
    }
}

/// <summary>A bus on which a part holds the data line in the middle of a byte.</summary>
public sealed class BusRecoveryTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(9, true)]
    [InlineData(11, false)] // A part that never lets go: the board goes cold instead.
    public void ClocksUntilThePartLetsGoAndEndsWithAStop(int clocksNeeded, bool free)
    {
        var bus = new StuckBus(clocksNeeded);
        using var pins = new GpioController(bus);
        var recovery = new BusRecovery(pins.OpenPin(0), pins.OpenPin(1), () => { });

        Assert.Equal(free, recovery.TryFree());

        Assert.Equal(free, bus.SawStop);
        Assert.True(bus.Clocks <= 10);
        Assert.Equal((PinMode.Input, PinMode.Input), (bus.Modes[0], bus.Modes[1])); // Both lines let go.
    }

    /// <summary>Open drain: a line is low while somebody pulls it.</summary>
    private sealed class StuckBus(int clocksNeeded) : GpioDriver
    {
        private bool dataWas = true;
        private bool clockWas = true;

        public PinMode[] Modes { get; } = [PinMode.Input, PinMode.Input];

        public int Clocks { get; private set; }

        public bool SawStop { get; private set; }

        protected override int PinCount => 2;

        private bool Clock => Modes[1] == PinMode.Input;

        private bool Data => Modes[0] == PinMode.Input && Clocks >= clocksNeeded;

        protected override void OpenPin(int pinNumber)
        {
        }

        protected override void ClosePin(int pinNumber)
        {
        }

        protected override void SetPinMode(int pinNumber, PinMode mode)
        {
            Modes[pinNumber] = mode;
            Clocks += Clock && !clockWas ? 1 : 0;
            SawStop |= Clock && clockWas && Data && !dataWas;
            (clockWas, dataWas) = (Clock, Data);
        }

        protected override PinMode GetPinMode(int pinNumber) => Modes[pinNumber];

        protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

        protected override PinValue Read(int pinNumber) => pinNumber == 0 ? Data : Clock;

        /// <summary>Nobody may drive a line high.</summary>
        protected override void Write(int pinNumber, PinValue value) => Assert.Equal(PinValue.Low, value);

        protected override WaitForEventResult WaitForEvent(
            int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) => default;

        protected override void AddCallbackForPinValueChangedEvent(
            int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
        {
        }

        protected override void RemoveCallbackForPinValueChangedEvent(
            int pinNumber, PinChangeEventHandler callback)
        {
        }
    }
}
