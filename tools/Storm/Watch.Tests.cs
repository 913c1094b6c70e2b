using Firmware.Boards;

namespace Storm;

/// <summary>Every promise can be broken, and is seen to be: by a product that is broken on purpose.</summary>
public sealed class WatchTests
{
    private static readonly BoardConfig[] Boards =
        StormCommand.BoardsOf(Path.Combine(AppContext.BaseDirectory, "board-configs"));

    public static TheoryData<string, string> Broken => new()
    {
        { nameof(Sabotage.NoSupervisor), "guard is gone for 3" },
        { nameof(Sabotage.NoCutOff), "for longer than guard may need" },
        { nameof(Sabotage.NoPowerOff), "the rail is on" },
        { nameof(Sabotage.NoReset), "held in reset" },
        { nameof(Sabotage.LostShares), "are accounted for" },
        { nameof(Sabotage.NoLiveness), "full power, and no result for 60 s" },
        { nameof(Sabotage.TooManyVolts), "its limits are" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void EveryPromiseIsBrokenBySomethingAndSeen(string how, string promise)
    {
        var sabotage = Enum.Parse<Sabotage>(how);
        var seen = Enumerable.Range(1, 400)
            .Select(seed => Episode.Play(seed, Boards, TimeSpan.FromMinutes(10), sabotage: sabotage).Violation)
            .FirstOrDefault(violation => violation?.Contains(promise, StringComparison.Ordinal) == true);

        Assert.True(seen is not null, $"400 episodes with {how}, and none of them says '{promise}'.");
    }
}
