using System.Text.Json;

using static Firmware.Cli.Statuses;

namespace Firmware.Cli;

public class RunReportTests
{
    private readonly StringWriter output = new() { NewLine = "\n" };

    [Fact]
    public void TheLastLineIsTheContractToTheLetter()
    {
        var report = new RunReport(output, () => 20);
        report.EverySecond(GuardSays, MineSays, "http://here:1", Seconds(1));

        report.LastLine(MineSays, safeOff: true);

        Assert.Equal(
            "{\"accepted\":14,\"rejected\":2,\"stale\":1,\"unconfirmed\":9,\"hardwareErrors\":3,"
            + "\"pool\":\"pool.example:3333\",\"hashrate\":252123,\"safeOff\":true}",
            Lines()[^1]);
    }

    [Fact] // A terminal that was closed, a full disk.
    public void ALineThatNobodyTakesEndsNothing()
    {
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.Write, bufferSize: 0);
        var closed = new StreamWriter(full) { AutoFlush = true };
        Assert.Throws<IOException>(() => closed.WriteLine("nobody takes it"));

        new RunReport(closed, () => null).LastLine(MineSays, safeOff: true);
        RunReport.Write(closed, "sv2fw: guard fell too often");
    }

    [Fact]
    public void WithoutAMineTheLastLineStillStands()
    {
        new RunReport(output, () => null).LastLine(mine: null, safeOff: false);

        var last = JsonDocument.Parse(Lines()[^1]).RootElement;
        Assert.Equal(JsonValueKind.Null, last.GetProperty("pool").ValueKind);
        Assert.False(last.GetProperty("safeOff").GetBoolean());
    }

    [Fact]
    public void TheSharesOfAMineThatFellAreCounted()
    {
        var report = new RunReport(output, () => null);
        report.EverySecond(GuardSays, MineSays, null, Seconds(1));
        report.KeepSums(MineSays);

        report.LastLine(MineSays with { Accepted = 100, Pending = 0, Pools = [] }, safeOff: true);

        var last = JsonDocument.Parse(Lines()[^1]).RootElement;
        Assert.Equal(114, last.GetProperty("accepted").GetInt64());
        Assert.Equal(9 + 4, last.GetProperty("unconfirmed").GetInt64());
        Assert.Equal("pool.example:3333", last.GetProperty("pool").GetString());
    }

    [Fact]
    public void ALineASecondAndTheAddressOnce()
    {
        var report = new RunReport(output, () => null);
        for (var tenth = 0; tenth <= 30; tenth++)
        {
            report.EverySecond(GuardSays, MineSays, tenth < 5 ? null : "http://here:1", Seconds(tenth / 10.0));
        }

        Assert.Equal(4, Lines().Count(line => line.Contains("accepted", StringComparison.Ordinal)));
        Assert.Single(Lines(), "status: http://here:1/api/v1/status");
    }

    [Fact]
    public void ALineIsNeverWiderThanTheTerminal()
    {
        new RunReport(output, () => 40).EverySecond(GuardSays, MineSays, null, Seconds(1));

        Assert.Equal(40, Assert.Single(Lines()).Length);
    }

    private string[] Lines() => output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
