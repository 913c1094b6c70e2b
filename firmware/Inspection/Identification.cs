using Firmware.Boards;

namespace Firmware.Inspection;

/// <summary>Holds what is on a board's bus against what its file says. Reads identities, and drives nothing.</summary>
internal static class Identification
{
    /// <summary>A transfer that is lost means nothing.</summary>
    private const int Tries = 5;

    public static Finding Of(PartIdentity part)
    {
        var thing = $"{part.Part} at 0x{part.Address:X2}";
        return Ever(part.IsPresent) ? new(Outcome.Pass, thing, "it is there, and shows itself as one")
            : Ever(part.Answers) ? new(
                Outcome.Fail,
                thing,
                "something answers there, and it is another part",
                "Give the board file the part that this board's revision has")
            : new(
                Outcome.Fail,
                thing,
                "nothing answers there",
                "Check that the board has its supply, and its address in the board file");
    }

    private static bool Ever(Func<bool> isSo) => Enumerable.Range(0, Tries).Any(_ => isSo());
}
