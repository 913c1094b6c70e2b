using System.Text;
using Firmware.StratumV2;
using Firmware.StratumV2.Noise;

namespace Firmware.Cli;

/// <summary>The body of the verb decode: captured bytes in, the tables of the specification out.</summary>
internal sealed class DecodeCommand
{
    private readonly DecodeOptions options;
    private readonly TextWriter output;
    private readonly CapturedStream[] streams;
    private byte[]? act1;
    private NoiseTap? tap;

    private DecodeCommand(DecodeOptions options, TextWriter output)
    {
        this.options = options;
        this.output = output;
        streams = [new(""), new("client's"), new("server's")];
    }

    /// <exception cref="UsageException">No hex, or no frames: the sentence says where.</exception>
    public static int Run(DecodeOptions options, TextReader input, TextWriter output)
    {
        var chip = ChipDecode.Model(options);
        var text = options.Words.Length > 0 ? string.Join(' ', options.Words) : ReadAll(options.File, input);
        var runs = Capture.Read(text);
        if (runs.Count == 0)
        {
            throw new UsageException(
                "decode needs hex, as arguments, in a --file or on standard input; see sv2fw decode --help.");
        }

        if (chip is not null)
        {
            ChipDecode.Show(chip, options.Side, runs, output);
        }
        else
        {
            new DecodeCommand(options, output).Show(runs);
        }

        return 0;
    }

    private static string ReadAll(string? file, TextReader input)
    {
        try
        {
            return file is null ? input.ReadToEnd() : File.ReadAllText(file);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--file '{file}' cannot be read: {failed.Message}");
        }
    }

    private void Show(List<CapturedRun> runs)
    {
        if (options.IsSealed && runs.Exists(run => run.Sender == Sender.Unknown))
        {
            throw new UsageException(
                "A Noise session needs both sides' bytes, told apart: mark lines with '>' for what the client sends "
                + "and '<' for what it receives, or indent the server's lines as 'Follow stream' does.");
        }

        try
        {
            foreach (var run in runs)
            {
                streams[(int)run.Sender].Add(run.Bytes);
                ShowFrames();
            }
        }
        finally
        {
            tap?.Dispose();
        }

        Array.ForEach(streams, stream => stream.CheckEnd());
    }

    /// <summary>Of both sides, for a server's bytes may have waited for the handshake.</summary>
    private void ShowFrames()
    {
        if (options.IsSealed && tap is null && !TryHandshake())
        {
            return;
        }

        for (var sender = Sender.Unknown; sender <= Sender.Server; sender++)
        {
            while (streams[(int)sender].TryNext(out var frame, out var at))
            {
                output.WriteLine(Heading(sender, at) + Describe(frame, streams[(int)sender], at));
            }
        }
    }

    private bool TryHandshake()
    {
        act1 ??= streams[(int)Sender.Client].TryTake(NoiseInitiator.Act1Size);
        if (act1 is null || streams[(int)Sender.Server].TryTake(NoiseInitiator.Act2Size) is not { } act2)
        {
            return false;
        }

        tap = options.Tap(act1, act2);
        streams[(int)Sender.Client].Secure(tap.ToServer);
        streams[(int)Sender.Server].Secure(tap.ToClient);
        var text = new StringBuilder(Heading(Sender.Client, 0)).Append($"Noise act 1, {act1.Length} bytes");
        FrameText.AppendTable(text, [("ephemeral", "ELLSWIFT_PUBKEY", FieldText.Hex(act1))]);
        text.Append('\n').Append(Heading(Sender.Server, 0)).Append($"Noise act 2, {act2.Length} bytes");
        FrameText.AppendTable(text, Act2Table(act2, tap));
        output.WriteLine(text);
        return true;
    }

    private static List<(string Name, string Type, string Value)> Act2Table(byte[] act2, NoiseTap tap) =>
    [
        ("ephemeral", "ELLSWIFT_PUBKEY", FieldText.Hex(act2.AsSpan(0, NoiseInitiator.Act1Size))),
        ("static, x-only", "PUBKEY", FieldText.Hex(tap.Server.Span)),
        ("version", "U16", $"{tap.Certificate.Version}"),
        ("valid_from", "U32", FieldText.Moment(tap.Certificate.ValidFrom)),
        ("not_valid_after", "U32", FieldText.Moment(tap.Certificate.NotValidAfter)),
        ("signature", "SIGNATURE", FieldText.Hex(tap.Certificate.Bytes[^64..])),
    ];

    private static string Heading(Sender sender, long at) => sender switch
    {
        Sender.Client => $"client → server, byte {at}: ",
        Sender.Server => $"server → client, byte {at}: ",
        _ => "",
    };

    private static string Describe(Frame frame, CapturedStream stream, long at)
    {
        try
        {
            return FrameText.Describe(frame);
        }
        catch (ProtocolException wrong)
        {
            throw new UsageException(
                $"The frame at byte {at}{stream.Of}, of type 0x{frame.Type:X2}, is wrong: {wrong.Message}");
        }
    }
}
