using Firmware.Link;

namespace Firmware.Cli;

/// <summary>The verb against a guard that takes a pause and nothing else.</summary>
public sealed class SetCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("set").FullName;
    private readonly List<SettingAsk> asked = [];
    private readonly CancellationTokenSource stop = new();
    private readonly StringWriter output = new();
    private Thread? guard;

    public void Dispose()
    {
        stop.Cancel();
        guard?.Join();
        stop.Dispose();
        output.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void WhatIsAcceptedIsToldAndEndsWellAndWhatIsRefusedDoesNot()
    {
        Listen("gamma");

        Assert.Equal(0, SetCommand.Run(folder, null, ["paused=true", "paused ="], output));
        Assert.Equal(1, SetCommand.Run(folder, null, ["sensor.chip.off=90", "paused=false"], output));

        Assert.Equal(
            [("paused", "true"), ("paused", null), ("sensor.chip.off", "90"), ("paused", "false")],
            asked.Select(ask => (ask.Key, ask.Value)));
        Assert.Equal(
            ["gamma: paused = true: accepted: fine", "gamma: paused = the board's own: accepted: fine",
                "gamma: sensor.chip.off = 90: refused: no", "gamma: paused = false: accepted: fine"],
            output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void OfSeveralBoardsOneHasToBeNamed()
    {
        Listen("gamma", "gamma-2");

        Assert.Contains(
            "gamma, gamma-2",
            Assert.Throws<UsageException>(() => SetCommand.Run(folder, null, ["paused=true"], output)).Message);
        Assert.Equal(0, SetCommand.Run(folder, "gamma-2", ["paused=true"], output));
        Assert.Equal("gamma-2", asked.Single().Board);
    }

    [Theory]
    [InlineData("paused")]
    [InlineData("=true")]
    public void AWordThatIsNoSettingIsRefusedBeforeAnybodyIsAsked(string word) =>
        Assert.Throws<UsageException>(() => SetCommand.Run(folder, null, [word], output));

    private void Listen(params string[] boards)
    {
        var server = LinkServer.Listen(LinkPaths.Guard(folder));
        var status = new LinkLine(Guard: new(
            1, Array.ConvertAll(boards, board => Statuses.Board with { Board = board })));
        guard = new Thread(() =>
        {
            using (server)
            {
                while (!stop.IsCancellationRequested)
                {
                    server.Wait(TimeSpan.FromMilliseconds(20));
                    while (server.TryNext(out var happened))
                    {
                        Answer(happened);
                    }

                    server.SendToAll(status);
                }
            }
        });
        guard.Start();
    }

    private void Answer(LinkEvent happened)
    {
        if (happened.Line?.Ask is { } ask)
        {
            asked.Add(ask);
            var isPause = ask.Key == "paused";
            happened.Connection.Send(new(Answer: new(ask.Sequence, ask.Board, isPause, isPause ? "fine" : "no")));
        }
    }
}
