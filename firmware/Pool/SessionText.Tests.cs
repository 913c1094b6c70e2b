using System.Globalization;
using CsCheck;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>
/// B11 of the SV2 reference: whatever a pool writes into any string that it may send, nothing of it steers a log, a
/// terminal or a page.
/// </summary>
public sealed class SessionTextTests
{
    /// <summary>Clears the screen, ends the line, turns the writing, hides, and is no UTF-8.</summary>
    private static readonly byte[] Evil =
        [.. "\u001b[2J\r\n\0\u0085\u202e\u200b\u2028{0}%s<b>"u8, 0xFF, 0xC0, 0x80];

    private static readonly Dictionary<MessageType, Action<InMemoryPool, byte[]>> Senders = new()
    {
        [MessageType.SetupConnectionError] = (pool, text) =>
        {
            pool.AnswerHandshake();
            pool.Give(new SetupConnectionError { Flags = 0, ErrorCode = text });
        },
        [MessageType.OpenMiningChannelError] = (pool, text) =>
        {
            pool.AnswerHandshake();
            pool.AnswerSetup();
            pool.Give(new OpenMiningChannelError { RequestId = 1, ErrorCode = text });
        },
        [MessageType.UpdateChannelError] = (pool, text) =>
        {
            pool.Opened();
            pool.GiveFutureJob(1);
            pool.GiveTip(job: 1);
            pool.Pass(pool.Terms.ProbeAfter + TimeSpan.FromSeconds(1)); // We update, as a probe.
            pool.Give(new UpdateChannelError { ChannelId = InMemoryPool.FirstChannel, ErrorCode = text });
        },
        [MessageType.CloseChannel] = (pool, text) =>
        {
            pool.Opened();
            pool.Give(new CloseChannel { ChannelId = InMemoryPool.FirstChannel, ReasonCode = text });
        },
        [MessageType.SubmitSharesError] = (pool, text) =>
        {
            pool.Opened();
            pool.GiveFutureJob(1);
            pool.GiveTip(job: 1);
            pool.LastStep.Start!.Sink.TrySubmit(default, pool.Now);
            pool.Give(new SubmitSharesError
            {
                ChannelId = InMemoryPool.FirstChannel,
                SequenceNumber = 1,
                ErrorCode = text,
            });
        },
        [MessageType.Reconnect] = (pool, text) =>
        {
            pool.Opened();
            pool.Give(new Reconnect { NewHost = text, NewPort = 0 });
        },
    };

    public static TheoryData<MessageType> Types => [.. Senders.Keys];

    [Theory]
    [MemberData(nameof(Types))]
    public void NothingThatSteersIsShown(MessageType type)
    {
        using var pool = new InMemoryPool(insecure: true);
        Senders[type](pool, Evil);

        var shown = Shown(pool);
        Assert.DoesNotContain(shown, Steers);
        Assert.Contains("\ufffd[2J", shown, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void NoBytesAtAllSteer(MessageType type) => Gen.Byte.Array[0, 255].Sample(
        text =>
        {
            using var pool = new InMemoryPool(insecure: true);
            Senders[type](pool, text);
            return !Shown(pool).Any(Steers);
        },
        iter: 50);

    private static string Shown(InMemoryPool pool) =>
        string.Concat(pool.Ended, pool.Session.Notice, pool.Session.LastRejection, pool.Session.RedirectTo);

    private static bool Steers(char letter) => char.GetUnicodeCategory(letter)
        is UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator;
}
