namespace Drivers.Buses.BitaxeRaw;

/// <summary>Frames from published captures and sources of bitaxe-raw, EmberOne and the Bonanza bridge.</summary>
public class BridgePortTests
{
    private const byte WriteRead = 0x40;

    private readonly FakeBridge bridge = new();

    [Theory]
    [InlineData(BridgeDialect.V0, "02 00 00 66 02")]
    [InlineData(BridgeDialect.V1, "06 00 00 00 66 02")]
    [InlineData(BridgeDialect.Bonanza, "05 00 00 66 02")]
    public void AnAnswerIsReadInItsDialect(BridgeDialect dialect, string answer)
    {
        bridge.WillAnswer(answer);

        Assert.Equal("6602", Ask(Port(dialect), 2));
    }

    [Theory]
    [InlineData(BridgeDialect.V0, "04 00 00 10", "its transfer timed out (0x10)")]
    [InlineData(BridgeDialect.V0, "04 00 00 11", "it does not know the command (0x11)")]
    [InlineData(BridgeDialect.V0, "04 00 00 12", "the request is too long (0x12)")]
    [InlineData(BridgeDialect.V0, "07 00 00 FF 62 61 64", "\"bad\"")]
    [InlineData(BridgeDialect.V0, "04 00 FF 11", "it does not know the command (0x11)")]
    [InlineData(BridgeDialect.V1, "04 00 00 10", "its transfer timed out (0x10)")]
    [InlineData(BridgeDialect.V1, "07 00 00 FF 62 1B 64", "\"b?d\"")]
    [InlineData(BridgeDialect.V1, "04 00 FF 11", "it does not know the command (0x11)")]
    [InlineData(BridgeDialect.V1, "05 00 00 77 01", "error 7701")]
    [InlineData(BridgeDialect.Bonanza, "04 00 00 12", "the request is too long (0x12)")]
    [InlineData(BridgeDialect.Bonanza, "04 00 00 13", "it is in a fault state (0x13)")]
    [InlineData(BridgeDialect.Bonanza, "07 00 00 FF 42 75 66", "\"Buf\"")]
    public void ARefusalSaysWhyAndAtOnce(BridgeDialect dialect, string answer, string reason)
    {
        var port = Port(dialect);
        bridge.WillAnswer(answer, afterMilliseconds: 1);

        var refusal = Assert.Throws<IOException>(() => Ask(port, 2));

        Assert.Equal($"The bridge refused: {reason}.", refusal.Message);
        Assert.True(bridge.Now < TimeSpan.FromMilliseconds(10));
    }

    [Theory]
    [InlineData("04 00 00 10")]
    [InlineData("04 00 00 12")]
    public void AV0ErrorIsNotTakenForAnAnswerOfFourBytes(string error)
    {
        bridge.WillAnswer(error);

        var refusal = Assert.Throws<IOException>(() => Ask(Port(BridgeDialect.V0), 4));

        Assert.StartsWith("The bridge refused: ", refusal.Message);
        Assert.True(bridge.Now <= TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void AV0AnswerOfFourBytesIsNotTakenForAnError()
    {
        bridge.WillAnswer("04 00 00 10 01 02 03");

        Assert.Equal("10010203", Ask(Port(BridgeDialect.V0), 4));
    }

    [Fact]
    public void AV0ErrorTextAsLongAsTheAnswerIsAnError()
    {
        bridge.WillAnswer("06 00 00 FF 6E 6F");

        Assert.Contains("\"no\"", Assert.Throws<IOException>(() => Ask(Port(BridgeDialect.V0), 6)).Message);
    }

    [Theory]
    [InlineData(BridgeDialect.V0, "02 00 00 66 02", "02 00 01 66 02")]
    [InlineData(BridgeDialect.V1, "06 00 00 00 66 02", "06 00 01 00 66 02")]
    [InlineData(BridgeDialect.Bonanza, "05 00 00 66 02", "05 00 01 66 02")]
    [InlineData(BridgeDialect.V0, "07 00 00 FF 62 61 64", "02 00 01 66 02")]
    [InlineData(BridgeDialect.V1, "07 00 00 FF 62 61 64", "06 00 01 00 66 02")]
    [InlineData(BridgeDialect.Bonanza, "07 00 00 FF 42 75 66", "05 00 01 66 02")]
    public void ACutAnswerCostsItsOwnRequestAndNoOther(BridgeDialect dialect, string answer, string next)
    {
        var whole = FakeBridge.Bytes(answer);
        for (var length = 0; length < whole.Length; length++)
        {
            using var cut = new FakeBridge();
            cut.WillAnswer(Convert.ToHexString(whole[..length]));
            cut.WillAnswer(next);
            var port = Port(dialect, cut);

            var failure = Assert.Throws<IOException>(() => Ask(port, 2));
            Assert.Contains($"({length} bytes came)", failure.Message);
            Assert.Equal(TimeSpan.FromMilliseconds(50), cut.Now);
            Assert.Equal("6602", Ask(port, 2));
        }
    }

    [Theory]
    [InlineData(BridgeDialect.V0, "02 00 00 66 02", "02 00 01 34 12", 3)]
    [InlineData(BridgeDialect.V1, "06 00 00 00 66 02", "06 00 01 00 34 12", 4)]
    [InlineData(BridgeDialect.Bonanza, "05 00 00 66 02", "05 00 01 34 12", 3)]
    public void EveryDamagedHeaderIsAnErrorInTimeAndTheNextRequestIsWell(
        BridgeDialect dialect, string answer, string next, int headerLength)
    {
        for (var bit = 0; bit < headerLength * 8; bit++)
        {
            var damaged = FakeBridge.Bytes(answer);
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            using var noisy = new FakeBridge();
            noisy.WillAnswer(Convert.ToHexString(damaged));
            noisy.WillAnswer(next);
            var port = Port(dialect, noisy);

            Assert.Throws<IOException>(() => Ask(port, 2));
            Assert.True(noisy.Now <= TimeSpan.FromMilliseconds(50), $"bit {bit} took {noisy.Now}");
            Assert.Equal("3412", Ask(port, 2));
        }
    }

    [Theory]
    [InlineData(BridgeDialect.V0, "02 00 00 66 02", "02 00 01 34 12")]
    [InlineData(BridgeDialect.V0, "04 00 00 10", "02 00 01 34 12")]
    [InlineData(BridgeDialect.V1, "06 00 00 00 66 02", "06 00 01 00 34 12")]
    [InlineData(BridgeDialect.Bonanza, "05 00 00 66 02", "05 00 01 34 12")]
    public void ALateAnswerIsNotTakenForTheNextOne(BridgeDialect dialect, string late, string next)
    {
        // Late by a little: it comes while the line is drained. Late by more: between request and answer.
        foreach (var milliseconds in new[] { 51, 54, 70 })
        {
            using var slow = new FakeBridge();
            slow.WillAnswer(late, milliseconds);
            slow.WillAnswer(next, afterMilliseconds: 25);
            var port = Port(dialect, slow);

            Assert.Throws<IOException>(() => Ask(port, 2));
            Assert.Equal("3412", Ask(port, 2));
        }
    }

    [Fact]
    public void ALateAnswerInOnePieceWithTheNextOneIsTakenOff()
    {
        var port = Port(BridgeDialect.V1);
        Assert.Throws<IOException>(() => Ask(port, 2));
        bridge.WillAnswer("06 00 00 00 66 02 06 00 01 00 34 12");

        Assert.Equal("3412", Ask(port, 2));
    }

    [Fact]
    public void AnAnswerInPiecesIsPutTogether()
    {
        var port = Port(BridgeDialect.V1);
        bridge.WillAnswer("06|00 00|00 66|02");

        Assert.Equal("6602", Ask(port, 2));
    }

    [Fact]
    public void LeftoversFromBeforeOpeningAreDropped()
    {
        bridge.Says("06 00 00 00 66 02");
        bridge.Says("FF FF", 3);
        var port = Port(BridgeDialect.V1);
        bridge.WillAnswer("06 00 00 00 34 12");

        Assert.Equal("3412", Ask(port, 2));
    }

    [Fact]
    public void BytesBehindAnAnswerDoNotReachTheNextOne()
    {
        var port = Port(BridgeDialect.V1);
        bridge.WillAnswer("06 00 00 00 66 02 AA");
        Assert.Equal("6602", Ask(port, 2));
        bridge.Says("BB CC", 3);
        bridge.WillAnswer("06 00 01 00 34 12");

        Assert.Equal("3412", Ask(port, 2));
    }

    [Theory]
    [InlineData(BridgeDialect.V0, "03 00 00 01 02 03")]
    [InlineData(BridgeDialect.V1, "05 00 00 00 66")]
    [InlineData(BridgeDialect.V1, "07 00 00 00 66 02 03")]
    [InlineData(BridgeDialect.Bonanza, "06 00 00 66 02 03")]
    [InlineData(BridgeDialect.V1, "FF FF 00 00 66 02")]
    public void AnAnswerOfAnotherLengthAnswersNothing(BridgeDialect dialect, string answer)
    {
        bridge.WillAnswer(answer);

        Assert.Contains("answers nothing asked", Assert.Throws<IOException>(() => Ask(Port(dialect), 2)).Message);
    }

    [Fact]
    public void ABridgeThatNeverStopsSendingIsAnError()
    {
        var port = Port(BridgeDialect.V0);
        bridge.Babbling = true;

        Assert.Contains("does not stop", Assert.Throws<IOException>(() => Ask(port, 2)).Message);
        Assert.Empty(bridge.Requests);
    }

    [Fact]
    public void ADeadBridgeCostsATickNoMoreThanItsLimit()
    {
        var port = Port(BridgeDialect.V0);
        port.LimitTrouble(TimeSpan.FromMilliseconds(120));

        for (var i = 0; i < 20; i++)
        {
            Assert.Throws<IOException>(() => Ask(port, 2));
        }

        Assert.Equal(TimeSpan.FromMilliseconds(150), bridge.Now); // Three timeouts; the third began inside the limit.
        port.LimitTrouble(TimeSpan.FromMilliseconds(120));
        bridge.WillAnswer("02 00 03 66 02");
        Assert.Equal("6602", Ask(port, 2));
    }

    [Fact]
    public void IdsGoRoundAndLeaveOutTheOneOfParseErrors()
    {
        var port = Port(BridgeDialect.V1);
        for (var i = 0; i < 600; i++)
        {
            bridge.WillAnswer($"06 00 {i % 255:X2} 00 66 02");
            Assert.Equal("6602", Ask(port, 2));
        }

        Assert.DoesNotContain(bridge.Requests, request => request[4..6] == "FF");
    }

    [Fact]
    public void ATooLongRequestIsOurOwnMistake() => Assert.Throws<ArgumentOutOfRangeException>(
        () => Port(BridgeDialect.V0).Tell(BridgePage.I2c, 0x20, new byte[251]));

    private static string Ask(BridgePort port, int count)
    {
        Span<byte> answer = stackalloc byte[count];
        answer.Fill(0xFF);
        port.Ask(BridgePage.I2c, WriteRead, [0x4C, 0x01, (byte)count], answer);
        return Convert.ToHexString(answer);
    }

    private static BridgePort Port(BridgeDialect dialect, FakeBridge bridge) =>
        new(bridge, dialect, BridgePort.UsualTimeout, bridge);

    private BridgePort Port(BridgeDialect dialect) => Port(dialect, bridge);
}
