using Drivers.Buses;

namespace Drivers.Hashing.Bitfury;

/// <summary>
/// Ends the hashing of a chain whose owner is gone, and proves it: the clocks are switched off, and then no counter
/// moves from one reading to the next. A chain that says nothing at all is taken for one without power.
/// </summary>
public static class Standstill
{
    /// <summary>Takes three passes over the chain.</summary>
    /// <returns>False where something still moves, or the answers were damaged: try again.</returns>
    /// <exception cref="IOException">The bus is gone.</exception>
    public static bool TryMake(SpiLine line, int chips)
    {
        var send = new byte[chips * Commands.PerChipMax];
        var first = new byte[send.Length];
        var second = new byte[send.Length];
        var commands = new Commands(send);
        for (var i = 0; i < chips; i++)
        {
            commands.NextChip();
            Settings.WriteClock(ref commands, on: false);
        }

        line.Exchange(send.AsSpan(0, commands.Length), first);
        var memory = new WorkMemory(0);
        var job = new uint[JobWords.Count];
        memory.WriteJob(memory.TestJob, job);
        commands = new Commands(send);
        for (var i = 0; i < chips; i++)
        {
            commands.NextChip();
            commands.Write(JobWords.Address, job);
        }

        line.Exchange(send.AsSpan(0, commands.Length), first);
        line.Exchange(send.AsSpan(0, commands.Length), second);
        return first.AsSpan(0, commands.Length).SequenceEqual(second.AsSpan(0, commands.Length));
    }
}
