using System.Diagnostics;

namespace Drivers.Buses;

public sealed class UartTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly byte[] EveryByte = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    private readonly Pty chip = new();

    public void Dispose() => chip.Dispose();

    [Theory]
    [InlineData(115_200)]
    [InlineData(1_041_667)]
    [InlineData(3_125_000)]
    [InlineData(521)]
    public void AnyRateReachesTheKernelAndIsReadBack(int baud)
    {
        using var uart = Uart.Open(chip.Path, 115_200);

        Assert.Equal(baud, uart.SetBaud(baud));
        Assert.Equal(baud, uart.Baud);
        Assert.Equal(baud, chip.Baud);
    }

    /// <summary>As under an emulator that knows no termios2: the nearest rate that the old call can name.</summary>
    [Theory]
    [InlineData(115_200, 115_200)]
    [InlineData(115_741, 115_200)]
    [InlineData(1_041_667, 1_000_000)]
    [InlineData(3_125_000, 3_000_000)]
    public void WithoutTermios2TheNearestStandardRateReachesTheKernel(int asked, int made)
    {
        using var port = Uart.Open(chip.Path, 9600);

        Assert.Equal(made, LineSettings.TrySetStandard(port.Descriptor, asked));
        Assert.Equal(made, chip.Baud);
    }

    [Fact]
    public void EveryByteValueCrossesUnchangedBothWays()
    {
        using var uart = Uart.Open(chip.Path, 115_200);

        Assert.Equal(256, uart.TryWrite(EveryByte));
        Assert.Equal(EveryByte, Collect(256, () => chip.Read(256)));

        chip.Write(EveryByte);
        Assert.Equal(EveryByte, Collect(256, () => ReadOnce(uart)));
    }

    [Fact]
    public void NothingReceivedIsZeroBytesAndNoWait()
    {
        using var uart = Uart.Open(chip.Path, 115_200);
        Span<byte> dirty = stackalloc byte[8];
        dirty.Fill(0xFF);

        Assert.Equal(0, uart.Read(dirty));
        Assert.Equal(-1, dirty.IndexOfAnyExcept((byte)0xFF));
    }

    [Fact]
    public void AFullQueueTakesAPartAndThenNothing()
    {
        using var uart = Uart.Open(chip.Path, 115_200);
        var flood = new byte[1 << 20];

        var taken = uart.TryWrite(flood);
        Assert.InRange(taken, 1, flood.Length - 1);
        while (uart.TryWrite(flood) is var more && more > 0)
        {
            taken += more;
        }

        Assert.InRange(taken, 1, flood.Length - 1);
        Assert.NotEmpty(Collect(1, () => chip.Read(64)));
    }

    [Fact]
    public void AnEmptyQueueIsDrainedAtOnce()
    {
        using var uart = Uart.Open(chip.Path, 115_200);
        uart.TryWrite([1, 2, 3]);
        Collect(3, () => chip.Read(3));

        Assert.Equal(0, uart.Pending);
        Assert.True(uart.Drain(Patience));
    }

    [Fact]
    public void WhatWasReceivedBeforeOpeningOrBeforeDiscardingIsGone()
    {
        using (Uart.Open(chip.Path, 115_200))
        {
            chip.Write([1, 2, 3]);
        }

        using var uart = Uart.Open(chip.Path, 115_200);
        Assert.Empty(ReadOnce(uart));
        chip.Write([4]);
        Collect(1, () => PollIn(uart) ? new byte[1] : []);
        uart.DiscardInput();
        chip.Write([5]);

        Assert.Equal([5], Collect(1, () => ReadOnce(uart)));
    }

    [Fact]
    public void APortBelongsToOneProgramAtATime()
    {
        using (Uart.Open(chip.Path, 115_200))
        {
            var refusal = Assert.Throws<IOException>(() => Uart.Open(chip.Path, 115_200));
            Assert.Equal($"{chip.Path}: another program has this port open. Stop it and start again.", refusal.Message);
        }

        Uart.Open(chip.Path, 115_200).Dispose();
    }

    [Fact]
    public void APortThatIsNotThereIsNamed()
    {
        var refusal = Assert.Throws<IOException>(() => Uart.Open("/dev/ttyNOT-THERE", 115_200));

        Assert.Equal("/dev/ttyNOT-THERE cannot be opened: No such file or directory.", refusal.Message);
    }

    [Fact]
    public void AFileThatIsNoSerialPortIsNamed()
    {
        var refusal = Assert.Throws<IOException>(() => Uart.Open("/dev/null", 115_200));

        Assert.StartsWith("/dev/null cannot be used as a serial port: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnUnpluggedPortIsAnErrorThatNamesIt()
    {
        using var uart = Uart.Open(chip.Path, 115_200);
        chip.Dispose();

        var read = Assert.Throws<IOException>(() => uart.Read(new byte[1]));
        var write = Assert.Throws<IOException>(() => uart.TryWrite([1]));
        Assert.Contains(chip.Path, read.Message, StringComparison.Ordinal);
        Assert.Contains(chip.Path, write.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsAllocatedToReadOrWrite()
    {
        using var uart = Uart.Open(chip.Path, 115_200);
        var buffer = new byte[64];
        uart.TryWrite(buffer);
        uart.Read(buffer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        uart.TryWrite(buffer);
        uart.Read(buffer);
        _ = uart.Pending;

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static byte[] ReadOnce(Uart uart)
    {
        var bytes = new byte[256];
        return bytes[..uart.Read(bytes)];
    }

    private static unsafe bool PollIn(Uart uart)
    {
        var entry = new Linux.PollEntry { Descriptor = uart.Descriptor, Wanted = Linux.PollIn };
        return Linux.Poll(&entry, 1, 100) == 1;
    }

    private static byte[] Collect(int count, Func<byte[]> read)
    {
        var start = Stopwatch.GetTimestamp();
        var all = new List<byte>();
        while (all.Count < count && Stopwatch.GetElapsedTime(start) < Patience)
        {
            all.AddRange(read());
        }

        return [.. all];
    }
}
