using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Messages.Extensions;
using Firmware.StratumV2.Messages.JobDeclaration;
using Firmware.StratumV2.Messages.TemplateDistribution;
using TemplatePrevHash = Firmware.StratumV2.Messages.TemplateDistribution.SetNewPrevHash;

namespace Fuzz.Targets;

/// <summary>Every message there is, read and written by the product's own code.</summary>
internal static class EncodedMessages
{
    /// <summary>Reads a message of a frame and writes it to <paramref name="into"/> as a frame again.</summary>
    public delegate int Rewriting(Frame frame, Span<byte> into);

    /// <summary>Longer is no message of a mining connection, and the other protocols' are cut at this here.</summary>
    public const int FrameMax = 400_000;

    private const int ContentSize = 70_000;

    public static readonly Dictionary<(ushort Extension, byte Type), Rewriting> Rewrite = new()
    {
        [Core(MessageType.SetupConnection)] = Write<SetupConnection>,
        [Core(MessageType.SetupConnectionSuccess)] = Write<SetupConnectionSuccess>,
        [Core(MessageType.SetupConnectionError)] = Write<SetupConnectionError>,
        [Core(MessageType.ChannelEndpointChanged)] = Write<ChannelEndpointChanged>,
        [Core(MessageType.Reconnect)] = Write<Reconnect>,
        [Core(MessageType.OpenStandardMiningChannel)] = Write<OpenStandardMiningChannel>,
        [Core(MessageType.OpenStandardMiningChannelSuccess)] = Write<OpenStandardMiningChannelSuccess>,
        [Core(MessageType.OpenMiningChannelError)] = Write<OpenMiningChannelError>,
        [Core(MessageType.OpenExtendedMiningChannel)] = Write<OpenExtendedMiningChannel>,
        [Core(MessageType.OpenExtendedMiningChannelSuccess)] = Write<OpenExtendedMiningChannelSuccess>,
        [Core(MessageType.NewMiningJob)] = Write<NewMiningJob>,
        [Core(MessageType.UpdateChannel)] = Write<UpdateChannel>,
        [Core(MessageType.UpdateChannelError)] = Write<UpdateChannelError>,
        [Core(MessageType.CloseChannel)] = Write<CloseChannel>,
        [Core(MessageType.SetExtranoncePrefix)] = Write<SetExtranoncePrefix>,
        [Core(MessageType.SubmitSharesStandard)] = Write<SubmitSharesStandard>,
        [Core(MessageType.SubmitSharesExtended)] = Write<SubmitSharesExtended>,
        [Core(MessageType.SubmitSharesSuccess)] = Write<SubmitSharesSuccess>,
        [Core(MessageType.SubmitSharesError)] = Write<SubmitSharesError>,
        [Core(MessageType.NewExtendedMiningJob)] = Write<NewExtendedMiningJob>,
        [Core(MessageType.SetNewPrevHash)] = Write<Firmware.StratumV2.Messages.SetNewPrevHash>,
        [Core(MessageType.SetTarget)] = Write<SetTarget>,
        [Core(MessageType.SetCustomMiningJob)] = Write<SetCustomMiningJob>,
        [Core(MessageType.SetCustomMiningJobSuccess)] = Write<SetCustomMiningJobSuccess>,
        [Core(MessageType.SetCustomMiningJobError)] = Write<SetCustomMiningJobError>,
        [Core(MessageType.SetGroupChannel)] = Write<SetGroupChannel>,
        [Core(MessageType.AllocateMiningJobToken)] = Write<AllocateMiningJobToken>,
        [Core(MessageType.AllocateMiningJobTokenSuccess)] = Write<AllocateMiningJobTokenSuccess>,
        [Core(MessageType.ProvideMissingTransactions)] = Write<ProvideMissingTransactions>,
        [Core(MessageType.ProvideMissingTransactionsSuccess)] = Write<ProvideMissingTransactionsSuccess>,
        [Core(MessageType.DeclareMiningJob)] = Write<DeclareMiningJob>,
        [Core(MessageType.DeclareMiningJobSuccess)] = Write<DeclareMiningJobSuccess>,
        [Core(MessageType.DeclareMiningJobError)] = Write<DeclareMiningJobError>,
        [Core(MessageType.PushSolution)] = Write<PushSolution>,
        [Core(MessageType.CoinbaseOutputConstraints)] = Write<CoinbaseOutputConstraints>,
        [Core(MessageType.NewTemplate)] = Write<NewTemplate>,
        [Core(MessageType.SetNewPrevHashOfTemplate)] = Write<TemplatePrevHash>,
        [Core(MessageType.RequestTransactionData)] = Write<RequestTransactionData>,
        [Core(MessageType.RequestTransactionDataSuccess)] = Write<RequestTransactionDataSuccess>,
        [Core(MessageType.RequestTransactionDataError)] = Write<RequestTransactionDataError>,
        [Core(MessageType.SubmitSolution)] = Write<SubmitSolution>,
        [(1, 0x00)] = Write<RequestExtensions>,
        [(1, 0x01)] = Write<RequestExtensionsSuccess>,
        [(1, 0x02)] = Write<RequestExtensionsError>,
    };

    /// <summary>
    /// Each message with empty and with short fields, as whole frames: our encoder writes what it reads of zeros and
    /// of ones.
    /// </summary>
    public static readonly IReadOnlyList<byte[]> All =
        [.. Rewrite.SelectMany(entry => Variants(entry.Key, entry.Value))];

    private static IEnumerable<byte[]> Variants((ushort Extension, byte Type) key, Rewriting rewrite)
    {
        for (byte fill = 0; fill < 2; fill++)
        {
            var content = Enumerable.Repeat(fill, ContentSize).ToArray();
            if (fill == 1)
            {
                content.AsSpan(0, 8).Clear(); // The ids; and of short counts there are many then.
            }

            var frame = new byte[FrameMax];
            var length = 0;
            try
            {
                length = rewrite(new Frame(key.Extension, false, key.Type, content), frame);
            }
            catch (ProtocolException)
            {
                continue; // A sequence longer than the content.
            }

            yield return frame[..length];
        }
    }

    private static int Write<T>(Frame frame, Span<byte> into)
        where T : IMessage<T>, allows ref struct => FrameWriter.Write(frame.Read<T>(), into);

    private static (ushort Extension, byte Type) Core(MessageType type) => (0, (byte)type);
}
