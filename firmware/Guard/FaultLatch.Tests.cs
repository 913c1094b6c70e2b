using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Firmware.Guard;

public sealed class FaultLatchTests : IDisposable
{
    private readonly Heard heard = new();
    private readonly string folder = Directory.CreateTempSubdirectory("faults").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void TheFirstFaultWinsAndKeepsItsReadings()
    {
        var latch = new FaultLatch("gamma");
        string[] readings = ["chip: 76.0 °C"];

        Assert.True(latch.Trip(new(FaultKind.Heat, "overheated"), readings, TimeSpan.FromSeconds(12.5)));
        readings[0] = "chip: NoAnswer";
        Assert.False(latch.Trip(new(FaultKind.Voltage, "the rail is at 0.000 V"), ["its consequence"], TimeSpan.FromSeconds(13)));

        var first = latch.First!;
        Assert.Equal(
            ("gamma", FaultKind.Heat, "overheated", 12.5), (first.Board, first.Kind, first.Cause, first.Seconds));
        Assert.Equal(["chip: 76.0 °C"], first.Readings);
    }

    [Fact]
    public void AFaultIsKeptAsAFileThatReplacesTheLastOne()
    {
        var file = new FaultFile(folder, heard);
        file.Keep(new("gamma", FaultKind.Fan, "an old one", 1, []));
        file.Finish();

        file.Keep(new("gamma", FaultKind.Heat, "overheated", 12.5, ["chip: 76.0 °C"]));
        file.Finish();

        var kept = JsonSerializer.Deserialize(
            File.ReadAllText(Path.Combine(folder, "faults", "gamma.json")), FaultJson.Default.Fault)!;
        Assert.Equal(
            (FaultKind.Heat, "overheated", "chip: 76.0 °C"), (kept.Kind, kept.Cause, kept.Readings[0]));
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "faults")));
        Assert.Empty(heard.Lines);
    }

    [Fact]
    public void AFolderThatCannotBeWrittenIsToldAndHarmsNothing()
    {
        File.WriteAllText(Path.Combine(folder, "faults"), "in the way");
        var file = new FaultFile(folder, heard);

        file.Keep(new("gamma", FaultKind.Heat, "overheated", 12.5, []));
        file.Finish();

        Assert.Contains("gamma: its fault could not be kept", heard.Lines.Single(), StringComparison.Ordinal);
    }

    private sealed class Heard : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
