using System.Device.Gpio;
using System.Device.Pwm;
using Drivers.Buses;
using Microsoft.Extensions.Time.Testing;

namespace Drivers.Fans;

public sealed class PwmFanTests
{
    private const int TachPin = 7;

    private readonly FakePwm pwm = new();
    private readonly FakePins pins = new();
    private readonly FakeTimeProvider clock = new();
    private readonly PwmFan fan;

    public PwmFanTests()
    {
        fan = new PwmFan(pwm, pins.Open(TachPin), pulsesPerTurn: 2, clock);
    }

    [Fact]
    public void DrivesTheChannelAndStartsItOnce()
    {
        Assert.Null(fan.ReadDuty());
        Assert.True(fan.TryDrive(DutyCycle.Full));
        Assert.True(fan.TryDrive(new DutyCycle(0.25)));

        Assert.Equal(0.25, pwm.DutyCycle);
        Assert.Equal(1, pwm.Starts);
        Assert.Equal(new DutyCycle(0.25), fan.ReadDuty());
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(UnauthorizedAccessException))]
    public void AChannelThatRefusesIsARefusal(Type refusal)
    {
        pwm.Refusal = (Exception)Activator.CreateInstance(refusal)!;
        Assert.False(fan.TryDrive(DutyCycle.Full));
        Assert.Null(fan.ReadDuty());

        pwm.Refusal = null;
        Assert.True(fan.TryDrive(DutyCycle.Full));
    }

    [Fact]
    public void CountsFallingEdgesAlone()
    {
        Assert.Equal(FanFault.NotRead, fan.ReadSpeed());
        for (var i = 0; i < 50; i++)
        {
            pins.Tell(TachPin, PinEventTypes.Rising);
            pins.Tell(TachPin, PinEventTypes.Falling);
        }

        clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(new Rpm(3000), fan.ReadSpeed());
        clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(FanFault.Stopped, fan.ReadSpeed());
    }

    [Fact]
    public void APinThatCannotBeWatchedIsAFaultAndIsAskedAgain()
    {
        pins.Broken = true;
        Assert.Equal(FanFault.NoAnswer, fan.ReadSpeed());

        pins.Broken = false;
        Assert.Equal(FanFault.NotRead, fan.ReadSpeed());
    }

    private sealed class FakePwm : PwmChannel
    {
        private double duty = 0.9;

        public int Starts { get; private set; }

        public Exception? Refusal { get; set; }

        public override int Frequency { get; set; } = 25_000;

        public override double DutyCycle
        {
            get => duty;
            set => duty = Refusal is null ? value : throw Refusal;
        }

        public override void Start() => Starts++;

        public override void Stop() => throw new InvalidOperationException("Nobody stops a fan.");
    }
}
