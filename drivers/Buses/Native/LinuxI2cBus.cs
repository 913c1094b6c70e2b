using System.Device.I2c;

namespace Drivers.Buses.Native;

/// <summary>
/// One I2C bus of this machine, shared by all devices that a board has on it. A bus that is stuck several times in a
/// row is freed, but not more than once in a while: meanwhile, transfers fail and the board goes cold.
/// </summary>
internal sealed class LinuxI2cBus(
    int number, I2cWires wires, TroubleBudget budget, Func<bool>? recover, TimeProvider time) : IDisposable
{
    private const int StuckMax = 3;
    private static readonly TimeSpan RecoverEvery = TimeSpan.FromSeconds(5);

    private int stuck;
    private long? recoveredAt;

    public I2cDevice Open(int address) => new Device(this, number, address);

    public void Dispose() => wires.Dispose();

    private void Transfer(int address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        budget.Begin();
        var begun = time.GetTimestamp();
        try
        {
            wires.Transfer(address, write, read);
            stuck = 0;
        }
        catch (IOException)
        {
            stuck = wires.LastWasStuck ? stuck + 1 : 0;
            if (stuck >= StuckMax && (recoveredAt is not { } at || time.GetElapsedTime(at) >= RecoverEvery))
            {
                Recover();
            }

            budget.Spend(time.GetElapsedTime(begun));
            throw;
        }
    }

    private void Recover()
    {
        recoveredAt = time.GetTimestamp();
        stuck = 0;
        if (recover is null || !recover())
        {
            wires.Reopen();
        }
    }

    private sealed class Device(LinuxI2cBus bus, int number, int address) : I2cDevice
    {
        public override I2cConnectionSettings ConnectionSettings { get; } = new(number, address);

        public override void Read(Span<byte> buffer) => bus.Transfer(address, [], buffer);

        public override void Write(ReadOnlySpan<byte> buffer) => bus.Transfer(address, buffer, []);

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) =>
            bus.Transfer(address, writeBuffer, readBuffer);
    }
}
