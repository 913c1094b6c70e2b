using System.Buffers.Binary;
using System.Numerics;
using Drivers.Hashing;

namespace Simulator.Chips;

/// <summary>Commands to chips of any model, in the order of the recipes that hosts of that model use.</summary>
internal static class Models
{
    public static void Command(ChipBench bench, Silicon silicon, string body)
    {
        var bytes = Convert.FromHexString(body);
        byte[] preamble = silicon.Preamble ? [0x55, 0xAA] : [];
        bench.TryWrite([.. preamble, .. bytes, Crc.Five(bytes, bytes.Length * 8)]);
        bench.Drain(TimeSpan.FromSeconds(10));
    }

    public static void Job(ChipBench bench, Silicon silicon, byte[] body)
    {
        var crc = Crc.Sixteen(body);
        byte[] preamble = silicon.Preamble ? [0x55, 0xAA] : [];
        bench.TryWrite([.. preamble, .. body, (byte)(crc >> 8), (byte)(crc & 0xFF)]);
        bench.Drain(TimeSpan.FromSeconds(10));
    }

    public static void Write(ChipBench bench, Silicon silicon, byte register, uint value) =>
        Command(bench, silicon, $"{(silicon.Preamble ? 51 : 58)}0900{register:X2}{value:X8}");

    public static void Read(ChipBench bench, Silicon silicon, byte address, byte register) =>
        Command(bench, silicon, $"{(silicon.Preamble ? 42 : 44)}05{address:X2}{register:X2}");

    /// <summary>Addresses, gates, cores, ticket, clock, counting: everything between reset and the first job.</summary>
    public static void BringUp(
        ChipBench bench, Silicon silicon, uint ticket, uint pll, uint counting = 0, int chips = 1, string except = "")
    {
        var full = silicon.Jobs == JobFormat.FullHeader;
        Do("version", full, () => Write(bench, silicon, 0xA4, 0x9000_FFFF));
        Do("gate", full, () => Write(bench, silicon, 0x18, silicon == Silicon.Bm1362 ? 0xB000_C100 : 0xF000_C100));
        Command(bench, silicon, silicon.Preamble ? "53050000" : "55050000");
        var step = 256 / (int)BitOperations.RoundUpToPowerOf2((uint)chips);
        for (var i = 0; i < chips; i++)
        {
            Command(bench, silicon, $"{(silicon.Preamble ? 40 : 41)}05{i * (silicon.Preamble ? step : 4):X2}00");
        }

        Do("cores", silicon.NeedsCoreEnable, () => Write(bench, silicon, 0x3C, 0x8000_82AA));
        Write(bench, silicon, silicon.Map.Ticket, ticket);
        Do("clock", true, () => Write(bench, silicon, silicon.Map.Pll, pll));
        Do("open", silicon.NeedsOpenCore, () => OpenCores(bench, silicon));
        Do("counting", full, () => Write(bench, silicon, 0x10, counting));
        bench.DiscardInput();

        void Do(string name, bool needed, Action step)
        {
            if (needed && name != except)
            {
                step();
            }
        }
    }

    /// <summary>What comes within so long, frame by frame, each at the time when it was whole.</summary>
    public static List<(TimeSpan At, byte[] Frame)> Listen(ChipBench bench, Silicon silicon, TimeSpan time)
    {
        var heard = new List<(TimeSpan, byte[])>();
        var bytes = new byte[4096];
        for (var end = bench.Now + time; bench.Now < end;)
        {
            bench.RunToArrival(end);
            for (ReadOnlySpan<byte> left = bytes.AsSpan(0, bench.Read(bytes)); left.Length > 0;)
            {
                var length = Length(silicon, left);
                heard.Add((bench.Now, left[..length].ToArray()));
                left = left[length..];
            }
        }

        return heard;
    }

    /// <summary>A job of so many midstates; each one's first 64 bytes follow from the seed.</summary>
    public static (byte[] Body, byte[][] Headers) MidstateJob(byte id, int midstates, int seed)
    {
        var headers = new byte[midstates][];
        var random = new Random(seed);
        byte[] tail = new byte[12];
        random.NextBytes(tail);
        byte[] body =
        [
            0x21, (byte)(22 + 32 * midstates), id, (byte)midstates, 0, 0, 0, 0,
            .. tail[8..], .. tail[4..8], .. tail[..4],
        ];
        for (var i = 0; i < midstates; i++)
        {
            headers[i] = new byte[BlockHeader.Size];
            random.NextBytes(headers[i].AsSpan(0, 64));
            tail.CopyTo(headers[i], 64);
            var state = Sha256d.Midstate(headers[i].AsSpan(0, 64));
            for (var word = 7; word >= 0; word--)
            {
                var bytes = new byte[4];
                BinaryPrimitives.WriteUInt32BigEndian(bytes, word < 4 ? state.Abcd[word] : state.Efgh[word - 4]);
                body = [.. body, .. bytes];
            }
        }

        return (body, headers);
    }

    /// <summary>The jobs of a capture, with another ntime and id.</summary>
    public static byte[] FullJob(byte id, uint ntime)
    {
        var body = Captures.GammaShare().Job[2..^2];
        body[2] = id;
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(12), ntime);
        return body;
    }

    private static void OpenCores(ChipBench bench, Silicon silicon)
    {
        for (var i = 0; i < silicon.Cores; i++)
        {
            Job(
                bench,
                silicon,
                [0x21, 0x36, (byte)i, 1, 0, 0, 0, 0, .. Enumerable.Repeat((byte)0xFF, 12), .. new byte[32]]);
        }

        Write(bench, silicon, silicon.Map.Misc, 0x4020_1A80); // Gate block off
        bench.RunTo(bench.Now + TimeSpan.FromMilliseconds(100));
    }

    private static int Length(Silicon silicon, ReadOnlySpan<byte> bytes)
    {
        var offset = silicon.Preamble ? 2 : 0;
        int[] lengths = silicon.Jobs == JobFormat.FullHeader ? [11, 9] : [offset + 7];
        foreach (var length in lengths)
        {
            if (bytes.Length >= length && Crc.Five(bytes[offset..length], (length - offset) * 8) == 0)
            {
                return length;
            }
        }

        throw new InvalidDataException($"No frame: {Convert.ToHexString(bytes)}");
    }
}
