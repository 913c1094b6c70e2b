using CsCheck;

namespace Firmware.StratumV2.Messages;

/// <summary>
/// B7, B8, B9, B11 and B54 of the SV2 reference, where they are matters of messages: what any bytes cost, and the
/// longest that are good.
/// </summary>
public class AnyBytesTests
{
    /// <summary>
    /// An exception with its trace, the test's own copies, and what a first call costs; a fourth of what the least of
    /// the counts would take that are believed.
    /// </summary>
    private const int AllocatedMax = 65_536;

    /// <summary>Counts and lengths of all sizes, mostly far more than there is.</summary>
    private static readonly Gen<byte[]> Payload = Gen.Select(
        Gen.Byte.Array[0, 40],
        Gen.OneOf(Gen.Const((byte)0), Gen.Const((byte)1), Gen.Const((byte)0xFF), Gen.Byte).Array[0, 1000],
        (start, rest) => (byte[])[.. start, .. rest]);

    private static readonly Gen<(ushort Extension, byte Type)> Type =
        Gen.OneOf([.. EveryMessageTests.Trips.Keys.Select(type => Gen.Const(type))]);

    [Fact]
    public void AnyBytesAreAMessageOrAProtocolErrorAndCostNoMoreMemoryThanTheyHave() =>
        Gen.Select(Type, Payload).Sample(
            (type, payload) =>
            {
                byte[] frame = [(byte)type.Extension, 0, type.Type, 0, 0, 0, .. payload];
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    EveryMessageTests.Trips[type](frame);
                }
                catch (ProtocolException)
                {
                }
                catch (ArgumentOutOfRangeException refused)
                    when (refused.Message.StartsWith("F32", StringComparison.Ordinal))
                {
                    // NaN, infinite or negative: read as it came, and refused by our writer.
                }

                return GC.GetAllocatedBytesForCurrentThread() - before <= AllocatedMax + 4 * frame.Length;
            },
            iter: 20_000,
            threads: 1);

    [Fact]
    public void AnyBytesAreShownOrAProtocolErrorInTextOfBoundedLength() =>
        Gen.Select(Type, Payload).Sample(
            (type, payload) =>
            {
                try
                {
                    var text = FrameText.Describe(new Frame(type.Extension, false, type.Type, payload));
                    return text.Length < 4096 + 4 * payload.Length && !text.Any(IsControl);
                }
                catch (ProtocolException malformed)
                {
                    return malformed.Message.Length is > 0 and < 200;
                }
            },
            iter: 20_000);

    [Fact] // B7
    public void ACountOf65535WithTenBytesIsMalformedAndAllocatesNothingForIt()
    {
        byte[] payload = [1, 0, 0, 0, 0xFF, 0xFF, .. new byte[10]];
        foreach (var type in new[] { MessageType.SetGroupChannel, MessageType.ProvideMissingTransactionsSuccess })
        {
            byte[] frame = [0, 0, (byte)type, 16, 0, 0, .. payload];
            Assert.Throws<ProtocolException>(() => EveryMessageTests.Trips[(0, (byte)type)](frame)); // Warm-up.

            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<ProtocolException>(() => EveryMessageTests.Trips[(0, (byte)type)](frame));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AllocatedMax);
        }
    }

    [Fact] // B8, B9
    public void AJobWithAPathOf255NodesAndACoinbaseOf128KilobytesIsRead()
    {
        var node = Enumerable.Repeat((byte)0xA1, 32).ToArray();
        byte[] frame =
        [
            0, 0x80, 0x1F, 0, 0, 0,
            2, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0x20, 1,
            255, .. Enumerable.Repeat(node, 255).SelectMany(bytes => bytes),
            0xFF, 0xFF, .. new byte[65_535], 0xFF, 0xFF, .. new byte[65_535],
        ];

        var job = FrameVectors.Parse(frame).Read<NewExtendedMiningJob>();

        Assert.Equal(139_253 - 4, frame.Length - FrameHeader.Size); // A future job is without its min_ntime.
        Assert.Equal(255, job.MerklePath.Count);
        Assert.Equal(node, job.MerklePath[254]);
        Assert.Equal(65_535, job.CoinbaseTxPrefix.Length);
        Assert.Equal(65_535, job.CoinbaseTxSuffix.Length);
        MessageBounds.Check(Receiver.Client, new FrameHeader(0, true, 0x1F, frame.Length - FrameHeader.Size));
    }

    [Fact] // B54
    public void AThousandTlvsBehindAnyMessageAreIgnored()
    {
        var bomb = Enumerable.Repeat((byte[])[0x02, 0x00, 0x01, 0x00, 0x00], 1000).SelectMany(tlv => tlv).ToArray();
        foreach (var (name, frame) in FrameVectors.All)
        {
            var trip = EveryMessageTests.Trips[(FrameHeader.Read(frame).ExtensionType, frame[2])];

            Assert.True(frame.AsSpan().SequenceEqual(trip([.. frame, .. bomb])), name);
        }
    }

    [Fact] // B54
    public void ATlvThatIsLongerThanItsMessageIsIgnored()
    {
        foreach (var (name, frame) in FrameVectors.All)
        {
            var trip = EveryMessageTests.Trips[(FrameHeader.Read(frame).ExtensionType, frame[2])];

            Assert.True(frame.AsSpan().SequenceEqual(trip([.. frame, 0x02, 0x00, 0x01, 0xFF, 0xFF, 1, 2])), name);
        }
    }

    private static bool IsControl(char letter) => char.IsControl(letter) && letter != '\n';
}
