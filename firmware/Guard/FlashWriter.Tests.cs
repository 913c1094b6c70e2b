using System.Collections.Concurrent;
using Drivers;

namespace Firmware.Guard;

public sealed class FlashWriterTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FlashWriter flash = new();
    private readonly ConcurrentQueue<string> told = [];

    public void Dispose() => flash.Dispose();

    [Fact]
    public void WhileACardIsSlowNobodyWaitsAndOfEachFileOnlyTheNewestIsWritten()
    {
        using var slow = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        flash.Later("a", () => { begun.Set(); Assert.True(slow.Wait(Patience)); }, Tell("a 1"));
        Assert.True(begun.Wait(Patience));
        Write("a 2");
        Write("b 1");
        Write("a 3");

        slow.Set();

        flash.Finish();
        Assert.Equal(["a 1", "b 1", "a 3"], told);
    }

    [Fact]
    public void WhatCannotBeWrittenIsToldAndTheNextIsWritten()
    {
        flash.Later("a", () => throw new InvalidOperationException("the card is locked"), Tell("a 1"));
        Write("b 1");

        flash.Finish();

        Assert.Equal(["a 1: the card is locked", "b 1"], told);
    }

    [Fact]
    public void InTheEndNobodyWaitsForeverForACardThatHangsAndWhatWasNotBegunIsNotWritten()
    {
        using var never = new ManualResetEventSlim();
        flash.Later("a", () => never.Wait(Patience), Tell("a 1"));
        Write("b 1");
        flash.Finish();
        Assert.Empty(told);

        flash.Dispose();
        never.Set();

        Assert.True(SpinWait.SpinUntil(() => !told.IsEmpty, Patience));
        flash.Finish(); // In vain, for two seconds.
        Assert.Equal(["a 1"], told);
    }

    [Fact] // For whoever goes first waits in vain for one that does not: firmware/Guard/README.md.
    public void ItGoesFirstAsGuardDoesWhereThatIsAllowed()
    {
        var (may, goes) = (false, false);
        var scratch = new Thread(() => may = Linux.TryGoFirst(SafeOffCommand.Priority));
        scratch.Start();
        scratch.Join();

        flash.Later("a", () => goes = Linux.GoesFirst, Tell("a 1"));

        flash.Finish();
        Assert.Equal(["a 1"], told);
        Assert.Equal(may, goes);
    }

    private void Write(string what) => flash.Later(what.Split(' ')[0], () => { }, Tell(what));

    private Action<string?> Tell(string what) => trouble => told.Enqueue(trouble is null ? what : $"{what}: {trouble}");
}
