namespace Firmware.Guard;

public sealed class FlashWriterTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FlashWriter flash = new();
    private readonly List<string> told = [];

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
    public void InTheEndNobodyWaitsForeverForACardThatHangs()
    {
        using var never = new ManualResetEventSlim();
        flash.Later("a", () => never.Wait(Patience), Tell("a 1"));
        Write("b 1");

        flash.Finish();

        Assert.Empty(told);
        flash.Dispose();
        never.Set();
    }

    private void Write(string what) => flash.Later(what.Split(' ')[0], () => { }, Tell(what));

    private Action<string?> Tell(string what) => trouble => told.Add(trouble is null ? what : $"{what}: {trouble}");
}
