using System.Buffers.Binary;
using Drivers.Hashing;

namespace Simulator.Chips;

/// <summary>A chain on the bench: a serial line at a known rate, a clock that is turned by hand, and power.</summary>
internal sealed class Bench
{
    public const int ZeroBits = 8;
    public const uint FullCounting = 798_647; // One BM1370 at 525 MHz.

    private readonly List<byte> heard = [];
    private TimeSpan now = TimeSpan.FromHours(1);

    public Bench(
        int chips = 1, int zeroBits = ZeroBits, int seed = 1, Silicon? silicon = null, int perDomain = 1)
    {
        Line = new ChipLine(new ChainPlan(silicon ?? Silicon.Bm1370, chips, perDomain, zeroBits, seed), Faults);
        Power(true);
    }

    public Faults Faults { get; } = new();

    public ChipLine Line { get; }

    public int HostBaud { get; set; } = 115_200;

    public void Power(bool on) => Line.Supply(on, wasReset: !on, now);

    /// <summary>Sends a command with its preamble and checksum.</summary>
    public void Send(string body)
    {
        var bytes = Convert.FromHexString(body);
        SendRaw([0x55, 0xAA, .. bytes, Crc.Five(bytes, bytes.Length * 8)]);
    }

    public void Write(byte register, uint value) => Send($"510900{register:X2}{value:X8}");

    public void SendRaw(byte[] bytes) => Line.Receive(bytes, [HostBaud, HostBaud], now);

    public void Run(TimeSpan time)
    {
        for (var end = now + time; now < end;)
        {
            var step = TimeSpan.FromMilliseconds(Math.Min(100, (end - now).TotalMilliseconds));
            now += step;
            Line.Advance(now);
            Line.Transmit(now, HostBaud, heard);
        }
    }

    public void Run(double seconds) => Run(TimeSpan.FromSeconds(seconds));

    /// <summary>What came back since the last look.</summary>
    public byte[] Hear()
    {
        Run(0.1);
        var bytes = heard.ToArray();
        heard.Clear();
        return bytes;
    }

    public string HearHex() => Convert.ToHexString(Hear());

    /// <summary>Everything that a chip needs before it answers with work, in the order of a Gamma's bring-up.</summary>
    /// <param name="except">One of these steps left out.</param>
    public void BringUp(string except = "", int ticketBits = 4, double? counting = null)
    {
        var ticket = 0xFF00u >> ticketBits & 0xFF; // 00, 80, C0 … FF: the byte's highest bit comes first.
        (string Name, Action Do)[] steps =
        [
            ("version", () => Write(0xA4, 0x9000FFFF)),
            ("gate", () => Write(0x18, 0xF000C100)),
            ("inactive", () => Send("53050000")),
            ("address", () => Send("40050000")),
            ("cores", () => Write(0x3C, 0x800082AA)),
            ("ticket", () => Write(0x14, ticket)),
            ("pll", () => Write(0x08, except == "lock" ? 0x40FF0130u : 0x40A80230u)),
            ("counting", () => Write(0x10, (uint)(counting ?? FullCounting))),
        ];
        foreach (var step in steps.Where(step => step.Name != except))
        {
            step.Do();
        }

        Hear();
    }

    /// <summary>The jobs of a capture, with any ntime: another job each time.</summary>
    public void SendJob(uint ntime = 0x1702_3A04, byte slot = 5)
    {
        var job = Captures.GammaShare().Job;
        job[4] = (byte)(slot << 3);
        BinaryPrimitives.WriteUInt32LittleEndian(job.AsSpan(14), ntime);
        var crc = Crc.Sixteen(job.AsSpan()[2..^2]);
        BinaryPrimitives.WriteUInt16BigEndian(job.AsSpan(86), crc);
        SendRaw(job);
    }

    /// <summary>The results among what was heard, each as the header it claims.</summary>
    public static List<(byte[] Frame, BlockHeader Header)> Results(byte[] bytes)
    {
        var work = BlockHeader.Read(Captures.GammaShare().Header) with { NTime = 0x1702_3A04 };
        var found = new List<(byte[], BlockHeader)>();
        for (var at = 0; at + 11 <= bytes.Length; at += 11)
        {
            var frame = bytes[at..(at + 11)];
            Assert.Equal([0xAA, 0x55], frame[..2]);
            Assert.Equal(0, Crc.Five(frame.AsSpan(2), 72));
            Assert.Equal(0x80, frame[10] & 0xE0);
            var rolled = (uint)BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(8)) << 13;
            found.Add((frame, work with
            {
                Version = 0x2000_0000 | rolled,
                Nonce = BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(2)),
            }));
        }

        return found;
    }
}
