using System.Net;
using System.Text;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace TestPool;

public class InterruptionsTests
{
    private static readonly TimeSpan Second = Talk.Second;

    [Theory]
    [InlineData("close-channel")]
    [InlineData("close-group")]
    public void AClosedChannelTakesNoMoreSharesAndTheLedgerSaysHowLateOneWas(string scenario)
    {
        var talk = new Talk(scenario, connection: 1);
        var miner = talk.Mine();
        var second = talk.MineAnother();
        Assert.Null(miner.Submit().Code);
        talk.Pass(5 * Second);

        var message = Talk.LastOf(talk.Drain(), MessageType.CloseChannel).Read<CloseChannel>();
        Assert.Equal(scenario == "close-group" ? miner.Group : miner.Channel, message.ChannelId);
        Assert.All(message.ReasonCode.ToArray(), letter => Assert.InRange(letter, (byte)' ', (byte)'~'));
        talk.Pass(0.5 * Second);
        Assert.Equal(ShareErrors.InvalidChannelId, miner.Submit().Code);
        Assert.Equal(0.5, talk.Last.Lateness!.Value.TotalSeconds, precision: 3);
        Assert.Equal(scenario == "close-group" ? ShareErrors.InvalidChannelId : null, second.Submit().Code);
        Assert.Equal(talk.Ledger.Rejected, talk.Ledger.Late);
        Assert.Null(talk.MineAnother().Submit().Code);
    }

    [Fact]
    public void OnlyTheFirstConnectionLosesItsChannel()
    {
        var talk = new Talk("close-channel", connection: 2);
        talk.Mine();
        talk.Pass(19 * Second);

        Assert.Empty(talk.Drain());
    }

    [Fact]
    public void AReconnectToTheSamePlaceNamesNeitherHostNorPort()
    {
        var talk = new Talk("reconnect-same", connection: 1);
        talk.Mine();
        talk.Pass(4.9 * Second);
        Assert.Empty(talk.Drain());
        talk.Pass(0.1 * Second);

        var message = talk.Next<Reconnect>();
        Assert.True(message.NewHost.IsEmpty);
        Assert.Equal(0, message.NewPort);
    }

    [Theory]
    [InlineData("reconnect-other", 5)]
    [InlineData("reconnect-other-authority", 5)]
    [InlineData("reconnect-loop", 2)]
    public void AReconnectElsewhereNamesTheOtherAddress(string scenario, int seconds)
    {
        var elsewhere = new IPEndPoint(IPAddress.Parse("127.0.0.2"), 4444);
        var talk = new Talk(
            new PoolOptions { Scenario = Scenario.Named(scenario)!, Elsewhere = elsewhere }, connection: 1);
        talk.Mine();
        talk.Pass(seconds * Second);

        var message = talk.Next<Reconnect>();
        Assert.Equal("127.0.0.2", Encoding.ASCII.GetString(message.NewHost));
        Assert.Equal(4444, message.NewPort);
    }

    [Fact]
    public void AReconnectNowhereComesAgainAndAgainWithEveryBadHost()
    {
        var talk = new Talk("reconnect-nowhere");
        talk.Mine();
        talk.Pass(60 * Second);

        var hosts = talk.Drain().Where(frame => frame[2] == (byte)MessageType.Reconnect)
            .Select(frame => Encoding.ASCII.GetString(Talk.Parse(frame).Read<Reconnect>().NewHost))
            .ToHashSet();
        Assert.Contains("169.254.1.1", hosts);
        Assert.Contains("user@pool.example", hosts);
        Assert.Contains(new string('x', 255), hosts);
    }

    [Fact]
    public void AnUpdateIsRefusedAndTheChannelGoesOn()
    {
        var talk = new Talk("refuse-updates");
        var miner = talk.Mine();
        talk.Send(new UpdateChannel
        {
            ChannelId = miner.Channel,
            NominalHashRate = 2e4f,
            MaximumTarget = Enumerable.Repeat((byte)0xFF, 32).ToArray(),
        });

        Assert.Equal("invalid-nominal-hashrate", Encoding.ASCII.GetString(talk.Next<UpdateChannelError>().ErrorCode));
        Assert.Null(miner.Submit().Code);
    }

    [Fact]
    public void FramesOfExtensionsAreAlienInEveryWayAndTheMiningGoesOnBetweenThem()
    {
        var talk = new Talk("extension-frames");
        var miner = talk.Mine();
        talk.Pass(20 * Second);

        var said = talk.Drain();
        var noise = said.Where(frame => Talk.Parse(frame).ExtensionType != 0).ToArray();
        Assert.Equal(400, noise.Length);
        Assert.Contains(noise, frame => Talk.Parse(frame).ChannelBit);
        Assert.Contains(noise, frame => !Talk.Parse(frame).ChannelBit);
        Assert.Contains(noise, frame => frame.Length == FrameHeader.Size);
        Assert.Contains(noise, frame => frame.Length > 150);
        Assert.Contains(noise, frame => AddressOf(frame) == miner.Channel);
        Assert.True(noise.Select(frame => frame[2]).Distinct().Count() > 100);
        Assert.All(noise, frame => Assert.Null(Talk.Parse(frame).CoreType));
        Assert.Contains(said, frame => frame[2] == (byte)MessageType.NewMiningJob && frame[0] == 0);
        Assert.Null(miner.Take(said.Except(noise)).Submit().Code);
    }

    [Fact]
    public void AFloodIsAThousandFramesASecondThatNobodyKnows()
    {
        var talk = new Talk("unknown-flood");
        talk.Mine();
        talk.Pass(10 * Second);

        var said = talk.Drain();
        Assert.Equal(10_000, said.Count);
        Assert.All(said, frame => Assert.Equal(0, Talk.Parse(frame).ExtensionType));
        Assert.All(said, frame => Assert.Null(Talk.Parse(frame).CoreType));
    }

    [Fact]
    public void InAStallNothingIsReadAndNothingSaidAndAfterwardsSharesCountAsIfTheyCameThen()
    {
        var stall = Scenario.Default with
        {
            Acts = new ActPlan(Second, PoolAct.Stall),
            BlockInterval = 2 * Second,
            AcknowledgeAfter = TimeSpan.Zero,
        };
        var talk = new Talk(new PoolOptions { Scenario = stall });
        var miner = talk.Mine();
        talk.Pass(1.5 * Second);
        Assert.Throws<IndexOutOfRangeException>(() => miner.Submit()); // No verdict yet.
        talk.Pass(2.4 * Second); // A block was due at 2 s.
        Assert.Empty(talk.Drain());

        talk.Pass(0.2 * Second);

        Assert.Null(talk.Last.Code);
        Assert.Equal(1.5, talk.Last.At.TotalSeconds, precision: 3);
        Assert.Equal("15 20 1c", talk.Types()); // Judged before the block that was overdue.
    }

    [Fact]
    public void TheStormHasAllOfItAndIsTheSameForOneSeed()
    {
        var first = Storm(seed: 1);

        Assert.Equal(first, Storm(seed: 1));
        Assert.NotEqual(first, Storm(seed: 2));
        foreach (var act in Scenario.Named("storm")!.Acts!.Acts)
        {
            Assert.Contains(act.ToString(), first, StringComparison.Ordinal);
        }
    }

    /// <summary>What happened to fifty connections of a minute each.</summary>
    private static string Storm(ulong seed)
    {
        using var log = new StringWriter();
        var scenario = Scenario.Named("storm")!;
        for (var connection = 1; connection <= 50; connection++)
        {
            var talk = new Talk(new PoolOptions { Scenario = scenario, Log = log }, connection, seed);
            talk.Mine();
            talk.Pass(60 * Second);
        }

        return log.ToString();
    }

    private static uint AddressOf(byte[] frame) =>
        frame.Length < FrameHeader.Size + 4 ? 0 : BitConverter.ToUInt32(frame, FrameHeader.Size);
}
