using System.Buffers.Binary;
using System.Text.Json;

namespace Simulator.Chips;

/// <summary>Frames captured from chips and published, as the reference's vectors hold them.</summary>
internal static class Captures
{
    private static readonly JsonElement Root = Read();

    /// <summary>Commands of every family: body without checksum, and the checksum.</summary>
    public static IEnumerable<(byte[] Body, byte Crc)> Commands(string preamble) =>
        Root.GetProperty("command_frames").EnumerateArray()
            .Where(frame => frame.GetProperty("preamble").GetString() == preamble)
            .Select(frame => (Hex(frame, "body"), Hex(frame, "crc5")[0]));

    /// <summary>Responses of every family: payload, and the last byte of type and checksum.</summary>
    public static IEnumerable<(byte[] Payload, byte Last)> Responses() =>
        Root.GetProperty("response_frames").EnumerateArray()
            .Select(frame => (Hex(frame, "body"), Hex(frame, "last")[0]));

    /// <summary>A job that a BM1370 was given, its answer, and the header that the pool took.</summary>
    public static (byte[] Job, byte[] Answer, byte[] Header) GammaShare()
    {
        var share = Root.GetProperty("bm1370_share");
        return (Hex(share, "tx"), Hex(share, "rx"), Hex(share, "header"));
    }

    /// <summary>The job of block 839900.</summary>
    public static byte[] BlockJob() => Hex(Root.GetProperty("bm1366_block839900"), "job_frame_id18");

    /// <summary>What a BM1366 at 550 MHz found in it: time of the log, nonce as it came, whole version.</summary>
    public static IEnumerable<(double Milliseconds, byte[] Nonce, uint Version)> BlockResults() =>
        Root.GetProperty("bm1366_block839900").GetProperty("results").EnumerateArray()
            .Select(result => (
                result.GetProperty("t_ms").GetDouble(),
                Hex(result, "nonce_wire"),
                BinaryPrimitives.ReadUInt32BigEndian(Hex(result, "version"))));

    /// <summary>A job of four midstates, three of them zero, that begins where a BM1397 finds something.</summary>
    public static (byte[] Job, byte[] Nonce) MidstateJob()
    {
        var job = Root.GetProperty("bm1397_midstate_job");
        byte[] body =
        [
            0x21, 0x96, .. Hex(job, "job_id"), 4, .. Hex(job, "nonce_wire"), .. Hex(job, "nbits_wire"),
            .. Hex(job, "ntime_wire"), .. Hex(job, "merkle_tail_wire"), .. new byte[64],
            .. Hex(job, "midstate2_wire"), .. new byte[32],
        ];
        var crc = Crc.Sixteen(body);
        return ([0x55, 0xAA, .. body, (byte)(crc >> 8), (byte)(crc & 0xFF)], Hex(job, "nonce_wire"));
    }

    /// <summary>Work of a Stratum V1 log as a job's body, and the nonce that it found, as a chip sends it.</summary>
    public static (byte[] Body, uint Nonce) StratumWork(int number)
    {
        var work = Root.GetProperty("stratum_vectors")[number];
        static byte[] Swapped(byte[] bytes) => [.. bytes.Reverse()];
        byte[] root = Hex(work, "merkle_root_header_bytes");

        // Stratum turns the bytes of each group round, and the wire the groups: together all bytes.
        byte[] previous = Swapped(Hex(work, "prevhash_stratum"));
        byte[] body =
        [
            0x21, 0x56, 0x08, 1, 0, 0, 0, 0, .. Swapped(Hex(work, "nbits")), .. Swapped(Hex(work, "ntime")),
            .. root.Chunk(4).Reverse().SelectMany(group => group), .. previous, .. Swapped(Hex(work, "version")),
        ];
        return (body, BinaryPrimitives.ReadUInt32LittleEndian(Hex(work, "nonce_u32")));
    }

    private static byte[] Hex(JsonElement element, string name) =>
        Convert.FromHexString(element.GetProperty(name).GetString()!);

    private static JsonElement Read()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Vectors", "chips.json");
        using var file = JsonDocument.Parse(File.ReadAllBytes(path));
        return file.RootElement.Clone();
    }
}
