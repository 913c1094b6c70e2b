using System.Buffers.Binary;
using Drivers.Hashing;

namespace Simulator.Chips;

/// <summary>A job that real silicon was seen to answer, and its answer.</summary>
internal sealed record KnownAnswer(ChipResult Result, uint Version)
{
    /// <summary>Header byte to last version byte. Capture, Bitaxe Gamma: the pool took the share.</summary>
    private static readonly byte[] GammaJob = Convert.FromHexString(
        "2156680100000000043A0217D76854685519A7CB044F88726355919E61A98BCF71A0C28795EA54DB8C36414B06DDF5F0"
        + "0000000000000000965201001D3996BCA3F4670DFCD4F201C162B96DFD55646B00000020");

    /// <summary>The same capture: 4C035275 0C D2 05A2.</summary>
    private static readonly KnownAnswer GammaAnswer = new(
        new ChipResult(JobId: 13, Nonce: 0x4C035275, RolledBits: 0x05A2, SmallCore: 2, Excess: 0x0C), 0x20B4_4000);

    /// <summary>Null for every job that no capture holds.</summary>
    public static KnownAnswer? For(ReadOnlySpan<byte> job) => job.SequenceEqual(GammaJob) ? GammaAnswer : null;

    public UInt256 Hash(BlockHeader header) => Sha256d.Hash(header with
    {
        Version = Version,
        Nonce = BinaryPrimitives.ReverseEndianness(Result.Nonce),
    });
}
