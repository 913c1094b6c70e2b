using System.Device.Gpio;
using System.Device.I2c;
using Drivers.Buses;
using Microsoft.Extensions.Time.Testing;

namespace Drivers.Power;

/// <summary>Frames, formulas and times as reported by people who listened to such units.</summary>
public class Apw12Tests
{
    private const int EnablePin = 5;

    private readonly Wires wires;
    private readonly FakePins pins = new();
    private readonly FakeTimeProvider time = new();
    private readonly Apw12 supply;

    public Apw12Tests()
    {
        wires = new Wires(time);
        pins[EnablePin] = PinValue.High;
        supply = New(voltsMax: 14.5);
    }

    [Theory]
    [InlineData(Apw12Command.FirmwareVersion, "", "55AA04010500")]
    [InlineData(Apw12Command.HardwareType, "", "55AA04020600")]
    [InlineData(Apw12Command.VoltageSetting, "", "55AA04030700")]
    [InlineData(Apw12Command.MeasuredVoltage, "", "55AA04040800")]
    [InlineData(Apw12Command.FeedWatchdog, "", "55AA040A0E00")]
    [InlineData(Apw12Command.Watchdog, "0000", "55AA068100008700")]
    [InlineData(Apw12Command.Watchdog, "0100", "55AA068101008800")]
    [InlineData(Apw12Command.SetVoltage, "5500", "55AA06835500DE00")]
    [InlineData(Apw12Command.SetVoltage, "2F00", "55AA06832F00B800")]
    [InlineData(Apw12Command.SetVoltage, "EE00", "55AA0683EE007701")]
    internal void RequestsAreTheReportedBytes(Apw12Command command, string data, string frame) =>
        Assert.Equal(frame, Convert.ToHexString(Apw12Frame.Request(command, Convert.FromHexString(data))));

    [Theory]
    [InlineData("55AA060117001E00", Apw12Command.FirmwareVersion, 0x17)]
    [InlineData("55AA060271007900", Apw12Command.HardwareType, 0x71)]
    [InlineData("55AA060276007E00", Apw12Command.HardwareType, 0x76)]
    internal void RepliesAreTheReportedBytes(string frame, Apw12Command command, ushort value)
    {
        var reply = Convert.FromHexString(frame);
        Assert.True(Apw12Frame.TryRead(reply, command, out var read));
        Assert.Equal(value, read);
        for (var i = 0; i < reply.Length; i++)
        {
            Assert.False(Apw12Frame.TryRead(reply.AsSpan(0, i), command, out _));
            reply[i] ^= 0x10;
            Assert.False(Apw12Frame.TryRead(reply, command, out _));
            reply[i] ^= 0x10;
        }
    }

    [Theory]
    [InlineData(755, 11.995)]
    [InlineData(850, 13.502)]
    [InlineData(945, 15.010)]
    public void ItsMeterCountsSixtyFourthsOfAVolt(ushort raw, double volts) =>
        Assert.Equal(volts, Apw12Scale.Measured(raw).Value, 0.001);

    [Theory]
    [InlineData(0x75, 14.000, 89)] // 88.5: rounded to the lower voltage.
    [InlineData(0x76, 15.0, 15)] // 14.75
    [InlineData(0xC1, 13.0, 170)]
    public void ASettingIsRoundedToTheLowerVoltage(byte type, double volts, byte setting) =>
        Assert.Equal(setting, Apw12Scale.Of(type, firmware: 3)!.Value.SettingOf(new Volts(volts)));

    [Fact]
    public void TheFirmwareDecidesTheScaleOfOneType()
    {
        Assert.Equal(new Apw12Scale(1275, 85), Apw12Scale.Of(0xC1, 3));
        Assert.Equal(new Apw12Scale(1083.75, 70.8333), Apw12Scale.Of(0xC1, 4));
    }

    [Theory]
    [InlineData(0x73, 13.7)] // N = 267: a PSU of another class of voltage.
    [InlineData(0x22, 12.0)]
    public void AUnitOfAnotherClassIsRefused(byte type, double volts)
    {
        Assert.Null(Apw12Scale.Of(type, 3)!.Value.SettingOf(new Volts(volts)));
        wires.Type = type;

        Assert.False(Eventually(supply.IsPresent));
        Assert.False(Eventually(supply.TryConfigure));
        Assert.False(Eventually(() => supply.TryTurnOn(new Volts(volts))));
        Assert.Equal(PinValue.High, pins[EnablePin]);
        Assert.DoesNotContain(wires.Requests, request => request.StartsWith("55AA0683", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0x62)] // Floating point.
    [InlineData(0xFF)]
    public void ATypeThatNobodyKnowsIsRefused(byte type)
    {
        wires.Type = type;

        Assert.False(Eventually(supply.IsPresent));
        Assert.False(Eventually(supply.TryConfigure));
    }

    [Fact]
    public void IsIdentifiedInTwoExchangesAndNothingWaitsInACall()
    {
        var calls = 0;
        Assert.True(Eventually(() => ++calls > 0 && supply.IsPresent()));

        Assert.Equal(["55AA04010500", "55AA04020600"], wires.Requests);
        Assert.InRange(calls, 11, 14); // Each exchange is asked about every 100 ms for half a second.
    }

    [Theory]
    [InlineData(13.8, 105)]
    [InlineData(5, 247)] // Clamped to 12.0 V.
    [InlineData(99, 50)] // Clamped to 14.5 V.
    public void SwitchesOnOnlyOnceTheSettingIsReadBack(double volts, byte setting)
    {
        Assert.True(Eventually(supply.TryConfigure));
        Assert.Equal(247, wires.Setting);
        var on = Eventually(
            () =>
            {
                Assert.True(pins[EnablePin] == PinValue.High || wires.Setting == setting);
                return supply.TryTurnOn(new Volts(volts));
            });

        Assert.True(on);
        Assert.Equal(setting, wires.Setting);
        Assert.Equal(PinValue.Low, pins[EnablePin]);
    }

    [Fact]
    public void ASettingThatIsNotTakenNeverSwitchesOn()
    {
        Eventually(supply.TryConfigure);
        wires.Deaf = true;

        Assert.False(Eventually(() => supply.TryTurnOn(new Volts(14))));
        Assert.Equal(PinValue.High, pins[EnablePin]);
        wires.Deaf = false;
        Assert.True(Eventually(() => supply.TryTurnOn(new Volts(14))));
    }

    [Fact]
    public void StaysOffUntilItIsConfigured()
    {
        Assert.True(Eventually(supply.IsPresent));
        Assert.False(Eventually(() => supply.TryTurnOn(new Volts(13))));
    }

    [Fact]
    public void SwitchesOffByThePinAloneWithTheBusDead()
    {
        TurnOn();
        wires.Unplugged = true;

        Assert.True(supply.TryTurnOff());
        Assert.Equal(PinValue.High, pins[EnablePin]);
        pins.Broken = true;
        Assert.False(supply.TryTurnOff());
    }

    [Fact]
    public void MeasuresOnceATickAndNeverTellsAnOldValue()
    {
        TurnOn();
        var told = Enumerable.Range(0, 12).Select(_ => Tick()).ToArray();
        Assert.Equal(13.502, told[^1]!.Value.Value, 0.001);

        wires.Unplugged = true;
        Assert.All(Enumerable.Range(0, 12), _ => Assert.Null(Tick()));
    }

    [Fact]
    public void FeedsTheWatchdogWhileItGivesPowerAndSomebodyLooks()
    {
        TurnOn();
        for (var tick = 0; tick < 120; tick++)
        {
            Tick();
        }

        Assert.Single(wires.Requests, "55AA068101008800");
        Assert.InRange(wires.Requests.Count(request => request == "55AA040A0E00"), 2, 3);
        supply.TryTurnOff();
        wires.Requests.Clear();
        for (var tick = 0; tick < 120; tick++)
        {
            Tick();
        }

        Assert.DoesNotContain("55AA040A0E00", wires.Requests);
    }

    [Fact]
    public void ABrokenAnswerIsAskedForAgain()
    {
        wires.Corrupt = true;
        Assert.False(Eventually(supply.IsPresent));

        wires.Corrupt = false;
        Assert.True(Eventually(supply.IsPresent));
    }

    private void TurnOn()
    {
        Assert.True(Eventually(supply.TryConfigure));
        Assert.True(Eventually(() => supply.TryTurnOn(new Volts(13.8))));
    }

    private Volts? Tick()
    {
        time.Advance(TimeSpan.FromMilliseconds(500));
        return supply.Read().Output;
    }

    /// <summary>Asked every 100 ms for ten seconds at most.</summary>
    private bool Eventually(Func<bool> action)
    {
        for (var i = 0; i < 100; i++)
        {
            if (action())
            {
                return true;
            }

            time.Advance(TimeSpan.FromMilliseconds(100));
        }

        return false;
    }

    private Apw12 New(double voltsMax) => new(
        wires, 0x11, new Volts(12), new Volts(voltsMax), pins.Open(EnablePin), on: PinValue.Low, time);

    /// <summary>The unit's port: bytes of a request one by one, and an answer half a second later.</summary>
    private sealed class Wires(TimeProvider time) : I2cDevice
    {
        private readonly List<byte> request = [];
        private readonly Queue<byte> reply = [];
        private long readyAt;

        public byte Type { get; set; } = 0x75;

        public byte Setting { get; private set; } = 0xAA;

        public bool Deaf { get; set; }

        public bool Corrupt { get; set; }

        public bool Unplugged { get; set; }

        public List<string> Requests { get; } = [];

        public override I2cConnectionSettings ConnectionSettings { get; } = new(busId: 0, deviceAddress: 0x10);

        public override void Read(Span<byte> buffer) => throw new IOException("No register was addressed.");

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Acknowledge(buffer[0]);
            request.Add(buffer[1]);
            if (request.Count > 2 && request.Count == request[2] + 2)
            {
                Answer([.. request]);
                request.Clear();
            }
        }

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
        {
            Acknowledge(writeBuffer[0]);
            Assert.Equal(1, readBuffer.Length);
            readBuffer[0] = time.GetTimestamp() >= readyAt && reply.TryDequeue(out var next) ? next : (byte)0xF5;
        }

        private void Acknowledge(byte port)
        {
            Assert.Equal(0x11, port);
            if (Unplugged)
            {
                throw new IOException("No acknowledge.");
            }
        }

        private void Answer(byte[] asked)
        {
            Requests.Add(Convert.ToHexString(asked));
            readyAt = time.GetTimestamp() + time.TimestampFrequency * 450 / 1000;
            reply.Clear();
            if (asked[3] == 0x83)
            {
                Setting = Deaf ? Setting : asked[4];
                return; // How it answers this nobody has reported: not at all, here.
            }

            var value = asked[3] switch
            {
                0x01 => 0x17,
                0x02 => Type,
                0x03 => Setting,
                0x04 => 850,
                _ => 0,
            };
            byte[] body = [6, asked[3], (byte)(value & 0xFF), (byte)(value >> 8)];
            var sum = body.Sum(part => part) + (Corrupt ? 1 : 0);
            byte[] frame = [0x55, 0xAA, .. body, (byte)(sum & 0xFF), (byte)(sum >> 8)];
            Array.ForEach(frame, reply.Enqueue);
        }
    }
}
