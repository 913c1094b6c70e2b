using System.Device.Gpio;
using System.Device.Spi;
using Drivers.Buses;
using Drivers.Hashing;
using Drivers.Hashing.Bitfury;

namespace Firmware.Boards;

/// <summary>
/// A chain of chips on this machine's own SPI. mine holds it, under a lock on the board's file, as long as the chips
/// may hash. guard has no other way to them, and takes this one once nobody holds it: to stop what hashes, and to see
/// it stand.
/// </summary>
public sealed class SpiChain(BoardConfig board)
{
    private readonly ChainConfig chain = board.Chains[0];
    private readonly SpiConfig spi = board.Chains[0].Spi ?? throw new ArgumentException("No chain on SPI.");

    /// <summary>mine's port.</summary>
    /// <exception cref="IOException">The bus or its pins are not there, or somebody mines on them already.</exception>
    public IChainPort Open() => new SpiChainPort($"/dev/spidev{spi.Bus}.{spi.ChipSelect}", OpenLine(
        HashingLock.TryTake(board.File)
        ?? throw new IOException($"{board.Key}: another process mines on this board. Stop it and start again.")));

    /// <summary>Whether nothing hashes; what still does, and belongs to nobody, is stopped.</summary>
    /// <exception cref="IOException">The bus is not there: then nobody knows.</exception>
    public bool IsStill()
    {
        if (HashingLock.TryTake(board.File) is not { } free)
        {
            return false;
        }

        // Anew each time: who has had the chips since the last look, nobody can tell.
        using var line = OpenLine(free);
        return Standstill.TryMake(line, chain.Chips);
    }

    private SpiLine OpenLine(HashingLock held)
    {
        GpioController? pins = null;
        try
        {
            var settings = new SpiConnectionSettings(spi.Bus, spi.ChipSelect)
            {
                ClockFrequency = spi.Hertz,
                Mode = SpiMode.Mode0,
            };
            MosiToggle? toggle = null;
            if (spi is { ClockPin: { } clock, DataPin: { } data })
            {
                pins = new GpioController();
                toggle = new MosiToggle(pins.OpenPin(clock), pins.OpenPin(data));
            }

            return new SpiLine(SpiDevice.Create(settings), toggle is null ? null : toggle.Apply)
            {
                Owned = [.. pins is null ? [] : new IDisposable[] { pins }, held],
            };
        }
        catch (Exception refusal)
        {
            // The pins' library throws what it likes for a line that is missing, taken, or for a kernel without any.
            pins?.Dispose();
            held.Dispose();
            throw new IOException($"{board.Key}: its SPI or the pins on it cannot be used: {refusal.Message}", refusal);
        }
    }
}
