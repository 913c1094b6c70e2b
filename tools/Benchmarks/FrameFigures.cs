using Drivers.Hashing;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Noise;
using NSec.Cryptography;

namespace Benchmarks;

/// <summary>T4: what a frame costs, beside the library's own price of the two seals it consists of.</summary>
internal static class FrameFigures
{
    private const int Operations = 20_000;
    private const int PayloadSize = 32;
    private const double SealRatioMax = 1.1;
    private const double ParseNanosecondsMax = 50;

    public static IEnumerable<Figure> Measure()
    {
        var medians = Rounds.Nanoseconds(Operations, SealAndOpen(), LibrarySealAndOpen());
        var ratio = medians[0] / medians[1];
        yield return new Figure(
            $"T4 seal + open of a frame with {PayloadSize} B",
            Figure.Number(medians[0], "0 ns"),
            Figure.Number(medians[1], "0 ns") + " (NSec, 6 B and 32 B)",
            Figure.Number(ratio, "0.00 ×"),
            "≤ 1.1 ×",
            ratio <= SealRatioMax);

        var parse = Rounds.Nanoseconds(Operations * 10, Parse())[0];
        yield return new Figure(
            "T4 parse of NewMiningJob",
            Figure.Number(parse, "0.0 ns"),
            Figure.None,
            Figure.None,
            "≤ 50 ns",
            parse <= ParseNanosecondsMax);
    }

    private static Action SealAndOpen()
    {
        var (sending, receiving) = Session();
        var sealer = new FrameSealer(sending);
        var opener = new FrameOpener(receiving, Receiver.Client);
        var plain = new byte[FrameHeader.Size + PayloadSize];
        new FrameHeader(0, false, 0xEE, PayloadSize).Write(plain);
        var wire = new byte[FrameSealer.SealedLength(PayloadSize)];
        return () =>
        {
            for (var i = 0; i < Operations; i++)
            {
                var length = sealer.Seal(plain, wire);
                wire.AsSpan(0, length).CopyTo(opener.Free);
                opener.Received(length);
                if (!opener.TryOpen(out var frame) || frame.Payload.Length != PayloadSize)
                {
                    throw new InvalidOperationException("The frame did not come out as it went in.");
                }
            }
        };
    }

    private static Action LibrarySealAndOpen()
    {
        var algorithm = AeadAlgorithm.ChaCha20Poly1305;
        var key = Key.Create(algorithm);
        var nonce = new byte[algorithm.NonceSize];
        var plain = new byte[PayloadSize];
        var cipher = new byte[PayloadSize + algorithm.TagSize];
        var header = new byte[FrameHeader.Size];
        var headerCipher = new byte[FrameHeader.Size + algorithm.TagSize];
        return () =>
        {
            for (var i = 0; i < Operations; i++)
            {
                algorithm.Encrypt(key, nonce, default, header, headerCipher);
                algorithm.Encrypt(key, nonce, default, plain, cipher);
                if (!algorithm.Decrypt(key, nonce, default, headerCipher, header)
                    || !algorithm.Decrypt(key, nonce, default, cipher, plain))
                {
                    throw new InvalidOperationException("The library does not open what it sealed.");
                }
            }
        };
    }

    private static Action Parse()
    {
        var bytes = new byte[128];
        var length = FrameWriter.Write(
            new NewMiningJob
            {
                ChannelId = 1,
                JobId = 2,
                MinNTime = 3,
                Version = 4,
                MerkleRoot = bytes.AsSpan(64, UInt256.Size),
            },
            bytes);
        return () =>
        {
            for (var i = 0; i < Operations * 10; i++)
            {
                var payload = bytes.AsSpan(FrameHeader.Size, length - FrameHeader.Size);
                var job = new Frame(FrameHeader.Read(bytes), payload).Read<NewMiningJob>();
                if (job.JobId != 2 || job.MinNTime != 3 || job.MerkleRoot.Length != UInt256.Size)
                {
                    throw new InvalidOperationException("The job did not come out as it went in.");
                }
            }
        };
    }

    private static (CipherState Sending, CipherState Receiving) Session()
    {
        using var authority = KeyPair.Generate();
        using var server = KeyPair.Generate();
        var certificate = Certificate.Issue(authority, server.XOnly, 0, uint.MaxValue);
        using var initiator = new NoiseInitiator([authority.Authority]);
        using var responder = new NoiseResponder(server, certificate);
        var act2 = new byte[NoiseResponder.Act2Size];
        var sending = responder.ReceiveAct1(initiator.Act1, act2);
        return (sending.Sending, initiator.ReceiveAct2(act2, new ClockView(1, Trusted: true)).Receiving);
    }
}
