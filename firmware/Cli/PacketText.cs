using System.Buffers.Binary;
using System.Globalization;

namespace Firmware.Cli;

/// <summary>
/// The output of tcpdump -x, -X, -xx or -XX: TCP segments over IPv4 or IPv6, one conversation, put together by their
/// sequence numbers. Whoever sends the first byte is the client, as in Stratum V2; but a capture may begin later, and
/// then the ports tell: only the client's is one that a kernel gives out.
/// </summary>
internal static class PacketText
{
    private const string LineStart = "0x";
    private const int EthernetSize = 14;
    private const int Tcp = 6;

    /// <summary>The first port that Linux and IANA give out to clients lies no lower.</summary>
    private const int EphemeralFrom = 32_768;

    //     0x0000:  4500 0034 …  E..4
    public static bool IsPacketLine(string line)
    {
        var text = line.TrimStart();
        return text.Length > 7 && text.StartsWith(LineStart, StringComparison.Ordinal) && text[6] == ':'
            && text.AsSpan(2, 4).IndexOfAnyExceptInRange('0', 'f') < 0;
    }

    /// <exception cref="UsageException">No such packets, or bytes are missing between them.</exception>
    public static List<CapturedRun> Read(string[] lines)
    {
        var runs = new List<CapturedRun>();
        var streams = new List<Stream>();
        foreach (var (number, packet) in Packets(lines))
        {
            var segment = Segment.Read(packet, number);
            if (segment is not { Payload.Length: > 0 } filled)
            {
                continue;
            }

            var stream = streams.Find(known => known.Key == filled.Key);
            if (stream is null)
            {
                var isClient = streams.Count == 0 ? !filled.IsFromServersPort : streams[0].Sender == Sender.Server;
                stream = new Stream(filled.Key, isClient ? Sender.Client : Sender.Server, filled.Sequence);
                streams.Add(stream);
            }

            if (streams.Count > 2)
            {
                throw new UsageException(
                    $"Line {number}: a third side sends; capture one connection: tcpdump -x host HOST and port PORT.");
            }

            runs.Add(stream.Take(filled, number));
        }

        return Capture.Join(runs);
    }

    /// <summary>The bytes of each packet, and the number of its first line.</summary>
    private static IEnumerable<(int Line, byte[] Packet)> Packets(string[] lines)
    {
        var packet = new List<byte>();
        var first = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            if (!IsPacketLine(lines[i]))
            {
                continue; // What tcpdump says of the packet.
            }

            var text = lines[i].TrimStart();
            var offset = int.Parse(text.AsSpan(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (offset == 0)
            {
                if (packet.Count > 0)
                {
                    yield return (first, packet.ToArray());
                }

                packet.Clear();
                first = i + 1;
            }

            var bytes = DumpLine.Groups(text[7..].TrimStart(), "  ", bytesMax: 16, single: false);
            if (bytes is null || offset != packet.Count)
            {
                throw new UsageException($"Line {i + 1} is no line of a packet, or the line before it is missing.");
            }

            packet.AddRange(bytes);
        }

        if (packet.Count > 0)
        {
            yield return (first, packet.ToArray());
        }
    }

    /// <summary>One direction: what was seen of it so far is without a gap.</summary>
    private sealed class Stream(string key, Sender sender, uint next)
    {
        private uint next = next;

        public string Key { get; } = key;

        public Sender Sender => sender;

        /// <summary>What is new in the segment: some are sent twice.</summary>
        public CapturedRun Take(Segment segment, int line)
        {
            var ahead = unchecked((int)(segment.Sequence - next));
            if (ahead > 0)
            {
                throw new UsageException(
                    $"Line {line}: {ahead} bytes are missing before this packet, or packets are out of order.");
            }

            var known = Math.Min(-(long)ahead, segment.Payload.Length);
            var fresh = segment.Payload[(int)known..];
            next = unchecked(next + (uint)fresh.Length);
            return new(sender, fresh);
        }
    }

    /// <param name="Key">Of the direction: both addresses and ports.</param>
    /// <param name="IsFromServersPort">Only the receiver's port is one that kernels give out.</param>
    private readonly record struct Segment(string Key, bool IsFromServersPort, uint Sequence, byte[] Payload)
    {
        /// <summary>Null for what is no TCP.</summary>
        public static Segment? Read(ReadOnlySpan<byte> packet, int line)
        {
            var whole = new Whole(packet, line);
            return OverIp(packet.Length > EthernetSize && IsEthernet(packet) ? whole.From(EthernetSize) : whole);
        }

        private static bool IsEthernet(ReadOnlySpan<byte> packet) =>
            packet[12..14] is [0x08, 0x00] or [0x86, 0xDD] && packet[0] >> 4 is not 4 and not 6;

        private static Segment? OverIp(Whole packet) => (packet[0] >> 4) switch
        {
            4 when packet[9] == Tcp => OverTcp(
                packet.Take(12, 8), packet.UpTo(packet.U16(2)).From((packet[0] & 0x0F) * 4)),
            6 when packet[6] == Tcp => OverTcp(packet.Take(8, 32), packet.UpTo(40 + packet.U16(4)).From(40)),
            _ => null,
        };

        private static Segment OverTcp(ReadOnlySpan<byte> addresses, Whole segment) => new(
            Convert.ToHexString(addresses) + Convert.ToHexString(segment.Take(0, 4)),
            segment.U16(0) < EphemeralFrom && segment.U16(2) >= EphemeralFrom,
            BinaryPrimitives.ReadUInt32BigEndian(segment.Take(4, 4)),
            segment.From((segment[12] >> 4) * 4).Bytes.ToArray());
    }

    /// <summary>Bytes of a packet, of which all that is asked for must be there.</summary>
    private readonly ref struct Whole(ReadOnlySpan<byte> bytes, int line)
    {
        public ReadOnlySpan<byte> Bytes { get; } = bytes;

        public byte this[int at] => Take(at, 1)[0];

        public ushort U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(Take(at, 2));

        public Whole From(int at) => new(Take(at, Math.Max(0, Bytes.Length - at)), line);

        public Whole UpTo(int count) => new(Take(0, count), line);

        public ReadOnlySpan<byte> Take(int at, int count) => at + count <= Bytes.Length
            ? Bytes.Slice(at, count)
            : throw new UsageException(
                $"Line {line}: the packet is cut before its end; capture it whole: tcpdump -s 0.");
    }
}
