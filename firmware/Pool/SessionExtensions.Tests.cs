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

    [Fact]
    public void APoolThatRequiresWhatWeDoNotSpeakIsLeft()
    {
        AnswerSetup();
        Refuse(TakeRequest().Id, 0x20);

        Assert.Contains("extension 32", pool.Ended, StringComparison.Ordinal);
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

    private void Refuse(ushort id, params ushort[] required) => pool.Give(new RequestExtensionsError
    {
        RequestId = id,
        UnsupportedExtensions = Items([2]),
        RequiredExtensions = Items(required),
    });

    private static ItemSequence Items(ushort[] extensions) =>
        new(extensions.SelectMany(BitConverter.GetBytes).ToArray(), sizeof(ushort));
}
