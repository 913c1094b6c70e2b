using System.Text;
using System.Text.Json;
using CsCheck;

namespace Firmware.Link;

public class LinkTextTests
{
    internal static readonly LinkLine Want =
        new(Want: new(7, [new("gamma", Reset: true, 525, 4.25, [61.5, 62])]));

    private static readonly LinkLine Grant =
        new(Grant: new(8, [new("gamma", PowerGrant.Settling, Reset: true, 525, "the rail settles")]));

    internal static readonly LinkLine Status = new(Guard: new(12.5, [
        new("gamma", "Bitaxe Gamma 601", "running", "cooling: 55.0 °C", null, "none",
            [new("chip", 55, null, 60, 75), new("regulator", null, "no answer", 95, 105)],
            [new("fan", 40, null, "stopped")],
            new(1.15, 1.149, 15.5, 17.8, 5.02, 58, null))
        {
            Operation = new(
                [new("clock", "MHz", 525, 450, 448, [new(450, "heat: chip 71.0 °C")])],
                [new("paused", "false", "settings")],
                "proven and kept: volts = 1.1",
                null,
                "17.8 W drawn, 18.0 W expected"),
        },
        new("gamma-2", "Bitaxe Gamma 601", "off", "no lease", "the fan stands still", "none", [], [], null),
    ]));

    private static readonly LinkLine Recovered = new(Guard: new(12.5, [
        new("gamma", "Bitaxe Gamma 601", "safe-off", "overheated", "overheated", "none", [], [], null)
        {
            Recovery = new(
                "heat", 59, "starts again by itself in 1 min", 2, 1, "475 MHz instead of 525 MHz", "read-only",
                new(4.41, 12, 4.656, 1, Reduced: true)),
        },
    ]));

    private static readonly LinkLine Clear = new(Clear: new("gamma"));
    private static readonly LinkLine Cleared = new(Cleared: new(["gamma", "gamma-2"]));
    private static readonly LinkLine Ask = new(Ask: new(9, "gamma", "megahertz", null));

    private static readonly LinkLine Answer = new(Answer: new(9, "gamma", Accepted: false, "no other is allowed"));

    internal static readonly LinkLine Mine = new(Mine: new(
        9, null, "mining", "", 1, 2, 3, 4, 5, 6, 7, 1.05e12,
        [new("pool:1", "mining", null, 512, null, TimeUnverified: true, "settings", ["stuck: wait"], 0.8, "there:1")],
        [new("gamma", "mining", null, 1, 525, 1e12, 1.07e12, 9, 8, 7, 6, 5, 4, 3, 2)]));

    [Fact]
    public void EveryBodySurvivesTheTripOverTheWire()
    {
        foreach (var line in new[] { Want, Grant, Status, Recovered, Clear, Cleared, Mine, Ask, Answer })
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(line, LinkJson.Default.LinkLine);

            var read = LinkText.Parse(bytes, out var trouble);

            Assert.Equal("", trouble);
            Assert.Equal(bytes, JsonSerializer.SerializeToUtf8Bytes(read!, LinkJson.Default.LinkLine));
        }
    }

    [Fact]
    public void WhatACoinbasePaysSurvivesTheTripAndANullInItDoesNot()
    {
        var paid = new CoinbaseStatus(ulong.MaxValue, 2, [new(7, "p2wpkh", "bc1q"), new(0, "data", "OP_RETURN 05")]);
        var bytes = Bytes(paid);
        var read = LinkText.Parse(bytes, out _);

        Assert.Equal(bytes, JsonSerializer.SerializeToUtf8Bytes(read!, LinkJson.Default.LinkLine));
        Assert.Null(LinkText.Parse(Bytes(paid with { Outputs = [null!] }), out _));

        static byte[] Bytes(CoinbaseStatus paid)
        {
            var mine = Mine.Mine!;
            return JsonSerializer.SerializeToUtf8Bytes(
                new LinkLine(Mine: mine with { Pools = [mine.Pools[0] with { Coinbase = paid }] }),
                LinkJson.Default.LinkLine);
        }
    }

    [Fact]
    public void ANullAmongSetPointsOrTheirLimitsIsRefused()
    {
        var point = Status.Guard!.Boards[0].Operation!.SetPoints[0];
        Assert.Null(LinkText.Parse(Bytes([null!]), out _));
        Assert.Null(LinkText.Parse(Bytes([point with { Limits = [null!] }]), out _));
        Assert.NotNull(LinkText.Parse(Bytes([point]), out _));

        static byte[] Bytes(SetPointStatus[] points)
        {
            var board = Status.Guard!.Boards[0];
            return JsonSerializer.SerializeToUtf8Bytes(
                new LinkLine(Guard: new(
                    1, [board with { Operation = board.Operation! with { SetPoints = points } }])),
                LinkJson.Default.LinkLine);
        }
    }

    [Fact]
    public void AGrantReadsAsInThePlan() => Assert.Equal(
        """{"v":1,"grant":{"sequence":8,"boards":[{"board":"gamma","power":"settling","reset":true,"""
        + "\"megahertzMax\":525,\"reason\":\"the rail settles\"}]}}",
        JsonSerializer.Serialize(Grant, LinkJson.Default.LinkLine));

    [Fact]
    public void EveryCutLineIsRefusedAndNothingElse()
    {
        foreach (var line in new[] { Want, Grant, Status, Recovered, Clear, Cleared, Mine, Ask, Answer })
        {
            var whole = JsonSerializer.SerializeToUtf8Bytes(line, LinkJson.Default.LinkLine);
            for (var length = 0; length < whole.Length; length++)
            {
                Assert.Null(LinkText.Parse(whole.AsSpan(0, length), out var trouble));
                Assert.NotEqual("", trouble);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("42")]
    [InlineData("{}")]
    [InlineData("""{"v":1}""")]
    [InlineData("""{"v":2,"want":{"sequence":1,"boards":[]}}""")]
    [InlineData("""{"v":0,"want":{"sequence":1,"boards":[]}}""")]
    [InlineData("""{"v":"1","want":{"sequence":1,"boards":[]}}""")]
    [InlineData("""{"want":{"sequence":1,"boards":[]}}""")]
    [InlineData("""{"v":1,"want":{"sequence":1}}""")]
    [InlineData("""{"v":1,"want":{"sequence":1,"boards":null}}""")]
    [InlineData("""{"v":1,"want":{"sequence":1,"boards":[null]}}""")]
    [InlineData("""{"v":1,"clear":{}}""")]
    [InlineData("""{"v":1,"cleared":{"boards":[null]}}""")]
    [InlineData("""{"v":1,"want":{"sequence":1,"boards":[{"board":null}]}}""")]
    [InlineData("""{"v":1,"want":{"sequence":9999999999999999999,"boards":[]}}""")]
    [InlineData("""{"v":1,"want":{"sequence":1,"boards":[]},"grant":{"sequence":1,"boards":[]}}""")]
    [InlineData("""{"v":1,"want":{"sequence":1,"boards":[]}} {"v":1}""")]
    [InlineData("""{"v":1,"want":{"sequence":1,"boards":[]},"note":"\ud800"}x""")]
    public void WhatIsNoSingleSoundMessageIsRefusedWithAReason(string text)
    {
        Assert.Null(LinkText.Parse(Encoding.UTF8.GetBytes(text), out var trouble));
        Assert.NotEqual("", trouble);
        Assert.DoesNotContain('\n', trouble);
    }

    [Fact]
    public void AFieldFromTheFutureIsNoReasonToRefuse() => Assert.NotNull(
        LinkText.Parse("""{"v":1,"want":{"sequence":1,"boards":[],"mood":"good"}}"""u8, out _));

    [Fact]
    public void ADamagedLineIsAMessageOrARefusalAndNeverAnException() =>
        Gen.Select(Gen.Int[0, 200], Gen.Byte, Gen.Int[0, 3]).Sample((at, value, which) =>
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(
                new[] { Want, Grant, Status, Mine, Ask, Answer }[which], LinkJson.Default.LinkLine);
            bytes[at % bytes.Length] = value;

            Assert.Equal(LinkText.Parse(bytes, out var trouble) is null, trouble.Length > 0);
        });

    [Fact]
    public void BinaryIsARefusalAndNeverAnException() => Gen.Byte.Array[0, 300].Sample(bytes =>
        Assert.Null(LinkText.Parse(bytes, out _)));
}
