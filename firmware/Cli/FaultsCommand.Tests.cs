using System.Text.Json;

using Firmware.Guard;
using Microsoft.Extensions.Logging.Abstractions;

namespace Firmware.Cli;

public sealed class FaultsCommandTests : IDisposable
{
    private static readonly Fault Overheated = new(
        "gamma", FaultKind.Heat, "overheated: chip 76.0 °C, off at 75.0 °C", 12.5, ["chip: 76.0 °C", "rail: 1.150 V"])
    {
        At = new(2026, 11, 28, 12, 0, 3, TimeSpan.Zero),
        RestartAfterSeconds = 60,
        Trace = new(
            ["chip °C", "fan rpm", "V", "status"],
            [
                .. Enumerable.Range(-120, 131).Select(tick => new TraceRow(
                    tick * 0.5, tick < 0 ? "running" : "safe-off", [70.1, null, 1.15, 0x0840])),
            ]),
    };

    private readonly string folder = Directory.CreateTempSubdirectory("faults").FullName;
    private readonly FlashWriter flash = new();
    private readonly FaultStore store;

    public FaultsCommandTests() => store = new(folder, NullLogger.Instance, flash);

    public void Dispose()
    {
        flash.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void WithoutAFaultItSaysSo()
    {
        Assert.Equal("No fault is latched.\n", Shown());
        Assert.Equal("""{"faults":[]}""" + "\n", Shown(asJson: true));
    }

    [Fact]
    public void AFaultIsToldWithWhatWhenThePartsTheTraceAndWhatToDo()
    {
        Keep(Overheated);

        var text = Shown();

        Assert.StartsWith("\ngamma: OFF: overheated: chip 76.0 °C, off at 75.0 °C\n", text, StringComparison.Ordinal);
        Assert.Contains("2026-11-28 12:00:03 UTC, by this machine's clock", text, StringComparison.Ordinal);
        Assert.Contains("  parts       chip: 76.0 °C\n              rail: 1.150 V\n", text, StringComparison.Ordinal);
        Assert.Contains("    -60.0   running     70.1        -  1.15    0840\n", text, StringComparison.Ordinal);
        Assert.Contains("      5.0  safe-off     70.1        -  1.15    0840\n", text, StringComparison.Ordinal);
        Assert.Contains("Look at the fan", text, StringComparison.Ordinal);
        Assert.Contains("sv2fw faults --clear gamma", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 120, line));
    }

    [Fact]
    public void TheTraceIsDenseAroundTheFaultAndSparseBefore()
    {
        Keep(Overheated);

        var seconds = Shown().Split('\n')
            .SkipWhile(line => !line.Contains("trace", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal))
            .Select(line => double.Parse(line[..9], System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(
            [
                .. Enumerable.Range(-12, 11).Select(step => step * 5.0),
                .. Enumerable.Range(-10, 21).Select(tick => tick * 0.5),
            ],
            [.. seconds.Distinct()]);
    }

    [Fact]
    public void ProgramsGetEverythingThatIsKept()
    {
        Keep(Overheated);

        using var list = JsonDocument.Parse(Shown(asJson: true));

        var fault = list.RootElement.GetProperty("faults")[0];
        Assert.Equal("gamma", fault.GetProperty("board").GetString());
        Assert.Equal("heat", fault.GetProperty("kind").GetString());
        Assert.True(fault.GetProperty("latched").GetBoolean());
        Assert.True(fault.GetProperty("kept").GetBoolean());
        Assert.Equal(131, fault.GetProperty("trace").GetProperty("rows").GetArrayLength());
    }

    [Fact]
    public void OneBoardIsShownWhereOneIsNamed()
    {
        Keep(Overheated);
        Keep(Overheated with { Board = "other", Cause = "something else" });

        Assert.DoesNotContain("something else", Shown("gamma"), StringComparison.Ordinal);
        Assert.Equal("No fault of third is latched.\n", Shown("third"));
    }

    [Fact]
    public void WithoutGuardAClearUnlatchesAndTheFaultCanStillBeLookedAt()
    {
        Keep(Overheated);
        store.Keep("gamma", new StartRecord(2, Underway: false, [100], default));
        flash.Finish();

        Assert.Equal("gamma: cleared: overheated: chip 76.0 °C, off at 75.0 °C. It may start again.\n", Cleared());

        Assert.Null(store.Load("gamma"));
        Assert.StartsWith(
            "No fault is latched.\n\ngamma: last fault, no longer latched: overheated",
            Shown(),
            StringComparison.Ordinal);
        Assert.Equal((2, 0), (store.LoadStarts("gamma")!.Failed, store.LoadStarts("gamma")!.RestartAges.Length));

        Assert.Contains("no fault was latched", Cleared(), StringComparison.Ordinal);
        Assert.Equal(0, store.LoadStarts("gamma")!.Failed);
    }

    [Fact]
    public void ARecordThatCannotBeReadIsShownAsOneAndCanBeCleared()
    {
        Keep(Overheated);
        File.WriteAllText(store.PathOf("gamma"), "{");

        Assert.Contains("the record of an earlier fault cannot be read", Shown(), StringComparison.Ordinal);
        Assert.Contains("It may start again", Cleared("gamma"), StringComparison.Ordinal);
        Assert.Null(store.Load("gamma"));
    }

    [Fact]
    public void EveryKindButTheUnknownOneSaysWhereToLook()
    {
        var words = Enum.GetValues<FaultKind>().Select(kind => FaultText.WhatToDo(kind.Word())).ToArray();

        Assert.Equal(words.Length, words.Distinct().Count());
    }

    [Fact]
    public void AClearOfNothingIsNothing() => Assert.Equal("No fault is latched.\n", Cleared());

    [Fact]
    public void ABoardThatNobodyKnowsIsNamed()
    {
        var refused = Assert.Throws<UsageException>(() => Cleared("gama"));

        Assert.Contains("'gama'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderThatIsNotThereIsAWrongOption()
    {
        var command = new FaultsCommand(Path.Combine(folder, "none"), TextWriter.Null);

        Assert.Throws<UsageException>(() => command.Show(null, asJson: false));
        Assert.Throws<UsageException>(() => command.Clear(null));
    }

    private void Keep(Fault fault)
    {
        store.Keep(fault);
        flash.Finish();
    }

    private string Shown(string? board = null, bool asJson = false) =>
        Printed(command => command.Show(board, asJson));

    private string Cleared(string? board = null) => Printed(command => command.Clear(board));

    private string Printed(Func<FaultsCommand, int> run)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, run(new FaultsCommand(folder, output)));
        return output.ToString();
    }
}
