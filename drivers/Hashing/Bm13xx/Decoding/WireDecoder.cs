using System.Buffers.Binary;
using System.Globalization;

namespace Drivers.Hashing.Bm13xx.Decoding;

/// <summary>
/// Explains a captured UART stream of one model's chips: every frame with its fields, and every nonce hashed again
/// where its job came before it. What a command said of the chips (addresses, masks) holds for the frames behind it.
/// </summary>
public sealed class WireDecoder(ChipModel model)
{
    private readonly JobsSeen jobs = new(model);
    private readonly ChipsSeen chips = new(model);
    private readonly int preamble = model.Commands.Preamble.Length;

    /// <summary>Frames in the order in which they ended on the wire. A side's bytes may come in many runs.</summary>
    public IReadOnlyList<Explanation> Explain(IReadOnlyList<WireRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var pieces = new List<(long EndedAt, WireSide Side, byte[] Stream, Piece Piece)>();
        foreach (var side in runs.Select(run => run.Side).Distinct())
        {
            var stream = runs.Where(run => run.Side == side).SelectMany(run => run.Bytes).ToArray();
            var places = Places(runs, side).ToArray();
            pieces.AddRange(new WireFrames(model, side, stream).Split()
                .Select(piece => (places[piece.End - 1], side, stream, piece)));
        }

        return [.. pieces.OrderBy(piece => piece.EndedAt)
            .Select(piece => Explain(piece.Side, piece.Stream, piece.Piece))];
    }

    /// <summary>Where each byte of a side stands among all bytes.</summary>
    private static IEnumerable<long> Places(IReadOnlyList<WireRun> runs, WireSide side)
    {
        long place = 0;
        foreach (var run in runs)
        {
            for (var i = 0; i < run.Bytes.Length; i++, place++)
            {
                if (run.Side == side)
                {
                    yield return place;
                }
            }
        }
    }

    private Explanation Explain(WireSide side, byte[] stream, Piece piece)
    {
        var frame = stream.AsSpan(piece.Start, piece.Length);
        var details = new List<Detail>();
        var isWhole = piece.Length == piece.Announced;
        var title = piece.Kind switch
        {
            PieceKind.Skipped => "bytes of no frame",
            _ when !isWhole => Kind(piece.Kind),
            PieceKind.Command => Command(frame[preamble..], details, piece.IsSound),
            PieceKind.Job => Job(frame, details, piece.IsSound),
            _ => Answer(frame, details, piece.IsSound),
        };
        if (!piece.IsSound)
        {
            details.Add(new("bytes", Bytes(frame)));
        }

        var sender = piece.Kind switch
        {
            PieceKind.Skipped => side,
            PieceKind.Answer => WireSide.Chips,
            _ => WireSide.Host,
        };
        var isFrame = piece.Kind != PieceKind.Skipped;
        return new Explanation(
            sender, piece.Start, piece.Length, piece.Announced - piece.Length, isFrame, piece.IsSound, title, details);
    }

    private static string Kind(PieceKind kind) => kind switch
    {
        PieceKind.Command => "a command",
        PieceKind.Job => "a job",
        _ => "an answer",
    };

    private string Command(ReadOnlySpan<byte> body, List<Detail> details, bool isSound)
    {
        var kind = model.Commands.KindOf(body[0])!.Value;
        var (address, register) = (body[2], RegisterText.Name(model, body[3]));
        var bits = body.Length == 9 ? BinaryPrimitives.ReadUInt32BigEndian(body[4..]) : 0;
        if (kind is CommandKind.Write or CommandKind.WriteAll)
        {
            details.AddRange(RegisterText.Fields(model, body[3], bits));
        }

        if (isSound)
        {
            Obey(kind, address, body[3], bits);
        }

        return kind switch
        {
            CommandKind.SetAddress => $"set address 0x{address:X2}",
            CommandKind.Inactive => "chain inactive: every chip forgets its address",
            CommandKind.ReadAll => $"read {register} of all chips",
            CommandKind.Read => $"read {register} of chip 0x{address:X2}",
            CommandKind.WriteAll => $"write {register} of all chips: 0x{bits:X8}",
            _ => $"write {register} of chip 0x{address:X2}: 0x{bits:X8}",
        };
    }

    private void Obey(CommandKind kind, byte address, byte register, uint bits)
    {
        switch (kind)
        {
            case CommandKind.Inactive:
                chips.Inactive();
                break;
            case CommandKind.SetAddress:
                chips.Address(address);
                break;
            case CommandKind.Write when model.RollsVersions && register == ChipNonceOffset.Address:
                chips.Offset(address, ChipNonceOffset.FromBits(bits));
                break;
            case CommandKind.Write or CommandKind.WriteAll when register == VersionRolling.Address:
                jobs.Mask = VersionRolling.ToHeader(VersionRolling.FromBits(bits).Rolled);
                break;
            default:
                break; // Nothing that another frame's meaning hangs on.
        }
    }

    private string Job(ReadOnlySpan<byte> frame, List<Detail> details, bool isSound)
    {
        var job = isSound ? jobs.Add(frame) : jobs.Read(frame);
        var header = job.Header;
        var moment = DateTimeOffset.FromUnixTimeSeconds(header.NTime);
        details.Add(new("id", $"0x{job.Id:X2}"));
        details.Add(new("start nonce", $"0x{header.Nonce:X8}"));
        details.Add(new("nbits", $"0x{header.NBits:X8}"));
        details.Add(new("ntime", string.Create(
            CultureInfo.InvariantCulture, $"{header.NTime} ({moment:yyyy-MM-dd HH:mm:ss}Z)")));
        if (model.Format == JobFormat.FullHeader)
        {
            details.Add(new("version", $"0x{header.Version:X8}"));
            details.Add(new("previous hash", header.PreviousHash.ToString()));
            details.Add(new("merkle root", header.MerkleRoot.ToString()));
            return $"job 0x{job.Id:X2} with a whole header";
        }

        details.Add(new("merkle tail", Convert.ToHexString(job.Tail.AsSpan(0, 4))));
        for (var i = 0; i < job.Midstates.Length; i++)
        {
            details.Add(new($"midstate {i}", Words(job.Midstates[i])));
        }

        return $"job 0x{job.Id:X2} with {job.Midstates.Length} midstate{(job.Midstates.Length == 1 ? "" : "s")}";
    }

    private string Answer(ReadOnlySpan<byte> frame, List<Detail> details, bool isSound)
    {
        const int longBody = 9;
        const byte nonceType = 0x80;
        var body = frame[preamble..];
        var isLong = body.Length == longBody;
        var response = new Response(
            IsNonce: (body[^1] & nonceType) != 0,
            Value: BinaryPrimitives.ReadUInt32BigEndian(body),
            Sixth: body[4],
            Seventh: body[5],
            Version: isLong ? BinaryPrimitives.ReadUInt16BigEndian(body[6..]) : (ushort)0);
        if (!response.IsNonce)
        {
            details.AddRange(RegisterText.Fields(model, response.Register, response.Value));
            var chip = preamble > 0 ? $" of chip 0x{response.Chip:X2}" : "";
            return $"{RegisterText.Name(model, response.Register)}{chip} is 0x{response.Value:X8}";
        }

        var rehashed = isSound ? jobs.Rehash(response, isLong) : null;
        AddFinder(response, isLong, rehashed, details);
        if (rehashed is { } found)
        {
            AddHash(found, details);
        }
        else if (isSound)
        {
            details.Add(new("hash", "not told: its job is not in the capture before it"));
        }

        return $"nonce 0x{response.Nonce:X8}";
    }

    private void AddFinder(in Response response, bool isLong, Rehashed? rehashed, List<Detail> details)
    {
        var core = NonceSpace.Core(model, response.Value);
        var below = rehashed?.Midstate ?? model.Below(response.ResultHeader);
        var slot = model.Slot(response.ResultHeader);
        var id = rehashed?.Job.Id ?? (byte)(slot << model.JobIdShift & 0xFF);
        details.Add(new("job", $"0x{id:X2}"));
        if (model.Format == JobFormat.Midstates)
        {
            details.Add(new("midstate", $"{below}"));
        }
        else
        {
            var differs = isLong && below != (response.Version & (model.SmallCores - 1));
            details.Add(new("small core", $"{below}{(differs ? ", not the one that hashes this version" : "")}"));
        }

        if (isLong)
        {
            details.Add(new(
                "version bits", $"0x{response.Version:X4} (0x{VersionRolling.ToHeader(response.Version):X8})"));
        }

        details.Add(new("core", core < model.Cores ? $"{core}" : $"{core}, which a {model.Name} does not have"));
        details.Add(new("chip", chips.Finder(response.Value)));
        details.Add(new("byte 6", $"0x{response.Sixth:X2}"));
    }

    private static void AddHash(in Rehashed found, List<Detail> details)
    {
        const int hardwired = 32;
        if (found.Version is { } version)
        {
            details.Add(new("version", $"0x{version:X8}"));
        }

        details.Add(new("hash", found.Hash.ToString()));
        var note = found.ZeroBits < hardwired ? $"; silicon reports none below {hardwired}" : "";
        details.Add(new("difficulty", string.Create(
            CultureInfo.InvariantCulture,
            $"{found.Difficulty.ToString(found.Difficulty < 1 ? "G4" : "F2", CultureInfo.InvariantCulture)} "
            + $"({found.ZeroBits} zero bits{note})")));
    }

    private static string Words(Midstate state) => string.Join(
        ' ', Enumerable.Range(0, 8).Select(word => Word(state, word)));

    private static string Word(Midstate state, int word) =>
        (word < 4 ? state.Abcd[word] : state.Efgh[word - 4]).ToString("x8", CultureInfo.InvariantCulture);

    private static string Bytes(ReadOnlySpan<byte> bytes)
    {
        const int shown = 32;
        return bytes.Length <= shown
            ? Convert.ToHexString(bytes)
            : Convert.ToHexString(bytes[..shown]) + $"… ({bytes.Length} bytes)";
    }
}
