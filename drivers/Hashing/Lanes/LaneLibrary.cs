using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Drivers.Hashing.Lanes;

/// <summary>
/// The lanes of a program that was compiled for every CPU of its kind. The native compiler decides once, for a whole
/// file, whether AVX2 and AVX-512 are there; so they lie in libraries beside the program, compiled from these same
/// sources, and whoever has such a CPU loads one.
/// </summary>
internal static unsafe class LaneLibrary
{
    private const string EntryPoint = "sv2fw_scan";

    // CPUID leaf 7, EBX.
    private const uint Avx2 = 1u << 5;
    private const uint Avx512F = 1u << 16;

    private const string CpuDescription = "/proc/cpuinfo";

    // What the kernel calls the instructions of the levels x86-64-v3 and x86-64-v4 beyond the ones before.
    private static readonly string[] Level3 = ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"];
    private static readonly string[] Level4 = ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"];

    /// <summary>Null where there is no such library, or no such CPU.</summary>
    public static readonly delegate* unmanaged<
        Midstate*, byte*, uint, uint, UInt256*, uint*, int, int*, uint> Scan16 = Load("libsv2fw-avx512.so", Level4);

    public static readonly delegate* unmanaged<
        Midstate*, byte*, uint, uint, UInt256*, uint*, int, int*, uint> Scan8 = Load("libsv2fw-avx2.so", Level3);

    /// <summary>See <see cref="NonceScan.Run"/>.</summary>
    public static uint Run(
        delegate* unmanaged<Midstate*, byte*, uint, uint, UInt256*, uint*, int, int*, uint> scan,
        in Midstate midstate,
        ReadOnlySpan<byte> tail,
        uint first,
        uint count,
        in UInt256 target,
        Span<uint> hits,
        out int found)
    {
        var (state, limit, number) = (midstate, target, 0);
        fixed (byte* bytes = tail)
        fixed (uint* room = hits)
        {
            var tried = scan(&state, bytes, first, count, &limit, room, hits.Length, &number);
            found = number;
            return tried;
        }
    }

    private static delegate* unmanaged<Midstate*, byte*, uint, uint, UInt256*, uint*, int, int*, uint> Load(
        string name, string[] level)
    {
        var path = Path.Combine(AppContext.BaseDirectory, name);
        return RuntimeInformation.ProcessArchitecture == Architecture.X64
            && File.Exists(path)
            && CpuHas([.. Level3, .. level])
            && NativeLibrary.TryLoad(path, out var library)
            && NativeLibrary.TryGetExport(library, EntryPoint, out var entry)
            ? (delegate* unmanaged<Midstate*, byte*, uint, uint, UInt256*, uint*, int, int*, uint>)entry
            : null;
    }

    /// <summary>As the kernel says it, which leaves out what it does not keep for us.</summary>
    private static bool CpuHas(string[] needed)
    {
        try
        {
            // Asked as well, for an emulator may show its host's description.
            var features = unchecked((uint)X86Base.CpuId(7, 0).Ebx);
            if ((features & Avx2) == 0 || (needed.Contains("avx512f") && (features & Avx512F) == 0))
            {
                return false;
            }

            var flags = File.ReadLines(CpuDescription)
                .FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal), "")
                .Split(' ');
            return Array.TrueForAll(needed, flag => flags.Contains(flag));
        }
        catch (IOException)
        {
            return false;
        }
    }
}
