namespace Simulator.Parts;

public class BridgeTests
{
    private readonly FakeBoard board = new();
    private readonly List<BridgeAnswer> answers = [];

    [Theory] // Examples of the reference, §16 and §3.2
    [InlineData(BridgeFraming.V0, "0800010005204FDE", "01000101")]
    [InlineData(BridgeFraming.V1, "0800010005204FDE", "0500010001")]
    [InlineData(BridgeFraming.Bonanza, "0800010005204FDE", "04000101")]
    [InlineData(BridgeFraming.V0, "0800010005304F01", "010001AB")]
    [InlineData(BridgeFraming.V0, "0900010005404FFE02", "020001ABAB")]
    [InlineData(BridgeFraming.V1, "0900010005404FFE02", "06000100ABAB")]
    [InlineData(BridgeFraming.V0, "07000000060001", "01000001")]
    [InlineData(BridgeFraming.V0, "060000000600", "01000000")]
    [InlineData(BridgeFraming.V0, "06000000" + "0750", "020000" + "9305")]
    [InlineData(BridgeFraming.V0, "090000000810FF00FF", "000000")]
    [InlineData(BridgeFraming.V0, "0A00010005" + "10801A0600", "040001801A0600")]
    public void RequestsAreAnsweredInTheBridgesDialect(BridgeFraming framing, string request, string answer) =>
        Assert.Equal(answer, Ask(framing, request));

    [Theory]
    [InlineData(BridgeFraming.V0, "FF", "0400FF11")]
    [InlineData(BridgeFraming.V1, "FF", "0400FF11")]
    [InlineData(BridgeFraming.Bonanza, "FF", "0400FF11")]
    public void AnUnknownPageIsAnsweredWithAnUnknownId(BridgeFraming framing, string page, string answer) =>
        Assert.Equal(answer, Ask(framing, "06000100" + page + "10"));

    [Fact]
    public void AnErrorOfV0LooksLikeASuccessWhoseDataNeverComes()
    {
        board.BusHangs = true;

        Assert.Equal("04000110", Ask(BridgeFraming.V0, "0800010005304F01"));
        Assert.True(answers[0].Takes > TimeSpan.Zero);
    }

    [Fact]
    public void WithoutAnAcknowledgeTheErrorIsText()
    {
        board.Acknowledges = false;

        var answer = Convert.FromHexString(Ask(BridgeFraming.V1, "0800010005304F01"));

        Assert.Equal(answer.Length, answer[0]);
        Assert.Equal(0xFF, answer[3]);
    }

    [Fact]
    public void APinThatTheBridgeDoesNotHaveIsRefused() =>
        Assert.Equal("0400FF11", Ask(BridgeFraming.V0, "07000000060501"));

    [Fact]
    public void AnImpossibleLengthCrashesTheOldFirmwareUntilItIsReplugged()
    {
        var bridge = New(BridgeFraming.V0);
        Send(bridge, "0300010005", TimeSpan.Zero);
        Assert.True(bridge.Crashed);
        Assert.Empty(Send(bridge, "060000000600", TimeSpan.Zero));

        bridge.Replug();
        Assert.Single(Send(bridge, "060000000600", TimeSpan.Zero));
    }

    [Fact]
    public void ARequestCutAnywhereIsDroppedByThePauseBehindIt()
    {
        const string whole = "0900010005404FFE02";
        for (var length = 2; length < whole.Length; length += 2)
        {
            var bridge = New(BridgeFraming.V0);
            Assert.Empty(Send(bridge, whole[..length], TimeSpan.Zero));
            Assert.Empty(Send(bridge, "0600", TimeSpan.FromMilliseconds(51)));
            Assert.Equal(1, bridge.BadRequests);

            Assert.Equal(["01000000"], Send(bridge, "00000600", TimeSpan.FromMilliseconds(60)));
        }
    }

    [Fact]
    public void ARequestInPiecesWithoutAPauseIsOne()
    {
        const string whole = "0900010005404FFE02";
        var bridge = New(BridgeFraming.V0);
        for (var i = 0; i < whole.Length - 2; i += 2)
        {
            Assert.Empty(Send(bridge, whole.Substring(i, 2), TimeSpan.FromMilliseconds(10 * i)));
        }

        Assert.Equal(["020001ABAB"], Send(bridge, whole[^2..], TimeSpan.FromMilliseconds(10 * whole.Length)));
    }

    private Bridge New(BridgeFraming framing) => new(framing, TimeSpan.FromMilliseconds(50), board);

    private string Ask(BridgeFraming framing, string request) =>
        Assert.Single(Send(New(framing), request, TimeSpan.Zero));

    private List<string> Send(Bridge bridge, string hex, TimeSpan now)
    {
        answers.Clear();
        bridge.Receive(Convert.FromHexString(hex), now, answers);
        return answers.Select(answer => Convert.ToHexString(answer.Frame)).ToList();
    }

    private sealed class FakeBoard : IBridgedBoard
    {
        private bool resetReleased;

        public bool Acknowledges { get; set; } = true;

        public bool BusHangs { get; set; }

        public double? ReadAnalogue(int input) => input == 0x50 ? 1.15 / 3.3 : null;

        public bool TrySetFan(int channel, double duty) => false;

        public bool TryReadPin(int pin, out bool level)
        {
            level = resetReleased;
            return pin == 0;
        }

        public bool TryWritePin(int pin, bool level)
        {
            resetReleased = level;
            return pin == 0;
        }

        public bool Transfer(int address, ReadOnlySpan<byte> write, Span<byte> read)
        {
            Assert.Equal(0x4F, address);
            read.Fill(0xAB);
            return Acknowledges;
        }
    }
}
