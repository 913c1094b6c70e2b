using System.Globalization;
using Firmware.StratumV2.Noise;

namespace Firmware.Cli;

/// <summary>What decode is asked for.</summary>
internal sealed record DecodeOptions
{
    public const string Help = """
        Shows Stratum V2 frames as the specification's tables: field, type, value. With --chip, the frames between a
        host and BM13xx chips, and every nonce hashed again where its job is in the capture.

        Takes plain hex, and what xxd, hexdump -C, od -A x -t x1, tcpdump -x and "Follow stream" (Wireshark's hex dump,
        tshark's raw) print. With both sides in one capture, the server's lines are indented, as "Follow stream" does
        it, or lines are marked: '>' client to server, '<' server to client. A Noise session opens with a secret. Chips
        are the server; where a capture does not tell who sent what, their frames do, or --side host or chips says it.

        Examples:
          sv2fw decode 000001060000020000000000
          xxd frames.bin | sv2fw decode
          tcpdump -r pool.pcap -x tcp port 3333 | sv2fw decode
          tshark -r pool.pcap -q -z follow,tcp,raw,0 | sv2fw decode
          sv2fw decode --file session.txt --ephemeral-secret 1111…11 --side client
          sv2fw decode --chip bm1370 55aa520500000a aa55137000000000000010
          xxd uart.bin | sv2fw decode --chip bm1387 --side chips
        """;

    /// <summary>Hex, however it is split; none: it is read from the file or standard input.</summary>
    public string[] Words { get; init; } = [];

    public string? File { get; init; }

    /// <summary>64 hex digits. Given: the capture is of a Noise session, handshake included.</summary>
    public string? EphemeralSecret { get; init; }

    /// <summary>A model by its name in board files. Given: the capture is of its serial line.</summary>
    public string? Chip { get; init; }

    /// <summary>"client" or "server": whose secret it is. Of a serial line "host" or "chips": who sent all.</summary>
    public string? Side { get; init; }

    /// <summary>64 hex digits; the server's side needs it too.</summary>
    public string? StaticSecret { get; init; }

    public bool HasSecret => EphemeralSecret is not null || StaticSecret is not null;

    public bool IsSealed => Chip is null && (HasSecret || Side is not null);

    /// <exception cref="UsageException">A secret is missing, is none, or is not of this handshake.</exception>
    public NoiseTap Tap(byte[] act1, byte[] act2)
    {
        var ephemeral = Secret("--ephemeral-secret", EphemeralSecret);
        try
        {
            return Side switch
            {
                "client" => NoiseTap.OfClient(ephemeral, act1, act2),
                "server" => NoiseTap.OfServer(ephemeral, Secret("--static-secret", StaticSecret), act1, act2),
                _ => throw new UsageException("--side says whose secret it is: give client or server."),
            };
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException($"The secret does not fit this handshake: {wrong.Message}");
        }
        catch (NoiseException wrong)
        {
            throw new UsageException(
                $"The handshake does not open with this secret: {wrong.Message} Check --side and the secret, and that "
                + "both sides' bytes are whole from the first.");
        }
    }

    private static byte[] Secret(string option, string? hex)
    {
        if (hex is null)
        {
            throw new UsageException($"{option} is missing: a Noise session opens with its secrets alone.");
        }

        return hex.Length == 2 * KeyPair.SecretSize && hex.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(hex)
            : throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"{option} is {2 * KeyPair.SecretSize} hex digits, not {hex.Length}."));
    }
}
