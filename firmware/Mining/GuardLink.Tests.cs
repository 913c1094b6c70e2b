using Firmware.Link;
using Microsoft.Extensions.Logging.Abstractions;

namespace Firmware.Mining;

/// <summary>The thread between mine and guard, over a real socket: the test is guard.</summary>
public sealed class GuardLinkTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mine").FullName;
    private readonly EasyChip chip = new() { GuardIsSilent = true };
    private readonly LinkServer guard;
    private readonly GuardLink link;
    private readonly List<WantMessage> wants = [];

    public GuardLinkTests()
    {
        guard = LinkServer.Listen(LinkPaths.Guard(folder));
        link = new GuardLink(folder, chip.Hub, NullLogger.Instance);
    }

    [Fact]
    public void AChainThatLivesWantsPowerWithItsChipsInReset()
    {
        chip.Driver.Start();
        link.Start();
        Until(() => wants.Count >= 3 && wants[^1].Boards.Length == 1, "three wants with the board");

        Assert.Equal((EasyChip.Board, true), (wants[^1].Boards[0].Board, wants[^1].Boards[0].Reset));
        Assert.Equal(wants.Select((_, i) => (long)i + wants[0].Sequence), wants.Select(want => want.Sequence));
    }

    [Fact]
    public void AChainWhoseThreadHangsWantsNothing()
    {
        chip.Driver.Start();
        link.Start();
        Until(() => wants.Count > 0 && wants[^1].Boards.Length == 1, "a want");
        chip.Driver.BeginStop();
        Assert.True(chip.Driver.Join(TimeSpan.FromSeconds(10)));

        Assert.True(chip.Driver.Report.Orders.Lease); // What it said last.
        Until(() => wants[^1].Boards.Length == 0, "the lease is let go");
    }

    [Fact]
    public void AGrantReachesTheChainAndItsAnswerGuardWithoutWaitingForTheNextRound()
    {
        chip.Driver.Start();
        link.Start();
        Until(() => wants.Count > 0 && wants[^1].Boards.Length == 1, "a want");
        guard.SendToAll(new LinkLine(Grant: new GrantMessage(
            1, [new BoardGrant(EasyChip.Board, PowerGrant.Good, Reset: true, 600, "fine")])));

        Until(() => wants[^1].Boards is [{ Reset: false }], "the release is wanted");
        Assert.Equal(PowerGrant.Good, chip.Hub.Grants.Of(EasyChip.Board, Uptime.Now)?.Power);
    }

    [Fact]
    public void TheEndLetsGoOfEveryLease()
    {
        chip.Driver.Start();
        link.Start();
        Until(() => wants.Count > 0 && wants[^1].Boards.Length == 1, "a want");

        Assert.True(link.Stop(TimeSpan.FromSeconds(10)));
        Until(() => wants[^1].Boards.Length == 0, "the last want");
    }

    public void Dispose()
    {
        Assert.True(link.Stop(TimeSpan.FromSeconds(10)), "The link's thread does not end.");
        chip.Dispose();
        guard.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private void Until(Func<bool> isSo, string what) => chip.Until(
        () =>
        {
            guard.Wait(TimeSpan.FromMilliseconds(1));
            while (guard.TryNext(out var happened))
            {
                if (happened.Line?.Want is { } want)
                {
                    wants.Add(want);
                }
            }

            return isSo();
        },
        what);
}
