using System.Text;
using Firmware.Mining;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Messages.Extensions;

namespace Firmware.Pool;

/// <summary>
/// Extensions on a session: statements 27, 28, 82 and 83 of the SV2 reference, and its §2.5. The only one that we may
/// want is 0x0002, the worker's name with each share of an extended channel.
/// </summary>
public sealed class SessionExtensionsTests : IDisposable
{
    private readonly InMemoryPool pool = Wanting("rig 7");
    private Job? job;

    [Theory]
    [InlineData("", ChannelChoice.Extended)]
    [InlineData("rig 7", ChannelChoice.Standard)]
    public void NothingIsAskedWhereNothingIsWanted(string worker, ChannelChoice channel)
    {
        using var other = Wanting(worker, channel);
        other.AnswerHandshake();
        other.AnswerSetup();

        Assert.Equal(
            channel == ChannelChoice.Extended
                ? MessageType.OpenExtendedMiningChannel
                : MessageType.OpenStandardMiningChannel,
            Assert.Single(other.TakeTypes()));
    }

    [Fact]
    public void TheExtensionIsAskedForBeforeAnythingElse()
    {
        AnswerSetup();

        var request = TakeRequest();
        Assert.Equal(2, Assert.Single(request.Extensions));
        Assert.Equal(SessionStage.Extensions, pool.Session.Stage);
    }

    [Fact] // Statement 82
    public void APoolThatDoesNotAnswerIsWaitedForOneSecondAndThenTheChannelIsOpenedWithout()
    {
        AnswerSetup();
        TakeRequest();
        pool.Pass(TimeSpan.FromSeconds(0.95));
        Assert.Empty(pool.TakeTypes());

        pool.Pass(TimeSpan.FromSeconds(0.1));
        job = pool.WorkExtended();
        Assert.Empty(SubmittedName());
    }

    [Theory] // Statement 82: twice as long as connecting took, and no longer than any stage.
    [InlineData(3, 6)]
    [InlineData(8, 10)]
    public void APoolThatIsFarAwayIsWaitedForLonger(int connecting, int patience)
    {
        pool.Pass(TimeSpan.FromSeconds(connecting));
        AnswerSetup();
        TakeRequest();
        pool.Pass(TimeSpan.FromSeconds(patience - 0.05));
        Assert.Empty(pool.TakeTypes());

        pool.Pass(TimeSpan.FromSeconds(0.1));
        Assert.Equal([MessageType.OpenExtendedMiningChannel], pool.TakeTypes());
        Assert.Null(pool.Ended);
    }

    [Fact] // Statement 27
    public void AConfirmedNameGoesWithEachShareInAFrameOfTheCoreProtocol()
    {
        Confirm(2);
        job = pool.WorkExtended();

        Assert.Equal("rig 7", SubmittedName());
        Assert.Equal("rig 7", SubmittedName());
    }

    [Theory] // Statement 83
    [InlineData(new ushort[0])]
    [InlineData(new ushort[] { 3, 0x0200 })]
    public void ANameThatIsNotConfirmedIsNotSent(ushort[] supported)
    {
        Confirm(supported);
        job = pool.WorkExtended();

        Assert.Empty(SubmittedName());
    }

    [Fact] // Statement 83
    public void ARefusedExtensionIsNotUsedAndTheSessionGoesOn()
    {
        AnswerSetup();
        Refuse(TakeRequest().Id);
        job = pool.WorkExtended();

        Assert.Empty(SubmittedName());
        Assert.Null(pool.Ended);
    }

    [Fact]
    public void APoolThatRequiresWhatWeDoNotSpeakIsLeft()
    {
        AnswerSetup();
        Refuse(TakeRequest().Id, 0x20);

        Assert.Contains("extension 32", pool.Ended, StringComparison.Ordinal);
    }

    [Fact] // Statements 82 and 83
    public void AnAnswerThatComesTooLateIsNotHeard()
    {
        AnswerSetup();
        var id = TakeRequest().Id;
        pool.Pass(TimeSpan.FromSeconds(1.1));
        Answer(id, 2);
        job = pool.WorkExtended();

        Assert.Equal(1, pool.Session.Ignored);
        Assert.Empty(SubmittedName());
    }

    [Fact]
    public void AnAnswerToAnotherRequestIsNone()
    {
        AnswerSetup();
        var id = TakeRequest().Id;
        Answer((ushort)(id + 1), 2);
        Refuse((ushort)(id + 1), 0x20);
        Assert.Equal(2, pool.Session.Ignored);
        Assert.Equal(SessionStage.Extensions, pool.Session.Stage);

        Answer(id, 2);
        job = pool.WorkExtended();
        Assert.Equal("rig 7", SubmittedName());
    }

    [Fact] // Statement 83, B5
    public void AnAnswerThatNobodyAskedForIsIgnoredUnread()
    {
        using var other = Wanting("");
        other.AnswerHandshake();
        other.AnswerSetup();
        var frame = new byte[FrameHeader.Size + 1];
        new FrameHeader(1, false, 1, 1).Write(frame);
        other.GiveRaw(other.SealedFrame(frame));

        Assert.Null(other.Ended);
        Assert.Equal(1, other.Session.Ignored);
    }

    [Fact]
    public void AMalformedAnswerClosesTheConnection()
    {
        AnswerSetup();
        TakeRequest();
        var frame = new byte[FrameHeader.Size + 6];
        new FrameHeader(1, false, 1, 6).Write(frame);
        frame[FrameHeader.Size] = 1; // request_id
        frame[FrameHeader.Size + 2] = 0xFF; // 255 extensions in two bytes
        pool.GiveRaw(pool.SealedFrame(frame));

        Assert.Contains("early", pool.Ended, StringComparison.Ordinal);
    }

    [Fact] // Statement 28
    public void AChannelWhoseEndpointChangedGetsNoNamesUntilTheyAreConfirmedAgainAndNothingElseChanges()
    {
        Confirm(2);
        job = pool.WorkExtended();
        pool.Pass(TimeSpan.FromSeconds(11));
        pool.Give(new ChannelEndpointChanged(InMemoryPool.FirstChannel));
        var request = TakeRequest();

        Assert.Equal(default, pool.LastStep);
        Assert.Equal(SessionStage.Mining, pool.Session.Stage);
        Assert.Empty(SubmittedName());

        Answer(request.Id, 2);
        Assert.Equal("rig 7", SubmittedName());
        Assert.Equal(0, pool.Session.Ignored);
    }

    [Fact]
    public void EndpointsThatKeepChangingDoNotMakeUsAskAndAsk()
    {
        Confirm(2);
        job = pool.WorkExtended();
        pool.Pass(TimeSpan.FromSeconds(11));
        for (var i = 0; i < 100; i++)
        {
            pool.Give(new ChannelEndpointChanged(InMemoryPool.FirstChannel));
        }

        Assert.Single(pool.TakeTypes());
        Assert.Null(pool.Ended);
    }

    [Fact]
    public void EndpointsThatChangeForAWeekExhaustNoCounter()
    {
        Confirm(2);
        job = pool.WorkExtended();
        for (var i = 0; i <= ushort.MaxValue; i++)
        {
            pool.Pass(TimeSpan.FromSeconds(11));
            pool.Give(new ChannelEndpointChanged(InMemoryPool.FirstChannel));
        }

        Assert.Null(pool.Ended);
        Assert.Equal(
            ushort.MaxValue + 1, pool.TakeTypes().Count(type => type == (MessageType)RequestExtensions.Type));
    }

    [Fact] // Statement 28
    public void AChangedEndpointOfAStandardChannelOrOfNoneChangesNothing()
    {
        using var standard = new InMemoryPool();
        standard.Opened();
        standard.GiveFutureJob(1);
        standard.GiveTip(job: 1);
        standard.Give(new ChannelEndpointChanged(InMemoryPool.FirstChannel));
        Assert.Equal(0, standard.Session.Ignored);
        standard.Give(new ChannelEndpointChanged(77));
        Assert.Equal(1, standard.Session.Ignored);

        Assert.Empty(standard.TakeTypes());
        Assert.Null(standard.Ended);
        Assert.Equal(SessionStage.Mining, standard.Session.Stage);
    }

    public void Dispose() => pool.Dispose();

    private static InMemoryPool Wanting(string worker, ChannelChoice channel = ChannelChoice.Extended) =>
        new(change: terms => terms with { Worker = worker, Channel = channel });

    private void AnswerSetup()
    {
        pool.AnswerHandshake();
        pool.AnswerSetup();
    }

    private (ushort Id, ushort[] Extensions) TakeRequest()
    {
        // Message 0x00 of extension 1.
        var reader = new PayloadReader(Assert.Single(pool.Take((MessageType)RequestExtensions.Type)));
        var request = RequestExtensions.Read(ref reader);
        var extensions = new ushort[request.RequestedExtensions.Count];
        for (var i = 0; i < extensions.Length; i++)
        {
            extensions[i] = request.RequestedExtensions.U16(i);
        }

        return (request.RequestId, extensions);
    }

    private void Confirm(params ushort[] supported)
    {
        AnswerSetup();
        Answer(TakeRequest().Id, supported);
    }

    private void Answer(ushort id, params ushort[] supported) => pool.Give(
        new RequestExtensionsSuccess { RequestId = id, SupportedExtensions = Items(supported) });

    private void Refuse(ushort id, params ushort[] required) => pool.Give(new RequestExtensionsError
    {
        RequestId = id,
        UnsupportedExtensions = Items([2]),
        RequiredExtensions = Items(required),
    });

    private static ItemSequence Items(ushort[] extensions) =>
        new(extensions.SelectMany(BitConverter.GetBytes).ToArray(), sizeof(ushort));

    /// <summary>The name that goes with a share found now.</summary>
    private string SubmittedName()
    {
        var share = new Share(job!.Id, 1, InMemoryPool.NTime, 0x2000_0000, IsBlock: false)
        {
            Job = job,
            Extranonce = new Extranonce([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]),
        };
        Assert.True(job.Sink.TrySubmit(share, pool.Now));
        var reader = new PayloadReader(Assert.Single(pool.Take(MessageType.SubmitSharesExtended)));
        var named = NamedShare.Read(ref reader);
        Assert.Equal("0102030405060708090A0B0C0D0E0F10", Convert.ToHexString(named.Share.Extranonce));
        return Encoding.UTF8.GetString(named.Worker);
    }
}
