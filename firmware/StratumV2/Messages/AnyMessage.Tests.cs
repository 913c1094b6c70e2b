using System.Buffers.Binary;
using CsCheck;

namespace Firmware.StratumV2.Messages;

/// <summary>Frames with any values their fields may have, made from the spec's tables, not by our writer.</summary>
internal static class AnyMessage
{
    private static readonly Gen<byte[]> U8 = Gen.Byte.Array[1];
    private static readonly Gen<byte[]> U16 = Gen.Byte.Array[2];
    private static readonly Gen<byte[]> U32 = Gen.Byte.Array[4];
    private static readonly Gen<byte[]> U64 = Gen.Byte.Array[8];
    private static readonly Gen<byte[]> U256 = Gen.Byte.Array[32];
    private static readonly Gen<byte[]> Bool = Gen.Byte[0, 1].Select(bit => new[] { bit });
    private static readonly Gen<byte[]> F32 = Gen.Single[0, float.MaxValue].Select(BitConverter.GetBytes);
    private static readonly Gen<byte[]> Str = Counted8(Gen.Byte.Array[0, 255]);
    private static readonly Gen<byte[]> B032 = Counted8(Gen.Byte.Array[0, 32]);
    private static readonly Gen<byte[]> B064K = Gen.Byte.Array[0, 700].Select(bytes => Counted16(bytes, bytes.Length));
    private static readonly Gen<byte[]> Path =
        U256.Array[0, 255].Select(items => (byte[])[(byte)items.Length, .. items.SelectMany(item => item)]);

    private static readonly Gen<byte[]> Ids =
        U32.Array[0, 600].Select(items => Counted16([.. items.SelectMany(item => item)], items.Length));

    private static readonly Gen<byte[]> Numbers =
        U16.Array[0, 600].Select(items => Counted16([.. items.SelectMany(item => item)], items.Length));

    private static readonly Gen<byte[]> Hashes =
        U256.Array[0, 300].Select(items => Counted16([.. items.SelectMany(item => item)], items.Length));

    private static readonly Gen<byte[]> Transactions = Gen.Byte.Array[0, 300].Array[0, 30].Select(items =>
        Counted16([.. items.SelectMany(Counted24)], items.Length));

    private static readonly Gen<byte[]> OptionalU32 =
        Gen.Select(Gen.Bool, U32, (present, value) => present ? [1, .. value] : new byte[] { 0 });

    private static readonly (MessageType Type, bool ChannelBit, Gen<byte[]>[] Fields)[] Tables =
    [
        (MessageType.SetupConnection, false, [U8, U16, U16, U32, Str, U16, Str, Str, Str, Str]),
        (MessageType.SetupConnectionSuccess, false, [U16, U32]),
        (MessageType.SetupConnectionError, false, [U32, Str]),
        (MessageType.ChannelEndpointChanged, true, [U32]),
        (MessageType.Reconnect, false, [Str, U16]),
        (MessageType.OpenStandardMiningChannel, false, [U32, Str, F32, U256]),
        (MessageType.OpenStandardMiningChannelSuccess, false, [U32, U32, U256, B032, U32]),
        (MessageType.OpenMiningChannelError, false, [U32, Str]),
        (MessageType.OpenExtendedMiningChannel, false, [U32, Str, F32, U256, U16]),
        (MessageType.OpenExtendedMiningChannelSuccess, false, [U32, U32, U256, U16, B032, U32]),
        (MessageType.NewMiningJob, true, [U32, U32, OptionalU32, U32, U256]),
        (MessageType.UpdateChannel, true, [U32, F32, U256]),
        (MessageType.UpdateChannelError, true, [U32, Str]),
        (MessageType.CloseChannel, true, [U32, Str]),
        (MessageType.SetExtranoncePrefix, true, [U32, B032]),
        (MessageType.SubmitSharesStandard, true, [U32, U32, U32, U32, U32, U32]),
        (MessageType.SubmitSharesExtended, true, [U32, U32, U32, U32, U32, U32, B032]),
        (MessageType.SubmitSharesSuccess, true, [U32, U32, U32, U64]),
        (MessageType.SubmitSharesError, true, [U32, U32, Str]),
        (MessageType.NewExtendedMiningJob, true, [U32, U32, OptionalU32, U32, Bool, Path, B064K, B064K]),
        (MessageType.SetNewPrevHash, true, [U32, U32, U256, U32, U32]),
        (MessageType.SetTarget, true, [U32, U256]),
        (MessageType.SetCustomMiningJob, true,
            [U32, U32, Str, U32, U256, U32, U32, U32, Str, U32, B064K, U32, Path]),
        (MessageType.SetCustomMiningJobSuccess, true, [U32, U32, U32]),
        (MessageType.SetCustomMiningJobError, true, [U32, U32, Str]),
        (MessageType.SetGroupChannel, false, [U32, Ids]),
        (MessageType.AllocateMiningJobToken, false, [Str, U32]),
        (MessageType.AllocateMiningJobTokenSuccess, false, [U32, Str, B064K]),
        (MessageType.ProvideMissingTransactions, false, [U32, Numbers]),
        (MessageType.ProvideMissingTransactionsSuccess, false, [U32, Transactions]),
        (MessageType.DeclareMiningJob, false, [U32, Str, U32, B064K, B064K, Hashes, B064K]),
        (MessageType.DeclareMiningJobSuccess, false, [U32, Str]),
        (MessageType.DeclareMiningJobError, false, [U32, Str, B064K]),
        (MessageType.PushSolution, false, [B032, U256, U32, U32, U32, U32]),
        (MessageType.CoinbaseOutputConstraints, false, [U32, U16]),
        (MessageType.NewTemplate, false, [U64, Bool, U32, U32, Str, U32, U64, U32, B064K, U32, Path]),
        (MessageType.SetNewPrevHashOfTemplate, false, [U64, U256, U32, U32, U256]),
        (MessageType.RequestTransactionData, false, [U64]),
        (MessageType.RequestTransactionDataSuccess, false, [U64, B064K, Transactions]),
        (MessageType.RequestTransactionDataError, false, [U64, Str]),
        (MessageType.SubmitSolution, false, [U64, U32, U32, U32, B064K]),
    ];

    /// <summary>Of extension 0x0001, by the wire number.</summary>
    private static readonly Gen<byte[]>[][] NegotiationTables =
        [[U16, Numbers], [U16, Numbers], [U16, Numbers, Numbers]];

    /// <summary>Whole frames, header included.</summary>
    public static readonly Gen<byte[]> Frame =
        Gen.OneOf(
        [
            .. Tables.Select(table =>
                FrameOf([0, table.ChannelBit ? (byte)0x80 : (byte)0, (byte)table.Type], table.Fields)),
            .. NegotiationTables.Select((fields, type) => FrameOf([1, 0, (byte)type], fields)),
        ]);

    private static Gen<byte[]> FrameOf(byte[] extensionAndType, Gen<byte[]>[] fields)
    {
        var payload = fields.Aggregate((before, field) =>
            Gen.Select(before, field, (first, second) => (byte[])[.. first, .. second]));
        return payload.Select(bytes =>
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            return (byte[])[.. extensionAndType, .. length[..3], .. bytes];
        });
    }

    private static Gen<byte[]> Counted8(Gen<byte[]> bytes) =>
        bytes.Select(content => (byte[])[(byte)content.Length, .. content]);

    private static byte[] Counted16(byte[] content, int count) =>
        [(byte)(count & 0xFF), (byte)(count >> 8), .. content];

    private static byte[] Counted24(byte[] content) =>
        [(byte)(content.Length & 0xFF), (byte)(content.Length >> 8), 0, .. content];
}
