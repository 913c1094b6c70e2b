using Firmware.Guard;

namespace Storm;

/// <summary>What a board's history is kept on: it outlives guard, and takes nothing while it is full.</summary>
internal sealed class Flash(Device device) : IHistoryKeeper
{
    private Firmware.Guard.Fault? fault;
    private StartRecord? starts;

    /// <summary>Faults that could not be kept.</summary>
    public int Refused { get; private set; }

    public KeptHistory Load() => new(fault, starts);

    public void Keep(Firmware.Guard.Fault latched)
    {
        if (device.Board.Troubles.FlashFull)
        {
            Refused++;
            return;
        }

        fault = latched;
    }

    public void Keep(string board, StartRecord record) =>
        starts = device.Board.Troubles.FlashFull ? starts : record;

    public void Retire(string board) => fault = null;

    public string? Trouble(string board) => device.Board.Troubles.FlashFull ? "no space left" : null;
}
