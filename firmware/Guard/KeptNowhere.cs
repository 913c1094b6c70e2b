namespace Firmware.Guard;

/// <summary>For whoever has a board for a moment, as a test of it has: nothing of its history is kept.</summary>
public sealed class KeptNowhere : IHistoryKeeper
{
    public void Keep(Fault fault)
    {
        // The one who asked has seen it.
    }

    public void Keep(string board, StartRecord starts)
    {
        // Nor is there another start to count.
    }

    public void Retire(string board)
    {
        // There is nothing to let go of.
    }

    public string? Trouble(string board) => null;
}
