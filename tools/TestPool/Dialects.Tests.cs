using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Messages.Extensions;

namespace TestPool;

/// <summary>The pool's side of what deployed stacks do otherwise (SV2 reference, chapter 11).</summary>
public class DialectsTests
{
    private static readonly TimeSpan Second = Talk.Second;

    [Fact]
    public void D4TheChannelBitOfEveryMessageIsWrong()
    {
        var talk = new Talk("old-channel-bits");
        talk.Mine();
        talk.Send(new UpdateChannel { ChannelId = 3001, NominalHashRate = 1, MaximumTarget = new byte[32] });
        talk.Pass(60 * Second);

        var said = talk.Drain();
        Assert.Contains(said, frame => frame[2] == (byte)MessageType.SetNewPrevHash);
        Assert.All(said, frame => Assert.NotEqual(((MessageType)frame[2]).HasChannelBit, Talk.Parse(frame).ChannelBit));
    }

    [Fact]
    public void D6ReconnectAndSetGroupChannelHaveTheirOldNumbersAndTheirOwnShapes()
    {
        var other = new System.Net.IPEndPoint(0x0200_007F, 4444);
        var talk = new Talk(new PoolOptions { Scenario = Scenario.Named("old-numbers")!, Elsewhere = other });
        var miner = talk.Mine();
        var seen = new HashSet<byte>();
        for (var i = 0; i < 100; i++)
        {
            talk.Pass(Second);
            foreach (var frame in talk.Drain().Where(frame => frame[2] is 0x04 or 0x25 or 0x26))
            {
                seen.Add(frame[2]);
                var payload = frame[FrameHeader.Size..];
                Assert.Equal(frame[2] == 0x25 ? 3 + payload[0] : 6 + 4, payload.Length); // §2.7
                Assert.Equal(
                    frame[2] == 0x25 ? [9, .. "127.0.0.2"u8, 0x5C, 0x11] : BitConverter.GetBytes(miner.Channel),
                    frame[2] == 0x25 ? payload : payload[^4..]);
            }
        }

        Assert.True(seen.SetEquals([0x25, 0x26]));
    }

    [Fact]
    public void D7TheOpeningOfAnExtendedChannelEndsBeforeTheGroup()
    {
        var talk = new Talk("no-group-id");
        talk.SetUp();
        talk.AskExtended();

        Assert.Null(talk.Next<OpenExtendedMiningChannelSuccess>().GroupChannelId);
        talk.Drain();
        Assert.Null(talk.MineAnother(extended: true).Submit().Code);
    }

    [Fact]
    public void D8CoinbasesCarryTheWitnessAndSharesAreJudgedWithoutIt()
    {
        var talk = new Talk("witness-coinbase");
        var miner = talk.Mine(extended: true);
        var (prefix, suffix) = miner[miner.Current].Extended!.Coinbase;
        Assert.Equal([0, 1], prefix[4..6]);
        Assert.Equal([1, 32, .. new byte[36]], suffix[^38..]);
        Assert.Equal(ShareErrors.DifficultyTooLow, miner.Submit().Code); // Hashed as it came: another transaction.

        miner.Strip(new Coinbase([.. prefix[..4], .. prefix[6..]], [.. suffix[..^38], .. suffix[^4..]]));

        Assert.Null(miner.Submit().Code);
    }

    [Theory]
    [InlineData("wide-mask", null)]
    [InlineData("default", ShareErrors.InvalidVersionBits)]
    public void D9TheBitsOfBip323AreTakenWhereThePoolKnowsThem(string scenario, string? code) =>
        Assert.Equal(code, new Talk(scenario).Mine().Submit(version: 0x2000_0020).Code);

    [Theory]
    [InlineData("rejudge-at-once", ShareErrors.DifficultyTooLow)]
    [InlineData("default", null)]
    public void D13AHarderTargetCountsForTheJobInHandWhereThePoolJudgesAnew(string scenario, string? code)
    {
        var talk = new Talk(scenario);
        var miner = talk.Mine();
        var before = miner.Target;
        if (scenario == "default")
        {
            talk.Pool.SetTarget(Vardiff.Scale(before, 0.25));
        }
        else
        {
            talk.Pass(9 * Second);
        }

        miner.Listen();
        Assert.Equal(Vardiff.Scale(before, 0.25), miner.Target);
        var verdicts = Enumerable.Range(0, 60).Select(_ => miner.Submit(target: before).Code).ToArray();
        Assert.Equal(code is null, Array.TrueForAll(verdicts, verdict => verdict is null)); // (1/4)^60 is never.
        Assert.All(verdicts, verdict => Assert.Contains(verdict, new[] { null, code }));
    }

    [Theory]
    [InlineData("worker-ids", 2, 0x01)]
    [InlineData("worker-ids", 3, 0x02)]
    [InlineData("default", 2, null)]
    public void AnExtensionIsConfirmedRefusedOrNotTalkedAbout(string scenario, int extension, int? answer)
    {
        var talk = new Talk(scenario);
        talk.SetUp();
        talk.Send(new RequestExtensions
        {
            RequestId = 9,
            RequestedExtensions = new ItemSequence([(byte)extension, 0], sizeof(ushort)),
        });

        var said = talk.Drain();
        Assert.Equal(answer is { } type ? [(byte)type] : [], said.Select(frame => frame[2]));
        Assert.All(said, frame => Assert.Equal([1, 0], frame[..2]));
        Assert.All(said, frame => Assert.Equal([9, 0, 1, 0, (byte)extension, 0], frame[FrameHeader.Size..12]));
    }
}
