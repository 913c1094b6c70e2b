using System.IO.Pipes;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Firmware;

public sealed class LogTests : IDisposable
{
    private readonly AnonymousPipeServerStream reader = new(PipeDirection.In);
    private readonly Log log;

    public LogTests() => log = new Log("guard", (int)reader.ClientSafePipeHandle.DangerousGetHandle());

    public void Dispose() => reader.Dispose();

    [Theory]
    [InlineData(LogLevel.Information, "guard: gamma: off\n")]
    [InlineData(LogLevel.Warning, "guard: warning: gamma: off\n")]
    [InlineData(LogLevel.Error, "guard: error: gamma: off\n")]
    [InlineData(LogLevel.Critical, "guard: error: gamma: off\n")]
    public void ALineSaysWhoSpeaksHowBadItIsAndWhat(LogLevel level, string line)
    {
        Write(level, "gamma: off");

        Assert.Equal(line, Read());
    }

    [Fact]
    public void AnEntryIsOneLineWhateverItHolds()
    {
        Write(LogLevel.Information, "one\ntwo\r\nthree");

        Assert.Equal("guard: one | two | three\n", Read());
    }

    [Fact]
    public void WhatDoesNotBelongIntoALogIsTakenOutOfEveryLineAndOfEveryException()
    {
        ILogger clean = new Log(
            "mine",
            (int)reader.ClientSafePipeHandle.DangerousGetHandle(),
            text => Redaction.Clean(text, "somebody.garage"));

        clean.Log(
            LogLevel.Error, default, "unknown-user somebody.garage", new IOException("of somebody"), (text, _) => text);

        Assert.Equal(
            "mine: error: unknown-user (redacted): System.IO.IOException: of (redacted)\n", Read());
    }

    [Fact]
    public void AnEndlessEntryIsCutAndStillALine()
    {
        Write(LogLevel.Information, new string('ü', 10_000));

        var line = Read();
        Assert.EndsWith("ü\n", line, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(line), 4000, 4096);
    }

    [Fact]
    public void AReaderThatNeverReadsBlocksNobodyAndHearsHowMuchItMissed()
    {
        for (var i = 0; i < 10_000; i++)
        {
            Write(LogLevel.Information, "a line that is not read");
        }

        Assert.NotEqual("", Read()); // all that the pipe holds, in one go
        Write(LogLevel.Information, "the end");
        Assert.Matches(@"guard: \[\d+ lines before this one were dropped\] the end\n", Read());
    }

    [Fact]
    public void DetailsAreNotWritten() => Assert.False(log.IsEnabled(LogLevel.Debug));

    private void Write(LogLevel level, string text) =>
        ((ILogger)log).Log(level, default, text, null, (state, _) => state);

    private string Read()
    {
        var bytes = new byte[64 * 1024];
        return Encoding.UTF8.GetString(bytes, 0, reader.Read(bytes));
    }
}
