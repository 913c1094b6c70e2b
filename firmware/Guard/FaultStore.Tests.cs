using Microsoft.Extensions.Logging;

namespace Firmware.Guard;

public sealed class FaultStoreTests : IDisposable
{
    private static readonly Fault Overheated = new("gamma", FaultKind.Heat, "overheated", 12.5, ["chip: 76.0 °C"])
    {
        At = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero),
        Moment = new("boot", 99),
        RestartAfterSeconds = 60,
        Trace = new(["chip °C"], [new(-0.5, "running", [75.5]), new(0, "safe-off", [null])]),
    };

    private readonly Heard heard = new();
    private readonly string folder = Directory.CreateTempSubdirectory("faults").FullName;
    private readonly FlashWriter flash = new();
    private readonly FaultStore store;

    public FaultStoreTests() => store = new(folder, heard, flash);

    public void Dispose()
    {
        flash.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void TheFirstFaultWinsAndKeepsItsReadings()
    {
        var latch = new FaultLatch("gamma");
        string[] readings = ["chip: 76.0 °C"];

        Assert.True(latch.Trip(new(FaultKind.Heat, "overheated"), readings, TimeSpan.FromSeconds(12.5)));
        readings[0] = "chip: NoAnswer";
        Assert.False(latch.Trip(new(FaultKind.Voltage, "it is at 0 V"), ["a consequence"], TimeSpan.FromSeconds(13)));

        var first = latch.First!;
        Assert.Equal(
            ("gamma", FaultKind.Heat, "overheated", 12.5), (first.Board, first.Kind, first.Cause, first.Seconds));
        Assert.Equal(["chip: 76.0 °C"], first.Readings);
    }

    [Fact]
    public void AFaultIsKeptWholeAndReplacesTheOneBefore()
    {
        Keep(Overheated with { Cause = "an old one", Trace = null });
        Keep(Overheated);

        var kept = store.Load("gamma")!;
        Assert.Equal(
            (Overheated.Kind, Overheated.Cause, Overheated.At, Overheated.Moment, Overheated.RestartAfterSeconds),
            (kept.Kind, kept.Cause, kept.At, kept.Moment, kept.RestartAfterSeconds));
        Assert.Equal(Overheated.Readings, kept.Readings);
        Assert.Equal([-0.5, 0], kept.Trace!.Rows.Select(row => row.Seconds));
        Assert.Null(kept.Trace.Rows[1].Values[0]);
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "faults")));
        Assert.Empty(heard.Lines);
        Assert.Equal(["gamma"], store.Boards());
    }

    [Fact]
    public void WhatIsRetiredIsNoLongerLatchedAndCanStillBeLookedAt()
    {
        Keep(Overheated);
        store.Retire("gamma");
        flash.Finish();

        Assert.Null(store.Load("gamma"));
        Assert.Equal("overheated", store.LoadLast("gamma")?.Cause);
        Assert.Empty(store.Boards());
        Assert.Equal(["gamma"], store.LastBoards());
    }

    [Fact]
    public void WhatIsRetiredBeforeASlowCardHasItCanBeLookedAtToo()
    {
        WhileTheCardIsSlow(() =>
        {
            store.Keep(Overheated);
            store.Retire("gamma");
        });

        Assert.Equal(("overheated", null), (store.LoadLast("gamma")?.Cause, store.Load("gamma")?.Cause));
    }

    [Fact]
    public void AFaultThatComesBeforeASlowCardHasRetiredAnotherLeavesThatToBeLookedAt()
    {
        Keep(Overheated);
        WhileTheCardIsSlow(() =>
        {
            store.Retire("gamma");
            store.Keep(Overheated with { Cause = "the next one" });
        });

        Assert.Equal(("overheated", "the next one"), (store.LoadLast("gamma")?.Cause, store.Load("gamma")?.Cause));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    [InlineData("""{"board":"gamma","kind":"heat","cause":"overheated","seconds":12.5,"readings":[]""")]
    [InlineData("""{"board":"gamma","kind":"mood","cause":"overheated","seconds":12.5,"readings":[]}""")]
    [InlineData("""{"board":"gamma","kind":"heat","cause":null,"seconds":12.5,"readings":[]}""")]
    public void ARecordThatCannotBeReadIsAFaultThatWaitsForAPerson(string text)
    {
        Keep(Overheated);
        File.WriteAllText(store.PathOf("gamma"), text);

        var fault = store.Load("gamma")!;
        Assert.Equal(FaultKind.Unknown, fault.Kind);
        Assert.StartsWith("the record of an earlier fault cannot be read (", fault.Cause, StringComparison.Ordinal);
        Assert.Null(fault.RestartAfterSeconds);
    }

    [Fact]
    public void EveryCutRecordIsAFaultThatWaitsForAPersonAndNoneIsNoFault()
    {
        Keep(Overheated);
        var whole = File.ReadAllBytes(store.PathOf("gamma"));
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(store.PathOf("gamma"), whole[..length]);
            Assert.Equal(FaultKind.Unknown, store.Load("gamma")?.Kind);
        }

        File.Delete(store.PathOf("gamma"));
        Assert.Null(store.Load("gamma"));
    }

    [Fact]
    public void ARecordThatWasBeingWrittenWhenThePowerWentIsAFaultToo()
    {
        Keep(Overheated);
        File.Move(store.PathOf("gamma"), store.PathOf("gamma") + ".new");

        Assert.Equal(FaultKind.Unknown, store.Load("gamma")?.Kind);
        Assert.Equal(["gamma"], store.Boards());
        store.RetireNow("gamma");
        Assert.Null(store.Load("gamma"));
    }

    [Fact]
    public void ARecordOfUnsoundRowsKeepsItsFaultAndLosesItsTrace()
    {
        Directory.CreateDirectory(Path.Combine(folder, "faults"));
        foreach (var rows in new[] { "[null]", """[{"seconds":0,"state":"off","values":[1,2,3]}]""" })
        {
            File.WriteAllText(
                store.PathOf("gamma"),
                """{"board":"x","kind":"fan","cause":"it stands","seconds":1,"readings":[null],"""
                + $"\"trace\":{{\"columns\":[\"a\"],\"rows\":{rows}}}}}");

            var fault = store.Load("gamma")!;
            Assert.Equal((FaultKind.Fan, "it stands", "gamma"), (fault.Kind, fault.Cause, fault.Board));
            Assert.Null(fault.Trace);
            Assert.Empty(fault.Readings);
        }
    }

    [Fact]
    public void TheCountOfStartsIsKept()
    {
        store.Keep("gamma", new StartRecord(2, Underway: true, [3600], new("boot", 12)));
        flash.Finish();

        var kept = store.LoadStarts("gamma")!;
        Assert.Equal((2, true, new BootMoment("boot", 12)), (kept.Failed, kept.Underway, kept.Moment));
        Assert.Equal([3600], kept.RestartAges);
        Assert.Null(store.LoadStarts("other"));
    }

    [Fact]
    public void AnUnreadableCountLeavesNoAutomaticRestart()
    {
        store.Keep("gamma", new StartRecord(2, Underway: true, [3600], default));
        flash.Finish();
        File.WriteAllText(store.StartsPathOf("gamma"), "{");

        var kept = KeptHistory.Of(store, "gamma");
        Assert.NotNull(kept.Lost);
        Assert.Equal(RestartRule.RestartsMax, kept.RestartAges.Count());
    }

    [Fact]
    public void AFolderThatCannotBeWrittenIsToldAndHarmsNothing()
    {
        File.WriteAllText(Path.Combine(folder, "faults"), "in the way");
        Keep(Overheated);

        Assert.Contains("gamma: its history could not be kept", heard.Lines.Single(), StringComparison.Ordinal);
        Assert.NotNull(store.Trouble("gamma"));
        Assert.Null(store.Trouble("other"));
        Assert.Null(store.Load("gamma")); // Nothing was ever kept there: that is no fault.
    }

    [Fact]
    public void AFullFlashLeavesTheOldRecordAndIsToldUntilItTakesOneAgain()
    {
        Keep(Overheated);
        File.CreateSymbolicLink(store.PathOf("gamma") + ".new", "/dev/full");
        Keep(Overheated with { Cause = "a longer one" });

        Assert.Equal("overheated", store.Load("gamma")?.Cause);
        Assert.Contains("space", store.Trouble("gamma"), StringComparison.OrdinalIgnoreCase);

        Keep(Overheated with { Cause = "a longer one" });
        Assert.Equal("a longer one", store.Load("gamma")?.Cause);
        Assert.Null(store.Trouble("gamma"));
    }

    [Fact]
    public void ARecordOfAbsurdLengthIsNotReadIntoMemory()
    {
        Keep(Overheated);
        using (var file = File.OpenWrite(store.PathOf("gamma")))
        {
            file.SetLength(8L << 30); // A sparse file.
        }

        Assert.Contains("bytes", store.Load("gamma")?.Cause, StringComparison.Ordinal);
    }

    private void WhileTheCardIsSlow(Action act)
    {
        using var written = new ManualResetEventSlim();
        flash.Later("another file", () => Assert.True(written.Wait(TimeSpan.FromSeconds(20))), _ => { });
        act();
        written.Set();
        flash.Finish();
    }

    private void Keep(Fault fault)
    {
        store.Keep(fault);
        flash.Finish();
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
