using System.Device.Gpio;
using System.Device.Spi;

namespace Drivers.Buses;

public sealed class SpiChainPortTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Mirror mirror = new();
    private readonly SpiChainPort port;
    private int resets;

    public SpiChainPortTests() =>
        port = new SpiChainPort("spi 0.0", new SpiLine(mirror, () => resets++, chunk: 100));

    public void Dispose() => port.Dispose();

    [Fact]
    public void WhatIsWrittenAtOnceIsOneSessionInPiecesAndComesBackWhole()
    {
        var session = Enumerable.Range(0, 250).Select(i => (byte)i).ToArray();

        Assert.Equal(0, port.TryWrite([]));
        Assert.Equal(250, port.TryWrite(session));

        Assert.Equal(session.Select(one => (byte)(0xFF - one)), Receive(250));
        Assert.Equal([100, 100, 50], mirror.Transfers);
        Assert.Equal(1, resets);
        Assert.False(IsReadable(TimeSpan.Zero));
        Assert.Equal(0, port.Read(new byte[10]));
        Assert.Equal(0, port.Pending);
    }

    [Fact]
    public void SessionsWaitForEachOtherAndKeepTheirOrder()
    {
        mirror.Gate.Reset();
        port.TryWrite([1, 2]);
        port.TryWrite([3]);
        Assert.Equal(3, port.Pending);
        Assert.False(port.Drain(TimeSpan.FromMilliseconds(1)));

        mirror.Gate.Set();
        Assert.True(port.Drain(Patience));
        Assert.Equal([0xFE, 0xFD, 0xFC], Receive(3));
        Assert.Equal(2, resets);
    }

    [Fact]
    public void ASessionOnItsWayWhenInputIsDroppedBringsNothing()
    {
        mirror.Gate.Reset();
        port.TryWrite([1, 2]);
        port.DiscardInput();
        port.TryWrite([3]);
        mirror.Gate.Set();
        Assert.True(port.Drain(Patience));

        Assert.Equal([0xFC], Receive(1));
        Assert.Equal(0, port.Read(new byte[10]));
    }

    [Fact]
    public void WhereNothingLeavesThePortTakesNoMore()
    {
        mirror.Gate.Reset();
        var session = new byte[40_000];
        Assert.Equal(40_000, port.TryWrite(session));
        var taken = port.TryWrite(session) + port.TryWrite(session) + port.TryWrite(session);

        Assert.InRange(taken, 0, 80_000);
        mirror.Gate.Set();
    }

    [Fact]
    public void ABusThatIsGoneIsToldByNameAtTheNextCallAndWakesTheReader()
    {
        mirror.IsGone = true;
        port.TryWrite([1]);

        Assert.True(IsReadable(Patience));
        var gone = Assert.Throws<IOException>(() => port.Read(new byte[1]));
        Assert.Contains("spi 0.0", gone.Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => port.TryWrite([1]));
    }

    [Fact]
    public void TenBitsOfASerialByteTakeAsLongAsEightOfTheBus() => Assert.Equal(1_250_000, port.Baud);

    [Fact]
    public void TogglingIsUpAndDownUnderAHighClockAndLetsGoOfBothWires()
    {
        var wires = new Wires();
        using var pins = new GpioController(wires);

        new MosiToggle(pins.OpenPin(11), pins.OpenPin(10), times: 2).Apply();

        Assert.Equal("out11 out10 11+ 10+ 10- 10+ 10- 11- in11 in10", string.Join(' ', wires.Seen));
    }

    private byte[] Receive(int count)
    {
        var all = new List<byte>();
        var buffer = new byte[64];
        while (all.Count < count && IsReadable(Patience))
        {
            all.AddRange(buffer.AsSpan(0, port.Read(buffer)));
        }

        return [.. all];
    }

    private unsafe bool IsReadable(TimeSpan patience)
    {
        var entry = new Linux.PollEntry { Descriptor = port.Descriptor, Wanted = Linux.PollIn };
        return Linux.Poll(&entry, 1, (int)patience.TotalMilliseconds) == 1;
    }

    /// <summary>Answers every byte with its opposite, once the gate is open.</summary>
    private sealed class Mirror : SpiDevice
    {
        public ManualResetEventSlim Gate { get; } = new(initialState: true);

        public List<int> Transfers { get; } = [];

        public bool IsGone { get; set; }

        public override SpiConnectionSettings ConnectionSettings { get; } = new(0, 0) { ClockFrequency = 1_000_000 };

        public override void Read(Span<byte> buffer) => throw new NotSupportedException();

        public override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();

        public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
        {
            Assert.True(Gate.Wait(Patience));
            if (IsGone)
            {
                throw new IOException("No such device.");
            }

            Transfers.Add(writeBuffer.Length);
            for (var i = 0; i < writeBuffer.Length; i++)
            {
                readBuffer[i] = (byte)(0xFF - writeBuffer[i]);
            }
        }
    }

    private sealed class Wires : GpioDriver
    {
        public List<string> Seen { get; } = [];

        protected override int PinCount => 2;

        protected override void OpenPin(int pinNumber)
        {
        }

        protected override void ClosePin(int pinNumber)
        {
        }

        protected override void SetPinMode(int pinNumber, PinMode mode) =>
            Seen.Add($"{(mode == PinMode.Output ? "out" : "in")}{pinNumber}");

        protected override PinMode GetPinMode(int pinNumber) => PinMode.Output;

        protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

        protected override PinValue Read(int pinNumber) => PinValue.Low;

        protected override void Write(int pinNumber, PinValue value) =>
            Seen.Add($"{pinNumber}{(value == PinValue.High ? '+' : '-')}");

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
